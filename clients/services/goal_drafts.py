"""What a plan must hold to be a goal: one walk, or breaks of which one is chosen each time."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from clients.rules.schedule import Schedule
from clients.services.drafting import CheckedItem
from routines.content import ExerciseContent

CHOICE: str = "rotate"  # choice group of the moves of a break; the library's desk breaks use the same name
WALKING = "walking"  # position of exercises that are walks; source: the library's vocabulary


def is_walk(content: ExerciseContent) -> bool:
    """Tell whether the exercise is a walk that is measured in minutes."""
    return content.position == WALKING and content.dose.mode == "time"


def goal_problems(schedule: Schedule, items: Sequence[CheckedItem]) -> dict[str, str]:
    """Return what keeps the items from being the schedule's goal, by field; nothing for plans of sessions."""
    if schedule.kind == "walk" and (len(items) != 1 or not is_walk(items[0].content) or items[0].draft.optional):
        return {"items": _("A walking goal has one exercise, a walk of so many minutes. Take the others out.")}
    if schedule.kind == "breaks" and any(item.draft.optional for item in items):
        return {"items": _("No move of a break can be optional: a break is one of them. Take “optional” away.")}
    if schedule.kind == "breaks" and len(items) > 1:
        groups = {item.draft.choice_group for item in items}
        if len(groups) != 1 or groups == {""}:
            return {"items": _("A break is one of its moves. Put them all into one group to choose from.")}
    return {}


def kind_problems(before: Schedule, after: Schedule) -> dict[str, str]:
    """Return what is wrong with the kind of a changed plan: what was counted as a goal stays one, and the same."""
    if before.kind != after.kind and (before.is_goal or after.is_goal):
        return {"kind": _("A goal and a plan of sessions are counted differently. End this plan and give a new one.")}
    return {}
