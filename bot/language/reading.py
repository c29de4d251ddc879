"""A sentence with its times and days found, and what can be told from it before any entry is made."""

import datetime
import re

import msgspec

from bot.language import cues
from bot.language.dates import find_days
from bot.language.durations import find_times
from bot.language.marks import rule, source
from bot.language.objects import without_subjects
from bot.language.spans import Sentence, Span, masked
from bot.language.subjects import find_subjects


class Reading(msgspec.Struct, frozen=True):
    """A sentence with its times and days found: `key` has them blotted out, `cues` the subjects as well."""

    ready: Sentence
    key: str
    times: tuple[Span, ...]
    days: tuple[Span, ...]
    now: datetime.datetime
    cues: str

    def has(self, *kinds: str) -> bool:
        return any(s.kind in kinds for s in (*self.times, *self.days))

    def durations(self) -> list[Span]:
        return [t for t in self.times if t.kind in {"duration", "interval"}]


def read_sentence(ready: Sentence, now: datetime.datetime) -> Reading:
    times = find_times(ready.key)
    key = masked(ready.key, times)
    names = [
        Span(f.start, f.end, "subject")
        for f in find_subjects(key)
        if " " in f.item.name and " " in key[f.start : f.end]
    ]
    days = find_days(masked(key, names, "\x02"), now)
    days = [*_begun(times, days, now), *days]
    blotted = masked(key, days)
    return Reading(ready, blotted, tuple(times), tuple(days), now, without_subjects(blotted))


def _begun(times: list[Span], days: list[Span], now: datetime.datetime) -> list[Span]:
    """The day that an interval names inside itself, and yesterday for one that has just run over midnight."""
    begun = [
        (t, 1 if t.count is None else t.count) for t in times
        if t.kind == "interval" and (t.count is not None or (t.each and now.hour < _STILL_NIGHT and not days))
    ]  # fmt: skip
    return [Span(t.start, t.start, "day", date=now.date() - datetime.timedelta(days=back)) for t, back in begun]


_STILL_NIGHT = 5


_ENDED = rule(r"(?:thì |là )?(?:nghỉ|xong|kết thúc|tan|về|dừng|ra về|hết giờ|đi ngủ|tắt máy|thôi)")


def between_clocks(read: Reading) -> Reading | None:
    """ "19 giờ vào học, 20 giờ 20 thì nghỉ": two clock times around the study make its length."""
    clocks = [t for t in read.times if t.kind == "clock"]
    if len(clocks) != 2 or not (ended := _ENDED.search(read.key, clocks[0].end)) or not cues.STUDY.search(read.key):
        return None
    said = [_BEFORE_CLOCK.sub("", read.ready.key[c.start : c.end]) for c in clocks]
    spans = find_times(f"{said[0]} - {said[1]}")
    if len(spans) != 1 or not spans[0].minutes or abs(ended.start() - clocks[1].end) > 25:
        return None
    length = Span(clocks[0].start, clocks[0].end, "interval", spans[0].minutes)
    key = masked(read.key, [Span(ended.start(), ended.end(), "end")])
    rest = tuple(t for t in read.times if t not in clocks)
    return msgspec.structs.replace(
        read, key=key, cues=masked(read.cues, [Span(ended.start(), ended.end(), "end")]), times=(length, *rest)
    )


_BEFORE_CLOCK = rule(r"(?:lúc|vào lúc|vào|từ|đến|tới|hồi|bắt đầu|mãi|tận|at|from) ?(?:khoảng )?")


def is_question(read: Reading) -> bool:
    key = read.cues
    stated = _stated(read)
    if cues.STATISTICS.search(stated) or cues.HOW_LONG.search(stated):
        return True
    if read.durations() and _asked_to_write(read):
        return False
    return "?" in key or cues.QUESTION.search(_WEAK_PHRASE.sub(" ", key)) is not None


def _stated(read: Reading) -> str:
    """The whole sentence but for its subjects ("xác suất thống kê" asks for no statistics)."""
    pairs = zip(read.ready.key, read.key, read.cues, strict=True)
    return "".join("\x02" if c == "\x02" and k != "\x02" else w for w, k, c in pairs)


def _asked_to_write(read: Reading) -> bool:
    """ "ghi giúp em 2 tiếng tin học được không ạ?" asks to log."""
    asked = cues.WRITE_DOWN.search(read.key)
    return bool(asked and cues.POLITE_END.search(read.key) and asked.start() < read.durations()[0].start)


