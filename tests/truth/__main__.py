"""Run the whole matrix by hand: `python -m tests.truth figures 1000`, `python -m tests.truth scope 10000`."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from random import Random

from bot.demo import load_demo
from bot.knowledge.answer import Knowledge
from tests.chat import NOON
from tests.truth import matrix, trespass
from tests.truth.matrix import Result
from tests.truth.running import running


async def figures(pairs: int, costly: int, knowledge: Knowledge, folder: Path, seed: int) -> Result:
    """Half of the pairs on the demo, half on random trees that change; before and after entries are disturbed."""
    whole, chance = Result(), Random(seed)
    async with running(f"sqlite+aiosqlite:///{folder}/demo.sqlite3", knowledge) as house:
        await load_demo(house.bot.database, house.bot.committer, NOON)
        start = await matrix.start_of(house)
        for round_ in range(2):
            if round_:
                await matrix.disturb(house, chance)
                await matrix.change_tree(house, chance, 12)
            await matrix.open_eye(house)
            browser = await house.enters(matrix.EYE)
            whole.add(await matrix.compare(house, browser, start, chance, pairs // 4, costly // 4))
    for tree in range(5):
        async with running(f"sqlite+aiosqlite:///{folder}/tree{tree}.sqlite3", knowledge) as house:
            start = await matrix.plant(house, chance)
            for _ in range(2):
                await matrix.change_tree(house, chance, 12)
                await matrix.disturb(house, chance)
                await matrix.open_eye(house)
                browser = await house.enters(matrix.EYE)
                whole.add(await matrix.compare(house, browser, start, chance, pairs // 20, costly // 20))
    return whole


async def scope(requests: int, knowledge: Knowledge, folder: Path, seed: int) -> trespass.Tally:
    """Random officers against random requests."""
    async with running(f"sqlite+aiosqlite:///{folder}/scope.sqlite3", knowledge) as house:
        return await trespass.try_all(house, Random(seed), requests)


def main() -> int:
    """Print what was compared; 1 where something differs or leaks."""
    parser = argparse.ArgumentParser(prog="python -m tests.truth")
    parser.add_argument("what", choices=("figures", "scope"))
    parser.add_argument("count", type=int, help="pairs, or requests")
    parser.add_argument("--costly", type=int, help="pairs that also go through the files and the page (default: all)")
    parser.add_argument("--seed", type=int, default=2026)
    said = parser.parse_args()
    from bot.i18n import LOCALES

    knowledge = Knowledge.load(LOCALES)
    with tempfile.TemporaryDirectory() as folder:
        if said.what == "scope":
            tally = asyncio.run(scope(said.count, knowledge, Path(folder), said.seed))
            print(f"{sum(tally.asked.values())} requests {dict(tally.asked)}, {tally.answered} answered")
            print("\n".join(tally.leaks[:20]) or "0 rows outside the subtree")
            return 1 if tally.leaks else 0
        costly = said.count if said.costly is None else said.costly
        result = asyncio.run(figures(said.count, costly, knowledge, Path(folder), said.seed))
    print(f"{result.pairs} pairs, {result.hidden} hidden for who moved; figures compared: {dict(result.compared)}")
    print("\n".join(result.differences[:20]) or "0 differences")
    return 1 if result.differences else 0


if __name__ == "__main__":
    sys.exit(main())
