"""The way to the desk: /banlamviec answers with a one-time link, and signs out of every browser."""

from bot.desk.links import MINUTES, end_sessions, new_link, recent_sign_ins
from bot.i18n import t
from bot.message import Button, Message, Reply
from bot.routes import OFFICERS, Routes
from bot.scope import must_be_officer
from bot.turn import Turn

routes = Routes()


@routes.command("banlamviec", menu=t("The desk in the browser"), who=OFFICERS)
async def desk(message: Message, turn: Turn, rest: str) -> Reply:
    """A link for officers and admins."""
    await must_be_officer(turn)
    text = t(
        "The desk in the browser:\n{link}\nThe link works for {minutes} minutes, once and in one browser. Please do "
        "not pass it on: whoever opens it works in your name.\n{sign_ins}",
        sign_ins=await recent_sign_ins(turn),
        link=new_link(turn),
        minutes=MINUTES,
    )
    return Reply(text, (Button(t("Sign out of every browser"), "desk.out"),))


@routes.tap("desk.out")
async def out(message: Message, turn: Turn) -> Reply:
    """No browser is signed in any more."""
    end_sessions(turn)
    text = t("{You} are signed out of the desk in every browser, and open links are void. /banlamviec makes a new one.")
    return Reply(text, replaces=True)
