"""The sessions of the days ahead, as a device needs them to offer one without a network. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from clients.analytics.lanes_today import PlanToday, lanes_today
from clients.analytics.locks import is_locked, why_not_with_tags
from clients.analytics.offers import Offer, offer_for, pick_written, short_form
from clients.analytics.plans import Plan, plans_of, prescribed_in
from clients.analytics.speaking import Spoken, percent_in_effect, speaking_by_answer
from clients.analytics.today import local_day
from clients.exports.prescription import Prescribed
from clients.models import Assignment, AssignmentVersion, Client
from clients.rules import language
from clients.rules.lanes import FLARE_DAYS_AT_MOST, Today, choices, lane_percent

DAYS_AHEAD: Final = 7  # days, today among them; source: screens 2.11
PAIN_ANSWERS: Final[tuple[int | None, ...]] = (None, *range(11))  # not answered, then 0 to 10


@dataclass(frozen=True)
class PickAhead:
    """What one answer to the pain question makes of a session.

    lanes: (lane, percent of its dose) that may be chosen, the offered one first; none where the plan rests. skip:
    segments that a rule leaves out.
    """

    lanes: tuple[tuple[str, int], ...]
    skip: tuple[str, ...]


@dataclass
class PlanAhead:
    """One version of a plan with its sessions of the days ahead.

    days: (local date, slot), in order. done: those of today that are done. picks: by the place of the answer in
    PAIN_ANSWERS. bundles: what each lane and percent that can be picked asks for. short: what the short form of the
    steady lane asks for, empty where no rule offers one. over: ids of today's sessions that are carried on with no
    more, on whatever device they ended or were begun anew.
    """

    plan: Plan
    offer: Offer
    picks: tuple[PickAhead, ...]
    bundles: Mapping[tuple[str, int], list[Prescribed]]
    short: Sequence[Prescribed]
    days: list[tuple[date, int]] = field(default_factory=list)
    done: list[tuple[date, int]] = field(default_factory=list)
    over: list[str] = field(default_factory=list)


def plans_ahead(client: Client, now: datetime) -> list[PlanAhead]:
    """Return the client's sessions from today on, for DAYS_AHEAD days; none where no session may start.

    What rules, flare-up and dose are now holds for all of these days: a device that stays without a network can only be
    more careful than the server, since rules only lower. Runs in the practice scope.
    """
    if client.state == Client.State.ON_HOLD or is_locked(client):
        return []
    first = local_day(client, now)
    last = first + timedelta(days=DAYS_AHEAD - 1)
    found: dict[int, PlanAhead] = {}
    plans: Sequence[PlanToday] = ()
    begins = _days_of_change(client, first, last)
    for day in (first + timedelta(days=number) for number in range(DAYS_AHEAD)):
        if day == first or day in begins:
            plans = lanes_today(client, plans_of(client, day, since=first), day=first, now=now).plans
        for today in plans:
            slots = _slots(today, day, is_today=day == first)
            if not slots or why_not_with_tags(client, today.plan.version):
                continue
            key = today.plan.version.pk
            ahead = found.get(key) or _ahead(today.plan, now)
            found[key] = ahead
            ahead.days += [(day, slot) for slot in slots]
            ahead.done += [(day, slot) for slot in slots if today.plan.is_done(day, slot)]
            ahead.over += [
                str(session.pk)
                for session in today.plan.sessions
                if session.occurrence_on == day and session != today.plan.open_session(day, session.slot)
            ]
    return list(found.values())


def _days_of_change(client: Client, first: date, last: date) -> set[date]:
    """Return the days after `first` up to `last` on which a plan begins or another version comes into force."""
    begin = Assignment.objects.filter(client=client, starts_on__gt=first, starts_on__lte=last)
    change = AssignmentVersion.objects.filter(
        assignment__client=client, effective_from__gt=first, effective_from__lte=last
    )
    return {*begin.values_list("starts_on", flat=True), *change.values_list("effective_from", flat=True)}


def _slots(today: PlanToday, day: date, *, is_today: bool) -> list[int]:
    plan = today.plan
    ends = plan.assignment.ends_on
    if today.rests or (ends is not None and day > ends):
        return []
    if today.lane == "flare":
        began = plan.open_flare
        if began is None or (day - began.first_day).days >= FLARE_DAYS_AT_MOST:
            return []
        done = sum(1 for session in plan.sessions if session.occurrence_on == day and session.counted)
        return [done + 1]
    slots = [entry.slot for entry in plan.schedule.occurrences_on(day, pauses=plan.pauses)]
    days_done = {session.occurrence_on for session in plan.sessions if session.counted}
    begun = is_today and any(plan.open_session(day, slot) or plan.is_done(day, slot) for slot in slots)
    return slots if begun or plan.schedule.is_offered_on(day, days_done=days_done, pauses=plan.pauses) else []


def _ahead(plan: Plan, now: datetime) -> PlanAhead:
    offer = offer_for(plan, pain_before=None, now=now, percent=percent_in_effect(plan.assignment, at=now))
    spoken = speaking_by_answer(plan.assignment, plan.version, PAIN_ANSWERS, at=now)
    picks = tuple(_picked(plan, offer, pain, said, now) for pain, said in zip(PAIN_ANSWERS, spoken, strict=True))
    bundles = {
        (lane, percent): prescribed_in(plan.version, plan.assignment.client, lane=lane, percent=percent)
        for lane, percent in sorted({lane for each in picks for lane in each.lanes})
    }
    short = short_form(plan, spoken[0], day=local_day(plan.assignment.client, now))
    return PlanAhead(plan=plan, offer=offer, picks=picks, bundles=bundles, short=short)


def _picked(plan: Plan, offer: Offer, pain: int | None, spoken: Sequence[Spoken], now: datetime) -> PickAhead:
    """Return what the check-in would offer after this answer, when these rules speak."""
    percent, _ = percent_in_effect(plan.assignment, also=spoken, at=now) if spoken else (offer.percent, 0)
    picked = pick_written(Today(pain, offer.today.flare, percent), offer.model, offer.written)
    lanes = tuple(
        (lane, picked.percent if lane == picked.lane else lane_percent(lane, percent))
        for lane in choices(picked.lane, offer.written)
    )
    return PickAhead(lanes, _left_out(spoken))


def _left_out(spoken: Sequence[Spoken]) -> tuple[str, ...]:
    keys = {
        key
        for each in spoken
        if each.rule.action == "skip_segments" and _applies(each)
        for key in each.rule.details["segments"]
    }
    return tuple(sorted(keys))


def _applies(each: Spoken) -> bool:
    return language.standing(each.rule, preapproved=each.row.is_preapproved) == "applied"
