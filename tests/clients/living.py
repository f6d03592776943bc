"""Sessions of a plan as clients live through them, told through the door that devices use."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from clients.analytics.plans import prescribed_in
from clients.exports.prescription import sets_of
from clients.models import Assignment, Decision, PlanRule, Session
from clients.rules import decisions
from clients.services.record import record_events
from clients.services.session import set_done


def do_session(
    plan: Assignment,
    *,
    at: datetime,
    before: int | None = 2,
    peak: int | None = 2,
    after: int | None = 2,
    following: int | None = None,
    effort: int | None = 5,
    lane: str = "steady",
    percent: int = 100,
    whole: bool = True,
    short: bool = False,
    can_do: tuple[str, ...] = (),
) -> Session:
    """Do one session and answer; `following` is the answer of the next morning."""
    plan.refresh_from_db()
    version = plan.current_version
    assert version is not None
    key, clock, events = uuid.uuid4(), at, []

    def tell(kind: str, item: int | None = None, *, later: timedelta = timedelta(seconds=20), **data: Any) -> None:
        nonlocal clock
        clock += later
        events.append(
            {
                "id": str(uuid.uuid4()),
                "session": str(key),
                "type": kind,
                "item": item,
                "at": clock.isoformat(),
                "app": "1",
                "data": data,
            }
        )

    form = {"short": True} if short else {}
    tell("started", version=version.pk, on=at.date().isoformat(), slot=1, lane=lane, percent=percent, **form)
    tell("pain_before", value=before)
    for entry in prescribed_in(version, plan.client, lane=lane, percent=percent):
        for work in sets_of(entry) if whole and (not short or entry.content.slug in keeps(plan)) else ():
            if work.gate is None:
                tell("set_done", entry.item.pk, **set_done(work, mode="guided"))
    tell("finished")
    tell("pain_peak", value=peak)
    tell("pain_after", value=after)
    tell("effort", value=effort)
    for marker in can_do:
        tell("can_do", value=marker)
    if following is not None:
        tell("pain_next", value=following, later=timedelta(hours=20))
    for answer in record_events(plan.client, events, now=clock + timedelta(days=2)):
        assert answer.status == 200, answer
    return Session.objects.get(pk=key)


def spoken(plan: Assignment, key: str | None = None) -> list[Decision]:
    rows = Decision.objects.filter(assignment=plan).order_by("decided_at", "pk")
    return [row for row in rows if key is None or row.rule_key == key]


def keeps(plan: Assignment) -> list[str]:
    """The exercises that the short form of the plan keeps."""
    rows = PlanRule.objects.filter(assignment=plan, document__then__action="offer_short_form")
    return [slug for row in rows for slug in row.content.details["keep"]]


def replay_all() -> None:
    """Assert that every decision gives its result again from what it kept."""
    for row in Decision.objects.all():
        result = decisions.replay(row.inputs)
        if row.inputs["kind"] == "gate":
            assert result == row.outcome["reason"]
        elif row.inputs["kind"] == "lane":
            assert row.outcome["lane"] in {result.lane, row.inputs["chosen"]}
        else:
            assert result is True
