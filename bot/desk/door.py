"""The way in: a page with one button, so that previews of a link do not use it up, then the session."""

from aiohttp import web

from bot.desk.address import PATH
from bot.desk.knocks import Knocks, caller
from bot.desk.pages import notice, page
from bot.desk.sessions import Doorkeeper, form_token, is_form_token, new_secret
from bot.i18n import Reader, Text, t
from bot.turn import Turn
from bot.web.visitors import language_of
from storage.changes import Changes
from storage.desk import DeskAccess, Link, hashed

_AGAIN = t("Please send /banlamviec to Bạn Học in the chat for a new link.")
_OTHER_BROWSER = t(
    "If that was not {you}: /banlamviec in the chat offers to sign out of every browser. Please do so at once."
)


class Door:
    """Shows a link's page and lets its first browser in."""

    def __init__(self, keeper: Doorkeeper) -> None:
        self._keeper = keeper
        self._knocks = Knocks()

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The page with the button; whoever opens it gets a cookie, but nothing is used up."""
        found = await self._open_link(request)
        if isinstance(found, web.StreamResponse):
            return found
        door = self._keeper.door(request) or new_secret()
        answer = page("door.html", found.reader, title=t("Open the desk in this browser?"), form_token=form_token(door))
        self._keeper.greet(answer, door)
        return answer

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """The button: the link is bound to this browser, which is signed in."""
        found = await self._open_link(request)
        if isinstance(found, web.StreamResponse):
            return found
        door, given = self._keeper.door(request), (await request.post()).get("form_token", "")
        if not isinstance(given, str) or not is_form_token(given, door) or not self._keeper.is_from_here(request):
            line = t("Please open the link again in this browser and press the button there. Cookies must be allowed.")
            return self._refused(request, t("That did not work"), line, status=403)
        if not await found.own_roles():
            line = t("The desk is for officers and admins; this right has ended.")
            return self._refused(request, t("That did not work"), line, status=403)
        secret = await self._keeper.enter(request.match_info["token"], door, found, request)
        if secret is None:
            return self._used(request)
        answer = web.Response(status=303, headers={"Location": PATH, "Cache-Control": "no-store"})
        self._keeper.sign_in(answer, secret)
        return answer

    async def _open_link(self, request: web.Request) -> Turn | web.StreamResponse:
        """A turn of whoever made the link while it is open, else the answer that says why not."""
        moment = self._keeper.clock()
        if not self._knocks.may_try(caller(request), moment.timestamp()):
            line = t("Too many links that do not open came from here. Please wait a minute.")
            return self._refused(request, t("That did not work"), line, status=429)
        access = DeskAccess(self._keeper.database, Changes())
        link = await access.link(request.match_info["token"])
        if link is not None and link.is_open(moment):
            turn = await self._keeper.turn(link.person_id, Changes(), moment)
            if turn is not None:
                return turn
        if link is not None and await self._is_inside(request, link):
            return web.Response(status=303, headers={"Location": PATH, "Cache-Control": "no-store"})
        self._knocks.count_wrong(caller(request), moment.timestamp())
        return self._used(request) if link is not None and link.used_at else self._unknown(request)

    async def _is_inside(self, request: web.Request, link: Link) -> bool:
        """True for the browser that used the link and is still signed in: the button was pressed twice."""
        same = link.used_at is not None and link.browser_hash == hashed(self._keeper.door(request))
        return same and await self._keeper.visit(request) is not None

    def _used(self, request: web.Request) -> web.StreamResponse:
        title = t("This link has been used already, in another browser or earlier.")
        return self._refused(request, title, _OTHER_BROWSER, status=410)

    def _unknown(self, request: web.Request) -> web.StreamResponse:
        line = t("It is wrong, or older than ten minutes, or a newer one was made.")
        return self._refused(request, t("This link does not open."), line, status=410)

    def _refused(self, request: web.Request, title: Text, line: Text, *, status: int) -> web.StreamResponse:
        return notice(title, (line, _AGAIN), Reader(language_of(request)), status=status)
