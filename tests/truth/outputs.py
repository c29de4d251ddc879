"""The figures as each output tells them (JSON, chat, workbook, CSV, official report, web), read back into numbers."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

import docx
from openpyxl import load_workbook

from bot.i18n import Reader, render
from bot.language.periods import Period
from bot.reports.citations import QD_1315
from bot.reports.official_sections import MOVEMENT
from bot.reports.period import earlier, name_of_period
from bot.reports.unit import figures
from bot.reports.unit_parts import MODE_NAMES
from bot.study import AREA_NAMES
from tests.chat import FakePerson
from tests.desk.browser import Browser
from tests.truth import recognised
from tests.truth.brute import Counted
from tests.truth.units_table import Line, lines

VIETNAMESE = Reader("vi")
AREAS = {key: render(name, VIETNAMESE) for key, name in AREA_NAMES.items()}
MODES = {key: render(name, VIETNAMESE) for key, name in MODE_NAMES.items()}
Figures = dict[str, Any]
"""Figures by name; a figure that an output does not tell is missing."""


@dataclass(frozen=True)
class Asked:
    """One pair: a unit, and a period in the tree now or then."""

    unit: int
    code: str
    name: str
    key: str
    is_then: bool
    is_military: bool

    @property
    def taps(self) -> str:
        """The end of a button's payload."""
        return f"{self.unit}|{self.key}"

    @property
    def tree(self) -> str:
        """Whose tree, as a button says it."""
        return "|then" if self.is_then else ""


def expected(counted: Counted, asked: Asked, *, year: int) -> Figures:
    """What every output must tell: all but the months in which fewer than five people differ between the trees."""
    present = counted.active - counted.former
    found: Figures = {
        "entries": counted.entries,
        "minutes": counted.minutes,
        "median": int(counted.median + 0.5),
        "areas": {AREAS.get(key, AREAS["other"]): minutes for key, minutes in counted.areas.items()},
        "modes": {MODES[key]: minutes for key, minutes in counted.modes.items()},
        "courses": counted.courses,
        "months": {month: minutes for month, minutes in counted.months.items() if month not in counted.blurred},
        "approved": counted.approved,
        "share": whole_percent(present, counted.members),
    }
    found |= recognised.expected(counted.recognised, is_military=asked.is_military, entries=counted.entries, year=year)
    return found | {"members": counted.members, "present": present, "former": counted.former}


def whole_percent(part: int, whole: int) -> int:
    """Whole percent, rounded half up."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def tenths(minutes: int) -> float:
    """Hours with one decimal, rounded half up: minutes as files show them."""
    return (minutes + 3) // 6 / 10


def cells_of(counted: Counted, codes: dict[int, str]) -> dict[str, tuple[int, int]]:
    """Entries and minutes of each unit right below, and of the unit's own people where there are any."""
    return {codes[id]: (cell.entries, cell.minutes) for id, cell in counted.cells.items()}


async def by_json(database: Any, asked: Asked, moment: Any) -> tuple[Figures, dict[str, tuple[int, int]]]:
    """The command line."""
    found = await figures(database, asked.code, asked.key, moment, then=asked.is_then)
    approved = found["approved"] and tuple(found["approved"][name] for name in ("people", "entries", "minutes"))
    told: Figures = {
        "entries": found["entries"],
        "minutes": found["minutes"],
        "median": int(found["median_minutes"] + 0.5),
        "areas": {AREAS.get(key, AREAS["other"]): minutes for key, minutes in found["areas"].items()},
        "modes": {MODES["" if key == "not_said" else key]: minutes for key, minutes in found["modes"].items()},
        "courses": {
            one["name"]: (one["people"], one["entries"], one["minutes"], one["completed"]) for one in found["courses"]
        },
        "approved": approved,
        "recognised": recognised.in_json(found["recognised"]),
        "members": found["members"],
        "present": found["active_people"] - found["former_people"],
        "former": found["former_people"],
    }
    below = {one["code"]: (one["entries"], one["minutes"]) for one in (*found["children"], found["direct"])}
    return told, below


