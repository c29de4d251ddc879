"""Makes labelled study sentences by chance from a seed: many templates, subjects, times, people, places and styles."""

import datetime
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bot.language.fold import fold
from tests.language import generator_words as w
from tests.language.generator_others import OTHERS
from tests.language.generator_times import day, duration, interval

_ZONE = datetime.timezone(datetime.timedelta(hours=7))
_LENGTHS = (10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90, 105, 110, 120, 135, 150, 180, 210)


class Told(NamedTuple):
    """What one entry of a sentence must become."""

    minutes: int
    date: datetime.date
    subject: str
    course: bool = False
    completed: bool = False


class Case(NamedTuple):
    """A sentence, when it was written, what kinds it may be taken for, its entries and the name of its template."""

    text: str
    now: datetime.datetime
    kinds: tuple[str, ...]
    entries: tuple[Told, ...]
    template: str
    style: str


class _Parts:
    """The parts of one sentence, drawn anew for each."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.now = datetime.datetime(2026, 9, 1, 21, 15, tzinfo=_ZONE) + datetime.timedelta(
            days=rng.randrange(400), minutes=rng.choice([0, 0, 0, 30, 75, 120, -60, -180])
        )
        self.subject, self.other = rng.sample(w.SUBJECTS, 2)
        self.listed, self.listed2 = rng.sample(w.LISTED, 2)
        self.verb, self.plain = rng.choice(w.STUDY_VERBS), rng.choice(w.PLAIN_VERBS)
        self.who, self.past = rng.choice(w.WHO), rng.choice(w.PAST)
        self.minutes, self.minutes2 = rng.choice(_LENGTHS), rng.choice(_LENGTHS)
        self.length, self.length2 = duration(rng, self.minutes), duration(rng, self.minutes2)
        self.date, self.day = day(rng, self.now)
        apart = (
            "," if self.day[:1] in "strcđk" and self.day[:2] not in {"th", "t2", "t3", "t4", "t5", "t6", "t7"} else ""
        )
        self.length_day = f"{self.length}{apart} {self.day}" if self.day else self.length
        self.place, self.companion = rng.choice(w.PLACES), rng.choice(w.COMPANIONS)
        self.reason, self.tail = rng.choice(w.REASONS), rng.choice(w.TAILS)
        self.spent = rng.choice(
            ["", "", "được", "hết", "mất", "trong", "khoảng", "gần", "tầm", "hơn", "tổng cộng", "suốt"]
        )


Template = Callable[[_Parts], str]
_SINGLE: dict[str, Template] = {
    "day-who-verb-subject-length": lambda p: (
        f"{p.day} {p.who} {p.past} {p.verb} {p.subject} {p.spent} {p.length} "
        f"{p.tail}"
    ),
    "who-verb-subject-length-day": lambda p: f"{p.who} {p.past} {p.verb} {p.subject} {p.length_day} {p.tail}",
    "verb-length-subject": lambda p: f"{p.day} {p.who} {p.plain} {p.spent} {p.length} {p.subject} {p.tail}",
    "subject-length-day": lambda p: f"{p.plain} {p.subject} {p.length_day}",
    "spend-length-to": lambda p: f"{p.day} {p.who} dành {p.length} để {p.verb} {p.subject}",
    "spend-length-for": lambda p: f"{p.day} {p.who} bỏ ra {p.length} {p.plain} {p.subject} {p.tail}",
    "place-length": lambda p: f"{p.day} {p.who} {p.verb} {p.subject} {p.place} {p.spent} {p.length} {p.tail}",
    "place-day-length": lambda p: f"{p.who} {p.verb} {p.subject} {p.place} {p.day}, {p.length}",
    "companion": lambda p: f"{p.day} {p.who} {p.plain} {p.subject} {p.companion} {p.length} {p.tail}",
    "companion-comma": lambda p: f"{p.day}, {p.who} {p.verb} {p.subject} {p.companion}, {p.spent} {p.length}",
    "reason-first": lambda p: f"{p.day} {p.reason} {p.who} {p.plain} {p.subject} {p.length} {p.tail}",
    "reason-comma": lambda p: f"{p.day} {p.reason}, {p.who} {p.plain} {p.subject} {p.spent} {p.length}",
    "parentheses": lambda p: f"{p.who} {p.plain} {p.subject} ({p.length}), {p.day}",
    "length-verb-subject": lambda p: f"{p.day} {p.length} {p.plain} {p.subject} {p.tail}",
    "write-down": lambda p: f"ghi giúp {p.who or 'em'}: {p.day} {p.plain} {p.subject} {p.length}",
    "write-down-bare": lambda p: f"ghi cho {p.who or 'em'} {p.length} {p.subject} {p.day}",
    "colon": lambda p: f"{p.day}: {p.verb} {p.subject}: {p.length}",
    "dash": lambda p: f"{p.day} - {p.listed} - {p.length}",
    "subject-only": lambda p: f"{p.listed} {p.length_day}",
    "subject-then-comma": lambda p: f"{p.day} {p.who} {p.past} {p.plain} {p.subject}, {p.length} {p.tail}",
    "finish-length": lambda p: f"{p.day} {p.who} học xong {p.length} {p.subject}",
    "lesson": lambda p: f"{p.day} {p.who} {p.plain} bài {p.rng.randrange(1, 12)} môn {p.subject} {p.length}",
    "report": lambda p: (
        f"{p.rng.choice(['báo cáo', 'dạ', 'thưa thầy', 'bot ơi', 'alo', 'chào bot'])} "
        f"{p.day} {p.who} {p.past} {p.plain} {p.subject} {p.length} ạ"
    ),
    "introduced": lambda p: f"em, chiến sĩ đại đội {p.rng.randrange(1, 9)}, {p.day} {p.plain} {p.subject} {p.length}",
    "misleading-lead": lambda p: f"{p.day} {p.rng.choice(w.MISLEADING_LEADS)} {p.who} {p.plain} {p.subject} {p.length}",
    "misleading-tail": lambda p: f"{p.day} {p.who} {p.plain} {p.subject} {p.length} {p.rng.choice(w.MISLEADING_TAILS)}",
    "sum-is": lambda p: (
        f"{p.rng.choice(['thời gian', 'số giờ', 'tổng thời gian'])} {p.plain} "
        f"{p.subject} {p.day} là {p.length}"
    ),
    "length-for": lambda p: f"{p.day} {p.who} {p.plain} {p.length} cho môn {p.subject}",
    "had-length": lambda p: f"{p.day} {p.who} có {p.length} {p.plain} {p.subject} {p.place}",
    "through": lambda p: f"{p.day} {p.who} ngồi {p.spent} {p.length} {p.verb} {p.subject} {p.tail}",
    "in-class": lambda p: f"{p.day} lớp {p.who or 'em'} {p.plain} {p.subject} {p.length}",
    "together": lambda p: (
        f"{p.day} {p.rng.choice(['cả tiểu đội', 'chi đoàn em', 'tổ em', 'cả nhà mình', 'hai vợ chồng'])} "
        f"{p.plain} {p.subject} {p.length}"
    ),
    "order-swapped": lambda p: (
        f"{p.day} {p.plain} {p.subject} {p.length}"
        if p.day[:1] in "strcđ"
        else f"{p.length} {p.day} {p.who} {p.plain} {p.subject}"
    ),
    "subject-before-verb": lambda p: f"{p.day} môn {p.subject} {p.who} {p.plain} {p.length} {p.tail}",
}  # fmt: skip


def _single(parts: _Parts, name: str) -> tuple[str, tuple[Told, ...]]:
    subject = parts.listed if name in {"dash", "subject-only"} else parts.subject
    return _SINGLE[name](parts), (Told(parts.minutes, parts.date, subject),)


def _interval(parts: _Parts) -> tuple[str, tuple[Told, ...]]:
    minutes, said = interval(parts.rng)
    form = parts.rng.choice(
        ["{d} {w} {v} {s} {t}", "{d} {t} {w} {v} {s}", "{w} {v} {s} {t}, {d}", "{d} {w} {v} {s} {p} {t}"]
    )
    text = form.format(d=parts.day, w=parts.who, v=parts.plain, s=parts.subject, t=said, p=parts.place)
    return text, (Told(minutes, parts.date, parts.subject),)


def _two(parts: _Parts) -> tuple[str, tuple[Told, ...]]:
    a, b, x, y = parts.subject, parts.other, parts.length, parts.length2
    form = parts.rng.choice([
        f"{parts.day} {parts.who} {parts.plain} {a} {x}, {b} {y}", f"{parts.day} {parts.plain} {x} {a} và {y} {b}",
        f"{parts.day} {parts.who} {parts.plain} {a} {x} rồi {parts.plain} {b} {y} {parts.tail}",
        f"{parts.day} {parts.who} {parts.plain} {x} {a}, {y} {b}", f"{parts.day}: {a} {x}; {b} {y}",
        f"{parts.day} {parts.who} {parts.plain} {a} {x} sau đó {parts.plain} {b} {y}",
        f"{parts.day} {parts.who} {parts.plain} {a} {x} với {b} {y}", f"{parts.day} {a} {x} + {b} {y}",
        f"{parts.plain} {a} {x} và {parts.verb} {b} {y} {parts.day}",
    ])  # fmt: skip
    return form, (Told(parts.minutes, parts.date, a), Told(parts.minutes2, parts.date, b))


def _two_days(parts: _Parts) -> tuple[str, tuple[Told, ...]]:
    date2, day2 = day(parts.rng, parts.now)
    while not day2 or not parts.day or date2 == parts.date:
        date2, day2 = day(parts.rng, parts.now)
        parts.date, parts.day = day(parts.rng, parts.now)
    parts.subject, parts.other = parts.listed, parts.listed2
    form = parts.rng.choice(["{d} {w} {v} {s} {t}, {e} {v} {o} {u}", "{d} {v} {s} {t}, còn {e} {v} {o} {u}",
                             "{d} {s} {t}; {e} {o} {u}"])  # fmt: skip
    text = form.format(d=parts.day, e=day2, w=parts.who, v=parts.plain, s=parts.subject, o=parts.other, t=parts.length,
                       u=parts.length2)  # fmt: skip
    return text, (Told(parts.minutes, parts.date, parts.subject), Told(parts.minutes2, date2, parts.other))


def _three(parts: _Parts) -> tuple[str, tuple[Told, ...]]:
    a, b, c = parts.rng.sample(w.LISTED, 3)
    lengths = [parts.rng.choice(_LENGTHS) for _ in range(3)]
    said = [duration(parts.rng, minutes) for minutes in lengths]
    form = parts.rng.choice([
        "{d} {v} {a} {x}, {b} {y}, {c} {z}", "{d} {v} {x} {a}, {y} {b} và {z} {c}", "{d}: {a} {x}, {b} {y}, {c} {z}",
        "{d} {v} {a} {x}; {b} {y}; {c} {z}",
    ])  # fmt: skip
    text = form.format(d=parts.day, v=parts.plain, a=a, b=b, c=c, x=said[0], y=said[1], z=said[2])
    return text, tuple(Told(m, parts.date, s) for m, s in zip(lengths, (a, b, c), strict=True))


def _each(parts: _Parts) -> tuple[str, tuple[Told, ...]]:
    a, b = parts.listed, parts.listed2
    form = parts.rng.choice(
        ["{d} {v} {a} và {b}, mỗi môn {x}", "{d} {v} {a} với {b} mỗi môn {x}", "{d} {v} {a}, {b} mỗi thứ {x}"]
    )
    text = form.format(d=parts.day, v=parts.plain, a=a, b=b, x=parts.length)
    return text, (Told(parts.minutes, parts.date, a), Told(parts.minutes, parts.date, b))


def _parts_of_day(parts: _Parts) -> tuple[str, tuple[Told, ...]]:
    back = parts.rng.randrange(0, 2)
    when = ("sáng nay", "chiều nay") if back == 0 else ("sáng hôm qua", "chiều hôm qua")
    form = parts.rng.choice(
        ["{m} {v} {a} {x}, {n} {v} {b} {y}", "{m} {x} {a}, {n} {y} {b}", "{m} {a} {x} còn {n} {b} {y}"]
    )
    text = form.format(
        m=when[0], n=when[1], v=parts.plain, a=parts.listed, b=parts.listed2, x=parts.length, y=parts.length2
    )
    date = parts.now.date() - datetime.timedelta(days=back)
    return text, (Told(parts.minutes, date, parts.listed), Told(parts.minutes2, date, parts.listed2))


def _course(parts: _Parts) -> tuple[str, tuple[Told, ...]]:
    done = parts.rng.random() < 0.5
    head = parts.rng.choice(["hoàn thành khóa", "học xong khóa", "đã hoàn thành khóa học"]) if done else "học khóa"
    text = (
        f"{parts.day} {parts.who} {head} {parts.subject} {parts.rng.choice(['hết', 'mất', 'được', ''])} {parts.length}"
    )
    return text, (Told(parts.minutes, parts.date, parts.subject, True, done),)


def _before_study(parts: _Parts) -> tuple[str, tuple[Told, ...]]:
    other = parts.rng.choice(w.OTHERS)
    form = parts.rng.choice(["{d} {w} {x} {u} rồi {v} {s} {t}", "{d} {w} {v} {s} {t} rồi {x} {u}",
                             "{d} {w} {x} {u}, {v} {s} {t}"])  # fmt: skip
    text = form.format(
        d=parts.day, w=parts.who, x=other, v=parts.plain, s=parts.subject, t=parts.length, u=parts.length2
    )
    return text, (Told(parts.minutes, parts.date, parts.subject),)


def _mended(parts: _Parts) -> tuple[str, tuple[Told, ...]]:
    slip = parts.rng.choice(["à nhầm", "à không", ", à quên,", "ấy nhầm", ", nhầm,"])
    text = f"{parts.day} {parts.who} {parts.plain} {parts.subject} {parts.length2} {slip} {parts.length}"
    return text, (Told(parts.minutes, parts.date, parts.subject),)


_COMPOSED = {"interval": _interval, "two": _two, "two-days": _two_days, "course": _course, "with-other": _before_study,
             "mended": _mended, "three": _three, "each": _each, "parts-of-day": _parts_of_day}  # fmt: skip

_SHORT = {
    "hôm qua": "hqua", "hôm nay": "hnay", "học": "hc", "em": "e", "mình": "mik", "được": "dc", "rồi": "r",
    "không": "ko", "tiếng anh": "t.anh", "với": "vs", "chiều": "chìu", "thôi": "thui",
}  # fmt: skip
_SOUTHERN = {"hôm nay": "bữa nay", "hôm qua": "bữa qua", "tôi": "tui", "mình": "tui", "không": "hông", "nhé": "nghen"}
STYLES = ("full", "full", "folded", "folded", "teencode", "typo", "regional", "capitals")


def _styled(text: str, style: str, rng: random.Random) -> str:
    text = " ".join(text.split()).replace(" ,", ",").replace(" ;", ";").strip(" :-,")
    if style == "folded":
        return fold(text)
    if style in {"teencode", "regional"}:
        words = f" {text} "
        for full, short in (_SHORT if style == "teencode" else _SOUTHERN).items():
            words = words.replace(f" {full} ", f" {short} ")
        return words.strip()
    if style == "typo":
        return _with_slip(text, rng)
    return text.capitalize() if style == "capitals" else text


def _with_slip(text: str, rng: random.Random) -> str:
    """One usual slip: a study word with swapped letters, raw Telex keys or a lost mark."""
    slips = {"học": ["hocj", "hcọ", "hoc"], "tiếng": ["tieengs", "tiêng", "tiếgn"], "phút": ["phuts", "phut"],
             "hôm": ["hoom", "hom"], "giờ": ["giowf", "gio"]}  # fmt: skip
    present = [word for word in slips if f" {word} " in f" {text} "]
    if not present:
        return text
    word = rng.choice(present)
    return f" {text} ".replace(f" {word} ", f" {rng.choice(slips[word])} ", 1).strip()


def logs(seed: int, count: int) -> Iterator[Case]:
    """Sentences that must be stored, with their entries."""
    rng = random.Random(seed)
    names = [*_SINGLE, *(n for n in _COMPOSED for _ in range(3))]
    for _ in range(count):
        name, parts = rng.choice(names), _Parts(rng)
        text, told = _COMPOSED[name](parts) if name in _COMPOSED else _single(parts, name)
        style = rng.choice(STYLES)
        yield Case(_styled(text, style, rng), parts.now, ("log",), told, name, style)


def others(seed: int, count: int) -> Iterator[Case]:
    """Sentences that must not be stored: rival doings, plans, denials, questions, chat, vague or repeated study."""
    rng = random.Random(seed)
    for _ in range(count):
        name, parts = rng.choice(list(OTHERS)), _Parts(rng)
        kinds, make = OTHERS[name]
        style = rng.choice(STYLES)
        yield Case(_styled(make(parts), style, rng), parts.now, kinds, (), name, style)
