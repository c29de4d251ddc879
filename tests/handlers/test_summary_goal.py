"""The summary of a unit stands against the goal that the unit, or one above it, has set; every output says so."""

from datetime import date
from io import BytesIO

import docx
from openpyxl import load_workbook

from bot.reports.unit import figures
from storage.changes import Changes
from storage.commits import Commit
from storage.goals import Goals
from tests.chat import NOON
from tests.conftest import Bot
from tests.organisation import organisation

SAID = "Mục tiêu của Cục Mẫu: 5 giờ mỗi người một tuần; trung vị 2 giờ 31 phút một tuần, đạt 50% mục tiêu."


async def test_the_median_week_stands_against_the_nearest_goal_above(app: Bot) -> None:
    units = await organisation(app)
    # The median of 667 minutes in the 31 days of October is 150.6 minutes a week.
    await units.members("A.1", [600, 640, 664, 670, 700, 800], day=date(2026, 10, 6))
    officer = await units.officer("oanh", "A.1")
    changes = Changes()
    Goals(app.database, changes).set(units.ids["A"], 300, "Kế hoạch 12/KH-CM", by=None, now=NOON)  # type: ignore[arg-type]
    await app.committer.commit(Commit(changes))

    await officer.says("/tonghop A.1 tháng 10")
    officer.hears(SAID)
    await officer.taps("Excel")
    rows = {row[0]: row[1] for row in book(officer.last.files)["Tổng hợp"].values}
    assert rows["Mục tiêu mỗi người một tuần (Cục Mẫu)"] == 300
    assert (rows["Trung vị mỗi người một tuần"], rows["Trung vị so với mục tiêu"]) == (151, 0.5)
    await officer.taps("Word")
    content = next(files for one in officer.heard[-2:] for name, files in one.files.items() if name.endswith(".docx"))
    said = "\n".join(one.text for one in docx.Document(BytesIO(content)).paragraphs)
    assert "Mục tiêu của Cục Mẫu: 300 phút mỗi người một tuần; trung vị 151 phút một tuần, đạt 50% mục tiêu." in said
    assert "Căn cứ của mục tiêu: Kế hoạch 12/KH-CM." in said
    printed = await figures(app.database, "A.1", "2026-10", NOON)
    assert printed["goal"] == {
        "minutes_a_week": 300, "set_by_unit": "Cục Mẫu", "basis": "Kế hoạch 12/KH-CM", "median_a_week": 151,
    }  # fmt: skip


def book(files: dict[str, bytes]):  # type: ignore[no-untyped-def]
    return load_workbook(BytesIO(next(content for name, content in files.items() if name.endswith(".xlsx"))))


async def test_without_a_goal_or_without_an_entry_nothing_is_said_of_it(app: Bot) -> None:
    units = await organisation(app)
    await units.members("A.2", [60] * 6)
    officer = await units.officer("oanh", "A")

    for words in ("A.2 tháng 10", "A.1 tháng 10"):
        await officer.says(f"/tonghop {words}")

        assert "Mục tiêu" not in officer.last.text
