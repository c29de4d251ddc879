"""The rules of logging study that its conversations share: draft, what is still to ask, limits, saving, echo."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot import consent
from bot.belonging import units_of_days
from bot.errors import UserError
from bot.i18n import Day, Joined, Minutes, Text, joined, t
from bot.language.masking import masked_name
from bot.language.subjects import area_of, display
from bot.locks import OLDEST_DAYS as OLDEST_DAYS
from bot.locks import check_age, check_locked
from bot.message import Button, Reply
from bot.turn import Turn
from storage.study_logs import StudyLog as StudyLog

MOST_MINUTES_A_DAY = 16 * 60
SUBJECT_LETTERS = 120
RECENT_ENTRIES = 200
"""How far back a button under an old message still finds its entries."""

AREA_NAMES = {
    "profession": t("profession"),
    "foreign_language": t("foreign languages"),
    "ethnic_language": t("ethnic languages"),
    "digital": t("digital skills"),
    "politics": t("politics"),
    "law": t("law"),
    "military": t("military"),
    "life_skills": t("life skills"),
    "other": t("other"),
}
"""What each area of the catalogue is called."""


@dataclass(frozen=True, slots=True)
class Study:
    """One entry before it is saved; what is not known yet is None."""

    minutes: int | None = None
    day: date | None = None
    subject: str = ""
    course: str | None = None
    completed: bool = False
    mode: str | None = None

    def __post_init__(self) -> None:
        # Drafts and entries that wait for consent are stored too, so nothing unmasked may exist at all.
        object.__setattr__(self, "subject", masked_name(self.subject))
        object.__setattr__(self, "course", masked_name(self.course) or None if self.course else None)

    def kept(self) -> dict[str, Any]:
        """As JSON for the conversation's row."""
        return {**asdict(self), "day": self.day.isoformat() if self.day else None}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Study":
        """Rebuild it from the conversation's row."""
        return cls(**{**kept, "day": date.fromisoformat(kept["day"]) if kept["day"] else None})


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person wants to log: the entries, how many sessions each stands for, and what is still to be asked."""

    entries: tuple[Study, ...]
    asks: tuple[str, ...] = ()
    """Names of what is still unknown, in the order of asking: `subject`, `minutes`, `date`."""
    sessions: int = 1
    """Minutes are asked per session and multiplied by this."""

    def kept(self) -> dict[str, Any]:
        """As JSON for the conversation's row."""
        entries = [entry.kept() for entry in self.entries]
        return {"entries": entries, "asks": list(self.asks), "sessions": self.sessions}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Draft":
        """Rebuild it from the conversation's row."""
        return cls(tuple(map(Study.read, kept["entries"])), tuple(kept["asks"]), kept["sessions"])

    def answered(self, name: str, **values: Any) -> "Draft":
        """The draft with one question answered for every entry that lacks it."""
        entries = tuple(replace(entry, **values) if _lacks(entry, name) else entry for entry in self.entries)
        return replace(self, entries=entries, asks=tuple(ask for ask in self.asks if ask != name))


def _lacks(entry: Study, name: str) -> bool:
    return {"minutes": entry.minutes is None, "date": entry.day is None, "subject": not entry.subject}[name]


async def save_or_ask(turn: Turn, draft: Draft) -> Reply:
    """Every way of logging meets here: ask for the one thing that is missing, then for consent, then save.

    Raises UserError when a limit forbids an entry; then nothing is saved.
    """
    if draft.asks:
        return await question(turn, draft)
    await check_entries(turn, draft.entries)
    if not turn.person.agreed(consent.LOG):
        waiting = [entry.kept() for entry in draft.entries]
        return consent.ask_before_saving(turn, waiting, joined(shown(entry) for entry in draft.entries))
    await check_locked(turn, draft.entries)
    known = await check_days(turn, draft.entries)
    units = await units_of_days(turn, [entry.day for entry in draft.entries if entry.day])
    return save(turn, draft.entries, known, units)


async def question(turn: Turn, draft: Draft, *, again: bool = False) -> Reply:
    """Ask the next open question of a draft, with choices."""
    name = draft.asks[0]
    turn.ask(name, **draft.kept())
    text, choices = await _choices(turn, name, draft)
    said = t("I did not understand that. {question}", question=text) if again else text
    return Reply(said, tuple(Button(label, f"log.{name}", (value,)) for label, value in choices))


