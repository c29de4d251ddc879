"""Working hours: when people in charge can be expected to answer, and by when a question has to be answered.

Monday to Friday, 08:00-12:00 and 13:00-17:00 by the wall clock of the people, without the public holidays that stand on
a fixed day (Bộ luật Lao động 2019, Điều 112: 01/01, 30/04, 01/05, 02/09). Tết and Giỗ Tổ follow the moon and are not
known here; a question that is asked then only escalates earlier.
"""

from datetime import date, datetime, time, timedelta

from bot.clock import local

SHIFTS = ((time(8), time(12)), (time(13), time(17)))
WORKDAYS = 5
HOLIDAYS = frozenset({(1, 1), (30, 4), (1, 5), (2, 9)})
"""Day and month."""

_hours = 4.0


def set_answer_hours(hours: float) -> None:
    """How many working hours people have to answer (setting QUESTION_HOURS); when the program is put together."""
    global _hours
    _hours = hours


def answer_by(moment: datetime) -> datetime:
    """By when a question that is handed over at this moment has to be answered."""
    return after(moment, _hours)


def is_working(moment: datetime) -> bool:
    """True within working hours."""
    here = local(moment)
    return _is_workday(here.date()) and any(start <= here.time() < end for start, end in SHIFTS)


def after(moment: datetime, hours: float) -> datetime:
    """The moment when so many working hours have gone by; the end of a shift counts as within it."""
    here, left = local(moment), timedelta(hours=hours)
    day = here.date()
    while True:
        for start, end in SHIFTS if _is_workday(day) else ():
            begins = max(datetime.combine(day, start, here.tzinfo), here)
            ends = datetime.combine(day, end, here.tzinfo)
            if begins < ends:
                if left <= ends - begins:
                    return begins + left
                left -= ends - begins
        day += timedelta(days=1)


def _is_workday(day: date) -> bool:
    return day.weekday() < WORKDAYS and (day.day, day.month) not in HOLIDAYS
