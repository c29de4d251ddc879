"""An article that came with the program is changed at run time, with its sources and history, and comes back."""

from datetime import datetime, timedelta

import pytest

from bot.clock import LOCAL_ZONE
from storage.audit import audit
from tests.conftest import Bot
from tests.handlers.linked import Channels, two_channels  # noqa: F401 - two_channels is the fixture `both`
from tests.organisation import Organisation, organisation

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL_ZONE)
ASKED = "công dân học tập là gì"
ENGLISH = "What is a learning citizen?"
NEW = "Công dân học tập là người học thường xuyên; cách hiểu này do cơ quan thường trực viết lại."
NEW_ENGLISH = "A learning citizen keeps learning; the standing office put it this way."
FILE = "cdht-la-gi"


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def test_an_admin_changes_an_article_of_the_files_and_withdrawn_the_files_own_is_back(
    units: Organisation, app: Bot
) -> None:
    chi, an = await units.admin("chi"), app.person("an")
    await an.says(ASKED, at=TEN)
    before = an.last.text

    await chi.says("/khotrithuc công dân học tập là gì", at=TEN)
    chi.hears("Các bài có sẵn khi cài đặt; sửa là có hiệu lực ngay và thu hồi được:")
    await chi.taps_payload(f"article.show|{FILE}")
    chi.hears("(như khi cài đặt):")
    assert not [label for label in chi.last.buttons if label in ("Thu hồi", "Đưa vào kho")]
    await chi.taps("Sửa nội dung")
    await chi.says(NEW)
    chi.hears("(đang trong kho, phiên bản 1)")

    await an.says(ASKED, at=TEN + timedelta(minutes=1))
    assert an.last.text.startswith(NEW)
    assert an.last.text.partition("Nguồn:")[2] == before.partition("Nguồn:")[2], "the source line is kept"

    await chi.taps("Sửa nội dung")
    await chi.says(NEW.replace("thường xuyên", "suốt đời"))
    chi.hears("(đang trong kho, phiên bản 2)")
    await an.says(ASKED, at=TEN + timedelta(minutes=2))
    an.hears("học suốt đời")

    await chi.taps("Thu hồi")
    chi.hears("Từ giờ tôi trích dẫn lại bài có sẵn khi cài đặt.", buttons=["Đưa lại vào kho"])
    await an.says(ASKED, at=TEN + timedelta(minutes=3))
    assert an.last.text == before
    await chi.taps("Đưa lại vào kho")
    await an.says(ASKED, at=TEN + timedelta(minutes=4))
    an.hears("học suốt đời")
    kept = await app.database.all(audit.select().where(audit.c.what.startswith("article.")).order_by(audit.c.seq))
    assert [(row.what, row.detail["article"], row.detail["version"]) for row in kept] == [
        ("article.published", f"{FILE}.vi", 1),
        ("article.published", f"{FILE}.vi", 2),
        ("article.withdrawn", f"{FILE}.vi", 2),
        ("article.published", f"{FILE}.vi", 2),
    ]


async def test_after_a_withdrawal_a_change_begins_with_the_files_words_and_goes_on_counting(
    units: Organisation, app: Bot
) -> None:
    chi = await units.admin("chi")
    await chi.taps_payload(f"article.body|{FILE}", at=TEN)
    await chi.says(NEW)
    await chi.taps("Thu hồi")

    await chi.taps_payload(f"article.show|{FILE}")
    chi.hears("(như khi cài đặt):")
    assert NEW not in chi.last.text
    await chi.taps("Sửa tiêu đề")
    await chi.says("Công dân học tập nghĩa là gì")

    chi.hears("Công dân học tập nghĩa là gì (đang trong kho, phiên bản 2)")
    assert NEW not in chi.last.text


async def test_each_language_is_changed_by_itself(units: Organisation, app: Bot) -> None:
    chi, an = await units.admin("chi"), app.person("an")
    await an.says(ENGLISH, at=TEN)
    english = an.last.text

    await chi.taps_payload(f"article.show|{FILE}", at=TEN)
    await chi.taps("Bản tiếng Anh")
    chi.hears("(bản tiếng Anh, như khi cài đặt):")
    await chi.taps("Sửa nội dung")
    await chi.says(NEW_ENGLISH)
    await an.says(ENGLISH, at=TEN + timedelta(minutes=1))
    an.hears(NEW_ENGLISH)
    assert an.last.text != english
    await an.says(ASKED, at=TEN + timedelta(minutes=1))
    assert NEW_ENGLISH not in an.last.text

    await chi.taps_payload(f"article.body|{FILE}", at=TEN + timedelta(minutes=2))
    await chi.says(NEW)
    await an.says(ENGLISH, at=TEN + timedelta(minutes=3))
    an.hears(NEW_ENGLISH)
    await chi.taps_payload(f"article.withdraw|{FILE}.en")
    await an.says(ENGLISH, at=TEN + timedelta(minutes=4))
    assert an.last.text == english
    await an.says(ASKED, at=TEN + timedelta(minutes=4))
    an.hears(NEW)


async def test_a_change_made_on_one_channel_is_answered_on_another(both: Channels) -> None:
    chi = await (await organisation(both.bot)).admin("chi")
    binh = both.on_zalo("binh")

    await chi.taps_payload(f"article.body|{FILE}", at=TEN)
    await chi.says(NEW)
    await binh.says(ASKED, at=TEN + timedelta(minutes=1))

    binh.hears(NEW)


async def test_what_the_file_names_needs_no_new_source_but_what_is_added_does(units: Organisation, app: Bot) -> None:
    chi = await units.admin("chi")
    await chi.taps_payload(f"article.body|{FILE}", at=TEN)

    await chi.says(f"{NEW} Xem Quyết định 4711/QĐ-XYZ.")
    chi.hears("Nội dung nhắc đến 4711/QĐ-XYZ.")
    await chi.says(NEW)
    chi.hears("(đang trong kho, phiên bản 1)")


async def test_only_admins_change_them_and_what_is_none_is_no_longer_there(units: Organisation, app: Bot) -> None:
    oanh, chi = await units.officer("oanh", "A"), await units.admin("chi")
    for payload in (f"article.show|{FILE}", f"article.body|{FILE}", f"article.withdraw|{FILE}"):
        await oanh.taps_payload(payload, at=TEN)
        oanh.hears("Chỉ quản trị")
    for name in ("show|khong-co", "show|../../etc", f"withdraw|{FILE}", "publish|x.en"):
        await chi.taps_payload(f"article.{name}", at=TEN)
        assert "phiên bản" not in chi.last.text
    assert await app.database.all(audit.select().where(audit.c.what.startswith("article."))) == []
