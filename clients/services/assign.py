"""Giving a plan and changing it. A version is written once; a change writes the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.analytics.cautions import open_problems
from clients.errors import Invalid, WrongState
from clients.exports.prescription import plan_seconds
from clients.models import Assignment, AssignmentVersion, Client, PrescribedItem
from clients.rules import contraindications as rules
from clients.rules import pain, plan_diff
from clients.rules.contraindications import NO_ANSWER, Answer, Caution
from clients.rules.schedule import Schedule
from clients.services.drafting import (
    MAX_ITEMS,
    MAX_SESSION,
    CheckedItem,
    ItemDraft,
    approvals_in,
    check_items,
    plan_view,
    view_of_version,
    written_lanes_of,
)
from clients.services.goal_drafts import goal_problems, kind_problems
from clients.services.lane_drafts import Lanes, lanes_for
from clients.services.plan_rules import copy_rules
from clients.services.remind import plan_for
from portal.accounts import audit
from portal.accounts.models import User
from portal.lib.rows import lock
from routines.models import Exercise, Routine

NAME_LIMIT = Assignment._meta.get_field("name").max_length or 0
NOTE_LIMIT = AssignmentVersion._meta.get_field("note").max_length or 0
WHY_LIMIT = AssignmentVersion._meta.get_field("why").max_length or 0
REASON_LIMIT = AssignmentVersion._meta.get_field("pain_stop_reason").max_length or 0


@dataclass(frozen=True, slots=True)
class PainStop:
    """The upper pain level of a plan, 0-10. Above the default it needs a reason and a day to look at it again."""

    level: int = pain.DEFAULT.amber_max
    reason: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What a practitioner wrote: the whole plan, not yet saved.

    items: of the steady lane. routine: the template it was made from, None for none. answers: by caution key
    (`Caution.key`). lanes: the sore and flare lanes that the practitioner wrote; the others are made.
    """

    name: str
    items: tuple[ItemDraft, ...]
    schedule: Schedule
    routine: Routine | None = None
    pain_stop: PainStop = PainStop()
    note: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    lanes: Lanes = field(default_factory=dict)
    why: str = ""


def assign_routine(
    client: Client,
    *,
    items: Sequence[ItemDraft],
    schedule: Schedule,
    by: User,
    routine: Routine | None = None,
    name: str = "",
    pain_stop: PainStop | None = None,
    note: str = "",
    answers: Mapping[str, Answer] | None = None,
    lanes: Lanes | None = None,
    flare_approved: bool = False,
) -> Assignment:
    """Return the new, active plan with its first version.

    The prescription is copied, with its three lanes and its rules: a later change of the routine changes nothing
    here. The name defaults to the routine's. flare_approved: a flare-up may switch to the flare lane. Raises
    NotAllowed for others than the client's practitioners, WrongState for a discharged client, and Invalid naming each
    field (`items.0.sets`, `pain_stop`, `lanes.sore`, `answers.<caution key>`) with the remedy.
    """
    check_can_treat(by, client)
    plan = PlanDraft(
        name=(name or (routine.name if routine else "")).strip(),
        items=tuple(items),
        schedule=schedule,
        routine=routine,
        pain_stop=pain_stop or PainStop(),
        note=note.strip(),
        answers=answers or {},
        lanes=lanes or {},
    )
    with transaction.atomic():
        lock(client)
        if client.state == Client.State.DISCHARGED:
            raise WrongState(_("This client is discharged. Take them back into care before you give a plan."))
        checked = _check(plan, client, by=by)
        _check_not_twice(client, plan)
        assignment = Assignment.objects.create(
            client=client,
            routine=routine,
            name=plan.name,
            state=Assignment.State.ACTIVE,
            starts_on=schedule.starts_on,
            ends_on=schedule.ends_on,
            created_by=by,
        )
        _write(assignment, plan, checked, number=1, effective_from=schedule.starts_on, changes=(), by=by)
        copy_rules(assignment, by=by, flare_approved=flare_approved)
        audit.record("assigned", assignment, by=by, practice=client.practice_id, detail={"items": len(items)})
        plan_for(client)
    return assignment


