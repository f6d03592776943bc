"""From a suggestion to the next version of a plan: by a practitioner's word, given now or beforehand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients.access import can_treat, check_can_treat
from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Assignment, AssignmentVersion, Decision, PrescribedItem
from clients.rules import contraindications, decisions
from clients.rules.brief import Edit
from clients.rules.plan_steps import MINUTE_S, asks_no_more, changed_schedule, window_in
from clients.rules.schedule import Schedule
from clients.rules.undo import seconds_left
from clients.services.adjust import adjust_exercise
from clients.services.assign import PainStop, change_plan
from clients.services.drafting import ItemDraft
from portal.accounts import audit
from portal.accounts.models import User
from routines.content import ContentError, Rule
from routines.dose import Dose

State = Decision.State
# Outcomes that a version can be made of. For another routine, accepting says that the practitioner has seen to it, on
# the page where plans are written.
WRITES_A_VERSION: Final = frozenset({"advance_week", "change_dose", "change_schedule", "offer_segment", "offer_item"})
ADJUSTS: Final = "adjust"  # one exercise, as a practitioner changes it by hand; visit briefs propose it
# Of WRITES_A_VERSION, the ones that say by themselves what they mean, without the name of an exercise.
MEANS_THE_PLAN: Final = frozenset({"advance_week", "change_schedule"})
DOSE_FIELDS: Final = frozenset({"reps", "sets", "hold_s", "duration_s", "load_kg"})


@transaction.atomic
def answer_edit(assignment: Assignment, edit: Edit, *, accepts: bool, by: User, now: datetime) -> Decision:
    """Accept or decline what a visit brief proposes, and keep the answer as that to a rule's suggestion is kept.

    The same rows propose it once, and again where the answer was taken back; a session that speaks for it later
    proposes it anew. Raises as `accept` does.
    """
    decision, _made = Decision.objects.get_or_create(
        assignment=assignment,
        rule_key=edit.key,
        moment_key=edit.moment,
        defaults={
            "state": State.SUGGESTED,
            "decided_at": now,
            "inputs": decisions.of_edit(edit),
            "outcome": {"action": ADJUSTS, "exercise": edit.exercise, "kind": edit.kind},
        },
    )
    return accept(decision, by=by, now=now) if accepts else decline(decision, by=by, now=now)


@transaction.atomic
def accept(decision: Decision, *, by: User, now: datetime, exercises: Collection[str] | None = None) -> Decision:
    """Accept a suggestion: where it changes the plan, its next version is made and counts from today.

    exercises: slugs that a change of dose is meant for, None for all. Raises NotAllowed, WrongState where somebody
    answered it meanwhile or the plan does not run, and Invalid where the change does not suit the plan any more.
    """
    check_can_treat(by, decision.assignment.client)
    _settle(decision, State.ACCEPTED, by=by, now=now)
    if decision.outcome["action"] == ADJUSTS:
        decision.version = adjust_exercise(
            decision.assignment,
            exercise=decision.outcome["exercise"],
            kind=decision.outcome["kind"],
            by=by,
            now=now,
        )
        decision.save(update_fields=["version"])
    elif decision.outcome["action"] in WRITES_A_VERSION:
        before = decision.assignment.current_version_id
        version = _next_version(decision, by=by, now=now, exercises=exercises)
        decision.version = version if version.pk != before else None
        decision.save(update_fields=["version"])
    _record("accepted_suggestion", decision, by)
    return decision


@transaction.atomic
def decline(decision: Decision, *, by: User, now: datetime) -> Decision:
    """Decline a suggestion; nothing changes. Raises NotAllowed and WrongState."""
    check_can_treat(by, decision.assignment.client)
    _settle(decision, State.DECLINED, by=by, now=now)
    _record("declined_suggestion", decision, by)
    return decision


def reopen(version: AssignmentVersion) -> None:
    """Let a suggestion wait again whose acceptance made a version that was taken back."""
    _let_wait(Decision.objects.filter(version=version, state=State.ACCEPTED))


def decline_left(decision: Decision, now: datetime) -> int:
    """Return for how many seconds a declined suggestion may still be taken back; 0 where it may not."""
    if decision.state != State.DECLINED or decision.settled_at is None:
        return 0
    return seconds_left(decision.settled_at, now)


@transaction.atomic
def undo_decline(decision: Decision, *, by: User, now: datetime) -> None:
    """Let a suggestion wait again that the person declined just now; pressed again, it waits already.

    Raises NotAllowed for what another declined, and WrongState after ten seconds.
    """
    check_can_treat(by, decision.assignment.client)
    if decision.state == State.SUGGESTED:
        return
    if decision.settled_by_id != by.pk:
        raise NotAllowed(_("Only the person who declined it can take that back."))
    if not decline_left(decision, now):
        raise WrongState(_("The ten seconds are over. Change the plan instead."))
    _let_wait(Decision.objects.filter(pk=decision.pk, state=State.DECLINED))
    _record("undid_decline", decision, by)


def _let_wait(answered: QuerySet[Decision]) -> None:
    answered.update(state=State.SUGGESTED, settled_by=None, settled_at=None, version=None)


@transaction.atomic
def undo(decision: Decision, *, by: User, now: datetime) -> Decision:
    """Take back what a rule did: the dose, or the plan, that was approved counts again. NotAllowed and WrongState.

    Where the rule had made a version, the plan's next version is the one before it, from today; that needs the plan
    to stand as the rule left it.
    """
    check_can_treat(by, decision.assignment.client)
    if decision.may_undo != Decision.UndoneBy.PRACTITIONER:
        raise WrongState(_("This cannot be taken back: it is over. Change the plan instead."))
    _settle(decision, State.UNDONE, by=by, now=now)
    if decision.version_id is not None:
        _restore(decision, by=by, now=now)
    _record("undid_decision", decision, by)
    return decision


def _settle(decision: Decision, to: str, *, by: User, now: datetime) -> None:
    """Move a decision to a state; a repeat by the same person is silent."""
    if to not in Decision.TRANSITIONS[State(decision.state)]:
        raise WrongState(_("Somebody has answered this already. Load the page again."))
    moved = Decision.objects.filter(pk=decision.pk, state=decision.state).update(
        state=to, settled_by=by, settled_at=now
    )
    if not moved:
        raise WrongState(_("Somebody has answered this already. Load the page again."))
    decision.refresh_from_db()


def _record(action: str, decision: Decision, by: User) -> None:
    audit.record(
        action, decision, by=by, practice=decision.assignment.client.practice_id, detail={"rule": decision.rule_key}
    )


def carry_out(decision: Decision, *, rule: Rule, approved_by: User) -> None:
    """Change the plan as its practitioner approved beforehand, or lower what it asks for; else leave a suggestion.

    Only what says by itself what it means can be done without asking, and only while somebody who treats the client
    stands for it: the one who approved it, or gave the plan. An automatic rule asks for no more than before.
    """
    says_it = bool(rule.details.get("exercise")) or decision.outcome["action"] in MEANS_THE_PLAN
    version, before = None, decision.assignment.current_version_id
    can_write = says_it and decision.outcome["action"] in WRITES_A_VERSION
    if can_write and can_treat(approved_by, decision.assignment.client):
        try:
            with transaction.atomic():
                version = _next_version(
                    decision, by=approved_by, now=decision.decided_at, only_lower=rule.authorisation == "automatic"
                )
        except (Invalid, NotAllowed, WrongState):
            version = None  # the plan has moved on, or it would ask for more: a person looks at it
    if version is None:
        decision.state = State.SUGGESTED
        decision.save(update_fields=["state"])
    elif version.pk != before:
        decision.version = version
        decision.may_undo = Decision.UndoneBy.PRACTITIONER
        decision.save(update_fields=["version", "may_undo"])


def _next_version(
    decision: Decision,
    *,
    by: User,
    now: datetime,
    exercises: Collection[str] | None = None,
    only_lower: bool = False,
) -> AssignmentVersion:
    """Return the version that the outcome makes. A week of the same minutes and days makes none: the one there is."""
    version = _running_version(decision)
    drafts = changed_items(_items_of(version), decision, exercises=exercises)
    before = Schedule.from_dict(version.schedule)
    schedule = changed_schedule(before, decision.outcome, window=window_in(_document(decision)))
    if only_lower and not asks_no_more(schedule, before):
        raise Invalid({"schedule": _("This asks for more than before: a practitioner decides.")})
    made = _write(decision, drafts, schedule, of=version, based_on=version, by=by, now=now)
    if made.pk == version.pk and decision.outcome["action"] != "advance_week":
        raise Invalid(
            {"exercises": _("Nothing would change: the limit of this rule is reached, or nothing was chosen.")}
        )
    return made


def _restore(decision: Decision, *, by: User, now: datetime) -> None:
    """Make the version before the decision's the plan's next one. Raises WrongState where it was changed since."""
    current, made = _running_version(decision), decision.version
    if made is None or current.pk != made.pk:
        raise WrongState(_("The plan was changed since. Change it on its own page instead."))
    before = AssignmentVersion.objects.get(assignment=decision.assignment, number=made.number - 1)
    _write(
        decision, _items_of(before), Schedule.from_dict(before.schedule), of=before, based_on=current, by=by, now=now
    )


def _running_version(decision: Decision) -> AssignmentVersion:
    version = decision.assignment.current_version
    if version is None:
        raise WrongState(_("This plan has ended. Give a new one instead."))
    return version


def _document(decision: Decision) -> Mapping[str, Any]:
    routine = decision.assignment.routine
    return routine.document if routine is not None else {}


def _rows_of(version: AssignmentVersion) -> list[PrescribedItem]:
    return list(
        PrescribedItem.objects.filter(version=version, lane="steady")
        .select_related("exercise_version__exercise")
        .order_by("position")
    )


def _items_of(version: AssignmentVersion) -> list[ItemDraft]:
    return [ItemDraft.from_row(row) for row in _rows_of(version)]


def _write(
    decision: Decision,
    drafts: Sequence[ItemDraft],
    schedule: Schedule,
    *,
    of: AssignmentVersion,
    based_on: AssignmentVersion,
    by: User,
    now: datetime,
) -> AssignmentVersion:
    """Write the plan's next version with everything else as it stands in the version `of`."""
    assignment = decision.assignment
    records = [*of.cautions, *(record for row in _rows_of(of) for record in row.cautions)]
    today = now.astimezone(ZoneInfo(assignment.client.time_zone)).date()
    return change_plan(
        assignment,
        items=drafts,
        schedule=schedule,
        by=by,
        effective_from=max(today, based_on.effective_from),
        based_on=based_on.number,
        pain_stop=PainStop(of.pain_stop, of.pain_stop_reason, of.pain_stop_review_on),
        note=of.note,
        answers=contraindications.answers_from(records),
    )


