"""Evidence and its decision: who may see it, what is said to whom, and the sheet for "Công dân học tập".

Officers with the right to confirm decide about people of their units and below, admins about everybody. The bot never
awards a title: it keeps what was decided, and puts a person's own entries and evidence in order.
"""

from collections.abc import Collection
from io import BytesIO

from xlsxwriter import Workbook

from bot.consent import NAMED
from bot.errors import UserError
from bot.exports import XLSX, Sheets
from bot.i18n import Minutes, Text, format_date, joined, render, t
from bot.message import Button, File, Reply
from bot.question_words import kept_words
from bot.rights import CONFIRM
from bot.routes import dead_button
from bot.scope import must_be_officer
from bot.turn import Turn
from storage.evidence import APPROVED as APPROVED
from storage.evidence import PENDING as PENDING
from storage.evidence import RETURNED as RETURNED
from storage.evidence import Item as Item
from storage.study_logs import StudyLog

REASON_LETTERS = 300
STATES = {PENDING: t("waiting for approval"), APPROVED: t("approved"), RETURNED: t("returned")}
COMPETENCES = (
    t("Competence 1: learning by oneself, lifelong learning"),
    t("Competence 2: use of tools of communication and technology"),
    t("Competence 3: building and keeping social relations"),
)
"""The three core competences of "Công dân học tập"; the wording of its ten indicators is not officially known to us."""


async def scope(turn: Turn) -> Collection[int] | None:
    """The units whose people's evidence the person may see and decide about; None is all. Raises NotAllowed."""
    await must_be_officer(turn, CONFIRM)
    return None if await turn.is_admin() else await turn.officer_units(CONFIRM)


async def visible(turn: Turn, id: int) -> Item:
    """A piece of evidence that the person may see now. Raises NotAllowed, and UserError for any other."""
    await must_be_officer(turn, CONFIRM)
    item = await turn.evidence.by_id(id)
    if item is None or not await covers(turn, item):
        raise dead_button()
    return item


async def covers(turn: Turn, item: Item) -> bool:
    """True when the person's right covers the unit of whoever sent it; without a unit it is the admins'."""
    if await turn.is_admin():
        return True
    return item.unit_id is not None and await turn.roles.covers(turn.person.id, item.unit_id, CONFIRM)


async def whose(turn: Turn, item: Item) -> Text:
    """Whose evidence it is: by alias only who agreed to be named."""
    person = (await turn.people.by_ids([item.person_id])).get(item.person_id)
    unit = item.unit_name or t("without a unit")
    if person is not None and person.agreed(NAMED) and item.alias:
        return t("“{alias}” ({unit})", alias=item.alias, unit=unit)
    return t("a learner ({unit})", unit=unit)


def proves(item: Item) -> Text:
    """The entry that it proves."""
    day = format_date(item.day)
    return t("{minutes} · {subject} · {day}", minutes=Minutes(item.minutes), subject=_subject(item), day=day)


def _subject(item: Item) -> str:
    subject = item.course or item.subject
    return subject[:1].upper() + subject[1:]


async def tell_officers(turn: Turn) -> None:
    """Tell those who decide that evidence waits; of what waits already they know."""
    unit = turn.person.unit_id
    if unit is not None and await turn.evidence.count_pending([unit]):
        return
    officers = await turn.roles.officers_of(unit, CONFIRM) if unit is not None else await turn.roles.admins()
    text = t("Evidence of study waits for approval ({unit}).", unit=turn.person.unit_name or t("without a unit"))
    turn.notify(officers, Reply(text, (Button(t("Look at the evidence"), "evidence.list"),)))


def decide(turn: Turn, item: Item, state: str, reason: str = "") -> None:
    """Approve it or return it with the reason, and tell the person. Raises UserError."""
    if item.state != PENDING:
        raise UserError(t("This evidence has been decided about already."))
    words = kept_words(reason)[:REASON_LETTERS]
    if state == RETURNED and len(words) < 3:
        raise UserError(t("Please write in a few words what has to be mended, at most {count} characters.",
                          count=REASON_LETTERS))  # fmt: skip
    turn.evidence.decide(item, state, turn.person.id, turn.now, words)
    verb = "evidence.approved" if state == APPROVED else "evidence.returned"
    turn.audit(verb, unit_id=item.unit_id, about=item.person_id, evidence=str(item.id))
    if state == APPROVED:
        text = t("The evidence of {entry} was approved.", entry=proves(item))
    else:
        text = t("The evidence of {entry} was returned: {reason}. The entry itself stays as it is; {you} may send a "
                 "better file.", entry=proves(item), reason=words.rstrip(" ."))  # fmt: skip
    turn.notify((item.person_id,), Reply(text))


def sheet(turn: Turn, logs: list[StudyLog], items: list[Item]) -> File:
    """The person's entries and evidence by competence, as a workbook to copy from or to print."""
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheets = Sheets(book, turn.reader)
    sheets.add(t("Read first"), (t("About this sheet"),), [(line,) for line in _about(turn)])
    proofs: dict[int, list[Item]] = {}
    for item in items:
        proofs.setdefault(item.log_id, []).append(item)
    header = (t("Day"), t("Minutes"), t("Subject"), t("Course"), t("Evidence"), t("State of the evidence"))
    for number, title in enumerate(COMPETENCES, 1):
        rows = [_row(log, proofs.get(log.id, [])) for log in logs if _competence(log) == number]
        sheets.add(t("Competence {number}", number=number), header, rows or [(title,)])
    book.close()
    return File("minh-chung-cong-dan-hoc-tap.xlsx", XLSX, stream.getvalue())


def _about(turn: Turn) -> list[Text]:
    return [
        t(
            "This sheet puts your own entries and evidence in order. Bạn Học never awards a title and gives no points: "
            "{you} assess yourself, and the authority decides."
        ),
        t(
            "“Công dân học tập” has three core competences, ten indicators and 100 points; one registers, assesses "
            "oneself and reports with evidence. The official wording of the indicators is not known here."
        ),
        t(
            "Entries about digital skills stand under competence 2, all others under competence 1. Competence 3 is "
            "left for {you} to fill in."
        ),
        t("Self-logged minutes and approved evidence are two things: the state beside each piece says which."),
        *COMPETENCES,
    ]


def _competence(log: StudyLog) -> int:
    return 2 if log.area == "digital" else 1


def _row(log: StudyLog, proofs: list[Item]) -> tuple[object, ...]:
    names = joined([one.name for one in proofs], "; ") if proofs else t("none yet")
    states = joined([STATES[one.state] for one in proofs], "; ") if proofs else ""
    return (log.day, log.minutes, log.subject, log.course or "", names, states)


def own_lines(turn: Turn, items: list[Item], most: int) -> str:
    """The person's newest evidence, a line each."""
    lines = [
        t("• {entry}: {state}", entry=proves(one), state=_state(one)) for one in sorted(items, key=lambda one: -one.id)
    ]
    return render(joined(lines[:most], "\n"), turn.reader)


def _state(item: Item) -> Text:
    if item.state == RETURNED and item.reason:
        return t("returned ({reason})", reason=item.reason)
    return STATES[item.state]
