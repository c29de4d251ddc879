"""Help and the way out of an open question."""

from typing import Any

from storage.changes import Changes
from storage.commits import Commit
from storage.people import People
from storage.roles import Roles
from tests.chat import FakePerson


async def test_help_lists_commands_with_examples_in_one_short_message(an: FakePerson) -> None:
    await an.says("/help")

    an.hears("trợ lý tự động")
    an.hears("“hôm nay học 2 tiếng rưỡi tiếng Anh”")
    an.hears("/nhatky: Nhật ký học tập")
    assert len(an.last.text) <= 1500


async def test_officers_commands_are_not_shown_to_learners(an: FakePerson) -> None:
    await an.says("/help")

    assert "/tonghop" not in an.last.text


async def test_an_admin_sees_all_commands(an: FakePerson, app: Any) -> None:
    await an.says("chào bạn")
    person = (await People(app.database, Changes()).by_accounts([("console", "an")]))["console", "an"]
    changes = Changes()
    Roles(app.database, changes, person_time()).grant(person.id, "admin", None, person_time())
    await app.committer.commit(Commit(changes))

    await an.says("tro giup")

    an.hears("/tonghop")
    assert len(an.last.text) <= 1500


def person_time() -> Any:
    from tests.chat import NOON

    return NOON


async def test_huy_closes_the_open_question(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("hôm qua học tiếng Anh")

    await an.says("/huy")
    an.hears("Vâng, tôi dừng câu đang hỏi dở")
    await an.says("45 phút")

    assert "Đã ghi" not in an.last.text


async def test_a_command_that_does_not_exist_is_told_so(an: FakePerson) -> None:
    await an.says("/khongco")

    an.hears("Không có lệnh này.")
