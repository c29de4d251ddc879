"""Measure the product beside a stock bot in one run of interleaved rounds: `python -m tests.benchmarks`."""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from tests.benchmarks import micro, page
from tests.benchmarks.processes import (
    SECRET,
    VARIANTS,
    Driver,
    RunningBot,
    Variant,
    driver,
    postgres,
    start,
    stored_rows,
)

USERS = 40
PEOPLE = 4_000
TEXT = "hôm nay học tin học 5 phút"


async def run(options: argparse.Namespace, socket_folder: str) -> dict[str, dict[str, float]]:
    """Start every bot, drive each in turn round after round; the medians by variant."""
    variants = [one for one in VARIANTS if not options.only or one.key in options.only]
    with tempfile.TemporaryDirectory(prefix="bh-bench-") as folder:
        async with driver() as load:
            bots: list[RunningBot] = []
            try:
                for variant in variants:
                    bots.append(await _start(variant, load, Path(folder), socket_folder, options))
                rounds = [await _round(bots, load, options, number) for number in range(options.rounds)]
            finally:
                await asyncio.gather(*(bot.stop() for bot in bots))
            await _check(bots, rounds)
    return {one.key: _medians([results[one.key] for results in rounds]) for one in variants}


async def _start(
    variant: Variant, load: Driver, folder: Path, socket_folder: str, options: argparse.Namespace
) -> RunningBot:
    if options.profile and not variant.is_peer:
        variant = replace(variant, extra=(*variant.extra, "--profile", str(options.profile / f"{variant.key}.json")))
    return await start(variant, load.api_url, folder, socket_folder, PEOPLE)


async def _round(
    bots: Sequence[RunningBot], load: Driver, options: argparse.Namespace, number: int
) -> dict[str, dict[str, Any]]:
    """Each bot once; every round begins with another one."""
    first = number % len(bots)
    results: dict[str, dict[str, Any]] = {}
    for bot in (*bots[first:], *bots[:first]):
        order = {
            "host": "127.0.0.1", "port": bot.port, "path": bot.variant.path, "secret": SECRET, "pid": bot.process.pid,
            "users": USERS, "people": PEOPLE, "text": TEXT, "warm_seconds": 1.0, "seconds": options.seconds,
        }  # fmt: skip
        result = results[bot.variant.key] = await load.measure(order)
        print(
            f"round {number + 1} {bot.variant.key:12} {result['per_second']:7.0f}/s p50 {result['p50']:6.1f} "
            f"p99 {result['p99']:7.1f} ms  {result['cpu_us']:6.0f} µs  {result['memory']:4.0f} MB",
            flush=True,
        )
    return results


async def _check(bots: Sequence[RunningBot], rounds: Sequence[dict[str, dict[str, Any]]]) -> None:
    """Speed that loses something is none: every update was answered, and stored exactly once."""
    for bot in bots:
        mine = [results[bot.variant.key] for results in rounds]
        sent = sum(one["sent"] for one in mine)
        troubles = sum(one["lost"] + one["refused"] for one in mine)
        stored = await stored_rows(bot)
        if troubles or stored != sent:
            raise SystemExit(f"{bot.variant.key}: {sent} updates, {troubles} without a reply, {stored} stored")


def _medians(results: Sequence[dict[str, Any]]) -> dict[str, float]:
    return {name: statistics.median(float(one[name]) for one in results) for name in results[0]}


async def _version(socket_folder: str) -> str:
    connection = await asyncpg.connect(user="postgres", host=socket_folder, database="postgres")
    try:
        return str(await connection.fetchval("SHOW server_version"))
    finally:
        await connection.close()


def main() -> int:
    """Run, print, and write the page when nothing was left out."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="measured time of one bot in one round")
    parser.add_argument("--only", action="append", choices=[one.key for one in VARIANTS], help="no page is written")
    parser.add_argument("--profile", type=Path, help="folder for sampling profiles of our bots")
    options = parser.parse_args()
    began = time.perf_counter()
    with postgres() as socket_folder:
        postgres_version = asyncio.run(_version(socket_folder))
        rows = asyncio.run(run(options, socket_folder))
    if not options.only:
        order = {"users": USERS, "people": f"{PEOPLE:,}", "rounds": options.rounds, "seconds": options.seconds}
        print("\n" + page.write(rows, micro.measure(), postgres_version, order))
    print(f"{time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