def change_plan(
    assignment: Assignment,
    *,
    items: Sequence[ItemDraft],
    schedule: Schedule,
    by: User,
    effective_from: date,
    based_on: int,
    name: str = "",
    pain_stop: PainStop | None = None,
    note: str = "",
    answers: Mapping[str, Answer] | None = None,
    lanes: Lanes | None = None,
    why: str = "",
) -> AssignmentVersion:
    """Return the plan's next version, in force from that day (client's local date) on; done sessions keep theirs.

    based_on is the number of the version that the practitioner saw. lanes: those that are written by hand from now
    on; None keeps the ones that are, {} makes both anew. why: what the client is told beside the changes. Where nothing
    differs, the current version is returned and nothing is written. Raises NotAllowed, WrongState (ended, or changed by
    somebody else meanwhile) and Invalid as `assign_routine` does.
    """
    client = assignment.client
    check_can_treat(by, client)
    plan = PlanDraft(
        name=(name or assignment.name).strip(),
        items=tuple(items),
        schedule=schedule,
        routine=assignment.routine,
        pain_stop=pain_stop or PainStop(),
        note=note.strip(),
        answers=answers or {},
        lanes=lanes or {},
        why=why.strip(),
    )
    with transaction.atomic():
        lock(client)  # a tag that is added at this moment is waited for, and looks at this version else
        lock(assignment)
        assignment.refresh_from_db(fields=["current_version"])
        current = assignment.current_version
        if current is None or assignment.state not in {Assignment.State.ACTIVE, Assignment.State.PAUSED}:
            raise WrongState(_("This plan has ended. Give a new one instead."))
        if current.number != based_on:
            raise WrongState(_("Somebody changed this plan since you opened it. Load it again and repeat your change."))
        if effective_from < current.effective_from:
            raise Invalid({"effective_from": _("A change cannot begin before the version it replaces.")})
        if schedule.starts_on != assignment.starts_on:
            raise Invalid({"starts_on": _("A plan keeps the day on which it started.")})
        problems = kind_problems(Schedule.from_dict(current.schedule), schedule)
        if problems:
            raise Invalid(problems)
        if lanes is None:
            plan = replace(plan, lanes=written_lanes_of(current))
        checked = _check(plan, client, by=by)
        changes = plan_diff.diff(view_of_version(current, name=assignment.name), _view_of_draft(plan))
        if not changes:
            return current
        version = _write(
            assignment,
            plan,
            checked,
            number=current.number + 1,
            effective_from=effective_from,
            changes=changes,
            by=by,
        )
        assignment.name = plan.name
        assignment.ends_on = schedule.ends_on
        assignment.save(update_fields=["name", "ends_on"])
        audit.record(
            "changed_plan",
            assignment,
            by=by,
            practice=client.practice_id,
            detail={"version": version.number, "changes": len(changes)},
        )
        plan_for(client)
    return version


def general_cautions(client: Client, routine: Routine | None) -> tuple[Caution, ...]:
    """What the client's tags say to any plan, and to this routine as a whole."""
    found = rules.for_client(client.tags)
    if routine is None:
        return found
    return (*found, *rules.for_routine(routine.slug, routine.document.get("not_for_tags") or (), client.tags))


def _check(plan: PlanDraft, client: Client, *, by: User) -> tuple[list[CheckedItem], tuple[Caution, ...]]:
    """Return the items as compiled and the cautions of client and routine. Raises Invalid."""
    errors = _forged(plan, by)
    checked = check_items(plan.items, client=client, approvals=approvals_in(plan.routine))
    for index, item in enumerate(checked):
        errors |= {f"items.{index}.{name}": sentence for name, sentence in item.problems.items()}
    errors |= _problems_of_whole(plan, client, checked)
    errors |= _problems_of_lanes(plan, client)
    general = general_cautions(client, plan.routine)
    cautions = [*general, *(caution for item in checked for caution in item.cautions)]
    errors |= {f"answers.{key}": text for key, text in open_problems(cautions, plan.answers).items()}
    if errors:
        raise Invalid(errors)
    return checked, general


