"""A roster at the desk: upload, dry run, import, the file with its faults, the undo; all of it done as in the chat."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from bot.channels.base import Abilities
from bot.desk.actions import Form, acted, number, said
from bot.desk.address import PATH as DESK
from bot.desk.files import attached
from bot.desk.members import may_confirm
from bot.desk.pages import desk_page
from bot.desk.sessions import Doorkeeper, Visit
from bot.errors import UserError
from bot.exports import XLSX
from bot.i18n import Text, t
from bot.message import Attachment, File
from bot.roster import refused_line
from bot.roster_book import CSV
from bot.roster_chat import ENDINGS, Preview, carry_out, drop, empty_form, look, undo
from bot.transfers import stamp
from bot.turn import Turn
from bot.web.uploads import UploadRefused, attachment

PATH = f"{DESK}/danh-sach"
IMPORT, DROP, UNDO = "import", "drop", "undo"
DONE = {
    "bo": t("Dropped. Nothing of the file is kept."),
    "lai": t("The people whom the roster had added have been taken back."),
    "cu": t("This roster has been dealt with already."),
}
"""What a form did, by the word in the address."""


async def show(request: web.Request, visit: Visit) -> web.Response:
    """The form for a file, and what the form before did."""
    await _must_confirm(visit)
    told = request.query
    if told.get("xong") != "nhap":
        done = DONE.get(told.get("xong", ""))
        return _page(visit, done=[done] if done else [])
    counts = {name: int(value) if (value := told.get(name, "")[:6]).isascii() and value.isdigit() else 0
              for name in ("moi", "doi", "giu")}  # fmt: skip
    line = t("Imported: {new} new people, {changed} changed, {unchanged} as before.",
             new=counts["moi"], changed=counts["doi"], unchanged=counts["giu"])  # fmt: skip
    return _page(visit, done=[line], codes=_digits(told.get("tep", "")), moment=_digits(told.get("luc", "")))


def _digits(told: str) -> str:
    """A number of the address, for the next form or link; what it opens is checked there."""
    return told if told.isascii() and told.isdigit() and len(told) < 20 else ""


def _page(
    visit: Visit,
    *,
    done: list[Text] | None = None,
    refused: Text | None = None,
    seen: Preview | None = None,
    name: str = "",
    faulty: int | None = None,
    codes: str = "",
    moment: str = "",
) -> web.Response:
    """`seen` is the dry run of the file `name`; `codes` and `moment` open the codes and the undo of an import."""
    found = seen.found if seen else None
    figures = [] if found is None else [
        (t("New people"), len(found.new)),
        (t("Changed"), len(found.changed) + len(found.recognised)),
        (t("As before"), found.unchanged),
        (t("Rows with errors"), len(found.faults)),
    ]  # fmt: skip
    return desk_page(
        "roster.html", visit, here="members", title=t("Roster of the unit"), done=done or [], refused=refused,
        seen=seen, file_name=name, figures=figures, faults=found.fault_lines() if found else [], faulty=faulty,
        hidden=refused_line(seen.roster) if seen else None, codes=codes, moment=moment,
    )  # fmt: skip


async def upload(
    request: web.Request, visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], form: Form
) -> web.Response:
    """The dry run of a file: its good rows wait for the yes; a file that is no use is told why."""
    await _must_confirm(visit)
    try:
        file = await _sent(request)

        async def work(turn: Turn) -> tuple[Preview, int | None]:
            seen = await look(turn, file)
            return seen, _kept(turn, seen.faulty)

        seen, faulty = await acted(visit, door, abilities, work)
    except UserError as error:
        answer = _page(visit, refused=error.text)
        answer.set_status(error.status if isinstance(error, UploadRefused) else 400)
        return answer
    return _page(visit, seen=seen, name=file.name, faulty=faulty)


async def _sent(request: web.Request) -> Attachment:
    """The file of the form, known by its first bytes as in the web chat. Raises UserError."""
    sent = (await request.post()).get("file")
    if not isinstance(sent, web.FileField) or not sent.filename:
        raise UserError(t("Please choose a file first."))
    other = t("A roster is an Excel file (.xlsx) or a CSV file. Please choose one of these.")
    try:
        found = await attachment(sent.filename, await asyncio.to_thread(sent.file.read))
    except UploadRefused as error:
        raise UploadRefused(error.status, other if error.status == 415 else error.text) from None
    if not found.name.lower().endswith(ENDINGS):
        raise UploadRefused(415, other)
    return found


def _kept(turn: Turn, file: File | None) -> int | None:
    return None if file is None else turn.keep_file(file.name, file.media_type, file.content)


async def act(
    request: web.Request, visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], form: Form
) -> web.Response:
    """Import what was previewed, drop it, or take an import back; each once."""
    await _must_confirm(visit)
    what = said(form, "what")

    async def work(turn: Turn) -> str:
        if what == IMPORT:
            return await _imported(turn, number(said(form, "roster")))
        if what == DROP:
            await drop(turn, number(said(form, "roster")))
            return "xong=bo"
        if what == UNDO:
            await undo(turn, said(form, "moment"))
            return "xong=lai"
        raise web.HTTPBadRequest

    try:
        done = await acted(visit, door, abilities, work)
    except UserError as error:
        answer = _page(visit, refused=error.text)
        answer.set_status(400)
        return answer
    raise web.HTTPSeeOther(f"{PATH}?{done}")


async def _imported(turn: Turn, id: int) -> str:
    done = await carry_out(turn, id)
    if done is None:
        return "xong=cu"
    found, codes = done.found, _kept(turn, done.codes)
    counts = {"moi": len(found.new), "doi": len(found.changed) + len(found.recognised), "giu": found.unchanged}
    opened = {"tep": codes, "luc": stamp(turn.now)} if codes else {}
    return urlencode({"xong": "nhap", **counts, **opened})


async def empty(request: web.Request, visit: Visit) -> web.Response:
    """The empty form with the person's units."""
    await _must_confirm(visit)
    return attached(await empty_form(visit.turn))


async def send(request: web.Request, visit: Visit) -> web.Response:
    """A file with its faults, or the personal codes: to the person alone for whom it was made."""
    await _must_confirm(visit)
    turn, id = visit.turn, number(request.match_info["file"])
    row = await turn.outbox.file(id, turn.person.id)
    if row is None or row.media_type not in (XLSX, CSV):
        raise web.HTTPNotFound
    turn.audit("people.exported", file=str(id))
    return attached(File(row.name, row.media_type, row.content))


async def _must_confirm(visit: Visit) -> None:
    """The page is not there for whoever may not confirm members. Raises HTTPNotFound."""
    if not await may_confirm(visit.turn):
        raise web.HTTPNotFound