async def by_chat(person: FakePerson, asked: Asked) -> Figures | None:
    """The summary's sentence and its details; None where it says that the figures are hidden."""
    await person.taps_payload(f"sum|{asked.taps}{asked.tree}")
    text = person.last.text
    if "số liệu được ẩn" in text:
        return None
    told: Figures = {}
    if "chưa có lượt ghi nào" in text.split("\n")[1 if asked.is_then else 0]:
        members = re.search(r"(?<!dưới )\b([\d.]+) thành viên", text)
        await person.taps_payload(f"sum.more|{asked.taps}{asked.tree}")
        told = {"entries": 0, "minutes": 0, "recognised_said": recognised.in_details(person.last.text)}
        return told | ({"members": number(members[1])} if members else {})
    hours = re.search(r"; ([^;]+?) \(trung vị ([^)]+?) mỗi người\)", text)
    assert hours, text
    told |= {"minutes": length(hours[1]), "median": length(hours[2])}
    if asked.is_military:
        told["share"] = int(re.search(r"(\d+)% số người có ghi", text)[1])  # type: ignore[index]
    else:
        people = re.search(r"([\d.]+)/([\d.]+) người có ghi(?: \(và ([\d.]+) người)?", text)
        assert people, text
        told |= {"present": number(people[1]), "members": number(people[2]), "former": number(people[3] or "0")}
    await person.taps_payload(f"sum.more|{asked.taps}{asked.tree}")
    told["recognised_said"] = recognised.in_details(person.last.text)
    told["areas"] = parts(person.last.text, "Theo lĩnh vực")
    told["modes"] = parts(person.last.text, "Theo hình thức học")
    if months := re.search(r"^Theo tháng: (.+)\.$", person.last.text, re.MULTILINE):
        told["months"] = {said[:7]: length(said[8:]) for said in months[1].split("; ") if re.search(r"giờ|phút", said)}
    approved = re.search(r"Số liệu đã duyệt: ([\d.]+) lượt, (.+?)\. Số", person.last.text)
    told["approved_minutes"] = length(approved[2]) if approved else None
    return told


def parts(text: str, title: str) -> dict[str, int]:
    """ "năng lực số 9 giờ (56%); …" as minutes by name."""
    line = next((line for line in text.split("\n") if line.startswith(f"{title}: ")), "")
    found = {}
    for part in line.removeprefix(f"{title}: ").removesuffix(".").split("; ") if line else []:
        said = re.fullmatch(r"(.+?) ((?:[\d.]+ giờ)?(?: ?\d+ phút)?) \(\d+%\)", part)
        assert said, part
        found[said[1]] = length(said[2])
    return found


def number(text: str) -> int:
    """1.236 as people write it."""
    return int(text.replace(".", ""))


def length(text: str) -> int:
    """ "1.236 giờ 30 phút" in minutes."""
    hours, minutes = re.search(r"([\d.]+) giờ", text), re.search(r"(\d+) phút", text)
    assert hours or minutes, text
    return (number(hours[1]) * 60 if hours else 0) + (int(minutes[1]) if minutes else 0)


async def by_workbook(person: FakePerson, asked: Asked) -> tuple[Figures, dict[str, Line]]:
    """The workbook, sheet by sheet."""
    await person.taps_payload(f"sum.xlsx|{asked.taps}{asked.tree}")
    book = load_workbook(BytesIO(the_file(person, ".xlsx")))
    rows = list(book["Tổng hợp"].values)
    told = labelled([(str(row[0]), row[1]) for row in rows])
    told["recognised_rows"] = recognised.in_rows([(str(row[0]), row[1]) for row in rows])
    header, *months = list(book["Tháng"].values) if "Tháng" in book.sheetnames else [("Số phút học",)]
    minutes = header.index("Số phút học")
    told["months"] = {f"{row[0]:%m/%Y}": row[minutes] for row in months if row[minutes] not in (0, "ẩn")}
    courses = list(book["Khóa học"].values)[1:] if "Khóa học" in book.sheetnames else []
    told["courses"] = {str(row[0]): course(row[1:-1]) for row in courses}
    return told, lines(list(book["Đơn vị"].values)) if "Đơn vị" in book.sheetnames else {}


