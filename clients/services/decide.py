"""When rules speak: each time is a row, and what it may do at once is done. Nothing here ever raises a dose unasked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import get_language

from clients.analytics.gates import gate_facts
from clients.analytics.moments import look, pain_model
from clients.analytics.plans import prescribed_for
from clients.analytics.speaking import FIXED_ACTIONS, Spoken, rules_of_plans, speaking
from clients.exports.prescription import Prescribed
from clients.models import Alert, Assignment, Client, Decision, PlanRule, Session
from clients.rules import decisions, gates, language
from clients.rules.lanes import FULL, Pick, Today
from clients.rules.language import Stage
from clients.rules.session import SessionSummary
from clients.services.alerts import raise_alert
from clients.services.apply import carry_out
from routines.content import Rule
from routines.content.rules import CHANGING, RAISING
from routines.content.translation import is_source

State = Decision.State
AFTER_A_SESSION: Final = frozenset(
    {"finished", "pain_peak", "pain_after", "effort", "leg_symptoms", "leg_pain", "can_do", "edited"}
)
TELLS: Final = {  # metric -> reason of the alert that tells the practitioner; others are told as "rule_tells"
    "pain_next_day_delta": "sore_next_day",
    "days_since_last_session": "long_gap",
    "leg_symptoms": "leg_worse",
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A session as it stands with its events, and what it asked for."""

    session: Session
    summary: SessionSummary
    prescribed: Sequence[Prescribed]


def decide_sessions(
    client: Client, told: Mapping[UUID, Mapping[str, datetime]], folded: Mapping[UUID, Folded]
) -> dict[int, list[tuple[PlanRule, Rule]]]:
    """Let the rules speak about the sessions that a device told of; return the rules in force by assignment.

    told: session -> type of its new events -> when. folded: the sessions as they stand with these events.

    Runs inside the transaction that keeps the events; each rule speaks once for each session and stage.
    """
    known = rules_of_plans({each.session.assignment_id for each in folded.values()})
    for key, types in told.items():
        session, summary = folded[key].session, folded[key].summary
        for stage in _stages(session, types):
            rules = [(row, rule) for row, rule in known[session.assignment_id] if language.stage_of(rule) == stage]
            if rules:
                _decide(client, session, stage, rules, at=types.get("pain_next") if stage == "next_day" else None)
        if session.state == Session.State.FINISHED and "finished" in types:
            _decide_gates(client, folded[key])
        if "started" in types:
            _decide_lane(session, summary)
    return known


def _stages(session: Session, types: Collection[str]) -> list[Stage]:
    stages: list[Stage] = []
    if "pain_before" in types:
        stages.append("check_in")
    over = session.state == Session.State.FINISHED and bool(AFTER_A_SESSION & set(types))
    if over or {"hurt", "item_pain"} & set(types):
        stages.append("session")
    if "pain_next" in types:
        stages.append("next_day")
    return stages


def _decide(
    client: Client,
    session: Session,
    stage: Stage,
    rules: list[tuple[PlanRule, Rule]],
    *,
    at: datetime | None,
) -> None:
    assignment = session.assignment
    assignment.client = client
    if stage == "session" and session.state != Session.State.FINISHED:
        rules = [(row, rule) for row, rule in rules if rule.action in FIXED_ACTIONS]
    at = at or (session.started_at if stage == "check_in" else session.finished_at or session.started_at)
    seen = look(assignment, session.version, at=at, rules=[rule for _, rule in rules], session=session)
    keep(
        assignment,
        speaking(assignment, rules, seen),
        moment_key=f"session:{session.pk}:{stage}",
        at=at,
        session=session,
    )


def keep(
    assignment: Assignment,
    spoken: Iterable[Spoken],
    *,
    moment_key: str,
    at: datetime,
    session: Session | None = None,
) -> list[Decision]:
    """Write a decision for each rule that spoke and had not yet at this moment; return the new ones.

    What applies at once is in effect by being written: lanes and percents are folds over these rows.
    """
    said = set(Decision.objects.filter(assignment=assignment, moment_key=moment_key).values_list("rule_key", flat=True))
    new = []
    for each in spoken:
        if each.row.rule_id in said:
            continue
        standing = language.standing(each.rule, preapproved=each.row.is_preapproved)
        outcome = each.outcome
        decision = Decision.objects.create(
            assignment=assignment,
            session=session,
            rule=each.row,
            rule_key=each.row.rule_id,
            moment_key=moment_key,
            inputs=decisions.of_rule(each.readings),
            outcome=outcome,
            state=State.APPLIED if standing == "applied" else State.SUGGESTED,
            # Only a lowered dose goes on; what was left out or told is over.
            may_undo=(Decision.UndoneBy.PRACTITIONER if decisions.reduction_of(outcome) else Decision.UndoneBy.NOBODY),
            decided_at=at,
        )
        if standing == "applied" and each.rule.action in CHANGING:
            carry_out(decision, rule=each.rule, approved_by=each.row.created_by)
        if each.rule.notify_practitioner and standing == "applied" and each.rule.action not in RAISING:
            tell(assignment, decision)
        new.append(decision)
    return new


