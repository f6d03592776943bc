"""What a device keeps of the days ahead: sessions that can be done without a network, and the words for it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from clients.analytics.ahead import DAYS_AHEAD, PlanAhead, plans_ahead
from clients.analytics.care import help_for
from clients.analytics.locks import check_due
from clients.analytics.today import local_day
from clients.analytics.when_words import when_words
from clients.exports.bundle import account_key, safety_bundle
from clients.exports.opened import opened_bundle
from clients.exports.prescription import exercise_count, kit_name, kit_of, plan_seconds, whole_minutes
from clients.models import Client, Session
from clients.player_text import player_text
from clients.rules.safety import ANSWERS_FOR, PAIN_ASKS

SCHEMA: Final = 2
NOT_YET: Final = UUID(int=0)  # stands where the device puts the id of the session that it starts
HAS_KEPT_KEY: Final = "has_kept"  # in the session: this browser was given a week to keep
SHARED: Final = ("text", "safety")  # parts of a bundle that are the same for all sessions


def week_json(client: Client, now: datetime, *, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the sessions of DAYS_AHEAD days from the client's today on, in the language in force.

    It holds exercises, figures and doses, and no name of the client. from, until: local dates in time_zone, both
    included; after them the device drops it. plans: one entry for each version of a plan; versions: all of that plan,
    for a session may have been begun with an earlier one; when: of a goal, in words.
    check_due: why the safety questions come first and from which day on, null where they do not on any of these days.
    asked: the HTML of questions and cards, in the "player", where they end a session, and at the "check_in". help: the
    fields of OwnHelp, null where the practice has signed no text.
    """
    first = local_day(client, now)
    own = help_for(client).own()
    return {
        "schema": SCHEMA,
        "account": account_key(client),
        "made_at": now.isoformat(),
        "from": first.isoformat(),
        "until": (first + timedelta(days=DAYS_AHEAD - 1)).isoformat(),
        "time_zone": client.time_zone,
        "phone": client.practice.phone,
        "help": asdict(own) if own else None,
        "check_due": _check_due(client, now),
        "pain_asks": PAIN_ASKS,
        "answers_for_s": int(ANSWERS_FOR.total_seconds()),
        "not_yet": str(NOT_YET),
        "text": player_text(),
        "safety": safety_bundle(client),
        "asked": dict(asked),
        "events_url": reverse("api:events"),
        "plans": [_plan(ahead, client, now) for ahead in plans_ahead(client, now)],
    }


def _check_due(client: Client, now: datetime) -> dict[str, str] | None:
    if check_due(client, now=now + timedelta(days=DAYS_AHEAD)) is None:
        return None
    for number in range(DAYS_AHEAD):
        # By the end of that day: a device asks rather an hour early than late.
        at = now + timedelta(days=number + (number > 0))
        why = check_due(client, now=at)
        if why is not None:
            return {"why": why, "from": local_day(client, now + timedelta(days=number)).isoformat()}
    return None


def _plan(ahead: PlanAhead, client: Client, now: datetime) -> dict[str, Any]:
    usual = ahead.bundles[ahead.picks[0].lanes[0]]  # what the check-in offers where nothing is answered, as Today does
    return {
        "assignment": ahead.plan.assignment.pk,
        "version": ahead.plan.version.pk,
        "versions": [version.pk for version in ahead.plan.assignment.versions.all()],
        "name": ahead.plan.name,
        "when": when_words(ahead.plan.schedule) if ahead.plan.schedule.is_goal else "",
        "minutes": whole_minutes(plan_seconds(usual)),
        "exercises": exercise_count(usual),
        "kit": [kit_name(thing) for thing in kit_of(usual)],
        "amber_max": ahead.offer.model.amber_max,
        "days": [[day.isoformat(), slot] for day, slot in ahead.days],
        "done": [[day.isoformat(), slot] for day, slot in ahead.done],
        "over": ahead.over,
        "picks": [{"lanes": [list(lane) for lane in each.lanes], "skip": list(each.skip)} for each in ahead.picks],
        "short": _short(ahead),
        "bundles": {f"{lane}:{percent}": _bundle(ahead, client, lane, percent, now) for lane, percent in ahead.bundles},
    }


def _short(ahead: PlanAhead) -> dict[str, Any] | None:
    """Return the minutes of the short form and the items that it keeps; the device takes them out of the bundle."""
    if not ahead.short:
        return None
    return {"minutes": whole_minutes(plan_seconds(ahead.short)), "items": [entry.item.pk for entry in ahead.short]}


def _bundle(ahead: PlanAhead, client: Client, lane: str, percent: int, now: datetime) -> dict[str, Any]:
    """Return the bundle of a session that is not started yet, without what all have in common."""
    session = Session(
        pk=NOT_YET,
        client=client,
        assignment=ahead.plan.assignment,
        version=ahead.plan.version,
        occurrence_on=ahead.days[0][0],
        slot=ahead.days[0][1],
        lane=lane,
        percent=percent,
        started_at=now,
    )
    bundle = opened_bundle(session, ahead.bundles[lane, percent], [], name=ahead.plan.name, now=now)
    return {key: value for key, value in bundle.items() if key not in SHARED}
