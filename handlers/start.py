"""Begin: what the bot is, consent purpose by purpose, category, form of address, unit; every step may be skipped."""

from collections.abc import Sequence
from dataclasses import replace

from bot import consent
from bot.categories import CATEGORIES
from bot.errors import NotAnAnswer
from bot.i18n import Text, joined, t
from bot.joining import code_said
from bot.language.fold import fold
from bot.language.masking import mask
from bot.language.study import understand
from bot.membership import request_membership
from bot.message import Button, Message, Reply
from bot.routes import Routes, Said, dead_button, key
from bot.study import save_waiting
from bot.turn import Turn

routes = Routes()

ADDRESS_FORMS = {"dongchi": t("Comrade"), "anhchi": t("Mr/Ms")}
UNITS_SHOWN = 6
CODE_LETTERS = 64

YES = {"dong y", "toi dong y", "ok", "oke", "co", "vang", "dong y luu", "agree", "i agree", "yes", "chap nhan"}
DETAILS = {"doc chi tiet", "chi tiet", "xem chi tiet", "details", "read the details"}
LATER = {"de sau", "khong", "khong dong y", "chua", "tu choi", "later", "no", "thoi", "khong can"}
SKIP = {"bo qua", "skip", "khong co", "de sau", "khong"}


@routes.command("start", menu=t("Begin, or set up again"))
async def start(message: Message, turn: Turn, rest: str = "") -> Reply | Sequence[Reply]:
    """Greet; `rest` is a unit's code when a deep link brought the person here."""
    if rest.strip():
        turn.memory["unit"] = rest.strip()[:CODE_LETTERS]
    if not turn.person.agreed(consent.LOG):
        turn.ask("consent")
        return consent.greeting()
    if "unit" in turn.memory:
        return await _join_by_link(turn)
    unit = turn.person.unit_name
    text = (
        t("Welcome back. Your unit: {unit}. Send what {you} studied, or a question; /help shows the rest.", unit=unit)
        if unit
        else t("Welcome back. Send what {you} studied, or a question; /help shows the rest.")
    )
    return Reply(text, (Button(t("Set up again"), "start.setup"), Button(t("My progress"), "progress.show")))


@routes.answer("consent")
async def consent_said(message: Message, turn: Turn) -> Said:
    """Yes, later or details in words; anything else is read afresh."""
    said = fold(message.text).strip(" .!")
    if said in YES:
        return await agreed(message, turn)
    if said in DETAILS:
        return await details(message, turn)
    if said in LATER:
        return await later(message, turn)
    raise NotAnAnswer


@routes.tap("consent.yes")
async def agreed(message: Message, turn: Turn) -> Sequence[Reply]:
    """Consent to keeping the log, and to that alone; what waited is saved at once."""
    turn.close_question()
    if not turn.person.agreed(consent.LOG):
        consent.give(turn, {consent.LOG: True})
    saved = await save_waiting(turn)
    setup = _purposes(turn)
    return (saved, setup) if saved else (setup,)


@routes.tap("consent.details")
async def details(message: Message, turn: Turn) -> Reply:
    """The whole text of the consent."""
    if not turn.person.agreed(consent.LOG):
        turn.ask("consent")
    return consent.details()


@routes.tap("consent.later")
async def later(message: Message, turn: Turn) -> Reply:
    """No consent now: nothing is kept, asking goes on."""
    turn.close_question()
    consent.take_waiting(turn)
    return Reply(
        t("All right, I keep no study log. {You} can ask about the movement at any time; /start brings this back."),
        replaces=True,
    )


@routes.tap("start.setup")
async def setup_again(message: Message, turn: Turn) -> Reply:
    """Go through the steps once more."""
    return _purposes(turn) if turn.person.agreed(consent.LOG) else consent.greeting()


@routes.tap("start.purpose")
async def purpose_agreed(message: Message, turn: Turn, purpose: str) -> Reply:
    """One more purpose is agreed to."""
    if purpose not in consent.OPTIONAL or not turn.person.agreed(consent.LOG):
        raise dead_button()
    if not turn.person.agreed(purpose):
        consent.give(turn, {purpose: True})
    return replace(_purposes(turn), replaces=True)


def _purposes(turn: Turn) -> Reply:
    """Offer the purposes that are open, each alone."""
    open_ones = [purpose for purpose in consent.OPTIONAL if not turn.person.agreed(purpose)]
    given = [consent.NAMES[purpose] for purpose in consent.PURPOSES if turn.person.agreed(purpose)]
    text = t("Thank you. Agreed: {given}.", given=joined(given, ", "))
    if open_ones:
        lines = joined((consent.EXPLAINED[purpose] for purpose in open_ones), "\n")
        text = t(
            "Thank you. Agreed: {given}. {You} may allow more, each alone, or none:\n{lines}",
            given=joined(given, ", "),
            lines=lines,
        )
    offers = tuple(Button(_offer(purpose), "start.purpose", (purpose,)) for purpose in open_ones)
    return Reply(text, (*offers, Button(t("Continue"), "start.category")))


