"""In which language the bot writes."""

from dataclasses import replace

from bot.i18n import languages, t
from bot.language.fold import fold
from bot.message import Button, Message, Reply
from bot.routes import Routes, dead_button
from bot.turn import Turn

routes = Routes()

LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}
SPOKEN = {
    "vi": "vi", "viet": "vi", "tieng viet": "vi", "vietnamese": "vi",
    "en": "en", "anh": "en", "tieng anh": "en", "english": "en",
}  # fmt: skip


@routes.command("ngonngu", menu=t("Change the language"))
async def language(message: Message, turn: Turn, rest: str) -> Reply:
    """Offer the languages; one that is named is taken at once."""
    if wanted := SPOKEN.get(fold(rest)) or SPOKEN.get(fold(message.text).strip(" .!")):
        return _speak(turn, wanted)
    choices = tuple(Button(LANGUAGE_NAMES.get(one, one), "language", (one,)) for one in languages())
    return Reply(t("Which language shall I use?"), choices)


@routes.tap("language")
async def language_chosen(message: Message, turn: Turn, wanted: str) -> Reply:
    """The reply is in the new language already."""
    if wanted not in languages():
        raise dead_button()
    return replace(_speak(turn, wanted), replaces=True)


def _speak(turn: Turn, wanted: str) -> Reply:
    turn.people.update(turn.person, language=wanted)
    turn.person = replace(turn.person, language=wanted)
    return Reply(t("From now on I write in English."))