def changed_items(
    drafts: Sequence[ItemDraft], decision: Decision, *, exercises: Collection[str] | None
) -> list[ItemDraft]:
    """Return the items as the outcome changes them; those it does not speak of stay."""
    outcome = decision.outcome
    action, named = outcome["action"], outcome.get("exercise")
    if action == "advance_week" and sum(map(_is_timed, drafts)) != 1:
        raise Invalid({"exercises": _("The minutes belong to one timed exercise. Change the plan on its page.")})
    changed = []
    for draft in drafts:
        slug = draft.exercise_version.content.slug
        meant = (named is None or slug == named) and (exercises is None or slug in exercises)
        if action == "advance_week":
            changed.append(_with_minutes(draft, outcome["minutes"]) if _is_timed(draft) else draft)
        elif not meant:
            changed.append(draft)
        elif action == "offer_segment":
            changed.append(_with_segment(draft, outcome["segment"]))
        elif action == "offer_item":
            changed.append(replace(draft, optional=False))
        elif action == "change_dose":
            changed.append(_with_dose(draft, outcome, first=_first_dose(decision, draft)))
        else:
            changed.append(draft)
    return changed


def _dose_of(draft: ItemDraft) -> Dose:
    return draft.exercise_version.content.dose.override(**draft.dose)


