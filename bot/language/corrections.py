"""Corrections of the last entry ("nhầm, 1 tiếng thôi", "xóa cái vừa ghi") and slips mended inside one message."""

import datetime
import re
from typing import Literal

import msgspec

from bot.language.cues import STUDY
from bot.language.dates import find_days
from bot.language.durations import find_times
from bot.language.fold import bare
from bot.language.marks import rule, source
from bot.language.phrases import subject_of
from bot.language.spans import Sentence, Span, masked
from bot.language.subjects import find_subjects


class Patch(msgspec.Struct, frozen=True):
    """What to change in the last entry; None leaves it as it is."""

    op: Literal["edit", "delete"]
    minutes: int | None = None
    date: datetime.date | None = None
    subject: str | None = None


_ENTRY = (
    r"(?:bản ghi|bảng ghi|dòng|lượt|mục|cái|phần|nhật ký|lần|bài|entry|log|dữ liệu|buổi học|giờ học|record|ghi|"
    r"tin|mẩu|khoản)"
)
_ASK = r"(?: (?:em|mình|tôi|t|giúp|giùm|dùm|hộ|cho|bot|ơi|với|nhé|lại|luôn))*"
DELETE = rule(
    rf"(?:xóa|xoá|hủy|huỷ|bỏ|gỡ|delete|remove|undo|cancel){_ASK} (?:cái )?(?:{_ENTRY}(?! (?:phép|lớp)))|(?:xóa|"
    rf"xoá|hủy|huỷ|bỏ|gỡ|delete|remove)(?:{_ASK} )(?:đi|luôn|đúp|trùng|hết)"
    r"|(?:xóa|xoá|hủy|huỷ|bỏ|gỡ|delete|remove|undo) (?:đi|vừa|cái|kết quả|thông tin|số|the last|that|it|last|"
    rf"hộ|giúp|giùm|dùm|{_ENTRY})|đừng (?:ghi|lưu|tính)|không (?:ghi|lưu|tính) (?:nữa|cái|lượt|bản)|(?:ghi|lưu|"
    r"nhập) (?:trùng|đúp|2 lần|hai lần)|hoàn tác|undo|xóa nó|gỡ nó"
    rf"|{_ENTRY} (?:\w+ ){{0,4}}(?:xóa|xoá|hủy|huỷ|bỏ|gỡ) (?:đi|giúp|hộ|giùm|dùm|luôn|nhé)|rút lại (?:cái|bản|"
    r"lượt|dòng|lần)|xóa (?:\d|hai|một)"
)
_NOT_DELETE = rule(
    r"(?:xóa|xoá) (?:mù|đói|tài khoản|nợ|bỏ)|(?:hủy|huỷ) (?:lớp|lịch|buổi|đăng ký|khóa|chuyến|hẹn|lệnh)|"
    r"bỏ (?:học|lớp|buổi|ra|phiếu|tiền|thuốc)"
)
TRIGGER = rule(
    r"(?:a|à|ay|ấy) nhầm|"
    r"nhầm(?! lẫn)|lộn(?! xộn| ngược)|(?:ghi |tính |nhập |viết |gõ |nói |báo )?sai(?! (?:lầm|sót|phạm))|"
    r"(?:(?<!học )sửa|(?<!hành )(?<!tài )(?<!bưu )(?<!điều )(?<!trào )chỉnh|(?<!chuyển )(?<!đồng "
    r")(?<!dong )(?<!quan )(?<!don )(?<!trung )(?<!dai )(?<!gia )(?<!tieu )đổi|(?<!với )(?<!voi )(?<!cùng "
    r")(?<!cung )(?<!thua )(?<!cô )(?<!co )(?<!nghe )(?<!nho )thay|cập nhật|update|change|edit|fix|"
    r"correct)(?: lại| giúp| hộ|"
    r" dùm| giùm| cho| em| mình| tôi| t| bot| ơi| với)*(?= (?:thành|sang|lại|là|giúp|hộ|dùm|giùm|bản|cái|dòng|"
    r"lượt|mục|ghi|giờ|ngày|môn|thời|số giờ|số phút|từ|về|lần|hôm|cho|đi|phút|entry|it|the|to|last|subject|"
    r"date|tiếng|\d|\x01))"
    r"|đính chính|(?<=[,.] )(?:chứ )?(?:không|hổng) phải|ý (?:là|em là|mình là|tôi là|t là|em|mình)|"
    r"mới (?:đúng|phải|chuẩn|chính xác)|(?:chính xác|đúng ra|thật ra|thực ra|đúng) (?:là|thì|phải là|chỉ)|"
    r"đúng ra|chứ (?:không|hổng|đâu|ko) (?:phải|có)|(?:không|hổng|đâu) (?:phải|có phải)(?! (?:đi|"
    r"gác|trực|làm|lo|họp|trông|nấu|chờ|lên|ra|ngủ|dậy|về|tăng|đứng|tập))(?= .*(?:là|mà|chỉ|,|"
    r"đâu|cơ|chứ))|(?:^|(?<=[,.!])|(?<=[,.!] ))(?:à|ủa|ấy|ơ|ô|á)? ?(?:quên mất|quên|lộn|nhầm|à quên|"
    r"à không|ấy không|ơ không|không không)(?= ?[,.] ?|$|"
    r" là)|à không|(?:^)(?:không|ko),|sorry|xin lỗi(?=.*(?:\d|một|hai|là|mới))|chính xác hơn|nói lại|"
    r"ghi lại (?:là|thành|cho đúng)|(?:no|wrong|mistake|i meant|actually|oops)(?= ?[,.]| it| i )|"
    r"meant(?= \d)|không đúng|"
    r"chưa đúng|ko đúng|(?<!chuyển )đổi lại|sửa lại|chỉnh lại|phải là|thành (?=\x01)|ghi (?:thừa|dư|thiếu)"
)
_NEW_AFTER = rule(
    r"(?:thành|sang|mà là|phải là|chính xác là|đúng ra là|đúng là|ý (?:\w+ )?là|lại là|đúng ra|thật ra (?:là|"
    r"chỉ)?|thực ra (?:là|chỉ)?|to|actually|meant|là)"
)
_OLD = rule(r"(?:chứ |, )?(?:không|hổng|chẳng|đâu|ko) (?:phải|có phải)(?: là)? ?|instead of|thay vì|not ")
_RIGHT = rule(r"mới (?:đúng|phải|chuẩn|chính xác)")
_LEARNING_IT = rule(
    r"(?:học|lớp|nghề|khóa|môn|tập|ôn) (?:\w+ ){0,2}(?:sửa|chỉnh sửa|xóa mù|xoá mù|chữa|chỉnh|hủy|thay)|"
    r"sửa (?:xe|máy|điện|ô tô|nhà|chữa)|chỉnh sửa|chữa cháy|sai lầm|sai sót|xử lý sai"
)
_FILLER = rule(
    r"nhầm|lộn|sai|sửa|chỉnh|đổi|thay|đính chính|chứ|không|phải|hổng|mới|đúng|ra|chính xác|thật|thực|ý|là|"
    r"thành|sang|lại|giúp|hộ|giùm|dùm|cho|bản|ghi|cái|dòng|lượt|mục|giờ học|ngày học|môn học|môn|thời gian|"
    r"thời lượng|số giờ|số phút|vừa rồi|vừa nãy|vừa|cuối|trước|em|tôi|mình|bot|nhé|nha|ạ|thôi|cơ|đấy|đó|mà|với|"
    r"đi|quên|à|ủa|ơ|xin lỗi|sorry|được|chỉ|có|học|ôn|từ|ngày|hôm|thì|luôn|rồi|r|này|cuối cùng|gần nhất|"
    r"mới nhất|lần|tính|nhập|viết|gõ|báo|ad|admin|ơi|bạn|giờ|tên|của|kia|t|nói|ấy|đâu|the|to|it|was|is|last|"
    r"entry|no|wrong|i|meant|change|subject|date|actually|and|học là|chuyển|buổi|khóa|sáng|chiều|tối"
)


