"""Exercises for a picker: what is asked for, filtered, counted and ranked, in a fixed number of statements."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from portal.lib.numbers import page_in
from routines.finding.facets import KINDS, NOTHING, Row, count_facets
from routines.finding.matching import clauses_of, matching, matching_some, ranked
from routines.library import starter
from routines.models import Exercise, ExerciseContraindication, ExerciseFacet, Favourite

PAGE = 20  # exercises of one answer
LONGEST_TEXT = 100  # characters of a search
AMONG = ("favourites", "ours")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person looks for. chosen: one value of a kind of facets. tags: only what suits a client with these.

    among: of everything, only the favourites of the person or what belongs to the practice ("" | favourites | ours).
    """

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    among: str = ""
    page: int = 1

    @classmethod
    def read(cls, values: Any, *, tags: Collection[str] = ()) -> "Wanted":
        """Return what a form asks for (values: a QueryDict with find-q ...); what makes no sense is not asked."""
        return cls(
            text=str(values.get("find-q", ""))[:LONGEST_TEXT],
            chosen={kind: value for kind in KINDS if (value := str(values.get(f"find-{kind}", ""))[:60])},
            tags=tuple(tag for tag in tags if tag in starter.vocabulary().tags),
            among=among if (among := str(values.get("find-among", ""))) in AMONG else "",
            page=page_in(str(values.get("find-page", ""))),
        )


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: how many exercises there are of it, and whether it is chosen."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    kind: str
    label: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.is_chosen), None)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer. is_partial: nothing has all of the words, so these have some of them.

    cautions: for an exercise's id, the tags that ask for a look before it is given, with their level.
    """

    wanted: Wanted
    exercises: tuple[Exercise, ...]
    total: int
    facets: tuple[Facet, ...]
    is_partial: bool
    cautions: Mapping[int, tuple[tuple[str, str], ...]]

    @property
    def previous_page(self) -> int | None:
        return self.wanted.page - 1 if self.wanted.page > 1 else None

    @property
    def next_page(self) -> int | None:
        return self.wanted.page + 1 if self.total > self.wanted.page * PAGE else None

    @property
    def hits(self) -> list[tuple[Exercise, tuple[tuple[str, str], ...]]]:
        """The exercises, each with its cautions."""
        return [(row, self.cautions.get(row.pk, ())) for row in self.exercises]

    @property
    def among_options(self) -> list[tuple[str, str]]:
        return [("", _("Everything")), ("favourites", _("My favourites")), ("ours", _("Our clinic's own"))]

    @property
    def is_filtered(self) -> bool:
        return bool(self.wanted.chosen or self.wanted.among)


def find(user: Any, wanted: Wanted, *, rows: Any = None) -> Found:
    """Return the published exercises that the person may give, as wanted. rows: narrows them beforehand."""
    offered = (Exercise.objects.all() if rows is None else rows).visible_to(user).offered().safe_for(wanted.tags)
    if wanted.among == "ours":
        offered = offered.filter(practice__isnull=False)
    elif wanted.among == "favourites":
        favourites = Favourite.objects.visible_to(user).filter(exercise__isnull=False)
        offered = offered.filter(pk__in=favourites.values("exercise"))
    clauses = clauses_of(wanted.text)
    fitting = matching(offered, clauses)
    groups = _groups(fitting)
    is_partial = not groups and len(clauses) > 1
    if is_partial:
        fitting = matching_some(offered, clauses)
        groups = _groups(fitting)
    total, counts = count_facets(groups, wanted.chosen)
    first = (wanted.page - 1) * PAGE
    filtered = _filtered(fitting, wanted.chosen)
    ordered = ranked(filtered, clauses, wanted.text, is_partial=is_partial)
    # Ids first: sorted with their whole documents, the rows before a far page would be carried along.
    ids = list(ordered.values_list("pk", flat=True)[first : first + PAGE])
    rows_of_page = Exercise.objects.select_related("current_version", "practice", "owner").in_bulk(ids)
    exercises = tuple(rows_of_page[pk] for pk in ids)
    return Found(
        wanted=wanted,
        exercises=exercises,
        total=total,
        facets=tuple(_facet(kind, counts[kind], wanted.chosen.get(kind, "")) for kind in KINDS),
        is_partial=is_partial and total > 0,
        cautions=cautions_of(exercises, wanted.tags),
    )


def _groups(rows: Any) -> list[Row]:
    keys = ("region_keys", "position", "equipment_keys", "difficulty", "category")
    return list(rows.order_by().values_list(*keys).annotate(count=Count("pk")))


def _filtered(rows: Any, chosen: Mapping[str, str]) -> Any:
    for kind, value in chosen.items():
        if kind == "equipment" and value == NOTHING:
            rows = rows.filter(equipment_keys="")
        elif kind in ExerciseFacet.Kind:
            rows = rows.with_facet(kind, value)
        elif kind == "difficulty":
            rows = rows.filter(difficulty=value) if value in ("1", "2", "3") else rows.none()
        else:
            rows = rows.filter(**{kind: value})
    return rows


def cautions_of(exercises: Iterable[Exercise], tags: Collection[str]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return, for the ids of exercises, the (level, tag) of what these tags ask for before one is given."""
    if not tags:
        return {}
    rows = ExerciseContraindication.objects.filter(exercise__in=[row.pk for row in exercises], tag__in=tags)
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for exercise, level, tag in rows.order_by("tag").values_list("exercise_id", "level", "tag"):
        found[exercise] = (*found.get(exercise, ()), (level, tag))
    return found


def _facet(kind: str, counts: Mapping[str, int], chosen: str) -> Facet:
    labels = _labels(kind)
    values = [*labels, *sorted(set(counts) - set(labels))]
    shown = [value for value in values if counts.get(value) or value == chosen]
    if chosen and chosen not in shown:
        shown.append(chosen)
    names = {
        "region": _("Body region"),
        "position": _("Position"),
        "equipment": _("Equipment"),
        "difficulty": _("Difficulty"),
        "category": _("Category"),
    }
    return Facet(
        kind,
        names[kind],
        tuple(Option(value, labels.get(value, value), counts.get(value, 0), value == chosen) for value in shown),
    )


def _labels(kind: str) -> dict[str, str]:
    """Return the values of a kind that have words of their own, in the order in which they are shown."""
    known = starter.vocabulary()
    if kind == "region":
        return dict(known.body_regions)
    if kind == "equipment":
        return {NOTHING: _("no equipment"), **known.equipment}
    if kind == "category":
        return dict(known.categories)
    if kind == "difficulty":
        return {"1": _("1 – gentle"), "2": _("2 – moderate"), "3": _("3 – demanding")}
    return {}