def tell(assignment: Assignment, decision: Decision) -> None:
    """Let the practitioner know what a rule decided, as an alert without haste."""
    metrics = [reading["metric"] for reading in decision.inputs["readings"]]
    raise_alert(
        assignment.client,
        next((TELLS[metric] for metric in metrics if metric in TELLS), "rule_tells"),
        level=Alert.Level.ROUTINE,
        subject_key=f"decision:{decision.pk}",
        now=decision.decided_at,
    )


# --- gates and lanes ------------------------------------------------------------------------------------------


def _decide_gates(client: Client, folded: Folded) -> None:
    """Keep why a gated part was not offered in a session that is over."""
    past: dict[str, Any] | None = None
    session, summary = folded.session, folded.summary
    session.client = client
    named: dict[int, Prescribed] = {}  # in the client's words, once there is something to say
    rows = []
    for entry in folded.prescribed:
        for key, gate in entry.timeline.gates.items():
            place = (entry.item.pk, key)
            if place in summary.segments_done or place in summary.skipped_segments or entry.item.pk in summary.skipped:
                continue
            past = past if past is not None else gate_facts(client, session)
            facts = {
                **past,
                "approved": True,
                "tags": list(client.tags),
                "pain_before": _pain_today(summary),
                "equipment": {name: value for name, value in summary.equipment.items() if value is not None},
                "leg_symptoms": summary.leg_symptoms,
            }
            document = gate.to_document()
            verdict = gates.evaluate(document, facts)
            if isinstance(verdict, gates.Withheld):
                if not named:
                    own = folded.prescribed if is_source(get_language() or "") else prescribed_for(session)
                    named = {each.item.pk: each for each in own}
                rows.append(
                    Decision(
                        assignment=session.assignment,
                        session=session,
                        rule_key=decisions.gate_key(entry.content.slug, key),
                        moment_key=f"session:{session.pk}:gate",
                        inputs=decisions.of_gate(document, facts),
                        outcome={
                            "action": "left_out",
                            "exercise": entry.content.slug,
                            "segment": key,
                            "part": named[entry.item.pk].content.segment(key).name.partition(" (")[0],
                            "reason": verdict.reason,
                        },
                        state=State.APPLIED,
                        may_undo=Decision.UndoneBy.NOBODY,
                        decided_at=session.finished_at or session.started_at,
                    )
                )
    Decision.objects.bulk_create(rows, ignore_conflicts=True)


def _pain_today(summary: SessionSummary) -> int | None:
    hurts = [hurt.value for hurt in summary.hurts]
    if summary.pain_before is None or None in hurts:
        return None
    return max([summary.pain_before, *(value for value in hurts if value is not None)])


def _decide_lane(session: Session, summary: SessionSummary) -> None:
    """Keep what the lane of a session was picked from, where it was not the whole plan."""
    if session.lane == "steady" and session.percent == FULL:
        return
    today = Today(
        summary.pain_before,
        flare="on" if session.lane == "flare" else "none",
        percent=session.percent if session.lane == "steady" else FULL,
    )
    model = pain_model(session.version)
    Decision.objects.bulk_create(
        [
            Decision(
                assignment=session.assignment,
                session=session,
                rule_key=decisions.LANE_KEY,
                moment_key=f"session:{session.pk}:lane",
                inputs=decisions.of_lane(today, model, chosen=session.lane),
                outcome=_lane_outcome(decisions.replay(decisions.of_lane(today, model, chosen=session.lane)), session),
                state=State.APPLIED,
                may_undo=Decision.UndoneBy.NOBODY,
                decided_at=session.started_at,
            )
        ],
        ignore_conflicts=True,
    )


def _lane_outcome(offered: Pick, session: Session) -> dict[str, Any]:
    by = "rules" if offered.lane == session.lane else "client"
    return {
        "action": "lane",
        "lane": session.lane,
        "percent": session.percent,
        "reason": offered.reason if by == "rules" else "client_chose",
    }