def patch_of(ready: Sentence, now: datetime.datetime) -> Patch | None:
    """The correction that a text is, None when it is none (also when a slip is mended inside a log)."""
    key = ready.key
    if _LEARNING_IT.search(key):
        return None
    deletes = DELETE.search(key)
    if deletes and not _NOT_DELETE.search(key):
        rest = _values(ready, now, deletes.end())
        return (
            Patch("delete", rest.minutes, rest.date, rest.subject)
            if not _CHANGED.search(key, deletes.end())
            else _edit(ready, now)
        )
    if TRIGGER.search(key) is None or mended(ready, now) is not None:
        return None
    return _edit(ready, now)


_CHANGED = rule(r"(?:ghi lại|thay (?:bằng|thành)|đổi thành|sửa thành) ")


def _edit(ready: Sentence, now: datetime.datetime) -> Patch | None:
    """Read the right value: after "là", "thành"; not after "không phải"; before "mới đúng"."""
    key = _without_old(ready.key)
    times = [t for t in find_times(key) if t.kind in {"duration", "interval"} and t.minutes]
    arrow = [m.end() for m in _NEW_AFTER.finditer(key)]
    values = _values(Sentence(ready.text, key, ready.folded), now, 0)
    if len(times) > 1:
        right = [m.start() for m in _RIGHT.finditer(key)]
        later = [t for t in times if arrow and t.start >= arrow[0]]
        chosen = [t for t in times if right and t.end <= right[0] + 1][-1:] or later[-1:] or times[-1:]
        values = msgspec.structs.replace(values, minutes=chosen[0].minutes)
    return values


