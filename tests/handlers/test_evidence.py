"""Evidence: a photo or PDF is kept with the entry that it proves."""

from datetime import timedelta

import pytest

from storage.changes import Changes
from storage.evidence import Evidence
from storage.people import People
from storage.study_logs import StudyLogs
from tests.chat import NOON, FakePerson

JPEG = b"\xff\xd8\xff\xe0" + b"photo" * 20
PDF = b"%PDF-1.7 certificate"


@pytest.fixture
async def learner(an: FakePerson) -> FakePerson:
    """Somebody who has agreed."""
    await an.says("/start")
    await an.taps("Đồng ý")
    return an


async def kept(person: FakePerson) -> list[tuple[str, str, str, str]]:
    """Subject, file name, media type and state of the person's evidence."""
    database = person.app.database
    owner = (await People(database, Changes()).by_accounts([("console", person.name)]))["console", person.name]
    subjects = {log.id: log.subject for log in await StudyLogs(database, Changes()).all_of(owner.id)}
    rows = await Evidence(database, Changes()).of(owner.id)
    return [(subjects[row.log_id], row.name, row.media_type, row.state) for row in rows]


async def test_a_photo_proves_the_newest_entry_and_waits_for_the_officer(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tin học")

    await learner.sends_file("bang.jpg", JPEG, "image/jpeg")

    learner.hears("Đã nhận tệp làm minh chứng cho lượt 1 giờ · Tin học · 22/11, chờ cán bộ duyệt.")
    assert await kept(learner) == [("tin học", "bang.jpg", "image/jpeg", "pending")]


async def test_several_entries_in_the_last_message_are_asked_about(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tin học, hôm qua 30 phút tiếng Anh")
    await learner.sends_file("bang.pdf", PDF, "application/pdf")
    learner.hears(
        "Tệp này là minh chứng cho lượt nào?", buttons=["1 giờ · Tin học · 22/11", "30 phút · Tiếng Anh · 21/11"]
    )

    await learner.taps("30 phút · Tiếng Anh · 21/11")

    assert await kept(learner) == [("tiếng anh", "bang.pdf", "application/pdf", "pending")]


async def test_the_same_choice_tapped_twice_keeps_one(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tin học, hôm qua 30 phút tiếng Anh")
    await learner.sends_file("bang.pdf", PDF, "application/pdf")
    payload = learner.last.buttons["1 giờ · Tin học · 22/11"]
    await learner.taps_payload(payload)

    await learner.taps_payload(payload)

    learner.hears("Tệp này đã được lưu làm minh chứng rồi.")
    assert len(await kept(learner)) == 1


async def test_a_caption_that_logs_study_is_logged_and_proven_at_once(learner: FakePerson) -> None:
    await learner.sends_file("anh.jpg", JPEG, "image/jpeg", caption="hôm nay học 2 tiếng tiếng Anh")

    assert any("Đã ghi: 2 giờ · Tiếng Anh" in heard.text for heard in learner.heard)
    learner.hears("Đã nhận tệp làm minh chứng, chờ cán bộ duyệt.")
    assert [row[0] for row in await kept(learner)] == ["tiếng anh"]


async def test_without_a_fresh_entry_it_says_what_to_do(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tin học")
    await learner.says("chào bạn", at=NOON + timedelta(days=8))

    await learner.sends_file("bang.jpg", JPEG, "image/jpeg")

    learner.hears("Trong 7 ngày qua chưa có lượt học nào")
    assert await kept(learner) == []


async def test_a_file_is_what_its_bytes_say(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tin học")

    await learner.sends_file("bang.jpg", b"MZ\x90 a program", "image/jpeg")

    learner.hears("Minh chứng cần là ảnh JPEG, PNG hoặc tệp PDF")
    assert await kept(learner) == []


async def test_a_file_with_a_wrong_name_gets_a_right_one(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tin học")

    await learner.sends_file("bang.exe", PDF)

    assert await kept(learner) == [("tin học", "minh-chung.pdf", "application/pdf", "pending")]


async def test_a_file_over_5_mb_is_refused(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tin học")

    await learner.sends_file("bang.pdf", PDF + b"0" * 5 * 1024 * 1024, "application/pdf")

    learner.hears("Tệp quá lớn; tối đa 5 MB.")


async def test_without_consent_no_file_is_kept(an: FakePerson) -> None:
    await an.sends_file("bang.jpg", JPEG, "image/jpeg")

    an.hears("Anh/chị gửi /start và đồng ý trước.")


async def test_another_persons_file_cannot_be_taken(learner: FakePerson, app: object) -> None:
    await learner.says("hôm nay học 1 tiếng tin học, hôm qua 30 phút tiếng Anh")
    await learner.sends_file("bang.pdf", PDF, "application/pdf")
    file_id = learner.last.buttons["1 giờ · Tin học · 22/11"].split("|")[2]
    stranger = app.person("binh")  # type: ignore[attr-defined]
    await stranger.says("/start")
    await stranger.taps("Đồng ý")
    await stranger.says("hôm nay học 1 tiếng tin học")
    log_id = stranger.last.buttons["Hoàn tác"].split("|")[1]

    await stranger.taps_payload(f"evidence|{log_id}|{file_id}")

    stranger.hears("Nút này không còn dùng được.")
    assert await kept(stranger) == []
