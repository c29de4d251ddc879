"""My progress: today, week, month, year and phase, against the goal, and by area."""

from datetime import date, timedelta

from bot.consent import LOG
from bot.i18n import Minutes, Text, joined, t
from bot.message import Button, Message, Reply
from bot.routes import Routes
from bot.study import AREA_NAMES, this_week
from bot.turn import Turn

routes = Routes()

PHASES = ((1, 2023, 2025), (2, 2026, 2030))
"""The phases of the movement (Kế hoạch 29/KH-UBND, mục Tiến độ): number, first and last year."""
AREAS_SHOWN = 5


@routes.command("tiendo", menu=t("My progress"))
async def progress(message: Message, turn: Turn, rest: str) -> Reply:
    """The card in words."""
    return await _card(turn)


@routes.tap("progress.show")
async def progress_tapped(message: Message, turn: Turn) -> Reply:
    """The card from a button."""
    return await _card(turn)


async def _card(turn: Turn) -> Reply:
    today = turn.today
    number, first, last = _phase(today)
    start = date(first, 1, 1)
    known = await turn.study_logs.minutes(turn.person.id, min(start, _monday(today)), date(last, 12, 31))
    if not known:
        if not turn.person.agreed(LOG):
            return Reply(
                t("No study log is kept, because {you} have not agreed to it. /start brings the question back.")
            )
        return Reply(t("Nothing is logged yet. Send for example “today I studied computing for 1 hour”."))

    def since(day: date) -> Minutes:
        return Minutes(sum(minutes for one, minutes in known.items() if day <= one <= today))

    lines: list[Text] = [
        t("Today: {minutes}.", minutes=since(today)),
        this_week(turn, known),
        t("{month}: {minutes}.", month=f"{today:%m/%Y}", minutes=since(today.replace(day=1))),
        t("Year {year}: {minutes}.", year=str(today.year), minutes=since(date(today.year, 1, 1))),
        t(
            "Phase {number} ({first}-{last}): {minutes}.",
            number=number,
            first=str(first),
            last=str(last),
            minutes=since(start),
        ),
    ]
    areas = await turn.study_logs.by_area(turn.person.id, date(today.year, 1, 1), today)
    if areas:
        lines.append(t("By area in {year}: {areas}.", year=str(today.year), areas=joined(_areas(areas), ", ")))
    text = t(
        "Progress, as {you} logged it, up to {day}:\n{lines}",
        day=today,
        lines=joined(lines, "\n"),
    )
    return Reply(text, (Button(t("Diary"), "diary", ("0",)),))


def _areas(areas: dict[str, int]) -> list[Text]:
    return [
        t("{area} {minutes}", area=AREA_NAMES.get(area, AREA_NAMES["other"]), minutes=Minutes(minutes))
        for area, minutes in list(areas.items())[:AREAS_SHOWN]
    ]


def _phase(day: date) -> tuple[int, int, int]:
    """The phase that a day lies in; before and after the movement the nearest one."""
    return next((phase for phase in PHASES if day.year <= phase[2]), PHASES[-1])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
