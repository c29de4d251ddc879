"""What the vendors' quotas leave, for admins."""

from bot.errors import NotAllowed
from bot.i18n import Text, joined, t
from bot.message import Message, Reply
from bot.routes import ADMINS, Routes
from bot.turn import Turn

routes = Routes()

CHANNELS = {"zalo_bot": t("Zalo Bot")}


@routes.command("hanmuc", menu=t("Quotas of the channels"), who=ADMINS)
async def quotas(message: Message, turn: Turn, rest: str) -> Reply:
    """Each metered channel's month: messages, people, refusals."""
    if not await turn.is_admin():
        raise NotAllowed(t("This is for admins only."))
    lines = [line for channel, usage in turn.quotas.items() for line in _lines(CHANNELS.get(channel, channel), usage())]
    if not lines:
        return Reply(t("No channel with a quota runs in this process."))
    return Reply(t("Quotas this month:\n{lines}", lines=joined(lines, "\n")))


def _lines(channel: Text | str, usage: object) -> list[Text]:
    def of(name: str) -> object:
        return getattr(usage, name, 0)

    lines = [
        t(
            "{channel}: {sent} of {sent_limit} messages, {people} of {people_limit} people, {groups} of {groups_limit} "
            "groups.",
            channel=channel,
            **{name: of(name) for name in ("sent", "sent_limit", "people", "people_limit", "groups", "groups_limit")},
        )
    ]
    if of("unknown"):
        lines.append(t("Without an answer from the vendor, not sent again: {count}.", count=of("unknown")))
    if of("exhausted"):
        lines.append(t("The month's messages seem used up: nothing is sent there until the month ends."))
    elif of("paused_seconds"):
        seconds = of("paused_seconds")
        lines.append(t("The vendor refuses for now; the next try is in {seconds} seconds.", seconds=seconds))
    if of("problem"):
        lines.append(t("It does not listen: {reason}", reason=of("problem")))
    return lines