def course(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    """People (not below a military root), entries, minutes, completions; the sheet has the minutes last."""
    *people, entries, completed, minutes = cells
    return (*people, entries, minutes, completed)


def labelled(rows: list[tuple[str, Any]]) -> Figures:
    """Figures from rows of label and value; numbers only."""
    names = {
        "Thành viên": "members", "Người có ghi": "present", "Người có ghi nay không còn trong đơn vị": "former",
        "Lượt ghi": "entries", "Số phút học": "minutes", "Trung vị mỗi người": "median",
    }  # fmt: skip
    told: Figures = {"area_hours": {}, "mode_hours": {}}
    for label, figure in rows:
        if not isinstance(figure, int | float):
            continue
        if label in names:
            told[names[label]] = figure
        elif label.startswith("Số giờ học: "):
            told["area_hours"][label.removeprefix("Số giờ học: ")] = figure
        elif label.startswith("Số giờ học theo hình thức, "):
            told["mode_hours"][label.removeprefix("Số giờ học theo hình thức, ")] = figure
        elif label == "Tỷ lệ người có ghi":
            told["share"] = round(figure * 100)
    return told


def the_file(person: FakePerson, ending: str) -> bytes:
    """The newest file with this ending."""
    for message in reversed(person.heard):
        for name, content in message.files.items():
            if name.endswith(ending):
                return content
    raise AssertionError(f"no file {ending}; last heard: {person.last.text}")


async def by_csv(person: FakePerson, asked: Asked) -> dict[str, Line]:
    """The table of units; its numbers are words that only digits make up."""
    await person.taps_payload(f"sum.csv|{asked.taps}{asked.tree}")
    rows = list(csv.reader(StringIO(the_file(person, ".csv").decode("utf-8-sig"))))
    return lines([tuple(int(cell) if cell.isdigit() else cell for cell in row) for row in rows])


async def by_report(person: FakePerson, asked: Asked, period: Period, names: Iterable[str]) -> tuple[Figures, set[str]]:
    """The official report: its first table, and the numbers of its text and tables that its workbook does not hold."""
    await person.taps_payload(f"sum.word|{asked.taps}|-{asked.tree}")
    document = docx.Document(BytesIO(the_file(person, ".docx")))
    grids = [one for one in document.tables if one.style is not None and one.style.name == "Table Grid"]
    rows = [[cell.text for cell in row.cells] for row in grids[0].rows[1:]]
    told = labelled([(row[1], as_number(row[3])) for row in rows])
    told |= recognised.in_report([[[cell.text for cell in row.cells] for row in grid.rows[1:]] for grid in grids])
    if asked.is_military:
        told["share"] = next((int(row[3][:-1]) for row in rows if row[1] == "Tỷ lệ người có ghi" and "%" in row[3]), 0)
    for header, *months in ([[cell.text for cell in row.cells] for row in grid.rows] for grid in grids):
        if header[0] == "Tháng":
            minutes = header.index("Số phút học")
            told["months"] = {row[0]: number(row[minutes]) for row in months if row[minutes] not in ("0", "ẩn")}
    printed = [cell.text for grid in grids for row in grid.rows for cell in row.cells]
    said = [paragraph.text for paragraph in document.paragraphs]
    annex = load_workbook(BytesIO(the_file(person, ".xlsx")))
    known = set(numbers(written(annex)))
    return told, {one for text in (*said, *printed) for one in numbers([without_names(text, period, names)])} - known


def without_names(text: str, period: Period, units: Iterable[str]) -> str:
    """A paragraph without what holds numbers but no figures: units, periods, days, the movement, its decision."""
    around = [period, *([before] if (before := earlier(period)) else [])]
    names = [render(one, VIETNAMESE) for one in (MOVEMENT, QD_1315, *map(name_of_period, around))] + [*units]
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return re.sub(r"^[1-5]\. |Bảng \d|\d\d:\d\d \d\d/\d\d/\d{4}|\d\d/\d\d/\d{4}", "", text)


def as_number(text: str) -> int | float | None:
    """A cell of the report as the number that it shows."""
    plain = text.replace(".", "").replace(",", ".")
    return (float(plain) if "." in plain else int(plain)) if re.fullmatch(r"\d+(\.\d+)?", plain) else None


def written(book: Any) -> Iterator[str]:
    """Every cell of the appendix as the report writes it."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    form = cell.number_format
                    value = cell.value * 100 if "%" in form else cell.value
                    yield grouped(value) + ("%" if "%" in form else "")
                elif cell.value is not None:
                    yield f"{cell.value:%m/%Y}" if hasattr(cell.value, "month") else str(cell.value)


def grouped(value: float) -> str:
    """1.236,5 as the report writes a number: at most two decimals."""
    text = f"{round(value, 2):,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def numbers(texts: Any) -> Iterator[str]:
    """Every number in these texts."""
    for text in texts:
        for found in re.findall(r"\d[\d.,/]*%?", text):
            yield found.rstrip(".,/")


async def by_desk(browser: Browser, asked: Asked) -> tuple[Figures, dict[str, tuple[int, int]]]:
    """The page of the web desk."""
    await browser.opens(f"/desk/tong-hop/{asked.unit}?ky={asked.key}{'&cay=then' if asked.is_then else ''}")
    assert browser.status == 200, (browser.status, browser.words)
    if "số liệu được ẩn" in browser.words:
        return {}, {}
    told: Figures = {"entries": browser.card("Lượt ghi"), "minutes": browser.card("Số giờ học"),
                     "median": browser.card("Trung vị")}  # fmt: skip
    if not asked.is_military:
        told |= {"members": browser.card("Thành viên"), "present": browser.card("Người có ghi")}
    for name in ("areas", "modes"):
        rows = browser.page.xpath(f"//table[@id='{name}']/tbody/tr")
        told[name] = {
            " ".join(row.find("th").text_content().split()): int(row.xpath(".//data/@value")[0]) for row in rows
        }
    beside = browser.page.xpath("//dl[@class='approved']/div")
    told["recognised_rows"] = recognised.in_rows([(words(one, "dt"), exact(words(one, "dd"))) for one in beside])
    below = {}
    for row in browser.page.xpath("//table[@id='units']/tbody/tr"):
        values = [float(value) for value in row.xpath(".//data/@value")]
        name = " ".join(row.find("th").text_content().split())
        below[name] = (int(values[-1]), int(values[0]))
    return {name: figure for name, figure in told.items() if not isinstance(figure, str)}, below


def exact(text: str) -> int | str:
    """A count as a number; words stay words."""
    return number(text) if re.fullmatch(r"[\d.]+", text) else text


def words(part: Any, tag: str) -> str:
    """The text of a part of the page."""
    return " ".join(part.find(tag).text_content().split())