def _problems_of_whole(plan: PlanDraft, client: Client, checked: Sequence[CheckedItem]) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not plan.name:
        errors["name"] = _("Give the plan a name that the client will see.")
    elif len(plan.name) > NAME_LIMIT:
        errors["name"] = _("Keep the name to %(limit)s characters.") % {"limit": NAME_LIMIT}
    if len(plan.note) > NOTE_LIMIT:
        errors["note"] = _("The note has %(count)s characters. Keep it to %(limit)s.") % {
            "count": len(plan.note),
            "limit": NOTE_LIMIT,
        }
    if len(plan.why) > WHY_LIMIT:
        errors["why"] = _("Keep it to %(limit)s characters.") % {"limit": WHY_LIMIT}
    if not plan.items:
        errors["items"] = _("The plan is empty. Add an exercise.")
    elif all(draft.optional for draft in plan.items):
        errors["items"] = _("Every exercise may be left out. Make at least one part of every session.")
    elif len(plan.items) > MAX_ITEMS:
        errors["items"] = _("A plan holds at most %(limit)s exercises. Take some out.") % {"limit": MAX_ITEMS}
    seconds = plan_seconds(item.prescribed for item in checked if item.prescribed is not None)
    if seconds > MAX_SESSION.total_seconds():
        errors["items"] = _("One session would take %(hours)s hours. Lower sets, repetitions or seconds.") % {
            "hours": round(seconds / 3600, 1)
        }
    return errors | goal_problems(plan.schedule, checked) | _problems_of_pain_stop(plan.pain_stop, client)


def _problems_of_lanes(plan: PlanDraft, client: Client) -> dict[str, str]:
    """What is wrong with the lanes that were written by hand; those that are made suit the client already."""
    errors: dict[str, str] = {}
    for lane, drafts in plan.lanes.items():
        if len(drafts) > MAX_ITEMS:
            errors[f"lanes.{lane}"] = _("A plan holds at most %(limit)s exercises. Take some out.") % {
                "limit": MAX_ITEMS
            }
        elif drafts and all(draft.optional for draft in drafts):
            errors[f"lanes.{lane}"] = _("Every exercise may be left out. Make at least one part of every session.")
        elif not drafts and lane == "sore":
            errors[f"lanes.{lane}"] = _("The sore day is empty. Keep at least one exercise.")
        items = check_items(drafts, client=client)
        for index, item in enumerate(items):
            errors |= {f"lanes.{lane}.{index}.{name}": sentence for name, sentence in item.problems.items()}
        cautions = [caution for item in items for caution in item.cautions]
        errors |= {f"answers.{key}": text for key, text in open_problems(cautions, plan.answers).items()}
    return errors


def _problems_of_pain_stop(stop: PainStop, client: Client) -> dict[str, str]:
    lowest, highest = pain.DEFAULT.green_max + 1, pain.RAISED_AMBER_MAX
    if not lowest <= stop.level <= highest:
        return {"pain_stop": _("Choose a level from %(low)s to %(high)s.") % {"low": lowest, "high": highest}}
    if stop.level <= pain.DEFAULT.amber_max:
        return {}
    if not pain.may_raise_amber_max(usual_pain=client.usual_pain):
        return {
            "pain_stop": _("Above %(usual)s is for clients whose usual pain is %(least)s or more. Record that first.")
            % {"usual": pain.DEFAULT.amber_max, "least": pain.USUAL_PAIN_FOR_RAISE}
        }
    errors = {}
    if not rules.REASON_LEAST <= len(stop.reason.strip()) <= REASON_LIMIT:
        errors["pain_stop_reason"] = _("Write why this client may go above %(usual)s.") % {
            "usual": pain.DEFAULT.amber_max
        }
    if stop.review_on is None:
        errors["pain_stop_review_on"] = _("Choose the day on which you look at this level again.")
    return errors


