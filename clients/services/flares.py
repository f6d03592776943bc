"""A flare-up: begun by the client's button, answered day by day, ended by two settled days or by a practitioner."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.analytics.moments import look, spans_of
from clients.analytics.offers import FLARE_RULE, is_flare_approved
from clients.analytics.speaking import Spoken, rules_in_force
from clients.errors import WrongState
from clients.models import Alert, Assignment, Client, Decision, Flare, FlareAnswer
from clients.rules import decisions, language
from clients.rules.lanes import (
    RETURN_PERCENT,
    SECOND_FLARE_WITHIN,
    FlareSpan,
    is_not_settling,
    is_second_flare,
)
from clients.services.alerts import raise_alert
from clients.services.decide import keep
from clients.services.remind import plan_for
from portal.accounts import audit
from portal.accounts.models import User
from portal.lib.rows import lock

BACK_RULE = "global.back_from_flare"


@transaction.atomic
def report_flare(client: Client, *, now: datetime) -> Flare:
    """Return the flare-up that the client reports; while one lasts, the same again.

    Each running plan goes to its flare lane where that was approved for it; else it rests, and the practitioner is
    told. Raises WrongState where the client is on hold or discharged.
    """
    lock(client)  # of two taps at once the second finds what the first has begun
    if client.state != Client.State.ACTIVE:
        raise WrongState(_("Your plan is on hold. Your physiotherapist can tell you more."))
    lasting = Flare.objects.open().filter(client=client).first()
    if isinstance(lasting, Flare):
        return lasting
    today = _day(client, now)
    earlier = list(Flare.objects.filter(client=client, last_day__gte=today - SECOND_FLARE_WITHIN))
    flare = Flare.objects.create(client=client, first_day=today, reported_at=now)
    audit.record("flare_reported", flare, by=client.user, practice=client.practice_id)
    for assignment in _running(client, today):
        _switch(assignment, flare, now)
    if is_second_flare(FlareSpan(today), spans_of(earlier)):
        _tell(client, "second_flare", flare, now)
    plan_for(client)
    return flare


def _day(client: Client, now: datetime) -> date:
    return now.astimezone(ZoneInfo(client.time_zone)).date()


def _running(client: Client, day: date) -> list[Assignment]:
    return list(Assignment.objects.filter(client=client).active_on(day).select_related("client", "current_version"))


def _tell(client: Client, reason: str, flare: Flare, now: datetime) -> None:
    raise_alert(client, reason, level=Alert.Level.ROUTINE, subject_key=f"flare:{flare.first_day.isoformat()}", now=now)


def _switch(assignment: Assignment, flare: Flare, now: datetime) -> None:
    """Keep what the flare-up does to one plan: its own lane, or rest."""
    key = f"flare:{flare.pk}:begin"
    approved = is_flare_approved(assignment) and has_flare_lane(assignment)
    rules = [(row, rule) for row, rule in rules_in_force(assignment) if row.rule_id == FLARE_RULE]
    if approved and assignment.current_version is not None:
        seen = look(
            assignment, assignment.current_version, at=now, rules=[rule for _, rule in rules], flare_reported=True
        )
        verdicts = [(row, rule, language.judge(rule, seen.moment)) for row, rule in rules]
        spoken = [Spoken(row, rule, readings) for row, rule, (speaks, readings) in verdicts if speaks]
        for row in keep(assignment, spoken, moment_key=key, at=now):
            # The lane is a fold over the flare-up and the approval; there is no version to write.
            row.state = Decision.State.APPLIED
            row.may_undo = Decision.UndoneBy.NOBODY
            row.save(update_fields=["state", "may_undo"])
        return
    reading = {
        "metric": "flare_reported",
        "op": "==",
        "value": True,
        "window": None,
        "values": [True],
        "wanted": 1,
        "least": None,
    }
    Decision.objects.get_or_create(
        assignment=assignment,
        rule_key=FLARE_RULE,
        moment_key=key,
        defaults={
            "rule": rules[0][0] if rules else None,
            "inputs": decisions.of_rule([reading]),
            "outcome": {"action": "rest_plan"},
            "state": Decision.State.APPLIED,
            "may_undo": Decision.UndoneBy.NOBODY,
            "decided_at": now,
        },
    )
    _tell(assignment.client, "flare_rests", flare, now)


def has_flare_lane(assignment: Assignment) -> bool:
    """Whether the plan's current version holds anything to do in a flare-up."""
    version = assignment.current_version
    return version is not None and version.items.filter(lane="flare").exists()


@transaction.atomic
def answer_flare(client: Client, *, pain: int | None, now: datetime) -> bool:
    """Keep the answer to the daily question of a flare-up, and end it where two days were settled.

    pain: 0 to 10, None for "not answered", which never counts as good. Return whether the flare-up ended. Nothing
    happens where none lasts.
    """
    flare = Flare.objects.open().filter(client=client).first()
    if flare is None:
        return False
    today = _day(client, now)
    FlareAnswer.objects.create(flare=flare, on=today, pain=pain, at=now)
    if is_not_settling(FlareSpan(flare.first_day), today, pain):
        _tell(client, "flare_not_settling", flare, now)
    ended = False
    for assignment in _running(client, today):
        rules = [(row, rule) for row, rule in rules_in_force(assignment) if row.rule_id == BACK_RULE]
        if not rules or assignment.current_version is None:
            continue
        seen = look(assignment, assignment.current_version, at=now, rules=[rule for _, rule in rules])
        row, rule = rules[0]
        speaks, readings = language.judge(rule, seen.moment)
        if speaks:
            keep(assignment, [Spoken(row, rule, readings)], moment_key=f"flare:{flare.pk}:back", at=now)
            ended = True
    if ended:
        _end(flare, Flare.End.SETTLED, last_day=today - timedelta(days=1), by=None)
    return ended


@transaction.atomic
def end_flare(flare: Flare, *, by: User, now: datetime) -> Flare:
    """End a flare-up by a practitioner's word; the plans start again at three quarters for two sessions.

    Raises NotAllowed; a flare-up that is over stays as it is.
    """
    check_can_treat(by, flare.client)
    if flare.last_day is not None:
        return flare
    today = _day(flare.client, now)
    for assignment in _running(flare.client, today):
        Decision.objects.get_or_create(
            assignment=assignment,
            rule_key=BACK_RULE,
            moment_key=f"flare:{flare.pk}:back",
            defaults={
                "inputs": {"kind": "practitioner"},
                "outcome": {"action": "resume_at", "pct": RETURN_PERCENT},
                "state": Decision.State.APPLIED,
                "decided_at": now,
            },
        )
    _end(flare, Flare.End.PRACTITIONER, last_day=max(flare.first_day, today - timedelta(days=1)), by=by)
    return flare


def _end(flare: Flare, how: str, *, last_day: date, by: User | None) -> None:
    flare.last_day, flare.ended_how, flare.ended_by = max(flare.first_day, last_day), how, by
    flare.save(update_fields=["last_day", "ended_how", "ended_by"])
    audit.record("flare_ended", flare, by=by, practice=flare.client.practice_id, detail={"how": how})
    plan_for(flare.client)