def _is_timed(draft: ItemDraft) -> bool:
    return _dose_of(draft).mode == "time" and not draft.optional


def _with_minutes(draft: ItemDraft, minutes: int) -> ItemDraft:
    """As long as the week's goal; never shorter than it is."""
    now = _dose_of(draft).duration_s or 0
    seconds = minutes * MINUTE_S
    return replace(draft, dose={**draft.dose, "duration_s": seconds}) if seconds > now else draft


def _with_segment(draft: ItemDraft, segment: str) -> ItemDraft:
    content = draft.exercise_version.content
    if segment not in {each.key for each in content.segments}:
        return draft
    if content.segment(segment).is_opt_in:
        return replace(draft, opted_in=tuple(dict.fromkeys([*draft.opted_in, segment])))
    kept = draft.segments
    if kept is None:
        return draft
    order = [each.key for each in content.segments]
    return replace(draft, segments=tuple(sorted({*kept, segment}, key=order.index)))


def _first_dose(decision: Decision, draft: ItemDraft) -> Dose | None:
    """The dose of the exercise in the first version of the plan: the base of a limit given as a factor."""
    row = (
        PrescribedItem.objects.filter(
            version__assignment=decision.assignment,
            lane="steady",
            exercise_version__exercise=draft.exercise_version.exercise_id,
        )
        .select_related("exercise_version")
        .order_by("version__number", "position")
        .first()
    )
    return row.exercise_version.content.dose.override(**row.dose) if row is not None else None


def _with_dose(draft: ItemDraft, outcome: Mapping[str, Any], *, first: Dose | None) -> ItemDraft:
    """Raise one field by the rule's step, never above its limits, and never where the field means nothing."""
    name = outcome.get("field")
    dose = _dose_of(draft)
    now = getattr(dose, str(name), None) if name in DOSE_FIELDS else None
    if now is None or (name == "reps" and dose.mode == "time"):
        return draft
    wanted = outcome.get("to", now + outcome.get("by", 0) + now * outcome.get("by_pct", 0) / 100)
    limits = [outcome["max"]] if "max" in outcome else []
    if "max_factor" in outcome and first is not None:
        limits.append(getattr(first, str(name)) * outcome["max_factor"])
    value = min([wanted, *limits])
    value = round(value, 1) if name == "load_kg" else int(value)
    if value <= now:
        return draft
    try:
        dose.override(**{str(name): value})
    except ContentError:
        return draft
    return replace(draft, dose={**draft.dose, str(name): value})
