"""One exercise of a running plan made easier, harder, swapped or taken out: by a practitioner, as the next version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.errors import Invalid, WrongState
from clients.models import Assignment, AssignmentVersion, PrescribedItem
from clients.rules import contraindications
from clients.rules.contraindications import Answer
from clients.rules.schedule import Schedule
from clients.services.assign import PainStop, change_plan
from clients.services.drafting import ItemDraft
from clients.services.lane_drafts import eased
from portal.accounts.models import User
from routines.models import Exercise, ExerciseLink
from routines.queries import published_versions

Kind = Literal["easier", "harder", "swap", "remove"]
KINDS: Final[tuple[Kind, ...]] = ("easier", "harder", "swap", "remove")


@dataclass(frozen=True, slots=True)
class Swap:
    """An exercise that may take the place of another one."""

    slug: str
    name: str


def swaps_of(exercises: Sequence[int]) -> dict[int, list[Swap]]:
    """Return what the library links to each exercise (by id) and has published, by name. One statement."""
    found: dict[int, list[Swap]] = {}
    rows = (
        ExerciseLink.objects.filter(exercise__in=exercises, target__current_version__isnull=False)
        .exclude(target__state=Exercise.State.WITHDRAWN)
        .order_by("target__name")
        .values_list("exercise_id", "target__slug", "target__name")
    )
    for exercise_id, slug, name in rows:
        known = found.setdefault(exercise_id, [])
        if slug not in {each.slug for each in known}:
            known.append(Swap(slug, name))
    return found


def adjust_exercise(
    assignment: Assignment, *, exercise: str, kind: str, by: User, now: datetime, to: str = ""
) -> AssignmentVersion:
    """Return the plan's next version, in force from today (client's local date), in which one exercise is changed.

    exercise: its slug. easier: the easier form, or three quarters of the dose. harder: the library's harder exercise at
    its own usual dose. swap: the exercise `to`, which the library links to it. remove: without it. Raises NotAllowed,
    WrongState where the plan does not run, and Invalid naming `exercise`, `to`, or what `change_plan` names: what the
    client's tags say to the new exercise is answered where plans are written.
    """
    check_can_treat(by, assignment.client)
    version = assignment.current_version
    if version is None:
        raise WrongState(_("This plan has ended. Give a new one instead."))
    if kind not in KINDS:
        raise Invalid({"kind": _("Choose one of: easier, harder, swap, take out.")})
    rows = list(
        PrescribedItem.objects.filter(version=version, lane="steady")
        .select_related("exercise_version__exercise")
        .order_by("position")
    )
    records = [*version.cautions, *(record for row in rows for record in row.cautions)]
    answers = contraindications.answers_from(records)
    drafts = [ItemDraft.from_row(row) for row in rows]
    if exercise not in {draft.exercise_version.content.slug for draft in drafts}:
        raise Invalid({"exercise": _("The plan does not hold this exercise any more. Load the page again.")})
    changed: list[ItemDraft] = []
    for draft in drafts:
        if draft.exercise_version.content.slug != exercise:
            changed.append(draft)
        elif kind != "remove":
            changed.append(_changed(draft, kind, to, assignment=assignment, answers=answers))
    today = now.astimezone(ZoneInfo(assignment.client.time_zone)).date()
    made = change_plan(
        assignment,
        items=changed,
        schedule=Schedule.from_dict(version.schedule),
        by=by,
        effective_from=max(today, version.effective_from),
        based_on=version.number,
        pain_stop=PainStop(version.pain_stop, version.pain_stop_reason, version.pain_stop_review_on),
        note=version.note,
        answers=answers,
    )
    if made.pk == version.pk:
        raise Invalid({"exercise": _("There is nothing left to lower. Change or take out the exercise in the plan.")})
    return made


def _changed(draft: ItemDraft, kind: str, to: str, *, assignment: Assignment, answers: dict[str, Answer]) -> ItemDraft:
    if kind == "easier":
        return eased(draft, client=assignment.client, answers=answers)
    content = draft.exercise_version.content
    if kind == "harder":
        slug = content.harder.slug if content.harder is not None else None
        if not slug:
            raise Invalid(
                {"exercise": _("The library knows no harder exercise for it. Raise the dose in the plan instead.")}
            )
    else:
        exercise_id = draft.exercise_version.exercise_id
        if to not in {each.slug for each in swaps_of([exercise_id]).get(exercise_id, [])}:
            raise Invalid({"to": _("Choose an exercise from the list.")})
        slug = to
    version = published_versions({slug}).get(slug)
    if version is None:
        raise Invalid({"to": _("This exercise is not published any more. Choose another.")})
    return replace(ItemDraft(exercise_version=version), optional=draft.optional, choice_group=draft.choice_group)
