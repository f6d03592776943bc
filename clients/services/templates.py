"""A plan that proved itself becomes a routine to give again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from clients.rules.schedule import DAYS_A_WEEK, Schedule
from clients.services.drafting import ItemDraft
from portal.accounts.models import Practice, User
from routines.models import Routine
from routines.routine_form import page_of
from routines.services.routines import create_routine, free_slug

USUAL_WEEKS = 4  # of a plan without an end


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

    What was written for the one client stays out: notes, sides to start with, figures. What the plan's routine says
    beside its exercises is taken over. Raises NotAllowed, ContentError.
    """
    weeks = USUAL_WEEKS
    if schedule.ends_on is not None:
        weeks = max(1, round(((schedule.ends_on - schedule.starts_on).days + 1) / DAYS_A_WEEK))
    document: dict[str, Any] = {
        "goal": name,
        "completion": {"weeks": weeks, "review": _("Look at what helped, and at what comes next.")},
        **(routine.document if routine else {}),
        "slug": free_slug(practice, name),
        "name": name,
        "schedule": {
            "sessions_per_day": schedule.times_per_day,
            "days_per_week": len(schedule.weekdays) or schedule.per_week or DAYS_A_WEEK,
            "weeks": weeks,
            **({"window": [at.isoformat(timespec="minutes") for at in schedule.window]} if schedule.window else {}),
        },
        "items": [_item(draft) for draft in drafts if draft.lane == "steady"],
    }
    versions = {draft.exercise_version.exercise.slug: draft.exercise_version for draft in drafts}
    document["estimated_minutes"] = page_of(document, versions, {}, self_care=[], others=[]).minutes
    return create_routine(document=document, by=by, practice=practice, own=True)


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
