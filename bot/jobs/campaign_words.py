"""The movement's calendar in words: what each entry is called, and what people are told of it."""

from bot.i18n import Text, t
from bot.jobs.calendar import ADMINS, LEARNERS, OFFICERS, Notice, Occurrence

DONE_LABEL = t("Done already")
NAMES = {
    "phase-1": t("Phase 1 of the movement"),
    "review-2025": t("Review of phase 1"),
    "phase-2": t("Phase 2 of the movement"),
    "review-2030": t("Final review of the movement"),
    "half-year": t("Report of the first half-year"),
    "week": t("Week of lifelong learning"),
    "year-report": t("Report of the year"),
    "closing": t("Closing of the year's figures"),
    "dossier": t("Dossier “learning commune”"),
    "recognition": t("Recognition “learning commune”"),
}
_WEEK_COMES = t(
    "The week of lifelong learning is from {first} to {last}. A little study each day counts; one line to me logs it."
)
_WORDS = {
    ("week", OFFICERS, "first"): t(
        "The week of lifelong learning is from {first} to {last}: the unit needs its plan, and a report afterwards. "
        "Source: {source}."
    ),
    ("week", LEARNERS, "first"): _WEEK_COMES,
    ("week", LEARNERS, "last"): t(
        "The week of lifelong learning ends on {last}. {You} have logged nothing in it yet; there is still time."
    ),
    ("closing", LEARNERS, "last"): t(
        "The figures of {year} count what is studied until the end of {last}. If something is not logged yet, please "
        "send it in time."
    ),
    ("closing", OFFICERS, "last"): t(
        "The figures of {year} close at the end of {last}: please see that everybody in the unit has logged what they "
        "studied. Source: {source}."
    ),
    ("dossier", ADMINS, "last"): t(
        "Communes hand in their dossiers for “learning commune” of the year before by {last}. Source: {source}."
    ),
    ("recognition", ADMINS, "last"): t(
        "The recognition of “learning communes” of the year before is to be finished by {last}. Source: {source}."
    ),
    ("phase-2", ADMINS, "last"): t(
        "Phase 2 of the movement ends with the year {year}: time for the final review. Source: {source}."
    ),
    ("review-2030", ADMINS, "first"): t(
        "The final review of the movement is in {year}: time to plan it. Source: {source}."
    ),
}


def notice_words(one: Occurrence, notice: Notice, days_left: int) -> Text:
    """What is told of an entry, with the days that are left."""
    year = one.last.year if one.entry.key == "phase-2" else one.year
    values = {"first": one.first, "last": one.last, "year": str(year), "source": one.entry.source}
    words = Text(_WORDS[one.entry.key, notice.to, notice.before].msgid, values)
    if days_left == 0:
        return t("Today: {what}", what=words)
    if days_left == 1:
        return t("Tomorrow: {what}", what=words)
    return t("In {days} days: {what}", days=days_left, what=words)


def line(one: Occurrence) -> Text:
    """One entry in the calendar."""
    name, source = NAMES[one.entry.key], one.entry.source
    if not one.entry.exact and not one.is_edited:
        months = _span(one)
        return t("• {name}: {when}. Source: {source}.", name=name, when=months, source=source)
    days = one.first if one.first == one.last else t("from {first} to {last}", first=one.first, last=one.last)
    if one.is_edited:
        return t("• {name}: {days}, set by the unit.", name=name, days=days)
    return t("• {name}: {days}. Source: {source}.", name=name, days=days, source=source)


def _span(one: Occurrence) -> str:
    """The months or years that a source names."""
    if not one.entry.is_yearly:
        years = (one.first.year, one.last.year)
        return str(years[0]) if years[0] == years[1] else f"{years[0]}-{years[1]}"
    begin, end = f"{one.first:%m/%Y}", f"{one.last:%m/%Y}"
    return begin if begin == end else f"{begin}-{end}"