async def _choices(turn: Turn, name: str, draft: Draft) -> tuple[Text, list[tuple[Any, str]]]:
    if name == "minutes":
        quick = (60, 90, 120, 180) if draft.sessions > 1 else (30, 60, 90, 120)
        text = t("How long was each session?") if draft.sessions > 1 else t("How long did {you} study?")
        return text, [(duration(minutes), str(minutes)) for minutes in quick]
    if name == "date":
        return t("On which day did {you} study?"), day_choices(turn)
    recent = await recent_subjects(turn)
    turn.draft["choices"] = recent
    choices: list[tuple[Any, str]] = [(display(subject), str(number)) for number, subject in enumerate(recent)]
    return t("What did {you} study?"), [*choices, (t("Skip"), "skip")]


def duration(minutes: int) -> Text:
    """A length of time as a button's label."""
    return t("{minutes}", minutes=Minutes(minutes))


def day_choices(turn: Turn) -> list[tuple[Any, str]]:
    """Today and the two days before, as choices."""
    names = (t("Today"), t("Yesterday"), t("The day before yesterday"))
    return [(name, (turn.today - timedelta(days=ago)).isoformat()) for ago, name in enumerate(names)]


async def recent_subjects(turn: Turn, limit: int = 5) -> list[str]:
    """The subjects that the person logged last, newest first."""
    entries = await turn.study_logs.newest(turn.person.id, 30)
    return list(dict.fromkeys(entry.subject for entry in entries if entry.subject))[:limit]


async def save_waiting(turn: Turn) -> Reply | None:
    """After the consent: save what waited for it, or say why it cannot be saved; None when nothing waited."""
    entries = tuple(map(Study.read, consent.take_waiting(turn)))
    if not entries:
        return None
    try:
        return await save_or_ask(turn, Draft(entries))
    except UserError as error:
        # The consent of this turn stays; only the entries are refused.
        return Reply(error.text)


def save(turn: Turn, entries: Sequence[Study], known: Mapping[date, int], units: Mapping[date, int | None]) -> Reply:
    """Save entries that passed the limits, and echo them with *edit* and *undo*.

    `known`: minutes by day before; `units`: where the entries of a day count.
    """
    saved = [turn.study_logs.add(_row(turn, entry, units.get(entry.day or turn.today))) for entry in entries]
    remember(turn, saved)
    return echo(saved, this_week(turn, known, by_day(saved)))


def _row(turn: Turn, entry: Study, unit_id: int | None) -> StudyLog:
    if entry.minutes is None or entry.day is None:
        raise ValueError("an entry is saved only when its minutes and day are known")
    subject = entry.subject[:SUBJECT_LETTERS]
    course = entry.course[:160] if entry.course else None
    return StudyLog(
        0, turn.person.id, unit_id, entry.day, entry.minutes, subject, area_of(subject), course, entry.completed,
        entry.mode, turn.now,
    )  # fmt: skip


def remember(turn: Turn, entries: Iterable[StudyLog]) -> None:
    """A correction that follows means these entries."""
    turn.memory["logs"] = [entry.id for entry in entries]
    turn.memory.pop("deleted", None)


def echo(entries: Sequence[StudyLog], week: Text) -> Reply:
    """What was saved, word for word, with the sum of the week."""
    lines = joined(shown(entry) for entry in entries)
    if len(entries) == 1:
        text = t("Logged: {entries}.\n{week}", entries=lines, week=week)
    else:
        text = t("Logged {count} entries: {entries}.\n{week}", count=len(entries), entries=lines, week=week)
    buttons = (Button(t("Edit"), "log.edit", span(entries)), Button(t("Undo"), "log.undo", span(entries)))
    return Reply(text, buttons)


def span(entries: Sequence[StudyLog]) -> tuple[str, str]:
    """Entries of one message as two button arguments: their keys were made in a row, by nobody else in between."""
    ids = [entry.id for entry in entries]
    return str(min(ids)), str(max(ids))


