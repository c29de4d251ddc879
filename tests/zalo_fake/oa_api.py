"""The OpenAPI v3 of the OA: messages, uploads, windows, quotas and the rate, refused by number as Zalo does."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from tests.zalo_fake.oa_refusal import Cut, OARefusal
from tests.zalo_fake.oa_users import OAUser, Seen

if TYPE_CHECKING:
    from tests.zalo_fake.oa import FakeOA

HOURS = 3600.0
ASSET_SECONDS = 7 * 24 * HOURS
_BUTTONS = {"oa.open.url", "oa.query.show", "oa.query.hide", "oa.open.sms", "oa.open.phone"}
_UPLOADS = {
    "image": ((".jpg", ".jpeg", ".png"), 1 << 20),
    "gif": ((".gif",), 5 << 20),
    "file": ((".pdf", ".doc", ".docx", ".csv"), 5 << 20),
}
Handler = Callable[[web.Request], Awaitable[dict[str, Any]]]


@dataclass
class Asset:
    """An uploaded file."""

    kind: str
    name: str
    content: bytes
    until: float


@dataclass(frozen=True)
class Call:
    """One API call and how it ended (0 = taken)."""

    path: str
    body: Any
    error: int


class Api:
    """What the bot may call."""

    def __init__(self, oa: "FakeOA") -> None:
        self._oa = oa
        self.per_minute = 4_000
        self.sub_quota = 0
        """Paid messages that are left for the time between 48 hours and 7 days."""
        self.has_package = True
        self.calls: list[Call] = []
        self.faults: dict[str, list[OARefusal | Cut]] = {}
        self.assets: dict[str, Asset] = {}
        self._hosted: dict[str, bytes] = {}
        self._minute: tuple[int, int] = (0, 0)

    def routes(self) -> list[web.RouteDef]:
        """All addresses."""
        return [
            web.post("/v3.0/oa/message/cs", self._answering(self._message)),
            web.post("/v2.0/oa/message", self._answering(self._old_message)),
            web.post("/v2.0/oa/upload/{kind}", self._answering(self._upload)),
            web.post("/v3.0/oa/quota/message", self._answering(self._quota)),
            web.get("/v3.0/oa/user/detail", self._answering(self._detail)),
            web.get("/v2.0/oa/getoa", self._answering(self._about)),
            web.get("/media/{name}", self._media),
        ]

    def host(self, content: bytes, name: str) -> str:
        """Put a file that a person sends where Zalo shows it; returns the address."""
        path = f"{self._oa.new_id('f')}-{name}"
        self._hosted[path] = content
        return f"{self._oa.url}/media/{path}"

    def fail_next(self, path: str, code: int, message: str = "failed", status: int = 200) -> None:
        """The next call of this path is refused so; code 0 with status 0 cuts the connection after carrying it out."""
        fault = Cut() if code == 0 and status == 0 else OARefusal(code, message, status)
        self.faults.setdefault(path, []).append(fault)

    def made(self, path: str) -> list[Call]:
        """The calls of one path so far."""
        return [call for call in self.calls if call.path == path]

    def _answering(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            status, cut = 200, False
            try:
                fault = self._admit(request)
                body: dict[str, Any] = {"error": 0, "message": "Success", "data": await handler(request)}
                cut = isinstance(fault, Cut)
            except OARefusal as refusal:
                body, status = refusal.body, refusal.status
            if not request.path.endswith("/cs") or body["error"] != 0:
                self.calls.append(Call(request.path, None, int(body["error"])))
            if cut:
                assert request.transport is not None
                request.transport.abort()
            return web.json_response(body, status=status, headers=self._rate_headers())

        return answer

    def _admit(self, request: web.Request) -> Cut | None:
        """Rate, faults and token, in this order."""
        minute = int(self._oa.now() // 60)
        count = self._minute[1] + 1 if self._minute[0] == minute else 1
        self._minute = (minute, count)
        if count > self.per_minute:
            raise OARefusal(-32, "Your application reached limit call api")
        fault = self.faults[request.path].pop(0) if self.faults.get(request.path) else None
        if isinstance(fault, OARefusal):
            raise fault
        if "access_token" in request.query:
            raise OARefusal(404, "empty api", 404)
        if code := self._oa.oauth.refusal_of(request.headers.get("access_token", "")):
            raise OARefusal(code, "Access token is invalid")
        return fault

    def _rate_headers(self) -> dict[str, str]:
        remain = max(self.per_minute - self._minute[1], 0)
        return {"X-RateLimit-Limit": str(self.per_minute), "X-RateLimit-Remain": str(remain)}

    async def _message(self, request: web.Request) -> dict[str, Any]:
        body = await _json(request)
        user = self._user(body.get("recipient"))
        if set(body) - {"recipient", "message"}:
            raise OARefusal(-201, "unknown field")
        seen = self._read(body.get("message"))
        quota = self._window(user)
        seen.id = self._oa.new_id("o")
        user.show(seen)
        self.calls.append(Call(request.path, body, 0))
        return {"message_id": seen.id, "user_id": user.id, "sent_time": str(int(self._oa.now() * 1000)), "quota": quota}

    def _user(self, recipient: Any) -> OAUser:
        id = recipient.get("user_id") if isinstance(recipient, dict) else None
        user = self._oa.by_id.get(id) if isinstance(id, str) else None
        if user is None:
            raise OARefusal(-201, "user_id is invalid")
        if user.blocked:
            raise OARefusal(-217, "user blocked")
        if user.last_interaction is None:
            raise OARefusal(-213, "user has not followed")
        return user

    def _window(self, user: OAUser) -> dict[str, Any]:
        assert user.last_interaction is not None
        age = self._oa.now() - user.last_interaction
        if age <= 48 * HOURS:
            return {"quota_type": "reply", "owner_type": "OA", "owner_id": self._oa.oa_id}
        if age > 7 * 24 * HOURS:
            raise OARefusal(-230, "user has not interacted in the past 7 days")
        if not self.has_package:
            raise OARefusal(-224, "package needed")
        if not self.sub_quota:
            raise OARefusal(-211, "out of quota")
        self.sub_quota -= 1
        return {"quota_type": "sub_quota", "remain": self.sub_quota, "owner_type": "OA", "owner_id": self._oa.oa_id}

    def _read(self, message: Any) -> Seen:
        """Check a message to the letter; returns it as the person sees it."""
        if not isinstance(message, dict) or set(message) - {"text", "attachment", "quote_message_id"}:
            raise OARefusal(-201, "message is invalid")
        text, attachment = message.get("text", ""), message.get("attachment")
        if not isinstance(text, str) or not (text.strip() or attachment):
            raise OARefusal(-201, "text is invalid")
        if len(text.encode("utf-16-le")) // 2 > 2_000:
            raise OARefusal(-210, "text is too long")
        if attachment is None:
            return Seen("", text)
        if not isinstance(attachment, dict) or not isinstance(attachment.get("payload"), dict):
            raise OARefusal(-201, "attachment is invalid")
        payload = attachment["payload"]
        if attachment.get("type") == "file":
            return self._asset(payload.get("token"), "file", text)
        if attachment.get("type") == "template" and payload.get("template_type") == "media":
            return self._media_element(payload.get("elements"), text)
        if attachment.get("type") == "template" and set(payload) == {"buttons"}:
            return Seen("", text, _checked_buttons(payload["buttons"], text))
        raise OARefusal(-201, "attachment type is invalid")

    def _media_element(self, elements: Any, text: str) -> Seen:
        if not isinstance(elements, list) or len(elements) != 1 or not isinstance(elements[0], dict):
            raise OARefusal(-201, "elements are invalid")
        element = elements[0]
        kind = element.get("media_type")
        if kind not in ("image", "gif") or ("url" in element) == ("attachment_id" in element):
            raise OARefusal(-201, "media element is invalid")
        if kind == "gif" and not (element.get("width") and element.get("height")):
            raise OARefusal(-201, "width and height are required")
        return self._asset(element.get("attachment_id"), kind, text)

    def _asset(self, id: Any, kind: str, text: str) -> Seen:
        asset = self.assets.get(id) if isinstance(id, str) else None
        if asset is None or asset.kind != kind:
            raise OARefusal(-201, "attachment is invalid")
        if self._oa.now() > asset.until:
            raise OARefusal(-100, "attachment expired")
        return Seen("", text, kind=kind, name=asset.name, content=asset.content)

    async def _old_message(self, request: web.Request) -> dict[str, Any]:
        raise OARefusal(-240, "message api v2 was shut down")

    async def _upload(self, request: web.Request) -> dict[str, Any]:
        kind = request.match_info["kind"]
        if kind not in _UPLOADS or request.content_type != "multipart/form-data":
            raise OARefusal(-201, "upload is invalid")
        part = await (await request.multipart()).next()
        if not isinstance(part, BodyPartReader) or part.name != "file":
            raise OARefusal(-201, "file is missing")
        content, endings = bytes(await part.read()), _UPLOADS[kind][0]
        if len(content) > _UPLOADS[kind][1]:
            raise OARefusal(-210, "file is too big")
        if not (part.filename or "").lower().endswith(endings):
            return {}
        id = self._oa.new_id("a")
        self.assets[id] = Asset(kind, part.filename or "", content, self._oa.now() + ASSET_SECONDS)
        return {"token": id} if kind == "file" else {"attachment_id": id}

    async def _quota(self, request: web.Request) -> dict[str, Any]:
        user = self._user(await _json(request))
        assert user.last_interaction is not None
        return {"last_interaction": str(int(user.last_interaction * 1000)), "cs_reply": {"remain": 8, "total": 8}}

    async def _detail(self, request: web.Request) -> dict[str, Any]:
        try:
            data = json.loads(request.query.get("data", ""))
        except ValueError:
            raise OARefusal(-201, "data is invalid") from None
        user = self._user(data)
        return {"user_id": user.id, "display_name": user.name, "user_is_follower": user.follower}

    async def _about(self, request: web.Request) -> dict[str, Any]:
        return {"oa_id": self._oa.oa_id, "name": "Bạn Học", "is_verified": True, "num_follower": len(self._oa.by_id)}

    async def _media(self, request: web.Request) -> web.StreamResponse:
        content = self._hosted.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise OARefusal(-201, "body is no JSON") from None
    if request.content_type != "application/json" or not isinstance(body, dict):
        raise OARefusal(-201, "body is no JSON object")
    return body


def _checked_buttons(buttons: Any, text: str) -> dict[str, Any]:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 5 or not text.strip():
        raise OARefusal(-201, "buttons are invalid")
    for button in buttons:
        if not isinstance(button, dict) or button.get("type") not in _BUTTONS or not button.get("title"):
            raise OARefusal(-201, "button is invalid")
        if len(button["title"]) > 100:
            raise OARefusal(-201, "button title is too long")
        if button["type"].startswith("oa.query") and not (
            isinstance(button.get("payload"), str) and 1 <= len(button["payload"]) <= 1_000
        ):
            raise OARefusal(-201, "button payload is invalid")
    return {button["title"]: button for button in buttons}
