"""Announce: write, choose whom, preview as each channel shows it, send or schedule."""

from dataclasses import replace

from bot import broadcast_rules as rules
from bot import broadcasts as shown
from bot.broadcast_drafts import checked_text, last_moment, send_moment
from bot.broadcast_rules import DRAFT, Broadcast
from bot.broadcast_words import MOST_LETTERS
from bot.errors import UserError
from bot.i18n import t
from bot.message import Button, Message, Reply
from bot.routes import OFFICERS, Routes, dead_button
from bot.segments import read_segment
from bot.turn import Turn

routes = Routes()

@routes.command("thongbao", menu=t("Announce to your units"), who=OFFICERS)
async def announce(message: Message, turn: Turn, rest: str) -> Reply:
    """Begin an announcement; what follows the command is its text."""
    await rules.may_send(turn)
    if rest.strip():
        # The command's rest is cut short and folded for other commands; an announcement keeps every word.
        return await _written(turn, message.text.strip().split(None, 1)[-1])
    turn.ask("broadcast.text", id="")
    how = t(
        "Please send the text of the announcement (at most {count} characters), or a picture or file with its text. "
        "Then {you} choose whom it is for, and see it before it goes out. For bold write *so*, for italics write _so_; "
        "Zalo shows the words without.",
        count=MOST_LETTERS,
    )
    return Reply(how, (Button(t("Earlier announcements"), "broadcast.list"), Button(t("Cancel"), "broadcast.nothing")))


@routes.answer("broadcast.text", files=True)
async def text_given(message: Message, turn: Turn) -> Reply:
    """The text, with or without a file; of a new announcement or of a draft."""
    id = str(turn.draft.get("id", ""))
    if not message.text.strip():
        turn.ask("broadcast.text", id=id)
        raise UserError(t("Please send some words with it: a file alone says too little."))
    if not id:
        return await _written(turn, message.text, message)
    broadcast = await rules.found(turn, id, DRAFT)
    texts = {**broadcast.texts, "vi": checked_text(message.text)}
    return await _changed(turn, broadcast, texts=texts, **await _file(turn, message))


async def _written(turn: Turn, text: str, message: Message | None = None) -> Reply:
    """A new draft, shown with what can be changed."""
    segment = await rules.first_segment(turn)
    file = await _file(turn, message) if message is not None else {}
    texts = {"vi": checked_text(text)}
    id = rules.store(turn).add(turn.person.id, segment, texts, turn.now, file_id=file.get("file_id"))
    turn.ask("broadcast.who", id=str(id))
    return Reply(
        t(
            "Kept as a draft. For whom is it? Please write it in plain words, for instance “officers of A.1, nothing "
            "logged for 14 days, except A.1.3”, or choose."
        ),
        (
            Button(t("As it is"), "broadcast.card", (str(id),)),
            Button(t("Officers"), "broadcast.quick", (str(id), "officers")),
            Button(t("Learners"), "broadcast.quick", (str(id), "learners")),
            Button(t("Nothing logged for 14 days"), "broadcast.quick", (str(id), "idle")),
        ),
    )


async def _file(turn: Turn, message: Message) -> dict[str, int]:
    """The first file of a message, kept; empty without one."""
    if not message.files:
        return {}
    sent = message.files[0]
    content = await sent.read()
    return {"file_id": turn.keep_file(sent.name, sent.media_type, content)}


QUICK = {"officers": "cán bộ", "learners": "người học", "idle": "chưa ghi 14 ngày"}


@routes.tap("broadcast.quick")
async def quick(message: Message, turn: Turn, id: str, which: str) -> Reply:
    """One of the usual choices."""
    if which not in QUICK:
        raise dead_button()
    return await _for(turn, await rules.found(turn, id, DRAFT), QUICK[which])


@routes.answer("broadcast.who")
async def whom_given(message: Message, turn: Turn) -> Reply:
    """Whom it is for, in plain words."""
    id = str(turn.draft["id"])
    try:
        return await _for(turn, await rules.found(turn, id, DRAFT), message.text)
    except UserError:
        turn.ask("broadcast.who", id=id)
        raise


async def _for(turn: Turn, broadcast: Broadcast, words: str) -> Reply:
    segment = await read_segment(turn, words, broadcast.segment)
    await rules.must_cover(turn, segment)
    return await _changed(turn, broadcast, segment=segment)


async def _changed(turn: Turn, broadcast: Broadcast, **values: object) -> Reply:
    """Write it and show the draft as it is then."""
    turn.close_question()
    rules.store(turn).edit(broadcast, **values)
    return await shown.card(turn, replace(broadcast, **values))  # type: ignore[arg-type]


@routes.tap("broadcast.card")
async def show_card(message: Message, turn: Turn, id: str) -> Reply:
    """The draft."""
    turn.close_question()
    return await shown.card(turn, await rules.found(turn, id, DRAFT))


