"""Durations and days as Vietnamese people write them, each with its value, for the sentence generator."""

import datetime
import random

_ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")


def words(number: int) -> str:
    """A number below 100 in words, as schools teach it."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _ONES[ones]
    head = "mười" if tens == 1 else f"{_ONES[tens]} mươi"
    last = {0: "", 1: " mốt" if tens > 1 else " một", 5: " lăm", 4: " tư" if tens > 1 else " bốn"}
    return head + last.get(ones, f" {_ONES[ones]}")


def _short_words(number: int) -> str:
    """ "bốn lăm", "hăm lăm": the spoken short forms."""
    tens, ones = divmod(number, 10)
    last = {1: "mốt", 5: "lăm", 4: "tư"}.get(ones, _ONES[ones])
    return f"hăm {last}" if tens == 2 and ones in {1, 2, 3, 4, 5, 6, 7, 8, 9} else words(number)


def duration(rng: random.Random, minutes: int) -> str:
    """One of the usual ways to write `minutes`."""
    hours, rest = divmod(minutes, 60)
    forms: list[str] = []
    if hours == 0 or minutes in {75, 80, 90, 100, 120}:
        forms += [f"{minutes} phút", f"{minutes}p", f"{minutes} phút", f"{minutes}'", f"{minutes}ph"]
    if hours == 0:
        forms += [f"{words(minutes)} phút", f"{_short_words(minutes)} phút"]
        if minutes % 10 == 5 and minutes > 30:
            forms.append(f"{_ONES[minutes // 10]} lăm phút")
        if minutes % 10 == 0 and minutes > 10:
            forms.append(f"{_ONES[minutes // 10]} chục phút")
        if minutes == 30:
            forms += ["nửa tiếng", "nửa giờ", "nửa tiếng đồng hồ", "nữa tiếng"]
    elif rest == 0:
        forms += [f"{hours} tiếng", f"{hours}h", f"{hours} giờ", f"{words(hours)} tiếng", f"{words(hours)} giờ"]
        forms += [f"{hours} tiếng đồng hồ", f"{hours}tiếng"]
    elif rest == 30:
        forms += [f"{hours} tiếng rưỡi", f"{hours}h30", f"{hours} giờ rưỡi", f"{words(hours)} tiếng rưỡi"]
        forms += [f"{hours},5 tiếng", f"{hours}g30", f"{hours}h30p"]
        forms += ["tiếng rưỡi"] if hours == 1 else []
    if hours and rest:
        forms += [f"{hours} tiếng {rest} phút", f"{hours}h{rest:02d}", f"{hours} giờ {rest} phút"]
        forms += [f"{words(hours)} tiếng {words(rest)} phút", f"{hours} tiếng {rest}p", f"{hours}h{rest:02d}'"]
        forms += [f"{hours} tiếng lẻ {rest} phút"] if rest <= 20 else []
        forms += [f"{hours + 1} tiếng kém {60 - rest}", f"{hours + 1} giờ kém {60 - rest} phút"] if rest >= 40 else []
    return rng.choice(forms)


def interval(rng: random.Random) -> tuple[int, str]:
    """From one clock time to another, with its minutes."""
    begin = rng.choice([7, 8, 9, 13, 14, 15, 19, 20]) * 60 + rng.choice([0, 0, 15, 30, 45])
    length = rng.choice([30, 45, 60, 75, 90, 105, 120])
    end = begin + length
    style = rng.choice(["h", "h", "giờ", ":", "g"])
    first, second = _clock(begin, style), _clock(end, style)
    return length, rng.choice([f"từ {first} đến {second}", f"từ {first} tới {second}", f"{first}-{second}",
                               f"{first} đến {second}", f"từ {first} - {second}",
                               f"lúc {first} đến {second}"])  # fmt: skip


def _clock(minute: int, style: str) -> str:
    hour, rest = divmod(minute, 60)
    if style == ":":
        return f"{hour}:{rest:02d}"
    if style == "giờ":
        return f"{hour} giờ" + (" rưỡi" if rest == 30 else f" {rest}" if rest else "")
    return f"{hour}{style}" + (f"{rest:02d}" if rest else "")


def day(rng: random.Random, now: datetime.datetime) -> tuple[datetime.date, str]:
    """A day not after now and one of its names; the empty name is today."""
    today = now.date()
    kind = rng.choice(["none", "none", "today", "today", "yesterday", "yesterday", "ago", "weekday", "weekday",
                       "numeric", "numeric", "spelt"])  # fmt: skip
    if kind == "none":
        return today, ""
    if kind == "today":
        parts = ["sáng nay"] + (["trưa nay"] if now.hour >= 12 else []) + (["chiều nay"] if now.hour >= 15 else [])
        parts += ["tối nay"] if now.hour >= 20 else []
        return today, rng.choice(
            ["hôm nay", "bữa nay", "nay", "ngày hôm nay", f"hôm nay {_weekday_name(rng, today)}", *parts]
        )
    if kind == "yesterday":
        names = ["hôm qua", "tối qua", "chiều qua", "đêm qua", "sáng hôm qua", "tối hôm qua", "bữa qua", "ngày hôm qua",
                 f"hôm qua {_weekday_name(rng, today - datetime.timedelta(1))}"]  # fmt: skip
        return today - datetime.timedelta(days=1), rng.choice(names)
    if kind == "ago":
        back = rng.choice([2, 2, 3, 3, 4, 5])
        names = {2: ["hôm kia", "tối hôm kia"]}.get(back, [])
        names = [*names, f"{back} ngày trước", f"cách đây {back} ngày", f"{_ONES[back]} hôm trước", f"{back} hôm trước"]
        return today - datetime.timedelta(days=back), rng.choice(names)
    if kind == "weekday":
        return _weekday(rng, today)
    date = today - datetime.timedelta(days=rng.randrange(1, 90))
    d, m = date.day, date.month
    if kind == "numeric":
        forms = [
            f"{d}/{m}",
            f"ngày {d}/{m}",
            f"hôm {d}/{m}",
            f"{d:02d}/{m:02d}",
            f"{d}/{m}/{date.year}",
            f"sáng {d}/{m}",
        ]
        return date, rng.choice(
            [*forms, f"{_weekday_name(rng, date)} {d}/{m}", f"{_weekday_name(rng, date)} ngày {d}/{m}"]
        )
    forms = [f"ngày {d} tháng {m}", f"hôm {d} tháng {m}", f"tối ngày {d}/{m}", f"{d} tháng {m}"]
    return date, rng.choice(forms + ([f"mùng {d} tháng {m}", f"mồng {d}/{m}"] if d <= 10 else []))


def _weekday_name(rng: random.Random, date: datetime.date) -> str:
    if date.weekday() == 6:
        return rng.choice(["chủ nhật", "chủ nhật", "CN"])
    return rng.choice([f"thứ {_WEEKDAYS[date.weekday()]}", f"thứ {date.weekday() + 2}", f"t{date.weekday() + 2}"])


def _weekday(rng: random.Random, today: datetime.date) -> tuple[datetime.date, str]:
    back = rng.randrange(1, 8)
    date = today - datetime.timedelta(days=back)
    name = _weekday_name(rng, date)
    last_week = date - datetime.timedelta(days=date.weekday()) < today - datetime.timedelta(days=today.weekday())
    if last_week and rng.random() < 0.4:
        return date, rng.choice([f"{name} tuần trước", f"tối {name} tuần trước", f"{name} tuần rồi"])
    return date, rng.choice(
        [name, f"{name} vừa rồi", f"hôm {name}", f"tối {name}", f"sáng {name}", f"chiều {name} vừa rồi"]
    )
