"""Working hours: when people in charge can be expected to answer, and by when a question has to be answered.

On working days (`bot/working_days.py`: what the law fixes, Tết and Giỗ Tổ too), 08:00-12:00 and 13:00-17:00 by the wall
clock of the people. On a day that only a yearly decision makes free, a question goes up the tree as on any other day.
"""

from datetime import datetime, time, timedelta

from bot.clock import local
from bot.working_days import is_working_day

SHIFTS = ((time(8), time(12)), (time(13), time(17)))

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
    return is_working_day(here.date()) and any(start <= here.time() < end for start, end in SHIFTS)


def after(moment: datetime, hours: float) -> datetime:
    """The moment when so many working hours have gone by; the end of a shift counts as within it."""
    here, left = local(moment), timedelta(hours=hours)
    day = here.date()
    while True:
        for start, end in SHIFTS if is_working_day(day) else ():
            begins = max(datetime.combine(day, start, here.tzinfo), here)
            ends = datetime.combine(day, end, here.tzinfo)
            if begins < ends:
                if left <= ends - begins:
                    return begins + left
                left -= ends - begins
        day += timedelta(days=1)

