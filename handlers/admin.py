"""Roles in the chat: a one-time code gives one, /quyen shows the own ones."""

from bot.delegation import receive
from bot.errors import NotAllowed
from bot.i18n import joined, t
from bot.message import Message, Reply
from bot.rights import name_of_role
from bot.routes import OFFICERS, Routes
from bot.turn import Turn

routes = Routes()

MOST_WRONG_CODES = 5
CODE_LETTERS = 40
ADMIN, OFFICER = "admin", "officer"


@routes.command("quantri")
async def one_time_code(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest` is a one-time code; after five wrong ones this person's codes are refused."""
    code = rest.strip()[:CODE_LETTERS]
    if not code:
        return Reply(t("Please send the one-time code with it: /quantri CODE"))
    wrong = int(turn.memory.get("wrong_codes", 0))
    if wrong >= MOST_WRONG_CODES:
        raise NotAllowed(t("Too many wrong codes came from here. Please ask the operator to grant the right."))
    if (answer := await receive(turn, code)) is not None:
        turn.memory.pop("wrong_codes", None)
        return answer
    purpose = await turn.roles.purpose_of(code)
    role, _, unit_code = purpose.partition(":")
    unit = await turn.units.by_code(unit_code) if role == OFFICER and unit_code else None
    if role == ADMIN:
        unit_id = None
    elif unit is not None:
        unit_id = unit.id
    else:
        turn.memory["wrong_codes"] = wrong + 1
        return Reply(t("This code is not valid (or was used already). Please check it with the operator."))
    turn.memory.pop("wrong_codes", None)
    if await turn.roles.granted(turn.person.id, role, unit_id):
        return Reply(t("{You} have this right already; the code stays unused."))
    turn.roles.use_code(code, turn.person.id, turn.now)
    turn.roles.grant(turn.person.id, role, unit_id, turn.now)
    turn.audit("role.granted", unit_id=unit_id, about=turn.person.id, role=role, by="code")
    if unit is not None:
        return Reply(t("{You} are an officer of {unit} now. /tonghop shows its summary, /thanhvien who waits to join.",
                       unit=unit.name))  # fmt: skip
    return Reply(t("{You} are an admin now. /tonghop shows every unit's summary, /thanhvien who waits to join."))


@routes.command("quyen", menu=t("My roles"), who=OFFICERS)
async def roles(message: Message, turn: Turn, rest: str) -> Reply:
    """The person's own roles."""
    own = await turn.own_roles()
    if not own:
        return Reply(t("{You} are a learner here, without further rights."))
    return Reply(t("Your rights: {roles}.", roles=joined([name_of_role(role) for role in own])))
