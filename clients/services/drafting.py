"""A plan before it is saved: its items, what they come to, and what speaks against them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from clients.analytics.cautions import Swaps, cautions_for, swaps_for
from clients.exports.prescription import Prescribed, prescribe
from clients.models import AssignmentVersion, Client, PrescribedItem
from clients.rules import plan_diff
from clients.rules.contraindications import Caution
from clients.rules.schedule import Schedule
from routines.content import ContentError, ExerciseContent
from routines.looks import library_of
from routines.models import Exercise, ExerciseVersion, Routine
from routines.movement.adapting import adapted_problems

MAX_ITEMS = 30  # engineering bound; clinical rules 3 advise at most 8
MAX_SESSION = timedelta(hours=4)  # engineering bound: longer is a slip of the finger
NOTE_LIMIT = PrescribedItem._meta.get_field("note").max_length or 0


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One exercise of a plan that is being written.

    dose: overrides on the exercise's own dose. segments: keys in use, None for all. opted_in: keys of optional parts
    that are switched on. adapted: the figure for this client, see routines.movement.adapting.
    """

    exercise_version: ExerciseVersion
    dose: Mapping[str, Any] = field(default_factory=dict)
    order: str = PrescribedItem.Order.AS_CONTENT
    first_side: str = PrescribedItem.Side.CLIENT
    segments: tuple[str, ...] | None = None
    opted_in: tuple[str, ...] = ()
    optional: bool = False
    choice_group: str = ""
    note: str = ""
    lane: str = "steady"
    adapted: Mapping[str, Any] = field(default_factory=dict)

    def to_row(self, *, position: int, version: AssignmentVersion | None = None) -> PrescribedItem:
        """Return the row of this item, not yet saved."""
        return PrescribedItem(
            version=version,
            position=position,
            lane=self.lane,
            exercise_version=self.exercise_version,
            dose=dict(self.dose),
            order=self.order,
            first_side=self.first_side,
            segments=None if self.segments is None else list(self.segments),
            opted_in=list(self.opted_in),
            optional=self.optional,
            choice_group=self.choice_group,
            note=self.note.strip(),
            adapted=dict(self.adapted),
        )

    @classmethod
    def from_row(cls, row: PrescribedItem) -> "ItemDraft":
        """Return the draft of a stored item; row.exercise_version must be loaded."""
        return cls(
            exercise_version=row.exercise_version,
            dose=row.dose,
            order=row.order,
            first_side=row.first_side,
            segments=None if row.segments is None else tuple(row.segments),
            opted_in=tuple(row.opted_in),
            optional=row.optional,
            choice_group=row.choice_group,
            note=row.note,
            lane=row.lane,
            adapted=row.adapted,
        )


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """An item and what was found: prescribed is None where problems ({field: sentence}) kept it from compiling."""

    draft: ItemDraft
    content: ExerciseContent
    prescribed: Prescribed | None
    problems: Mapping[str, str]
    cautions: tuple[Caution, ...]


def drafts_of(routine: Routine) -> tuple[ItemDraft, ...]:
    """Return the items that the routine gives, each at the published wording of its exercise.

    Exercises that are withdrawn or not yet published are left out. Optional parts start switched off.
    """
    rows = routine.items.select_related("exercise__current_version").order_by("position")
    return tuple(
        ItemDraft(
            exercise_version=row.exercise.current_version,
            dose=row.dose,
            segments=None if row.segments is None else tuple(row.segments),
            optional=row.optional,
            choice_group=row.choice_group,
            note=row.note[:NOTE_LIMIT],
        )
        for row in rows
        if row.exercise.current_version is not None and row.exercise.state != Exercise.State.WITHDRAWN
    )


def approvals_in(routine: Routine | None) -> frozenset[str]:
    """Return the slugs of exercises that the routine gives only where the practitioner says so for this client."""
    if routine is None:
        return frozenset()
    rows = routine.items.exclude(gate={}).values_list("exercise__slug", "gate")
    return frozenset(slug for slug, gate in rows if gate.get("practitioner_approval"))


def check_items(drafts: Sequence[ItemDraft], *, client: Client, approvals: Collection[str] = ()) -> list[CheckedItem]:
    """Compile the items for the client and name what is wrong with each. Never raises for bad input."""
    swaps = swaps_for([draft.exercise_version.exercise_id for draft in drafts], client.tags)
    return [
        _check_item(draft, client=client, position=place, swaps=swaps, approvals=approvals)
        for place, draft in enumerate(drafts, start=1)
    ]