async def within(turn: Turn, first: int, last: int) -> list[StudyLog]:
    """The person's own entries that a button means, oldest first, deleted ones too."""
    if first == last:
        return await turn.study_logs.some(turn.person.id, [first])
    kept = await turn.study_logs.newest(turn.person.id, RECENT_ENTRIES)
    gone = await turn.study_logs.newest(turn.person.id, RECENT_ENTRIES, deleted=True)
    return sorted((log for log in [*kept, *gone] if first <= log.id <= last), key=lambda log: log.id)


def shown(entry: Study | StudyLog, *, plain_day: bool = False) -> Joined:
    """An entry in one line: minutes · subject · day; `plain_day` leaves "today" and "yesterday" out."""
    day: Any = entry.day
    if day is not None:
        day = t("{day}", day=f"{day:%d/%m}") if plain_day else Day(day)
    subject = display(entry.subject) if entry.subject else t("no subject named")
    parts = [Minutes(entry.minutes or 0), subject, *_course(entry), day]
    return joined(parts, " · ")


def _course(entry: Study | StudyLog) -> list[Text]:
    if entry.completed:
        return [t("course completed")]
    return [t("course {name}", name=entry.course)] if entry.course and entry.course != entry.subject else []


def this_week(turn: Turn, *by_days: Mapping[date, int]) -> Text:
    """The sum from Monday to Sunday of some minutes by day, against the goal where there is one."""
    monday = turn.today - timedelta(days=turn.today.weekday())
    week = [monday + timedelta(days=number) for number in range(7)]
    total = sum(minutes.get(day, 0) for minutes in by_days for day in week)
    return week_line(total, turn.person.goal)


def week_line(total: int, goal: int | None) -> Text:
    """The minutes of this week, against the goal where there is one."""
    if goal:
        return t("This week: {minutes} / goal {goal}.", minutes=Minutes(total), goal=Minutes(goal))
    return t("This week: {minutes}.", minutes=Minutes(total))


def by_day(entries: Iterable[Study | StudyLog], sign: int = 1) -> dict[date, int]:
    """Minutes by day of some entries."""
    sums: dict[date, int] = {}
    for entry in entries:
        if entry.day is not None:
            sums[entry.day] = sums.get(entry.day, 0) + sign * (entry.minutes or 0)
    return sums


async def minutes_before(turn: Turn, days: Iterable[date], *, besides: Sequence[int] = ()) -> dict[date, int]:
    """Minutes by day that are saved, over these days and the present week, in one question."""
    monday = turn.today - timedelta(days=turn.today.weekday())
    wanted = [*days, monday, monday + timedelta(days=6)]
    return await turn.study_logs.minutes(turn.person.id, min(wanted), max(wanted), besides=besides)


async def check_entries(turn: Turn, entries: Iterable[Study | StudyLog]) -> None:
    """Minutes and day of each entry alone. Raises UserError with the reason."""
    for entry in entries:
        minutes, day = entry.minutes or 0, entry.day or turn.today
        if minutes < 1:
            raise UserError(t("Nothing was saved: one entry has at least 1 minute."))
        if minutes > MOST_MINUTES_A_DAY:
            raise UserError(
                t(
                    "Nothing was saved: {minutes} is more than the {most} that one day can hold. If it was spread over "
                    "several days, please log each day.",
                    minutes=Minutes(minutes),
                    most=Minutes(MOST_MINUTES_A_DAY),
                )
            )
        if day > turn.today:
            raise UserError(t("Nothing was saved: {day} has not come yet. I log what has been studied.", day=day))
        await check_age(turn, entry)


async def check_days(
    turn: Turn, entries: Sequence[Study | StudyLog], *, besides: Sequence[int] = ()
) -> dict[date, int]:
    """All entries of a day together with what was saved before (`besides` those that they replace).

    Returns the minutes that were saved before, also of the present week. Raises UserError with the reason.
    """
    new = by_day(entries)
    known = await minutes_before(turn, new, besides=besides)
    for day, minutes in new.items():
        before = known.get(day, 0)
        if before + minutes > MOST_MINUTES_A_DAY:
            raise UserError(
                t(
                    "Nothing was saved: with {new} more, {day} would have {total}; one day holds at most {most}.",
                    new=Minutes(minutes),
                    day=day,
                    total=Minutes(before + minutes),
                    most=Minutes(MOST_MINUTES_A_DAY),
                )
            )
    return known
