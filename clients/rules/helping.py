"""Is it helping? What a client's own figures say in one sentence, decided here and worded elsewhere. Pure.

Nothing here decides about a dose: for that each answer is looked at by itself (clinical rules 4.1). Numbers of several
answers are their median, said as "about".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Final, Literal

from clients.rules.adherence import Week

Course = Literal["single", "eased", "same", "harder"]

EACH_END: Final = 3  # engineering bound: answers that "about" stands for at either end; fewer make no trend
HARDER_BY: Final = 2  # points of pain, an important change: clinical.md 5 (NPRS); as the flag pain_rising counts
WEEK: Final = timedelta(days=7)  # source: clinical.md 4.1, pain "must not climb from week to week"
GAP: Final = timedelta(days=5)  # without a session, after which a return is welcomed; source: screens.md 2.2


@dataclass(frozen=True, slots=True)
class PainStory:
    """How pain before sessions went. first and last: 0 to 10; weeks: whole ones between them, at least 1.

    "single": too few answers for a trend, first and last are single answers.
    """

    course: Course
    first: int
    last: int
    weeks: int


def pain_story(answers: Iterable[tuple[datetime, int | None]]) -> PainStory | None:
    """Return how pain before sessions went, None without an answer.

    answers: (instant, 0 to 10 or None for "not answered") in any order. From six answers on, first and last are the
    lower median of three at either end. Raises ValueError for a number outside 0-10.
    """
    given = sorted((at, value) for at, value in answers if value is not None)
    for at, value in given:
        if not 0 <= value <= 10:
            raise ValueError(f"pain on {at:%Y-%m-%d} is {value}; it is 0 to 10, or None for no answer.")
    if not given:
        return None
    weeks = max(1, round((given[-1][0] - given[0][0]).days / 7))
    if len(given) < 2 * EACH_END:
        return PainStory("single", given[0][1], given[-1][1], weeks)
    first = median_low(value for _, value in given[:EACH_END])
    last = median_low(value for _, value in given[-EACH_END:])
    course: Course = "eased" if last < first else "harder" if last > first else "same"
    return PainStory(course, first, last, weeks)


def is_harder_week(answers: Iterable[tuple[date, int | None]], today: date) -> bool:
    """Whether pain before sessions was higher in the last seven days, today included, than in the seven before.

    answers: (local date, 0 to 10 or None for "not answered") in any order. Higher: the lower median of the week by
    HARDER_BY or more; a week with fewer than EACH_END answers is not compared.
    """
    given = [(on, value) for on, value in answers if value is not None]
    last, before = (
        [value for on, value in given if today - (back + 1) * WEEK < on <= today - back * WEEK] for back in (0, 1)
    )
    if min(len(last), len(before)) < EACH_END:
        return False
    return median_low(last) - median_low(before) >= HARDER_BY


@dataclass(frozen=True, slots=True)
class WeekStory:
    """In how many weeks something was done, of those that asked for something or saw something done."""

    active: int
    weeks: int


def week_story(weeks: Sequence[Week]) -> WeekStory:
    """Return the weeks with at least one session. They are counted, never in a row: a week off breaks nothing."""
    counted = [week for week in weeks if week.due or week.fractions]
    return WeekStory(sum(1 for week in counted if week.fractions), len(counted))


def is_return(days: Iterable[date], today: date) -> bool:
    """Whether the newest of these days of sessions ended a gap, or a gap lasts now.

    True where the newest lies GAP or longer back, or where it is today and the one before lies that long before it.
    """
    newest_first = sorted(set(days), reverse=True)
    if not newest_first:
        return False
    if today - newest_first[0] >= GAP:
        return True
    return newest_first[0] == today and len(newest_first) > 1 and newest_first[0] - newest_first[1] >= GAP
