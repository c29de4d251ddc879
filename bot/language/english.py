"""English study sentences put into the Vietnamese words that the rules know ("studied English 45 minutes")."""

import re

from bot.language.fold import clean

_PHRASES = """
an hour and a half=1 tiếng rưỡi|one hour and a half=1 tiếng rưỡi|one and a half hours=1 tiếng rưỡi
two and a half hours=2 tiếng rưỡi|half an hour=nửa tiếng|half hour=nửa tiếng|quarter of an hour=15 phút
hours and a half=tiếng rưỡi|an hour=1 tiếng|one hour=1 tiếng|two hours=2 tiếng|three hours=3 tiếng
four hours=4 tiếng|a couple of hours=vài tiếng|a few hours=vài tiếng|several hours=vài tiếng|some hours=vài tiếng
hours=tiếng|hour=tiếng|hrs=tiếng|hr=tiếng|minutes=phút|minute=phút|mins=phút|min=phút|forty-five=45|forty five=45
thirty=30|twenty=20|fifteen=15|ten=10|forty=40|fifty=50|sixty=60|ninety=90|the day before yesterday=hôm kia
yesterday morning=sáng hôm qua|yesterday afternoon=chiều hôm qua|yesterday evening=tối hôm qua|yesterday=hôm qua
last night=tối qua|this morning=sáng nay|this afternoon=chiều nay|this evening=tối nay|tonight=tối nay|today=hôm nay
tomorrow=ngày mai|next week=tuần sau|last week=tuần trước|this week=tuần này|this month=tháng này|every day=mỗi ngày
everyday=mỗi ngày|daily=mỗi ngày|each day=mỗi ngày|every night=mỗi tối|every evening=mỗi tối|every morning=mỗi sáng
days ago=ngày trước|two=2|three=3|last monday=thứ hai vừa rồi|last tuesday=thứ ba vừa rồi
last wednesday=thứ tư vừa rồi|last thursday=thứ năm vừa rồi|last friday=thứ sáu vừa rồi
last saturday=thứ bảy vừa rồi|last sunday=chủ nhật vừa rồi|on monday=thứ hai|on tuesday=thứ ba|on wednesday=thứ tư
on thursday=thứ năm|on friday=thứ sáu|on saturday=thứ bảy|on sunday=chủ nhật|monday=thứ hai|tuesday=thứ ba
wednesday=thứ tư|thursday=thứ năm|friday=thứ sáu|saturday=thứ bảy|sunday=chủ nhật|did not study=không học
didn't study=không học|did not learn=không học|didn't learn=không học|will study=sẽ học|will learn=sẽ học
going to study=sẽ học|plan to study=định học|want to study=muốn học|want to learn=muốn học|plan to=định|want to=muốn
will=sẽ|if=nếu|remind me=nhắc tôi|finished the course=hoàn thành khóa|completed the course=hoàn thành khóa
finished a course=hoàn thành khóa|completed a course=hoàn thành khóa|finished course=hoàn thành khóa
completed course=hoàn thành khóa|the course=khóa|course=khóa|i studied=tôi học|i've studied=tôi học
have studied=đã học|i learned=tôi học|studied=học|learned=học|learnt=học|studying=học|learning=học|study=học
learn=học|practised=luyện|practiced=luyện|practicing=luyện|revised=ôn|reviewed=ôn|read books=đọc sách
read a book=đọc sách|reading books=đọc sách|read the newspaper=đọc báo|reading=đọc|read=đọc|attended=tham gia lớp
watched a lecture on=xem bài giảng|english=tiếng anh|chinese=tiếng trung|japanese=tiếng nhật|korean=tiếng hàn
french=tiếng pháp|russian=tiếng nga|lao=tiếng lào|thai=tiếng thái|german=tiếng đức|law=pháp luật|politics=chính trị
history=lịch sử|computer skills=tin học|informatics=tin học|it skills=tin học|math=toán|maths=toán|first aid=sơ cứu
digital skills=kỹ năng số|digital transformation=chuyển đổi số|information security=an toàn thông tin
cyber security=an ninh mạng|meteorology=khí tượng|hydrology=thủy văn|slept=ngủ|sleep=ngủ|played football=đá bóng
played=chơi|watched a movie=xem phim|watched a film=xem phim|watched tv=xem tivi|worked=làm việc|meeting=họp
walked=đi bộ|drove=đi xe|ran=chạy bộ|waited=chờ|traveled=đi|travelled=đi|from=từ|to=đến|until=đến|about=khoảng
around=khoảng|nearly=gần|almost=gần|over=hơn|more than=hơn|in class=trên lớp|in the classroom=trên lớp
by myself=tự học|on my own=tự học|and=và|then=rồi|in the morning=sáng|in the afternoon=chiều|in the evening=tối
at=lúc|with=với|session=buổi|sessions=buổi|lesson=bài|lessons=bài|just=vừa
"""
_TABLE = dict(pair.split("=", 1) for pair in _PHRASES.strip().replace("\n", "|").split("|"))
_DROPPED = ("for", "of", "the", "an", "i", "on", "some", "my", "we")
_LONGEST_FIRST = sorted(map(re.escape, [*_TABLE, *_DROPPED]), key=len, reverse=True)
_FINDER = re.compile(r"(?<![\w'])(?:" + "|".join(_LONGEST_FIRST) + r")(?![\w'])")
_SIGNS = re.compile(
    r"(?<![\w'])(?:i|studied|study|studying|learned|learnt|learn|learning"
    r"|practi[sc]ed|revised|reviewed|read|reading|hours?|minutes?"
    r"|yesterday|today|tonight|tomorrow|this morning|last night"
    r"|wrong|mistake|meant|oops|actually|the|of|for|and|about|finished|completed|from|on|my|attended|every|will|was|sessions?|english|an|it|not|didn't)(?![\w'])"
)
_QUESTION = re.compile(r"^(?:what|when|how|why|who|where|which|can|do|does|is|are|should|could|did)\b|\?$")
_AM_PM = re.compile(r"\b(\d{1,2})(?::([0-5]\d))? ?(am|pm)\b")
_HALF = re.compile(r"\b(\d+) and a half hours\b")


def is_english(cleaned: str) -> bool:
    """Two English words of the study vocabulary, one of them no bare Vietnamese word as "on" and "an" are."""
    found = set(_SIGNS.findall(cleaned)) if cleaned.isascii() else set()
    return len(found) >= 2 and bool(found - _ALSO_VIETNAMESE) and not _VIETNAMESE.search(cleaned)


_ALSO_VIETNAMESE = {"i", "on", "an", "it", "my", "the", "of", "for", "not", "and", "will", "was", "from", "about"}
_VIETNAMESE = re.compile(r"(?<!\w)(?:hoc|phut|tieng|gio|hom|ngay|toi|minh|em|ruoi|khoang|duoc|nham|sua)(?!\w)")


def vietnamese(text: str) -> str:
    """An English study sentence in Vietnamese words; any other text unchanged."""
    cleaned = clean(text)
    if not is_english(cleaned) or _QUESTION.search(cleaned):
        return text
    timed = _HALF.sub(r"\1 tiếng rưỡi", _AM_PM.sub(_clock, cleaned))
    return _FINDER.sub(lambda match: _TABLE.get(match[0], " "), timed)


def _clock(match: re.Match[str]) -> str:
    hour = int(match[1]) % 12 + (12 if match[3] == "pm" else 0)
    return f"{hour}h{match[2] or '00'}"
