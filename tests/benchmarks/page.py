"""What a run prints and writes: docs/benchmarks.md, with the machine, how to read it and what it does not say."""

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks.micro import Timing
from tests.benchmarks.processes import VARIANTS, Variant

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "benchmarks.md"
LIBRARIES = ("python-telegram-bot", "aiohttp", "httpx", "SQLAlchemy", "asyncpg", "aiosqlite", "uvloop", "dateparser")

HEAD = """# Benchmarks

`make bench` measures this and writes this page anew. Nothing here is a promise or a test: no figure makes the run fail.
The run fails only when an update was lost, refused, or not stored exactly once.

## One text message, end to end

A closed loop: {users} virtual users (Telegram opens at most 40 connections to a webhook) each post the next update as
soon as the reply to the last one has arrived. Every update is one study sentence of a person who has agreed to a log,
{people} people in turn. Driver and Bot API are one lean process; each bot is a process of its own with a fresh
database. {rounds} interleaved rounds of {seconds:g} s; medians.

"""

READING = """
* *ms*: from posting the update until the reply is with the person and the webhook has answered.
* *CPU µs*: processor time of the bot's process for one update, without the database server's; 1,000,000 divided by it
  is the most that one core can do. It depends least on what else the machine does.
* *× peer*: updates for each second beside the peer on the same engine in the same run.

What each one does for an update:

* **{peer}** (python-telegram-bot's `Application.process_update` fed by aiohttp, its own httpx client, SQLAlchemy ORM):
  checks the secret, finds the person, inserts one row, commits, calls `sendMessage`.
* **{ours}**: checks the secret, builds the same Telegram objects, reads the person with the conversation, understands
  the sentence, which may have any form, checks the limits of the day, sums the week, and commits in one transaction:
  the message's id (a second delivery changes nothing), the log, its history, the conversation's new version and the
  promised reply. The reply goes in the webhook's answer and is marked as sent. *By `sendMessage`* is the same within
  Telegram's rates, as it runs in operation: beyond 25 replies a second nearly all go by the outbox and `sendMessage`.

## Reading and finding, without a server

One text after the other in one process; for each text the best of five. The right-hand functions do less: they are here
to show the price, [evaluation.md](evaluation.md) shows what it buys.

"""

LIMITS = """
## Limits of these figures

* Everything runs on one machine over the loopback: there is no network, no TLS and no Telegram in the figures. Telegram
  lets one bot send about 30 messages a second; what is faster than that pays off as short waits in a burst, as little
  processor time on a small server, and as room for the other channels and jobs in the same process.
* Other work on the machine moves absolute figures by tens of percent; compare only within one run.
* The peer is what its libraries' examples lead to, not the best that can be made of them.
* The databases are small (some thousands of people, some tens of thousands of rows) and the disk is the machine's own.
* Driver and PostgreSQL share the cores that the bots leave: on two cores the fastest rows are held back by them too.
"""


def write(
    rows: Mapping[str, Mapping[str, Any]], timings: Sequence[Timing], postgres_version: str, order: Mapping[str, Any]
) -> str:
    """Write the page; returns the tables for the terminal."""
    tables = f"{_table(rows)}\n{_machine(postgres_version)}\n"
    micro = _micro(timings)
    reading = READING.format(peer=VARIANTS[0].title, ours=VARIANTS[2].title)
    PAGE.write_text(HEAD.format(**order) + tables + reading + micro + LIMITS, encoding="utf-8")
    return f"{tables}\n{micro}"


def _table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [
        "| bot | storage | updates/s | × peer | p50 ms | p99 ms | p99 ÷ peer's | CPU µs | CPU ÷ peer's | memory MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_line(variant, rows[variant.key], rows[_peer_of(variant)]) for variant in VARIANTS if variant.key in rows]
    return "\n".join(lines) + "\n"


def _peer_of(variant: Variant) -> str:
    return next(other.key for other in VARIANTS if other.is_peer and other.engine == variant.engine)


def _line(variant: Variant, row: Mapping[str, Any], peer: Mapping[str, Any]) -> str:
    faster = row["per_second"] / peer["per_second"]
    cells = [
        f"{row['per_second']:,.0f}",
        f"{faster:.1f}",
        f"{row['p50']:.0f}",
        f"{row['p99']:.0f}",
        f"1/{peer['p99'] / row['p99']:.1f}",
        f"{row['cpu_us']:,.0f}",
        f"1/{peer['cpu_us'] / row['cpu_us']:.1f}",
        f"{row['memory']:.0f}",
    ]
    return f"| {variant.title} | {variant.engine} | " + " | ".join(cells) + " |"


def _machine(postgres_version: str) -> str:
    names = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    system = f"{platform.system()} on {platform.machine()}"
    return (
        f"Machine: {os.cpu_count()} cores ({system}), Python {platform.python_version()}, "
        f"PostgreSQL {postgres_version}; {names}."
    )


def _micro(timings: Sequence[Timing]) -> str:
    lines = ["| function | texts | p50 ms | p99 ms |", "|---|---|---|---|"]
    lines += [f"| {one.title} | {one.texts} | {one.p50:.2f} | {one.p99:.2f} |" for one in timings]
    return "\n".join(lines) + "\n"