def _forged(plan: PlanDraft, by: User) -> dict[str, str]:
    """Refuse rows of another practice, whatever way they came in; the answer is that of an id that does not exist."""
    errors = {}
    places = {f"items.{index}": draft for index, draft in enumerate(plan.items)}
    for lane, drafts in plan.lanes.items():
        places |= {f"lanes.{lane}.{index}": draft for index, draft in enumerate(drafts)}
    wanted = {draft.exercise_version.exercise_id for draft in places.values()}
    known = set(Exercise.objects.visible_to(by).filter(pk__in=wanted).values_list("pk", flat=True))
    for place, draft in places.items():
        version = draft.exercise_version
        if version.exercise_id not in known or version.published_at is None:
            errors[f"{place}.exercise"] = _("This exercise does not exist. Choose another.")
    if plan.routine is not None and not Routine.objects.visible_to(by).filter(pk=plan.routine.pk).exists():
        errors["routine"] = _("This routine does not exist. Choose another.")
    return errors


def _check_not_twice(client: Client, plan: PlanDraft) -> None:
    running = Assignment.objects.filter(
        client=client, state__in=[Assignment.State.ACTIVE, Assignment.State.PAUSED], name=plan.name
    ).exclude(ends_on__lt=plan.schedule.starts_on)
    if running.exists():
        raise Invalid(
            {"name": _("The client has a plan of this name already. Change that plan, or give this one another name.")}
        )


def _write(
    assignment: Assignment,
    plan: PlanDraft,
    checked: tuple[list[CheckedItem], tuple[Caution, ...]],
    *,
    number: int,
    effective_from: date,
    changes: Sequence[plan_diff.Change],
    by: User,
) -> AssignmentVersion:
    items, general = checked
    version = AssignmentVersion.objects.create(
        assignment=assignment,
        number=number,
        effective_from=effective_from,
        schedule=plan.schedule.to_dict(),
        pain_stop=plan.pain_stop.level,
        pain_stop_reason=plan.pain_stop.reason.strip() if plan.pain_stop.level > pain.DEFAULT.amber_max else "",
        pain_stop_review_on=plan.pain_stop.review_on if plan.pain_stop.level > pain.DEFAULT.amber_max else None,
        note=plan.note,
        why=plan.why,
        written_lanes=sorted(plan.lanes),
        cautions=_records(general, plan.answers),
        changes=[change.to_dict() for change in changes],
        created_by=by,
    )
    rows = []
    for place, item in enumerate(items, start=1):
        row = item.draft.to_row(position=place, version=version)
        row.cautions = _records(item.cautions, plan.answers)
        rows.append(row)
    made = lanes_for(
        plan.items, client=assignment.client, routine=plan.routine, answers=plan.answers, written=plan.lanes
    )
    for drafts in made.values():
        rows += [draft.to_row(position=place, version=version) for place, draft in enumerate(drafts, start=1)]
    PrescribedItem.objects.bulk_create(rows)
    assignment.current_version = version
    assignment.save(update_fields=["current_version"])
    return version


def _records(cautions: Sequence[Caution], answers: Mapping[str, Answer]) -> list[dict[str, Any]]:
    return [rules.to_record(caution, answers.get(caution.key, NO_ANSWER)) for caution in cautions]


def _view_of_draft(plan: PlanDraft) -> plan_diff.Plan:
    by_hand = [replace(draft, lane=lane) for lane in sorted(plan.lanes) for draft in plan.lanes[lane]]
    drafts = sorted([*plan.items, *by_hand], key=lambda draft: draft.lane)
    return plan_view(
        name=plan.name,
        items=[draft.to_row(position=place) for place, draft in enumerate(drafts, start=1)],
        schedule=plan.schedule,
        pain_stop=plan.pain_stop.level,
        note=plan.note,
    )
