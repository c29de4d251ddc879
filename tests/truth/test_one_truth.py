"""Chat, JSON, workbook, CSV, report and web tell what plain counting finds; and nobody reads outside their subtree.

The suite takes a sample; `python -m tests.truth figures 1000` and `python -m tests.truth scope 10000` take them all.
"""

from random import Random

from bot.demo import load_demo
from bot.knowledge.answer import Knowledge
from tests.chat import NOON
from tests.truth import matrix, trespass
from tests.truth.running import running

PAIRS, COSTLY, REQUESTS = 30, 4, 250
"""Pairs for JSON and chat in each of four states of the data; those that also go through all files and the page."""


async def test_every_output_tells_what_plain_counting_finds(database_url: str, knowledge: Knowledge) -> None:
    chance = Random(5)
    async with running(database_url, knowledge) as house:
        await load_demo(house.bot.database, house.bot.committer, NOON)
        start = await matrix.start_of(house)
        await matrix.open_eye(house)
        browser = await house.enters(matrix.EYE)
        first = await matrix.compare(house, browser, start, chance, PAIRS, COSTLY)
        await matrix.disturb(house, chance)
        assert await matrix.change_tree(house, chance, 12) > 3
        await matrix.open_eye(house)
        second = await matrix.compare(house, browser, start, chance, PAIRS, COSTLY)

    assert first.differences + second.differences == []
    assert set(first.compared) == {"json", "chat", "xlsx", "csv", "web", "docx"}
    assert first.compared.total() > 500


async def test_the_same_on_a_random_tree_with_moves_merges_and_closures(
    database_url: str, knowledge: Knowledge
) -> None:
    chance = Random(7)
    async with running(database_url, knowledge) as house:
        start = await matrix.plant(house, chance)
        results = []
        for _ in range(2):
            assert await matrix.change_tree(house, chance, 12) > 3
            await matrix.disturb(house, chance)
            await matrix.open_eye(house)
            browser = await house.enters(matrix.EYE)
            results.append(await matrix.compare(house, browser, start, chance, PAIRS, COSTLY))

    assert [one for result in results for one in result.differences] == []
    assert sum(result.hidden for result in results) < PAIRS


async def test_no_officer_and_no_request_lets_a_row_out_of_its_subtree(database_url: str, knowledge: Knowledge) -> None:
    async with running(database_url, knowledge) as house:
        tally = await trespass.try_all(house, Random(11), REQUESTS)

    assert tally.leaks == []
    assert tally.answered > REQUESTS // 25
    assert set(tally.asked) == {"button", "command", "replayed", "forged", "page", "file"}
