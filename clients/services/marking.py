"""Sessions marked as done or put off by a link of a reminder, by whoever holds it. Source: screens.md 3.6."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from clients.analytics.lanes_today import lanes_today
from clients.analytics.locks import check_due, why_not_start
from clients.analytics.plans import Plan, plans_of, prescribed_in
from clients.analytics.today import local_day
from clients.errors import Invalid, WrongState
from clients.models import Client, PutOff
from clients.rules.lanes import FULL
from clients.services.remind import later_of, remind_later
from clients.services.session import note_session, put_off
from portal.accounts.tenancy import all_practices, practice_scope
from portal.lib.rows import lock

Standing = Literal["open", "done", "over"]
PutOffStanding = Literal["open", "said", "done", "over"]
IN_TWO_HOURS: Final = "later"  # a choice beside those of PutOff: a reminder
OPEN_FOR: Final = timedelta(days=1)  # after its own day, as a session may be filled in; screens.md 3.6 says 48 hours


def standing(client_id: int, on: date, slot: int, *, now: datetime) -> tuple[Standing, bool]:
    """Return (how the sessions of the client's local date and slot stand, whether that date is today for them).

    "open": they may be marked. "done": all of them are. "over": the link has run out, or the client has to sign in
    first, since a plan ended, is on hold or locked, or questions come before it.
    """
    client = _client(client_id)
    if client is None:
        return "over", True
    with practice_scope(client.practice):
        return _standing(client, on, slot, now), on == local_day(client, now)


def mark_done(client_id: int, on: date, slot: int, *, now: datetime) -> tuple[Standing, bool]:
    """Record the sessions that are open as done in full without the player; again changes nothing. As `standing`."""
    client = _client(client_id)
    if client is None:
        return "over", True
    with practice_scope(client.practice), transaction.atomic():
        if _standing(client, on, slot, now) == "open":
            for plan in _open_plans(client, on, slot, now):
                _note(client, plan, on, slot, now)
        became = _standing(client, on, slot, now)
        # What stays open was taken back in the account, where it can be told anew.
        return ("over" if became == "open" else became), on == local_day(client, now)


class PuttingOff(NamedTuple):
    """What may be said about the sessions of a local date and slot.

    state: "said" where a word about them stands already, else as `standing`; the link works on the day of the sessions
    alone. may_wait: until tomorrow. may_be_later: a reminder in two hours. later_at: when the one comes that was asked
    for, on the client's clock.
    """

    state: PutOffStanding
    may_wait: bool = False
    may_be_later: bool = False
    later_at: time | None = None


def put_off_standing(client_id: int, on: date, slot: int, *, now: datetime) -> PuttingOff:
    """Return how the sessions of the client's local date and slot stand."""
    client = _client(client_id)
    if client is None:
        return PuttingOff("over")
    with practice_scope(client.practice):
        return _put_off_standing(client, on, slot, now)


def put_off_once(client_id: int, on: date, slot: int, *, choice: str, now: datetime) -> PuttingOff:
    """Keep that the sessions that are open wait until tomorrow, are left out or come later; again changes nothing.

    choice: "tomorrow", "not_today" or "later"; another one changes nothing. As `put_off_standing`.
    """
    client = _client(client_id)
    if client is None:
        return PuttingOff("over")
    with practice_scope(client.practice), transaction.atomic():
        lock(client)  # two taps at once say it once
        before = _put_off_standing(client, on, slot, now)
        allowed = {PutOff.Choice.NOT_TODAY, *([PutOff.Choice.TOMORROW] if before.may_wait else [])}
        if before.may_be_later and choice == IN_TWO_HOURS:
            remind_later(client, on, slot, now)
        elif before.state == "open" and choice in allowed:
            for plan in _open_plans(client, on, slot, now):
                put_off(client, assignment=plan.assignment, on=on, slot=slot, choice=choice, now=now)
        return _put_off_standing(client, on, slot, now)


def _put_off_standing(client: Client, on: date, slot: int, now: datetime) -> PuttingOff:
    if on != local_day(client, now):
        return PuttingOff("over")
    state = _standing(client, on, slot, now)
    if state != "open":
        return PuttingOff(state)
    plans = _open_plans(client, on, slot, now)
    said = PutOff.objects.filter(assignment__in=[plan.assignment for plan in plans], on=on, slot=slot)
    if said.exclude(choice=PutOff.Choice.MOVED).exists():
        return PuttingOff("said")
    later = later_of(client, on, slot, now)
    return PuttingOff(
        "open",
        may_wait=all(plan.schedule.per_week is None for plan in plans),
        may_be_later=not later.why_not,
        later_at=later.at,
    )


def _client(client_id: int) -> Client | None:
    with all_practices():
        people = Client.objects.filter(practice__is_active=True, user__is_active=True, state=Client.State.ACTIVE)
        return people.select_related("practice", "lead", "user").filter(pk=client_id).first()


def _standing(client: Client, on: date, slot: int, now: datetime) -> Standing:
    today = local_day(client, now)
    if not on <= today <= on + OPEN_FOR or check_due(client, now=now):
        return "over"
    plans = list(_plans(client, on, slot, now))
    if not plans:
        return "over"
    return "open" if any(not plan.is_done(on, slot) for plan in plans) else "done"


def _plans(client: Client, on: date, slot: int, now: datetime) -> Iterator[Plan]:
    """The plans that asked for the session and still run, as they stood on its day."""
    today = local_day(client, now)
    running = {plan.assignment.pk for plan in plans_of(client, today, since=today)}
    for plan in plans_of(client, on, since=on):
        asked = any(entry.slot == slot for entry in plan.schedule.occurrences_on(on, pauses=plan.off))
        counts = not plan.schedule.counts_apart and not why_not_start(client, plan.version)
        if asked and counts and plan.assignment.pk in running:
            yield plan


def _open_plans(client: Client, on: date, slot: int, now: datetime) -> list[Plan]:
    return [plan for plan in _plans(client, on, slot, now) if not plan.is_done(on, slot)]


def _note(client: Client, plan: Plan, on: date, slot: int, now: datetime) -> None:
    (offered,) = lanes_today(client, [plan], day=on, now=now).plans
    lane, percent = ("steady", FULL) if offered.rests else (offered.lane, offered.percent)
    try:
        note_session(
            client,
            # The same link names the same session, however often and wherever it is pressed.
            session_id=uuid5(NAMESPACE_URL, f"marked:{plan.assignment.pk}:{on.isoformat()}:{slot}"),
            assignment=plan.assignment,
            version=plan.version,
            on=on,
            slot=slot,
            entries=prescribed_in(plan.version, client, lane=lane, percent=percent),
            now=now,
            lane=lane,
            percent=percent,
        )
    except (Invalid, WrongState):
        return  # it stays open, and is said to need a sign-in
