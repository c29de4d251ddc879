"""A browser without a screen: opens pages, presses buttons with the form's hidden fields, reads tables."""

from io import BytesIO
from typing import Any

from aiohttp import ClientSession, FormData
from lxml import html


class Browser:
    """One cookie jar; keeps the page that it opened last."""

    def __init__(self, session: ClientSession, address: str) -> None:
        self.session = session
        self.address = address
        self.status = 0
        self.path = ""
        self.text = ""
        self.headers: Any = {}

    @property
    def page(self) -> Any:
        """The page as a tree."""
        return html.fromstring(self.text)

    @property
    def words(self) -> str:
        """All that can be read, blanks folded."""
        return " ".join(self.page.text_content().split())

    async def opens(self, path: str, **headers: str) -> None:
        """Go to an address."""
        async with self.session.get(self.address + path, headers=headers) as answer:
            await self._keep(answer)

    async def sends(self, path: str, fields: list[tuple[str, str]], **headers: str) -> None:
        """Send a form, whatever page is open."""
        form = FormData(fields) if fields else {}
        send = self.session.post(self.address + path, data=form, headers={"Origin": self.address, **headers})
        async with send as answer:
            await self._keep(answer)

    async def uploads(self, path: str, name: str, content: bytes, token: str | None = None) -> None:
        """Send a file with the open page's form token (or another one), as its form for files does."""
        known = self.page.xpath("//input[@name='form_token']/@value")[0]
        form = FormData({"form_token": known if token is None else token})
        form.add_field("file", BytesIO(content), filename=name, content_type="application/octet-stream")
        send = self.session.post(self.address + path, data=form, headers={"Origin": self.address})
        async with send as answer:
            await self._keep(answer)

    async def presses(self, label: str, ticked: tuple[str, ...] = ()) -> None:
        """Press the button of this label on the open page, with these boxes ticked."""
        for button in self.page.iter("button"):
            if " ".join(button.text_content().split()) == label:
                form = next(button.iterancestors("form"))
                await self.sends(form.get("action") or self.path, fields(form, button, ticked))
                return
        raise AssertionError(f"no button {label!r} in {self.words!r}")

    async def _keep(self, answer: Any) -> None:
        self.status, self.path, self.headers = answer.status, answer.url.path_qs, answer.headers
        body = await answer.read()
        self.text = body.decode() if answer.content_type.startswith("text/") else ""
        self.body = body

    def row(self, table: str, name: str) -> list[float | str]:
        """The cells of a table's row: figures as numbers, everything else as words."""
        for row in self.page.get_element_by_id(table).iter("tr"):
            head = row.find("th")
            if head is not None and " ".join(head.text_content().split()) == name:
                return [value(cell) for cell in row.findall("td")]
        raise AssertionError(f"no row {name!r} in table {table!r}")

    def card(self, label: str) -> float | str:
        """One figure of the summary's head."""
        for card in self.page.find_class("cards")[0]:
            if card.find("dt").text_content().strip().startswith(label):
                return value(card.find("dd"))
        raise AssertionError(f"no card {label!r}")


def fields(form: Any, button: Any, ticked: tuple[str, ...]) -> list[tuple[str, str]]:
    """What a browser would send for this form, button and ticked boxes."""
    hidden = [(one.get("name"), one.get("value")) for one in form.iter("input") if one.get("type") == "hidden"]
    boxes = [(one.get("name"), one.get("value")) for one in form.iter("input") if one.get("type") == "checkbox"]
    assert {value for _, value in boxes} >= set(ticked)
    pressed = [(button.get("name"), button.get("value"))] if button.get("name") else []
    return [*hidden, *(box for box in boxes if box[1] in ticked), *pressed]


def value(cell: Any) -> float | str:
    """A figure's number, or the words."""
    found = next(cell.iter("data"), None)
    return float(found.get("value")) if found is not None else " ".join(cell.text_content().split())