def _without_old(key: str) -> str:
    """Blot out what the speaker takes back: the words after "không phải" up to the next comma, "là" or the end."""
    for match in list(_OLD.finditer(key)):
        stop = _END_OF_OLD.search(key, match.end())
        end = stop.start() if stop else len(key)
        key = masked(key, [Span(match.start(), end, "old")])
    changed = _FROM_TO.search(key)
    return masked(key, [Span(changed.start("old"), changed.end("old"), "old")]) if changed else key


_END_OF_OLD = re.compile(r"[,.;]|(?<!\w)" + source("mà|là|chỉ|mới|thành|thôi|đâu|cơ|but") + r"(?!\w)")
_FROM_TO = rule(r"(?:từ |ngày |hôm )?(?P<old>\S.{2,40}?) (?:thành|sang|to) ")


def _values(ready: Sentence, now: datetime.datetime, at: int) -> Patch:
    """The minutes, day and subject said from offset `at` on."""
    key = "\x01" * at + ready.key[at:]
    times = [t for t in find_times(key) if t.kind in {"duration", "interval", "clock"}]
    key = masked(key, times)
    days = [d for d in find_days(key, now) if d.kind in {"day", "used_week"} and not _only_just(key, d)]
    dates = [d.date for d in days if d.kind == "day"]
    key = masked(key, days)
    minutes = [t.minutes for t in times if t.minutes]
    return Patch("edit", minutes[-1] if minutes else None, dates[-1] if dates else None, _subject(ready, key))


def _only_just(key: str, day: Span) -> bool:
    """ "cái vừa nãy" points at the entry, it is no new day."""
    return bool(_JUST.fullmatch(key[day.start : day.end]))


_JUST = rule(r"(?:vừa|hồi|lúc|ban|khi|mới) nãy|nãy giờ|nãy|vừa mới|mới vừa|vừa xong|nay|just now")


def _subject(ready: Sentence, key: str) -> str | None:
    found = find_subjects(key)
    long = [f for f in found if " " in f.item.name or f.end - f.start > 4]
    if long:
        return long[-1].item.name
    blotted = _FILLER.sub(lambda m: "\x02" * len(m[0]), key)
    name, _ = subject_of(ready, blotted, 0, len(blotted))
    return name if name and len(name) > 2 and "môn" in ready.text else None


def mended(ready: Sentence, now: datetime.datetime) -> str | None:
    """ "2 tiếng à nhầm 3 tiếng" inside a log: the text with the slip taken out, None when there is no such slip."""
    trigger = TRIGGER.search(ready.key)
    if trigger is None or trigger.start() < 5:
        return None
    before, after = ready.key[: trigger.start()], ready.key[trigger.end() :]
    told = STUDY.search(before) or find_subjects(before)
    old, new = find_times(before), find_times(after)
    if _RIGHT.match(ready.key, trigger.start()):
        return None
    if two_days := _days_mended(ready, now, trigger):
        return two_days
    if not told or not old:
        return None
    if bare(trigger[0]).endswith("khong phai"):
        return ready.text[: trigger.start()] if new else None
    old_days, new_days = find_days(before, now), find_days(after, now)
    if new and old[-1].kind in {"duration", "interval"}:
        return _swap(ready.text, old[-1], trigger, new[0])
    if new_days and old_days and not new:
        return _swap(ready.text, old_days[-1], trigger, new_days[0])
    return None


def _days_mended(ready: Sentence, now: datetime.datetime, trigger: re.Match[str]) -> str | None:
    """ "thứ bảy, à không, chủ nhật em học 2 tiếng": the day right before the slip gives way to the day right after."""
    if not STUDY.search(ready.key, trigger.end()) or not find_times(ready.key[trigger.end() :]):
        return None
    old = [d for d in find_days(ready.key[: trigger.start()], now) if d.kind == "day"]
    new = [d for d in find_days(ready.key[trigger.end() :], now) if d.kind == "day"]
    if not old or not new or _WORDS_BETWEEN.search(ready.key[old[-1].end : trigger.start()]):
        return None
    after = trigger.end()
    if _WORDS_BETWEEN.search(ready.key[after : after + new[0].start]):
        return None
    return ready.text[: old[-1].start] + ready.text[after + new[0].start :]


_WORDS_BETWEEN = re.compile(r"\w{3,}")


def _swap(text: str, old: Span, trigger: re.Match[str], new: Span) -> str:
    end = trigger.end()
    value = text[end + new.start : end + new.end]
    between = _LAST_WORDS.sub(" ", text[old.end : trigger.start()])
    return f"{text[: old.start]} {value} {between} {text[end + new.end :]}"


_LAST_WORDS = rule(r"(?:à|ấy|ơ|á|ủa|ơ|chết|ý|úi|quên|bị|em|ghi|nói|thôi|không)(?= ?$)")
