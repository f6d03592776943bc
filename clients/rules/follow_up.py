"""What may come after the reminder of a day: the one follow-up where it found nobody, or the one that was asked for.

Sources: clinical.md 7.2 "Timing", "Cap" and "Snooze / skip", screens.md 3.6.
The follow-up comes after two planned sessions that were not done, on the same local date, and never as a third message
of a day. Whether one went out in the days before, and whether reminders are answered at all, is for the sender to look
up.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final

from clients.rules.reminders import (
    MAX_A_DAY,
    Needed,
    ReminderWishes,
    RunningPlan,
    due_at,
    expires_at,
    local_date,
    slot_times,
    zone_named,
)

AFTER: Final = timedelta(hours=3, minutes=30)  # the middle of "3-4 h later", clinical.md 7.2 "Timing"
ASKED_AFTER: Final = timedelta(hours=2)  # "Later today (2 h)", screens.md 3.6
AT_MOST_EVERY: Final = timedelta(days=7)  # "once a week at most", screens.md 3.6
LOOK_BACK_DAYS: Final = 7  # for the planned session before; engineering: a weekly plan has one in them


def follow_up_on(wishes: ReminderWishes, plans: Collection[RunningPlan], day: date) -> Needed | None:
    """The follow-up that the local date asks for, or None.

    It is due AFTER the day's reminder by elapsed time, so that a clock that changes meanwhile makes it neither early
    nor late, and ends with the local day. None where the day has no reminder or two (clinical.md 7.2 "Cap"), where
    anything was done that day or the session was put off, where the session planned before was done or put off, and
    where quiet hours leave no time.
    """
    if wishes.is_paused_on(day):
        return None
    times = slot_times(wishes, plans, day)
    if len(times) != 1:
        return None
    reminded = due_at(day, times[0], wishes.zone)
    if not any(plan.asks(day, 1) and (plan.since is None or plan.since <= reminded) for plan in plans):
        return None
    if _is_answered(plans, day) or not _went_by_before(plans, day, wishes.zone):
        return None
    return _on_the_day(wishes, day, 1, reminded + AFTER)


def later_on(
    wishes: ReminderWishes, plans: Collection[RunningPlan], day: date, slot: int, *, now: datetime, asked: int = 0
) -> Needed | None:
    """The reminder that a client asks for two hours from now, for the slot's session of the local date, or None.

    asked: for how many other sessions of the day one was asked for. None on another day, where that session is not
    wanted any more, where the day's reminders with it would be more than the cap, and where quiet hours or midnight
    leave no time.
    """
    if wishes.is_paused_on(day) or local_date(now, wishes.zone) != day:
        return None
    if len(slot_times(wishes, plans, day)) + asked >= MAX_A_DAY:
        return None
    if not any(plan.asks(day, slot) for plan in plans):
        return None
    return _on_the_day(wishes, day, slot, now + ASKED_AFTER)


def _on_the_day(wishes: ReminderWishes, day: date, slot: int, due: datetime) -> Needed | None:
    """A message that is due at the instant and ends with the local day; None where quiet hours leave no time."""
    ends = min(
        expires_at(due, zone=wishes.zone, quiet=wishes.quiet, window=wishes.window),
        due_at(day + timedelta(days=1), time(0), wishes.zone),
    )
    released = wishes.quiet.released_at(due, wishes.zone)
    if released >= ends:
        return None
    wall = due.astimezone(zone_named(wishes.zone)).time()
    return Needed(day, slot, wall, wishes.zone, due, ends, released)


def _is_answered(plans: Collection[RunningPlan], day: date) -> bool:
    """Whether any session of the day was done, or the client said something about one."""
    return any((plan.done or {}).get(day) or any(on == day for on, _ in plan.put_off) for plan in plans)


def _went_by_before(plans: Collection[RunningPlan], day: date, zone: str) -> bool:
    """Whether the last session asked for before the day was neither done nor put off.

    A plan that was made or changed on a day asks for nothing yet on that day.
    """
    for back in range(1, LOOK_BACK_DAYS + 1):
        on = day - timedelta(days=back)
        if _is_answered(plans, on):
            return False
        standing = [plan for plan in plans if plan.since is None or local_date(plan.since, zone) < on]
        if any(plan.asks(on, 1) for plan in standing):
            return True
    return False
