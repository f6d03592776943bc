"""What a plan offers a client today: the lane, the dose, and why. Reads only."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from clients.analytics.moments import pain_model
from clients.analytics.plans import Plan
from clients.analytics.speaking import Spoken, percent_in_effect, rules_in_force
from clients.exports.prescription import Prescribed
from clients.models import Assignment, Decision, Flare, PlanRule, PrescribedItem, Session
from clients.rules.lanes import (
    SORE_PERCENT,
    FlareSpan,
    Lane,
    Pick,
    Today,
    choices,
    day_of,
    flare_state,
    lane_percent,
    pick,
)
from clients.rules.pain import PainModel
from routines.content import Rule

FLARE_RULE = "global.flare"


@dataclass(frozen=True)
class Offer:
    """What today's check-in starts from. written: the lanes with anything to do. flare_day: from 1, None without.

    percent, sessions_left: what the rules leave of the approved dose, and for how many sessions.
    """

    pick: Pick
    model: PainModel
    today: Today
    written: tuple[str, ...]
    flare_day: int | None
    percent: int
    sessions_left: int

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The lanes that the client may choose, the offered one first."""
        return choices(self.pick.lane, self.written)

    def percent_in(self, lane: str) -> int:
        """The percent at which a lane is done today."""
        return lane_percent(lane, self.percent)


def offer_for(plan: Plan, *, pain_before: int | None, now: datetime, percent: tuple[int, int]) -> Offer:
    """Return the offer of one plan. percent: (percent of the dose, sessions left), a fold over its decisions."""
    day = now.astimezone(ZoneInfo(plan.assignment.client.time_zone)).date()
    flare = Flare.objects.open().filter(client=plan.assignment.client_id).first()
    written = _lanes_in(plan.version.pk)
    span = FlareSpan(flare.first_day) if flare is not None else None
    approved = "flare" in written and is_flare_approved(plan.assignment)
    model = pain_model(plan.version)
    today = Today(pain_before, flare_state(span, day, preapproved=approved), percent[0])
    return Offer(
        pick=pick_written(today, model, written),
        model=model,
        today=today,
        written=written,
        flare_day=day_of(span, day) if span is not None else None,
        percent=percent[0],
        sessions_left=percent[1],
    )


def pick_written(today: Today, model: PainModel, written: Collection[str]) -> Pick:
    """Return the lane that the rules offer, among those of the plan. written: the lanes with anything to do."""
    offered = pick(today, model)
    if offered.lane == "sore" and "sore" not in written:
        # A plan without a sore lane is lowered all the same.
        return Pick("steady", min(today.percent, SORE_PERCENT), offered.reason)
    return offered


def _lanes_in(version_id: int) -> tuple[str, ...]:
    """The lanes of a version with anything to do."""
    rows = PrescribedItem.objects.filter(version=version_id).order_by()
    return tuple(rows.values_list("lane", flat=True).distinct())


def approved_for_flares(assignments: Collection[int]) -> frozenset[int]:
    """Return which of these plans (ids) a flare-up of their client may switch to their flare lane. One statement."""
    rows = PlanRule.objects.filter(assignment__in=assignments, rule_id=FLARE_RULE).in_force()
    return frozenset(row.assignment_id for row in rows if row.is_on and row.is_preapproved)


def is_flare_approved(assignment: Assignment) -> bool:
    """Whether a flare-up of this client may switch the plan to its flare lane."""
    return bool(approved_for_flares([assignment.pk]))


def short_form(plan: Plan, spoken: Iterable[Spoken], *, day: date) -> list[Prescribed]:
    """Return what the short form of the plan asks for on the day; nothing where it has none, or none is offered.

    It is offered where a rule that speaks does so, and to a client who is back after a gap by every rule of the plan
    that knows one.
    """
    if plan.is_back_on(day):
        return kept_short(plan, [rule for _, rule in rules_in_force(plan.assignment)])
    return kept_short(plan, [each.rule for each in spoken])


def kept_short(plan: Plan, rules: Iterable[Rule]) -> list[Prescribed]:
    """Return the exercises of the plan that the short form keeps, by those of these rules that offer one."""
    kept = {slug for rule in rules if rule.action == "offer_short_form" for slug in rule.details["keep"]}
    return [entry for entry in plan.prescribed if entry.content.slug in kept]


def day_json(session: Session, *, now: datetime) -> dict[str, Any]:
    """Return what the device needs to pick a lane as the server does (lanes.js), and what rules leave out today.

    flare, percent: as clients.rules.lanes.Today; written: lanes with anything to do; skip: segments left out.
    """
    plan = session.assignment
    flare = Flare.objects.open().filter(client=session.client_id).first()
    span = FlareSpan(flare.first_day) if flare is not None else None
    spoken = Decision.objects.in_effect().filter(session=session, outcome__action="skip_segments")
    return {
        "offer": {
            "flare": flare_state(span, session.occurrence_on, preapproved=is_flare_approved(plan)),
            "percent": percent_in_effect(plan, at=now)[0],
            "written": list(
                PrescribedItem.objects.filter(version=session.version_id)
                .order_by()
                .values_list("lane", flat=True)
                .distinct()
            ),
        },
        "skip": sorted({key for row in spoken for key in row.outcome["segments"]}),
    }
