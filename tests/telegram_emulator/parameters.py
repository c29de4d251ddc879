"""The parameters of each method: what is required, of which type, and what nobody knows is refused."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.telegram_emulator.refusal import bad_request


@dataclass(frozen=True)
class Upload:
    """A file that came with a multipart call."""

    name: str
    media_type: str
    content: bytes


_SENDING = (
    "business_connection_id:str message_thread_id:int disable_notification:bool protect_content:bool "
    "allow_paid_broadcast:bool message_effect_id:str reply_parameters:object reply_markup:markup"
)
_CAPTION = "caption:caption parse_mode:unsupported caption_entities:entities"
METHODS: dict[str, dict[str, str]] = {
    name: dict(entry.split(":") for entry in spec.split())
    for name, spec in {
        "getMe": "",
        "getUpdates": "offset:int limit:int timeout:int allowed_updates:array",
        "setWebhook": "url!:str secret_token:str max_connections:int allowed_updates:array drop_pending_updates:bool "
        "ip_address:str certificate:unsupported",
        "deleteWebhook": "drop_pending_updates:bool",
        "getWebhookInfo": "",
        "sendMessage": f"chat_id!:int text!:text parse_mode:unsupported entities:entities link_preview_options:object "
        f"{_SENDING}",
        "sendPhoto": f"chat_id!:int photo!:file has_spoiler:bool show_caption_above_media:bool {_CAPTION} {_SENDING}",
        "sendDocument": f"chat_id!:int document!:file thumbnail:file disable_content_type_detection:bool {_CAPTION} "
        f"{_SENDING}",
        "editMessageText": "chat_id!:int message_id!:int text!:text parse_mode:unsupported entities:entities "
        "link_preview_options:object reply_markup:markup business_connection_id:str",
        "editMessageReplyMarkup": "chat_id!:int message_id!:int reply_markup:markup business_connection_id:str",
        "deleteMessage": "chat_id!:int message_id!:int",
        "answerCallbackQuery": "callback_query_id!:str text:str show_alert:bool url:str cache_time:int",
        "sendChatAction": "chat_id!:int action!:str message_thread_id:int business_connection_id:str",
        "getFile": "file_id!:str",
        "setMyCommands": "commands!:array scope:object language_code:str",
        "getMyCommands": "scope:object language_code:str",
        "setMyDescription": "description:str language_code:str",
    }.items()
}
"""Parameter names after the Bot API's pages; `!` marks a required one."""

_ENTITY_TYPES = {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "blockquote"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f]")


def checked(method: str, given: Mapping[str, Any], files: Mapping[str, Upload]) -> dict[str, Any]:
    """The parameters in their types. Raises a 400 for an unknown, missing or ill-formed one."""
    spec = {name.rstrip("!"): kind for name, kind in METHODS[method].items()}
    for name in [*given, *files]:
        if name not in spec and not (name in files and any(value == f"attach://{name}" for value in given.values())):
            raise bad_request(f'unknown parameter "{name}"')
    for name in METHODS[method]:
        if name.endswith("!") and given.get(name[:-1]) in (None, "") and name[:-1] not in files:
            missing = "message text is empty" if name == "text!" else f'parameter "{name[:-1]}" is required'
            raise bad_request(missing)
    values = {name: _typed(name, spec[name], value, files) for name, value in given.items() if value is not None}
    for words, marked in (("text", "entities"), ("caption", "caption_entities")):
        if marked in values:
            _must_lie_inside(values[marked], str(given.get(words) or ""))
    return {**values, **{name: file for name, file in files.items() if name in spec}}


def _typed(name: str, kind: str, value: Any, files: Mapping[str, Upload]) -> Any:
    match kind:
        case "int" if isinstance(value, int) and not isinstance(value, bool):
            return value
        case "int" if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
            return int(value)
        case "bool" if isinstance(value, bool):
            return value
        case "bool" if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        case "str" if isinstance(value, str | int):
            return _utf8(str(value))
        case "text":
            return text(value, 4096, "message is too long")
        case "caption":
            return text(value, 1024, "message caption is too long") if value else ""
        case "entities":
            return [_entity(one) for one in _decoded(name, value, list)]
        case "array":
            return _decoded(name, value, list)
        case "object":
            return _decoded(name, value, dict)
        case "markup":
            return _keyboard(_decoded(name, value, dict))
        case "file" if isinstance(value, str) and value.startswith("attach://"):
            return files[value.removeprefix("attach://")]
        case "file" if isinstance(value, str):
            return value
    raise bad_request(f'parameter "{name}" is not understood')


def text(value: Any, limit: int, too_long: str) -> str:
    """A text as Telegram stores it: control characters are blanks, ends are trimmed, lengths are UTF-16 units."""
    if not isinstance(value, str):
        raise bad_request("text must be a string")
    stored = _CONTROL.sub(" ", _utf8(value).replace("\r", "")).strip()
    if not stored:
        raise bad_request("message text is empty")
    if len(stored.encode("utf-16-le")) // 2 > limit:
        raise bad_request(too_long)
    return stored


def _utf8(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return value


def _decoded(name: str, value: Any, kind: type) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON") from None
    if not isinstance(value, kind):
        raise bad_request(f'parameter "{name}" has a wrong type')
    return value


def _entity(entity: Any) -> dict[str, Any]:
    """One stretch of a text that looks different; the kinds with further fields are not known here."""
    if not isinstance(entity, dict) or set(entity) != {"type", "offset", "length"}:
        raise bad_request("can't parse MessageEntity: type, offset and length are needed")
    if entity["type"] not in _ENTITY_TYPES:
        raise bad_request("can't parse MessageEntity: unsupported type")
    for field, least in (("offset", 0), ("length", 1)):
        value = entity[field]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 1_000_000:
            raise bad_request(f"receive an entity with incorrect {field} {value}")
    return entity


def _must_lie_inside(entities: list[dict[str, Any]], words: str) -> None:
    """Offsets and lengths are UTF-16 units of the text; none may end behind it or between two halves of a sign."""
    units = words.encode("utf-16-le")
    for entity in entities:
        first, last = entity["offset"], entity["offset"] + entity["length"]
        if last > len(units) // 2:
            raise bad_request(f"entity beginning at UTF-16 offset {first} ends after the end of the text")
        for place, verb in ((first, "begins"), (last, "ends")):
            if 0xDC <= (units[2 * place + 1 : 2 * place + 2] or b"\0")[0] <= 0xDF:
                raise bad_request(f"entity {verb} in a middle of a UTF-16 symbol at offset {place}")


def _keyboard(markup: dict[str, Any]) -> list[list[dict[str, str]]]:
    """The rows of an inline keyboard, each button checked."""
    if set(markup) != {"inline_keyboard"}:
        raise bad_request("only inline keyboards are known here")
    rows = [[_button(button) for button in row] for row in markup["inline_keyboard"]]
    if sum(map(len, rows)) > 100:
        raise bad_request("reply markup is too long")
    return [row for row in rows if row]


def _button(button: dict[str, Any]) -> dict[str, str]:
    if set(button) - {"text", "callback_data", "url"} or len(button) != 2:
        raise bad_request("can't parse inline keyboard button: exactly one action is needed")
    label = text(button.get("text"), 4096, "button text is too long")
    data = button.get("callback_data", "")
    if "callback_data" in button and not 1 <= len(_utf8(str(data)).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    return {**button, "text": label}
