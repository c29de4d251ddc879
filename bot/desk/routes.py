"""The addresses of the desk: who may come in, what each page needs, and every error as a page."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from bot.channels.base import Abilities
from bot.desk import (
    audit,
    broadcasts,
    completeness,
    data_requests,
    deadlines,
    downloads,
    evidence,
    knowledge,
    members,
    questions,
    roster,
    submissions,
    summary,
    tree,
)
from bot.desk.actions import Form
from bot.desk.address import PATH
from bot.desk.broadcast_form import MOST_PARTS
from bot.desk.door import Door
from bot.desk.pages import notice
from bot.desk.scope import unit_in_scope
from bot.desk.sessions import Doorkeeper, Visit, is_form_token
from bot.errors import UserError
from bot.i18n import Reader, Text, t
from bot.web.uploads import Parts, read_parts, too_large
from bot.web.visitors import Pace, language_of
from storage.changes import Changes
from storage.commits import Commit
from storage.desk import DeskAccess

Page = Callable[[web.Request, Visit], Awaitable[web.Response]]
Act = Callable[[web.Request, Visit, Doorkeeper, Mapping[str, Abilities], Form], Awaitable[web.Response]]
SENT = web.RequestKey("sent", Parts)
FILES_A_MINUTE = 20
"""Files for one person in a minute: each costs up to a second of the machine."""


class Desk:
    """The desk as a part of the web server."""

    def __init__(self, door: Doorkeeper, abilities: Mapping[str, Abilities]) -> None:
        """`abilities` names the channels on which people hear of a decision."""
        self._door = door
        self._abilities = abilities
        self._files = Pace(FILES_A_MINUTE, 60)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Every address below /desk."""
        door = Door(self._door)
        return (
            web.get(PATH, self._signed_in(tree.start)),
            web.get(f"{PATH}/", self._signed_in(tree.start)),
            web.get(f"{PATH}/cay/{{unit}}", self._signed_in(tree.unit)),
            web.get(f"{PATH}/tong-hop", self._signed_in(summary.start)),
            web.get(f"{PATH}/tong-hop/{{unit}}", self._signed_in(summary.show)),
            web.get(f"{PATH}/tep/{{unit}}/{{file}}", self._signed_in(self._file)),
            web.get(f"{PATH}/nop", self._signed_in(submissions.start)),
            web.get(f"{PATH}/nop/{{unit}}", self._signed_in(submissions.show)),
            web.post(f"{PATH}/nop/{{unit}}", self._changing(submissions.act)),
            web.get(f"{PATH}/hoan-thanh", self._signed_in(completeness.start)),
            web.get(f"{PATH}/hoan-thanh/{{unit}}", self._signed_in(completeness.show)),
            web.post(f"{PATH}/hoan-thanh/{{unit}}", self._changing(completeness.act)),
            web.get(f"{PATH}/hoan-thanh/{{unit}}/bang.xlsx", self._signed_in(self._board_file)),
            web.get(f"{PATH}/thanh-vien", self._signed_in(members.show)),
            web.post(f"{PATH}/thanh-vien", self._signed_in(self._decide)),
            web.get(deadlines.PATH, self._signed_in(deadlines.start)),
            web.get(f"{deadlines.PATH}/{{unit}}", self._signed_in(deadlines.show)),
            web.post(f"{deadlines.PATH}/{{unit}}", self._changing(deadlines.act)),
            web.get(evidence.PATH, self._signed_in(evidence.show)),
            web.get(f"{evidence.PATH}/{{id}}", self._signed_in(evidence.one)),
            web.post(f"{evidence.PATH}/{{id}}", self._changing(evidence.act)),
            web.get(f"{evidence.PATH}/{{id}}/tep", self._signed_in(evidence.send)),
            web.get(data_requests.PATH, self._signed_in(data_requests.show)),
            web.get(f"{data_requests.PATH}/{{id}}", self._signed_in(data_requests.one)),
            web.post(f"{data_requests.PATH}/{{id}}", self._changing(data_requests.act)),
            web.get(roster.PATH, self._signed_in(roster.show)),
            web.post(roster.PATH, self._changing(roster.act)),
            web.post(f"{roster.PATH}/tai-len", self._changing(roster.upload)),
            web.get(f"{roster.PATH}/mau.xlsx", self._signed_in(self._paced(roster.empty))),
            web.get(f"{roster.PATH}/tep/{{file}}", self._signed_in(self._paced(roster.send))),
            web.get(broadcasts.PATH, self._announcing(broadcasts.show_all)),
            web.post(broadcasts.PATH, self._announcing(self._write, keeps_words=True)),
            web.get(f"{broadcasts.PATH}/{{id}}", self._announcing(broadcasts.show)),
            web.post(f"{broadcasts.PATH}/{{id}}", self._announcing(self._act)),
            web.get(f"{broadcasts.PATH}/{{id}}/sua", self._announcing(broadcasts.change)),
            web.post(f"{broadcasts.PATH}/{{id}}/sua", self._announcing(self._write, keeps_words=True)),
            web.get(f"{broadcasts.PATH}/{{id}}/tep", self._announcing(broadcasts.attached)),
            web.get(f"{broadcasts.PATH}/{{id}}/ket-qua.xlsx", self._announcing(broadcasts.download)),
            web.get(f"{PATH}/hoi-dap", self._signed_in(questions.show)),
            web.post(f"{PATH}/hoi-dap", self._changing(questions.act)),
            web.get(f"{PATH}/tri-thuc", self._signed_in(knowledge.show)),
            web.get(f"{PATH}/tri-thuc/{{article}}", self._signed_in(knowledge.article)),
            web.post(f"{PATH}/tri-thuc/{{article}}", self._changing(knowledge.act)),
            web.get(f"{PATH}/kiem-soat", self._signed_in(audit.show)),
            web.get(f"{PATH}/kiem-soat/{{file}}", self._signed_in(audit.send)),
            web.post(f"{PATH}/ra", self._signed_in(self._leave)),
            web.get(f"{PATH}/vao/{{token}}", door.show),
            web.post(f"{PATH}/vao/{{token}}", door.enter),
            web.get(f"{PATH}/{{rest:.*}}", self._signed_in(_nothing)),
        )

    def _signed_in(
        self, show: Page, *, keeps_words: bool = False
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Let in who is signed in and holds a role now; forms must carry their token and come from here.

        With `keeps_words` the form stands in `request[SENT]`, its words also when the file beside them is refused.
        """

        async def answer(request: web.Request) -> web.StreamResponse:
            visit = await self._door.visit(request)
            if visit is None:
                return self._outside(request)
            try:
                if request.method == "POST" and not await self._is_our_form(request, visit, keeps_words):
                    raise web.HTTPForbidden
                answer = await show(request, visit)
                await self._door.keep_audit(visit)
                return answer
            except web.HTTPNotFound:
                return _told(visit, 404, t("This page is not there, or it is not in your care."))
            except (web.HTTPForbidden, web.HTTPBadRequest) as error:
                line = t("This form is out of date. Please open the page again and repeat it.")
                return _told(visit, error.status, line)
            except web.HTTPRequestEntityTooLarge:
                return _told(visit, 413, too_large().text)
            except web.HTTPTooManyRequests:
                return _told(visit, 429, t("That was too many files at once. Please wait a minute."))
            except UserError as error:
                return _told(visit, 400, error.text)

        return answer

    async def _is_our_form(self, request: web.Request, visit: Visit, keeps_words: bool) -> bool:
        try:
            if keeps_words and self._door.is_from_here(request):
                request[SENT] = await _sent(request)
                return is_form_token(request[SENT].fields.get("form_token", ""), visit.secret)
            given = (await request.post()).get("form_token", "")
        except ValueError:
            # A form that ends in the middle, or whose parts are none.
            raise web.HTTPBadRequest from None
        return self._door.is_from_here(request) and isinstance(given, str) and is_form_token(given, visit.secret)

    def _outside(self, request: web.Request) -> web.Response:
        line = t("Please send /banlamviec to Bạn Học in the chat and open the link that it answers with.")
        answer = notice(t("Not signed in"), (line,), Reader(language_of(request)), status=401)
        self._door.sign_out(answer)
        return answer

    async def _file(self, request: web.Request, visit: Visit) -> web.Response:
        await unit_in_scope(visit, request.match_info["unit"])
        if not self._files.allows(str(visit.session.person_id), asyncio.get_running_loop().time()):
            raise web.HTTPTooManyRequests
        return await downloads.send(request, visit)

    def _changing(self, act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """A form of a page, which `act` does as a turn of its own."""

        async def change(request: web.Request, visit: Visit) -> web.Response:
            return await act(request, visit, self._door, self._abilities, await _form(request))

        return self._signed_in(change)

    def _paced(self, show: Page) -> Page:
        """The same, no more often than files may be asked for."""

        async def page(request: web.Request, visit: Visit) -> web.Response:
            if not self._files.allows(str(visit.session.person_id), asyncio.get_running_loop().time()):
                raise web.HTTPTooManyRequests
            return await show(request, visit)

        return page

    def _announcing(
        self, show: Page, *, keeps_words: bool = False
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """A page of announcements: it shows them as each channel does."""

        async def page(request: web.Request, visit: Visit) -> web.Response:
            visit.turn.abilities = self._abilities
            return await show(request, visit)

        return self._signed_in(page, keeps_words=keeps_words)

    async def _write(self, request: web.Request, visit: Visit) -> web.Response:
        return await broadcasts.write(request, visit, self._door, self._abilities, request[SENT])

    async def _act(self, request: web.Request, visit: Visit) -> web.Response:
        id = request.match_info["id"]
        return await broadcasts.act(visit, self._door, self._abilities, id, await _form(request))

    async def _decide(self, request: web.Request, visit: Visit) -> web.Response:
        return await members.decide(visit, self._door, self._abilities, await _form(request))

    async def _board_file(self, request: web.Request, visit: Visit) -> web.Response:
        await unit_in_scope(visit, request.match_info["unit"])
        if not self._files.allows(str(visit.session.person_id), asyncio.get_running_loop().time()):
            raise web.HTTPTooManyRequests
        return await completeness.send(request, visit)

    async def _leave(self, request: web.Request, visit: Visit) -> web.Response:
        """Sign out of this browser, or of all."""
        changes = Changes()
        access = DeskAccess(visit.turn.database, changes)
        everywhere = bool((await request.post()).get("all"))
        visit.turn.audit("desk.signed_out", everywhere=everywhere)
        if everywhere:
            access.end_all(visit.session.person_id)
        else:
            access.end(visit.session.token_hash)
        await self._door.committer.commit(Commit(changes))
        line = t("To come back, send /banlamviec to Bạn Học in the chat.")
        answer = notice(t("Signed out"), (line,), visit.turn.reader, status=200)
        self._door.sign_out(answer)
        return answer


async def _form(request: web.Request) -> dict[str, list[str]]:
    """The words of a form, by field."""
    form = await request.post()
    return {name: [one for one in form.getall(name) if isinstance(one, str)] for name in form}


async def _sent(request: web.Request) -> Parts:
    """A form that may hold a file, in either of the two ways in which browsers send forms."""
    if request.content_type == "multipart/form-data":
        return await read_parts(request, MOST_PARTS)
    return Parts({name: values[0] for name, values in (await _form(request)).items() if values})


async def _nothing(request: web.Request, visit: Visit) -> web.Response:
    raise web.HTTPNotFound


def _told(visit: Visit, status: int, line: Text) -> web.Response:
    return notice(t("That did not work"), (line,), visit.turn.reader, status=status, visit=visit)
