"""Changing the language of the bot."""

from tests.chat import FakePerson


async def test_the_change_shows_in_the_reply_at_once(an: FakePerson) -> None:
    await an.says("/ngonngu")
    an.hears("Anh/chị muốn dùng ngôn ngữ nào?", buttons=["Tiếng Việt", "English"])

    await an.taps("English")

    an.hears("From now on I write in English.")


async def test_everything_after_it_is_in_the_new_language(an: FakePerson) -> None:
    await an.says("english")

    await an.says("/start")

    an.hears("I am Bạn Học, the automatic assistant", buttons=["I agree", "Read the details", "Later"])


async def test_english_readers_log_and_ask_in_english(an: FakePerson) -> None:
    await an.says("english")
    await an.says("/start")
    await an.taps("I agree")

    await an.says("today I studied English for 2 hours and 30 minutes")

    an.hears("Logged: 2 h 30 min · Tiếng Anh · today 22/11.\nThis week: 2 h 30 min.", buttons=["Edit", "Undo"])


async def test_english_corrections_and_questions_about_own_hours_work_too(an: FakePerson) -> None:
    await an.says("english")
    await an.says("/start")
    await an.taps("I agree")
    await an.says("today I studied English for 2 hours")

    await an.says("no, 1 hour")
    an.hears("Corrected: 1 h · Tiếng Anh · 22/11.", buttons=["Undo"])
    await an.says("how many hours did I study this month?")

    an.hears("This week: 1 h.")


async def test_back_to_vietnamese_in_words(an: FakePerson) -> None:
    await an.says("english")

    await an.says("tiếng việt")

    an.hears("Từ giờ tôi trả lời bằng tiếng Việt.")


async def test_an_unknown_language_is_refused(an: FakePerson) -> None:
    await an.taps_payload("language|xx")

    an.hears("Nút này không còn dùng được.")
