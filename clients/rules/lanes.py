"""The three lanes of a day: steady, sore, flare. Source: routines.yaml, rule_language.lanes; clinical.md 4.1, 4.2.

The player's twin is clients/static/clients/player/lanes.js; tests/vectors/lanes.json binds the two. Rules only ever
lower: the client may always choose a gentler lane than the one that is offered, never a harder one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from clients.rules.pain import DEFAULT, PainModel, zone
from routines.dose import Dose

Lane = Literal["steady", "sore", "flare"]
Offer = Literal["steady", "sore", "flare", "none"]
FlareState = Literal["none", "on", "resting"]

LANES: Final[tuple[Lane, ...]] = ("steady", "sore", "flare")  # from the fullest to the gentlest
FULL: Final = 100  # percent of the approved dose; the dose itself, glossary
SORE_PERCENT: Final = 75  # percent, rule_language.lanes.sore
RETURN_PERCENT: Final = 75  # percent, rule_language.lanes.return
RETURN_SESSIONS: Final = 2  # sessions, rule_language.lanes.return
FLARE_DAYS_AT_MOST: Final = 7  # days in the flare lane, global.flare max_days
SECOND_FLARE_WITHIN: Final = timedelta(weeks=4)  # clinical.md 4.2
SEVERE: Final = 6  # points of pain before, clinical.md 4.2 ("still 6+ after 7 days")
SEVERE_DAYS: Final = 7  # days, clinical.md 4.2
NEXT_DAY_FROM: Final = timedelta(hours=12)  # clinical.md 4.1
NEXT_DAY_UNTIL: Final = timedelta(hours=30)  # clinical.md 4.1


@dataclass(frozen=True, slots=True)
class Today:
    """What the check-in knows. flare: none; on, in its own lane; or resting, where that lane was not approved.

    percent: of the approved dose that the rules leave today, 1 to 100.
    """

    pain_before: int | None
    flare: FlareState = "none"
    percent: int = FULL


@dataclass(frozen=True, slots=True)
class Pick:
    """Today's lane. lane "none": the plan rests. reason: as_planned, not_answered, pain_high, flare, flare_resting,
    or reduced. percent applies to the lane's own dose."""

    lane: Offer
    percent: int
    reason: str


def pick(today: Today, model: PainModel = DEFAULT) -> Pick:
    """Return the lane that the rules offer today."""
    if today.flare == "resting":
        return Pick("none", FULL, "flare_resting")
    if today.flare == "on":
        return Pick("flare", FULL, "flare")
    if zone(today.pain_before, model) == "red":
        return Pick("sore", lane_percent("sore", today.percent), "pain_high")
    if today.percent < FULL:
        return Pick("steady", today.percent, "reduced")
    return Pick("steady", FULL, "not_answered" if today.pain_before is None else "as_planned")


def lane_percent(lane: str, percent: int) -> int:
    """The percent that a lane's own items are done at: a sore lane stands at three quarters already."""
    if lane == "steady":
        return percent
    return percent if lane == "sore" and percent < SORE_PERCENT else FULL


def choices(offered: Offer, written: Iterable[str]) -> tuple[Lane, ...]:
    """The lanes that the client may choose: the offered one and the sore one where it is gentler.

    written: the lanes that the plan has. The flare lane is entered by the client's own button only.
    """
    if offered == "none":
        return ()
    there = set(written) | {"steady"}
    wanted: Sequence[Lane] = ("steady", "sore") if offered == "steady" else (offered,)
    return tuple(lane for lane in wanted if lane in there)


@dataclass(frozen=True, slots=True)
class Reduction:
    """A lowering of the dose that the rules made: percent for so many sessions after `since`."""

    percent: int
    sessions: int
    since: datetime


def percent_now(reductions: Iterable[Reduction], finished: Sequence[datetime]) -> tuple[int, int]:
    """Return (percent of the approved dose, sessions left at it) from the instants at which sessions ended.

    The lowest of the reductions that still run counts; none gives (100, 0). Never above 100.
    """
    running = []
    for each in reductions:
        left = each.sessions - sum(1 for at in finished if at > each.since)
        if left > 0 and each.percent < FULL:
            running.append((max(1, each.percent), left))
    if not running:
        return FULL, 0
    lowest = min(percent for percent, _ in running)
    return lowest, max(left for percent, left in running if percent == lowest)


def at_percent(dose: Dose, percent: int) -> dict[str, Any]:
    """Return the overrides that bring a dose to this percent: rounded down, at least 1, never above it.

    Repetitions are lowered, or sets where there is one repetition, or the seconds of a timed bout. Empty where
    nothing can be lowered. Raises ValueError for a percent outside 1 to 100.
    """
    if not 1 <= percent <= FULL:
        raise ValueError(f"A lane lowers to 1 to {FULL} percent, got {percent}.")
    changes: dict[str, Any] = {}
    if dose.mode == "time" and dose.duration_s is not None:
        seconds = _lowered(dose.duration_s, percent)
        return {"duration_s": seconds} if seconds < dose.duration_s else {}
    if _lowered(dose.reps, percent) < dose.reps:
        changes["reps"] = _lowered(dose.reps, percent)
    elif _lowered(dose.sets, percent) < dose.sets:
        changes["sets"] = _lowered(dose.sets, percent)
    parts = {key: _lowered(reps, percent) for key, reps in dose.segment_reps.items()}
    if parts != dict(dose.segment_reps):
        changes["segment_reps"] = parts
    return changes


def no_more_than(own: Dose, given: Dose) -> dict[str, Any]:
    """Return the overrides that keep an easier exercise at or below the amounts of the one whose place it takes."""
    changes: dict[str, Any] = {}
    if own.sets > given.sets:
        changes["sets"] = given.sets
    if own.mode == given.mode and own.reps > given.reps:
        changes["reps"] = given.reps
    if own.duration_s is not None and given.duration_s is not None and own.duration_s > given.duration_s:
        changes["duration_s"] = given.duration_s
    return changes


def _lowered(amount: int, percent: int) -> int:
    return max(1, amount * percent // FULL)


# --- flares ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlareSpan:
    """A flare-up by the client's own button: from its first day to its last, both included; None while it lasts."""

    first: date
    last: date | None = None


def flare_state(flare: FlareSpan | None, today: date, *, preapproved: bool) -> FlareState:
    """What a plan does today: its flare lane where that was approved, for at most seven days; else it rests."""
    if flare is None or flare.last is not None or today < flare.first:
        return "none"
    return "on" if preapproved and day_of(flare, today) <= FLARE_DAYS_AT_MOST else "resting"


def day_of(flare: FlareSpan, today: date) -> int:
    """Which day of the flare it is, from 1."""
    return (today - flare.first).days + 1


def flare_days(flares: Iterable[FlareSpan], *, until: date) -> frozenset[date]:
    """Every day of the flares up to `until`, included."""
    return frozenset(
        flare.first + timedelta(days=offset)
        for flare in flares
        for offset in range((min(flare.last or until, until) - flare.first).days + 1)
    )


def is_second_flare(flare: FlareSpan, earlier: Iterable[FlareSpan]) -> bool:
    """Whether another flare ended less than four weeks before this one began."""
    return any(
        each.last is not None and each.first < flare.first and flare.first - each.last < SECOND_FLARE_WITHIN
        for each in earlier
    )


def is_not_settling(flare: FlareSpan, today: date, pain_before: int | None) -> bool:
    """Whether pain is still 6 or more when the flare has lasted 7 days."""
    return pain_before is not None and pain_before >= SEVERE and day_of(flare, today) > SEVERE_DAYS