def _offer(purpose: str) -> Text:
    return {
        consent.UNIT_TOTALS: t("Count me in my unit"),
        consent.REMINDERS: t("Remind me"),
        consent.NAMED: t("Name me"),
    }[purpose]


@routes.tap("start.category")
async def category(message: Message, turn: Turn, chosen: str = "") -> Reply:
    """Ask for the category, or keep it and go on to the form of address."""
    if not chosen:
        choices = tuple(Button(name, "start.category", (one,)) for one, name in CATEGORIES.items())
        text = t("Which group do {you} belong to? It decides how I address {you} and where figures are counted.")
        return Reply(text, (*choices, Button(t("Skip"), "start.category", ("skip",))), replaces=True)
    if chosen in CATEGORIES:
        _change(turn, category=chosen)
    elif chosen != "skip":
        raise dead_button()
    if chosen == "soldier":
        _change(turn, address_form="dongchi")
        return await _unit_step(turn)
    choices = tuple(Button(name, "start.address", (form,)) for form, name in ADDRESS_FORMS.items())
    skip = Button(t("Skip"), "start.address", ("skip",))
    return Reply(t("How shall I address {you}?"), (*choices, skip), replaces=True)


@routes.tap("start.address")
async def address(message: Message, turn: Turn, form: str) -> Reply:
    """Keep the form of address and go on to the unit."""
    if form in ADDRESS_FORMS:
        _change(turn, address_form=form)
    elif form != "skip":
        raise dead_button()
    return await _unit_step(turn)


async def _unit_step(turn: Turn) -> Reply:
    """Join the unit of the deep link, or ask for one."""
    if "unit" in turn.memory:
        replies = await _join_by_link(turn)
        return replies if isinstance(replies, Reply) else replies[0]
    turn.ask("unit")
    now = turn.person.unit_name
    text = (
        t("{You} are in the unit {unit}. To change, send the code or part of the name of another one.", unit=now)
        if now
        else t("Which unit do {you} belong to? Send its code, or part of its name.")
    )
    return Reply(text, (Button(t("Skip"), "start.done"),), replaces=True)


@routes.answer("unit")
async def unit_said(message: Message, turn: Turn) -> Said:
    """A code joins at once; words search."""
    said = message.text.strip()
    if fold(said) in SKIP:
        return await done(message, turn)
    if unit := await turn.units.by_code(said[:CODE_LETTERS]):
        return await request_membership(turn, unit)
    if answer := await code_said(turn, said[:CODE_LETTERS]):
        return answer
    found = await turn.units.search(fold(said)[:100], UNITS_SHOWN) if len(fold(said)) >= 2 else []
    if not found and understand(said, turn.local_now).kind in ("log", "question", "correction", "needs_clarification"):
        raise NotAnAnswer
    turn.ask("unit")
    skip = Button(t("Skip"), "start.done")
    if not found:
        none = t("I find no unit for “{said}”. Please send its code, or other words.", said=mask(said)[:80])
        return Reply(none, (skip,))
    units = tuple(
        Button(t("{name} ({code})", name=unit.name, code=unit.code), "start.unit", (str(unit.id),)) for unit in found
    )
    return Reply(t("Which one is it?"), (*units, skip))


@routes.tap("start.unit")
async def unit_tapped(message: Message, turn: Turn, id: str) -> Reply:
    """A unit of the search was tapped."""
    unit = await turn.units.by_id(key(id))
    if unit is None:
        raise dead_button()
    turn.close_question()
    return await request_membership(turn, unit)


async def _join_by_link(turn: Turn) -> Reply | Sequence[Reply]:
    code = turn.memory.pop("unit")
    unit = await turn.units.by_code(code)
    if unit is None and (answer := await code_said(turn, code)):
        return answer
    if unit is None:
        turn.ask("unit")
        text = t("I find no unit with the code {code}. Please send the right code, or part of the name.", code=code)
        return Reply(text, (Button(t("Skip"), "start.done"),))
    return await request_membership(turn, unit)


@routes.tap("start.done")
async def done(message: Message, turn: Turn) -> Reply:
    """The end of the steps: what to send next."""
    turn.close_question()
    return Reply(
        t(
            "All set. Send for example “today I studied computing for 1 hour”, or ask “when does phase 2 begin”. "
            "/help shows what else I do."
        ),
        replaces=True,
    )


def _change(turn: Turn, **values: str) -> None:
    turn.people.update(turn.person, **values)
    turn.person = replace(turn.person, **values)  # type: ignore[arg-type]