ASKED = {
    "who": (
        "broadcast.who",
        t("For whom is it? For instance: “everyone in A.1”, “officers”, “soldiers on Telegram, except A.2”."),
    ),
    "text": ("broadcast.text", t("Please send the new text.")),
    "file": ("broadcast.attach", t("Please send the picture or file.")),
    "english": ("broadcast.english", t("Please send the English text for people who read English.")),
    "until": (
        "broadcast.until",
        t("Until when is it in force? For instance “31/12” or “14 days”. Whoever joins by then still gets it."),
    ),
    "when": ("broadcast.when", t("When shall it go out? For instance “8h tomorrow” or “14:00 22/11”.")),
}
"""What a button of the draft asks for: (the question's name, its words)."""


def _asks(what: str) -> None:
    question, words = ASKED[what]

    async def ask(message: Message, turn: Turn, id: str) -> Reply:
        broadcast = await rules.found(turn, id, DRAFT)
        turn.ask(question, id=str(broadcast.id))
        return Reply(words, (Button(t("Back to the draft"), "broadcast.card", (id,)),))

    routes.tap(f"broadcast.{what}")(ask)


for _what in ASKED:
    _asks(_what)


@routes.answer("broadcast.attach", files=True)
async def file_given(message: Message, turn: Turn) -> Reply:
    """A picture or file for the draft."""
    broadcast = await rules.found(turn, str(turn.draft["id"]), DRAFT)
    if not message.files:
        turn.ask("broadcast.attach", id=str(broadcast.id))
        raise UserError(t("That was no file. Please send a picture or a file, or go back to the draft."))
    return await _changed(turn, broadcast, **await _file(turn, message))


@routes.answer("broadcast.english")
async def english_given(message: Message, turn: Turn) -> Reply:
    """The English version."""
    broadcast = await rules.found(turn, str(turn.draft["id"]), DRAFT)
    return await _changed(turn, broadcast, texts={**broadcast.texts, "en": checked_text(message.text)})


@routes.answer("broadcast.until")
async def until_given(message: Message, turn: Turn) -> Reply:
    """The last day on which it is in force."""
    broadcast = await rules.found(turn, str(turn.draft["id"]), DRAFT)
    turn.ask("broadcast.until", id=str(broadcast.id))
    return await _changed(turn, broadcast, valid_until=last_moment(turn, message.text))


@routes.tap("broadcast.ack")
async def toggle_ack(message: Message, turn: Turn, id: str) -> Reply:
    """With or without the button that counts readers."""
    broadcast = await rules.found(turn, id, DRAFT)
    return await _changed(turn, broadcast, ack=not broadcast.ack)


@routes.tap("broadcast.urgent")
async def toggle_urgent(message: Message, turn: Turn, id: str) -> Reply:
    """Urgent ones go out at any hour; only admins decide that."""
    broadcast = await rules.found(turn, id, DRAFT)
    if not await turn.is_admin():
        raise dead_button()
    return await _changed(turn, broadcast, urgent=not broadcast.urgent)


@routes.tap("broadcast.preview")
async def preview(message: Message, turn: Turn, id: str) -> list[Reply]:
    """As each channel will show it."""
    turn.close_question()
    return await shown.preview(turn, await rules.found(turn, id, DRAFT))


@routes.tap("broadcast.test")
async def test(message: Message, turn: Turn, id: str) -> Reply:
    """The announcement to oneself, counted nowhere."""
    broadcast = await rules.found(turn, id, DRAFT)
    text = broadcast.texts.get(turn.person.language) or broadcast.texts["vi"]
    read = (Button(t("I have read it"), "broadcast.read", (id,)),) if broadcast.ack else ()
    files = await turn.kept_files(broadcast.file_id)
    return Reply(t("{text}", text=text), read, files, keeps_buttons=True, formatted=True)


@routes.tap("broadcast.send")
async def send(message: Message, turn: Turn, id: str) -> Reply:
    """At the moment that the draft names; without one now, or as soon as the hours allow."""
    broadcast = await rules.found(turn, id, DRAFT)
    return await rules.submit(turn, broadcast, rules.planned(turn, broadcast))


@routes.tap("broadcast.now")
async def send_now(message: Message, turn: Turn, id: str) -> Reply:
    """Now, whatever moment was planned."""
    return await rules.submit(turn, await rules.found(turn, id, DRAFT), None)


@routes.answer("broadcast.when")
async def when_given(message: Message, turn: Turn) -> Reply:
    """At a moment to come."""
    broadcast = await rules.found(turn, str(turn.draft["id"]), DRAFT)
    turn.ask("broadcast.when", id=str(broadcast.id))
    reply = await rules.submit(turn, broadcast, send_moment(turn, message.text))
    turn.close_question()
    return reply


@routes.tap("broadcast.drop")
async def drop(message: Message, turn: Turn, id: str) -> Reply:
    """Throw the draft away."""
    turn.close_question()
    broadcast = await rules.found(turn, id, DRAFT)
    rules.store(turn).move(broadcast, "cancelled")
    return Reply(t("Cancelled; nothing was sent."), replaces=True)


@routes.tap("broadcast.nothing")
async def nothing(message: Message, turn: Turn) -> Reply:
    """No announcement after all."""
    turn.close_question()
    return Reply(t("Cancelled; nothing was sent."), replaces=True)