def _check_item(
    draft: ItemDraft, *, client: Client, position: int, swaps: Swaps, approvals: Collection[str]
) -> CheckedItem:
    content = draft.exercise_version.content
    problems: dict[str, str] = {}
    if draft.order not in PrescribedItem.Order.values:
        problems["order"] = _("Choose an order of sides from the list.")
    if draft.first_side not in PrescribedItem.Side.values:
        problems["first_side"] = _("Choose a side from the list.")
    if len(draft.note) > NOTE_LIMIT:
        problems["note"] = _("The note has %(count)s characters. Keep it to %(limit)s.") % {
            "count": len(draft.note),
            "limit": NOTE_LIMIT,
        }
    problems |= _problems_of_figure(draft)
    prescribed = None
    if not problems:
        try:
            prescribed = prescribe(draft.to_row(position=position), first_side=client.first_side)
        except ContentError as error:
            problems |= {_field_of(problem.path): _sentence(problem.message) for problem in error.problems}
        except TypeError:
            problems["dose"] = _("The dose has a field that doses do not have. Take it out.")
    cautions = cautions_for(content, draft.opted_in, client.tags, swaps=swaps, needs_approval=content.slug in approvals)
    return CheckedItem(draft, content, prescribed, problems, cautions)


def _problems_of_figure(draft: ItemDraft) -> dict[str, str]:
    """Return what is wrong with the figure for this client, by the form's fields."""
    if not draft.adapted:
        return {}
    found: dict[str, str] = {}
    for problem in adapted_problems(draft.adapted, library_of(draft.exercise_version.content)):
        _adapted, _dot, place = problem.path.partition(".")
        side, _dot, rest = place.partition(".")
        name = f"range_{side}" if rest == "range" else "poses"
        found.setdefault(name, _sentence(problem.message if name != "poses" else f"{place}: {problem.message}"))
    return found


def _field_of(path: str) -> str:
    """The form's field for a path of a document: "dose.hold_s" -> "hold_s"."""
    name = path.removeprefix("dose.").split(".")[0].split("[")[0]
    return name or "dose"


def _sentence(message: str) -> str:
    text = message.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def plan_view(
    *, name: str, items: Sequence[PrescribedItem], schedule: Schedule, pain_stop: int, note: str
) -> plan_diff.Plan:
    """Return the plan as versions are compared; the items' exercise versions must be loaded."""
    return plan_diff.Plan(
        name=name,
        items=tuple(_view_of(item) for item in items),
        schedule=schedule,
        pain_stop=pain_stop,
        note=note,
    )


def view_of_version(version: AssignmentVersion, *, name: str) -> plan_diff.Plan:
    """Return the version as versions are compared; name: what the plan was called then."""
    return plan_view(
        name=name,
        items=list(
            version.items.select_related("exercise_version")
            .filter(lane__in=["steady", *version.written_lanes])
            .order_by("lane", "position")
        ),
        schedule=Schedule.from_dict(version.schedule),
        pain_stop=version.pain_stop,
        note=version.note,
    )


def written_lanes_of(version: AssignmentVersion) -> dict[str, tuple[ItemDraft, ...]]:
    """Return the lanes of a version that were written by hand."""
    found: dict[str, tuple[ItemDraft, ...]] = dict.fromkeys(version.written_lanes, ())
    rows = version.items.filter(lane__in=version.written_lanes).select_related("exercise_version__exercise")
    for row in rows.order_by("position"):
        found[row.lane] += (ItemDraft.from_row(row),)
    return found


def _view_of(item: PrescribedItem) -> plan_diff.Item:
    content = item.exercise_version.content
    return plan_diff.Item(
        exercise=content.slug,
        title=content.name,
        dose=content.dose.override(**item.dose),
        sides=content.sides if content.sides == "none" or item.order == "as_content" else item.order,
        wording=item.exercise_version.number,
        lane=item.lane,
        order=item.order,
        first_side=item.first_side,
        note=item.note,
        optional=item.optional,
        choice_group=item.choice_group,
        parts={segment.key: segment.name for segment in content.segments},
        on=item.parts_in_use,
        adapted=item.adapted,
    )
