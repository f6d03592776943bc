"""A plan that proved itself becomes a routine to give again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from clients.rules.schedule import Schedule
from clients.services.drafting import ItemDraft
from portal.accounts.models import Practice, User
from routines.models import Routine
from routines.routine_form import page_of
from routines.services.routines import create_routine, free_slug

USUAL_WEEKS = 4  # of a plan without an end
BESIDE = ("anchors", "flexible", "every_minutes", "pick_per_session")  # said by a routine's rhythm, held by no plan


def save_as_template(
    drafts: Sequence[ItemDraft],
    *,
    name: str,
    schedule: Schedule,
    routine: Routine | None,
    by: User,
    practice: Practice,
) -> Routine:
    """Return a new routine of the person's own with the exercises and the rhythm of a plan.

    What was written for the one client stays out: notes, reminder times, sides to start with, figures. What the plan's
    routine says beside its exercises is taken over, and of its rhythm what still fits the plan. Raises NotAllowed and
    ContentError.
    """
    kept = [draft for draft in drafts if draft.lane == "steady"]
    said = routine.document.get("schedule", {}) if routine else {}
    rhythm = schedule.to_template(usual_weeks=USUAL_WEEKS) | _beside(said, schedule, count=len(kept))
    document: dict[str, Any] = {
        "goal": name,
        "completion": {"weeks": rhythm["weeks"], "review": _("Look at what helped, and at what comes next.")},
        **(routine.document if routine else {}),
        "slug": free_slug(practice, name),
        "name": name,
        "schedule": rhythm,
        "items": [_item(draft) for draft in kept],
    }
    versions = {draft.exercise_version.exercise.slug: draft.exercise_version for draft in drafts}
    document["estimated_minutes"] = page_of(document, versions, {}, self_care=[], others=[]).minutes
    return create_routine(document=document, by=by, practice=practice, own=True)


def _beside(said: Mapping[str, Any], schedule: Schedule, *, count: int) -> dict[str, Any]:
    """Return what a routine said of its rhythm that no plan holds, as far as it fits the plan and its exercises."""
    found = {name: said[name] for name in BESIDE if said.get(name) is not None}
    if schedule.kind != "breaks":
        found.pop("every_minutes", None)
    if schedule.per_week is not None and not found.get("flexible", True):
        del found["flexible"]  # the client chooses the days
    if found.get("pick_per_session", 0) > count:
        del found["pick_per_session"]
    return found


def _item(draft: ItemDraft) -> dict[str, Any]:
    values: dict[str, Any] = {
        "exercise": draft.exercise_version.exercise.slug,
        "dose": dict(draft.dose),
        "segments": None if draft.segments is None else list(draft.segments),
        "optional_segments": list(draft.opted_in),
        "optional": draft.optional,
        "choice_group": draft.choice_group,
    }
    return {key: value for key, value in values.items() if value not in (None, "", {}, [], False)}
