"""What each method of the Bot API does in the emulator: calls come in checked, refusals are worded as Telegram's."""

import re
from typing import TYPE_CHECKING, Any

from tests.telegram_emulator.chats import Chat, Shown, StoredFile, file_json, picture_size
from tests.telegram_emulator.parameters import Upload
from tests.telegram_emulator.refusal import Refusal, bad_request

if TYPE_CHECKING:
    from tests.telegram_emulator.server import Emulator

_ACTIONS = {"typing", "upload_photo", "upload_document", "record_voice", "upload_voice", "find_location"}
_DOWNLOAD_LIMIT = 20 << 20
_DOCUMENT_LIMIT = 50 << 20
_PHOTO_LIMIT = 10 << 20


class Methods:
    """One function per method, named as Telegram names it."""

    def __init__(self, emulator: "Emulator") -> None:
        self._emulator = emulator
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.descriptions: dict[str, str] = {}
        self.answered: list[str] = []

    async def getMe(self, **_: Any) -> dict[str, Any]:
        return {
            **self._emulator.me,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def getUpdates(
        self, offset: int = 0, limit: int = 100, timeout: int = 0, allowed_updates: list[str] | None = None
    ) -> list[dict[str, Any]]:
        if not 1 <= limit <= 100 or not 0 <= timeout <= 50:
            raise bad_request("limit must be 1-100 and timeout 0-50")
        self._emulator.feed.allow(allowed_updates)
        return await self._emulator.feed.take(offset, limit, timeout)

    async def setWebhook(
        self,
        url: str,
        secret_token: str = "",
        max_connections: int = 40,
        allowed_updates: list[str] | None = None,
        drop_pending_updates: bool = False,
        ip_address: str = "",
    ) -> bool:
        self._emulator.feed.allow(allowed_updates)
        if drop_pending_updates:
            self._emulator.feed.pending.clear()
        await self._emulator.feed.set_webhook(url, secret_token, max_connections)
        return True

    async def deleteWebhook(self, drop_pending_updates: bool = False) -> bool:
        return await self.setWebhook("", drop_pending_updates=drop_pending_updates)

    async def getWebhookInfo(self) -> dict[str, Any]:
        feed, webhook = self._emulator.feed, self._emulator.feed.webhook
        info = {"url": "", "has_custom_certificate": False, "pending_update_count": len(feed.pending)}
        if webhook is None:
            return info
        error = {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
        known = {"max_connections": webhook.max_connections, "allowed_updates": list(feed.allowed)}
        return {**info, "url": webhook.url, **known, **(error if webhook.last_error else {})}

    async def sendMessage(self, chat_id: int, text: str, **rest: Any) -> dict[str, Any]:
        chat = self._writable(chat_id)
        return self._shown(chat, Shown(self._emulator.next_message_id(), text, **_looks(rest)))

    async def sendPhoto(self, chat_id: int, photo: Upload | str, caption: str = "", **rest: Any) -> dict[str, Any]:
        chat = self._writable(chat_id)
        stored = self._file(photo, "photo", _PHOTO_LIMIT)
        size = picture_size(stored.content)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if sum(size) > 10_000 or max(size) > 20 * min(size):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._shown(chat, Shown(self._emulator.next_message_id(), caption, file=stored, **_looks(rest)))

    async def sendDocument(
        self, chat_id: int, document: Upload | str, caption: str = "", **rest: Any
    ) -> dict[str, Any]:
        chat = self._writable(chat_id)
        stored = self._file(document, "document", _DOCUMENT_LIMIT)
        return self._shown(chat, Shown(self._emulator.next_message_id(), caption, file=stored, **_looks(rest)))

    async def editMessageText(self, chat_id: int, message_id: int, text: str, **rest: Any) -> dict[str, Any]:
        chat, message = self._editable(chat_id, message_id)
        if message.file:
            raise bad_request("there is no text in the message to edit")
        return self._changed(chat, message, text, rest.get("reply_markup", []), rest.get("entities", []))

    async def editMessageReplyMarkup(self, chat_id: int, message_id: int, **rest: Any) -> dict[str, Any]:
        chat, message = self._editable(chat_id, message_id)
        return self._changed(chat, message, message.text, rest.get("reply_markup", []), message.entities, silent=True)

    async def deleteMessage(self, chat_id: int, message_id: int) -> bool:
        if self._chat(chat_id).messages.pop(message_id, None) is None:
            raise bad_request("message to delete not found")
        return True

    async def answerCallbackQuery(self, callback_query_id: str, **_: Any) -> bool:
        if callback_query_id not in self._emulator.open_queries:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self._emulator.open_queries.remove(callback_query_id)
        self.answered.append(callback_query_id)
        return True

    async def sendChatAction(self, chat_id: int, action: str, **_: Any) -> bool:
        if action not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        self._chat(chat_id).actions.append(action)
        return True

    async def getFile(self, file_id: str) -> dict[str, Any]:
        stored = self._emulator.files.get(file_id)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(stored.content) > _DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return {**file_json(stored), "file_path": f"{stored.kind}s/{stored.id}"}

    async def setMyCommands(self, commands: list[dict[str, str]], language_code: str = "", scope: Any = None) -> bool:
        if len(commands) > 100 or not re.fullmatch(r"([a-z]{2})?", language_code):
            raise bad_request("BOT_COMMANDS_TOO_MUCH or language code invalid")
        for command in commands:
            if set(command) != {"command", "description"} or not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[language_code] = commands
        return True

    async def getMyCommands(self, language_code: str = "", scope: Any = None) -> list[dict[str, str]]:
        return self.commands.get(language_code, [])

    async def setMyDescription(self, description: str = "", language_code: str = "") -> bool:
        if len(description) > 512:
            raise bad_request("description is too long")
        self.descriptions[language_code] = description
        return True

    def _chat(self, chat_id: int) -> Chat:
        chat = self._emulator.chats.get(chat_id)
        if chat is None or not chat.started:
            raise bad_request("chat not found")
        if chat.blocked:
            where = "blocked by the user" if chat.private else "kicked from the supergroup chat"
            raise Refusal(403, f"Forbidden: bot was {where}")
        return chat

    def _writable(self, chat_id: int) -> Chat:
        """A chat that takes one more message now: it counts against the limits."""
        chat = self._chat(chat_id)
        self._emulator.limits.pass_one(chat_id)
        return chat

    def _editable(self, chat_id: int, message_id: int) -> tuple[Chat, Shown]:
        chat = self._chat(chat_id)
        message = chat.messages.get(message_id)
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot:
            raise bad_request("message can't be edited")
        return chat, message

    def _changed(
        self, chat: Chat, message: Shown, text: str, rows: list[list[dict[str, str]]], entities: list[dict[str, Any]],
        *, silent: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        if (message.text, message.rows, message.entities) == (text, rows, entities):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        message.text, message.rows, message.entities, message.edits = text, rows, entities, message.edits + 1
        return self._shown(chat, message, silent=silent)

    def _shown(self, chat: Chat, message: Shown, *, silent: bool = False) -> dict[str, Any]:
        """Put it before the reader; a change of buttons alone (`silent`) is no news."""
        message.raw = self._json(chat, message)
        if silent:
            chat.messages[message.id] = message
        else:
            chat.show(message)
        return message.raw

    def _json(self, chat: Chat, message: Shown) -> dict[str, Any]:
        now = int(self._emulator.now())
        entry: dict[str, Any] = {"message_id": message.id, "date": now, "chat": chat.json, "from": self._emulator.me}
        if message.topic:
            entry |= {"message_thread_id": message.topic, "is_topic_message": True}
        if message.rows:
            entry["reply_markup"] = {"inline_keyboard": message.rows}
        if message.edits:
            entry["edit_date"] = now
        if message.file is None:
            return {**entry, "text": message.text, **({"entities": message.entities} if message.entities else {})}
        caption: dict[str, Any] = {"caption": message.text} if message.text else {}
        if message.entities:
            caption["caption_entities"] = message.entities
        if message.file.kind == "photo":
            return {**entry, **caption, "photo": [{**file_json(message.file), "width": 90, "height": 90}]}
        named = {"file_name": message.file.name, "mime_type": message.file.media_type}
        return {**entry, **caption, "document": {**file_json(message.file), **named}}

    def _file(self, given: Upload | str, kind: str, limit: int) -> StoredFile:
        if isinstance(given, str):
            if given not in self._emulator.files:
                raise bad_request("wrong remote file identifier specified")
            return self._emulator.files[given]
        if not given.content:
            raise bad_request("file must be non-empty")
        if len(given.content) > limit:
            raise Refusal(413, "Request Entity Too Large")
        return self._emulator.store(given.name, given.media_type, given.content, kind)


def _looks(rest: dict[str, Any]) -> dict[str, Any]:
    marked = rest.get("entities") or rest.get("caption_entities") or []
    return {"rows": rest.get("reply_markup", []), "topic": rest.get("message_thread_id"), "entities": marked}