_WEAK_PHRASE = rule(
    r"(?:nhưng|còn) .{0,40}(?:chưa|không)(?= ?[.!]*$)|gì (?:đó|đấy|cả|hết|mấy|lắm|đâu)|(?:không|chưa|chả|"
    r"chẳng) .{0,20}(?:gì|đâu|ai)(?! (?:vậy|thế|ạ|nhỉ|bot))"
)


def has_past_day(read: Reading) -> bool:
    if len(read.durations()) > 1:
        return read.has("day", "part")
    return bool(read.durations()) and _told_before(read)


def _told_before(read: Reading) -> bool:
    """ "học được 1 tiếng, mai học tiếp": the plan stands in a clause of its own, after what was done."""
    done = read.durations()[0]
    plans = [d for d in read.days if d.kind == "future_day"]
    told = read.key[: done.end]
    said = cues.STUDY.search(told) and (cues.PAST.search(told) or any(d.kind == "day" for d in read.days))
    before = [d for d in plans if d.end < done.start and _REASON.search(read.key, d.end, done.start)]
    if (
        said
        and before
        and any(d.kind == "day" for d in read.days)
        and not cues.STUDY.search(read.key, 0, before[-1].end)
    ):
        plans = [d for d in plans if d not in before]
    return bool(said) and all(
        d.start > done.end and (_PAUSE.search(read.key, done.end, d.start) or _GOES_ON.match(read.key, d.end))
        for d in plans
    )


_PAUSE = re.compile(rf"[,;.]|(?<!\w){source('rồi|để|vì|do|nên|kịp|còn')}(?!\w)")


_OWN = rule(
    r"(?:em|tôi|mình|tớ|cháu|con|t) (?:\w+ ){0,3}(?:học|ôn|đọc|luyện|dự|tham gia|nghe|xem|hoàn thành|xong|làm)|"
    r"^(?:học|ôn|đọc|luyện|nghe|xem|dự|tham gia|tập huấn|hoàn thành|xong)"
)


def is_own_log(read: Reading) -> bool:
    """ "khóa ... gồm" announces, "em học ... do đơn vị tổ chức" tells of one's own study."""
    strong = cues.ANNOUNCEMENT.search(read.cues)
    own = _OWN.search(read.cues)
    if not strong or not read.durations() or _OTHERS.search(read.cues):
        return False
    if own and own.start() <= strong.start():
        return True
    told = _ONE_S_OWN.search(read.cues, strong.end())
    return bool(told and not cues.FUTURE.search(read.cues))


_ONE_S_OWN = rule(
    r"(?:em|tôi|mình|tớ|cháu|tui) (?:đã |cũng |có |chỉ )?(?:học|ôn|đọc|luyện|nghe|xem|dự|tham gia) "
    r"(?:được|\x01|hết|mất)"
)


_OTHERS = rule(
    r"(?<!với )(?<!cùng )(?:con gái|con trai|em trai|em gái|"
    r"cháu nội|cháu ngoại|vợ(?! chồng)|(?<!vợ )chồng|bọn trẻ) (?:\w+ )?học|"
    r"(?:con|cháu|vợ(?! chồng)|(?<!vợ )chồng|bạn|thằng|bé|chị gái|anh trai|em gái|em trai|con trai|con gái|bố|mẹ|nó|"
    r"họ) (?:\w+ )?(?:của )?(?:em|tôi|tui|tớ|mình|nhà)|dạy (?:con|cháu|em|kèm|mọi|cho|bà con|các|"
    r"lớp)|thông báo|kính|mời|(?:nó|"
    r"họ|bọn trẻ|học sinh|các em|các cháu) (?:\w+ )?học"
)


_GOES_ON = re.compile(rf" (?:\w+ )?{source('tiếp')}(?!\w)")
_REASON = re.compile(rf"(?<!\w){source('nên')}(?!\w)")


def recurs(read: Reading) -> bool:
    exact_days = [d for d in read.days if d.kind == "day" and not _EVERY.match(read.ready.key, d.end)]
    lengths = [t for t in read.durations() if not _A_DAY.search(read.ready.key, 0, t.start)]
    return bool(cues.RECURRING.search(_EACH_SUBJECT.sub(" ", masked(read.ready.key, [*exact_days, *lengths]))))


_EVERY = re.compile(rf" {source('nào')}(?!\w)")
_A_DAY = re.compile(rf"{source('ngày|tuần|tối|hôm')} (?:\w+ )?$")
_EACH_SUBJECT = rule(
    r"mỗi (?:môn|thứ|cái|bài|đứa|ngoại ngữ|tiếng|loại|phần|khóa|khoá|khoa|lớp|buổi|tiết)|(?:cách đây )?(?:\d+|"
    r"một|hai|ba|bốn|năm|sáu) (?:ngày|hôm|tuần|bữa) (?:trước|về trước|ago)"
)
