"""Bringing library files into the database: all or nothing, and the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts import audit
from portal.accounts.errors import NotAllowed
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices
from routines.access import check_can_add, check_can_edit
from routines.authoring.checks import Finding, exercise_findings
from routines.content import ContentError, ExerciseContent, Problem
from routines.library import starter
from routines.library.differences import differences
from routines.library.translations import LibraryTranslation
from routines.library.whole import Library, Surroundings
from routines.models import Exercise, ExerciseSubstitute, Routine, SelfCareItem
from routines.models.exercise import hash_of
from routines.services.routines import routine_hash, write_routine
from routines.services.self_care import put_self_care
from routines.services.storing import (
    copy_columns,
    exercises_by_slug,
    finished_document,
    freeze,
    put_draft,
    refresh_links,
)
from routines.services.translations import take_over
from routines.signals import exercise_withdrawn


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One thing of an import: its kind ("exercise", "routine", "self-care item"), and what became of it.

    outcome: new, changed, unchanged, translated or withdrawn. changes: one line a change, empty for what is new.
    """

    kind: str
    slug: str
    name: str
    outcome: str
    changes: tuple[str, ...] = ()


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do, thing by thing in the order of the file."""

    rows: list[ImportRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # what the checks warn of in what is new or changed

    def add(self, kind: str, slug: str, name: str, outcome: str, changes: list[str] | None = None) -> None:
        """Note what became of one thing."""
        self.rows.append(ImportRow(kind, slug, name, outcome, tuple(changes or ())))

    def count(self, outcome: str) -> int:
        """Return how many things have this outcome."""
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def new(self) -> int:
        """Things that were not here."""
        return self.count("new")

    @property
    def changed(self) -> int:
        """Things that the file says otherwise than the database."""
        return self.count("changed")

    @property
    def unchanged(self) -> int:
        """Things that are as the file says."""
        return self.count("unchanged")

    @property
    def lines(self) -> list[str]:
        """One line a thing that is new, changed or withdrawn here, with its changes."""
        found: list[str] = []
        for row in self.rows:
            if row.outcome != "unchanged":
                found.append(f"{row.outcome} {row.kind}: {row.slug}{f' ({row.name})' if row.outcome == 'new' else ''}")
                found += [f"  {change}" for change in row.changes]
        return found


class _OnlyLooking(Exception):
    """Ends a dry run: everything was tried, nothing is kept."""


@dataclass(frozen=True, slots=True)
class _Target:
    """Whose library an import goes into (None: the shared one), and who asks for it (None: the system itself)."""

    practice: Practice | None
    by: User | None

    def rows(self, model: Any) -> Any:
        """Return the library's own rows of a model. Any: the models share no base but Django's."""
        return model.objects.filter(practice=self.practice)

    def check(self, row: Exercise | Routine, place: str) -> None:
        """Raise ContentError where the person may not change this row."""
        if self.by is not None and row.pk:
            try:
                check_can_edit(self.by, row)
            except NotAllowed as error:
                raise ContentError.at(place, str(error)) from error


def surroundings(practice: Practice | None, *, whole: bool = True) -> Surroundings:
    """Return what the files of an import may name without holding it: the shared library and the practice's own.

    Nothing surrounds the shared library where its files are `whole`.
    """
    if practice is None and whole:
        return Surroundings()
    with all_practices():
        here = Q(practice=None) | Q(practice=practice)
        slugs = Exercise.objects.filter(here).values_list("slug", flat=True)
        published = exercises_by_slug(practice, slugs, with_withdrawn=True)
        contents = {slug: row.current_version.content for slug, row in published.items() if row.current_version}
        routines = Routine.objects.filter(here).values_list("slug", flat=True)
        items = SelfCareItem.objects.filter(here).values_list("slug", flat=True)
        return Surroundings(contents, frozenset(routines), frozenset(items))


def import_library(
    library: Library,
    *,
    practice: Practice | None = None,
    by: User | None = None,
    dry_run: bool = False,
    translations: Iterable[LibraryTranslation] = (),
) -> ImportReport:
    """Return what importing a library did; with `dry_run`, what it would do, and nothing is stored.

    It goes into the practice's own library, or (None) into the shared one, and touches no other row. Found by slug:
    what is new is made and published, a changed text becomes the next version, what is the same stays untouched. What
    the files do not name is left alone, and what an editor withdrew stays withdrawn. An editor's open draft is kept:
    the text of the file is published first, and the draft follows with the next number.
    Raises NotAllowed where `by` may not add to this library, and ContentError, also for what the checks of content call
    an error; then nothing is stored.
    """
    if by is not None:
        check_can_add(by, practice)
    report = ImportReport()
    target = _Target(practice, by)
    try:
        with all_practices(), transaction.atomic():
            exercises = _import_exercises(library, report, target)
            slugs = {slug for pairs in library.substitutes.values() for slug in pairs.values()}
            slugs |= {item.exercise for content, _ in library.routines.values() for item in content.items}
            around = exercises_by_slug(practice, slugs - set(exercises), with_withdrawn=True)
            _import_substitutes(library, exercises, around)
            doable = _import_self_care(library, report, target)
            _import_routines(library, {**around, **doable, **exercises}, report, target)
            _import_translations(translations, report, target)
            _withdraw(library, exercises, report, target)
            if dry_run:
                raise _OnlyLooking
    except _OnlyLooking:
        pass
    return report


def _import_exercises(library: Library, report: ImportReport, target: _Target) -> dict[str, Exercise]:
    """Return the rows of all exercises of the library, by slug."""
    rows = target.rows(Exercise).select_related("current_version", "practice")
    present = {row.slug: row for row in rows.select_for_update(of=("self",))}
    found: dict[str, Exercise] = {}
    changed: list[Exercise] = []
    for index, (slug, (content, raw)) in enumerate(library.exercises.items()):
        place = f"exercises[{index}]"
        document = _finished(raw, place)
        row = present.get(slug)
        is_same = row is not None and row.current_version and row.current_version.content_hash == hash_of(document)
        if not is_same:
            report.remarks += [f"exercise {slug}: {each}" for each in _checked(document, place)]
        if row is None:
            row = Exercise(practice=target.practice, slug=slug, name=content.name)
            row.save()
            report.add("exercise", slug, content.name, "new")
        elif is_same:
            report.add("exercise", slug, content.name, "unchanged")
            found[slug] = row
            continue
        else:
            target.check(row, place)
            before = row.current_version.document if row.current_version else {}
            report.add("exercise", slug, content.name, "changed", differences(before, document))
        _publish(row, content, document, by=target.by)
        found[slug] = row
        changed.append(row)
    if changed:
        refresh_links(found.values())
    return found


def _finished(raw: dict[str, Any], place: str) -> dict[str, Any]:
    try:
        return finished_document(raw)[1]
    except ContentError as error:
        problems = [Problem(f"{place}.{problem.path}", problem.message) for problem in error.problems]
        raise ContentError(problems) from error


def _checked(document: dict[str, Any], place: str) -> list[Finding]:
    """Return what the checks warn of; raises ContentError for what they call an error."""
    found = exercise_findings(document, vocabulary=starter.vocabulary())
    errors = [Problem(f"{place}.{each.path}", each.message) for each in found if each.level == "error"]
    if errors:
        raise ContentError(errors)
    return found


def _withdraw(library: Library, exercises: Mapping[str, Exercise], report: ImportReport, target: _Target) -> None:
    """Keep what the files say is withdrawn out of new plans."""
    for slug in sorted(library.withdrawn_exercises):
        row = exercises.get(slug)
        if row is not None and row.state != Exercise.State.WITHDRAWN:
            target.check(row, f"withdrawn {slug}")
            row.state = Exercise.State.WITHDRAWN
            row.save()
            audit.record("exercise withdrawn", row, by=target.by)
            exercise_withdrawn.send(sender=Exercise, exercise=row, by=target.by)
            report.add("exercise", slug, row.name, "withdrawn")
    offered = target.rows(SelfCareItem).exclude(current_version=None).exclude(state=Exercise.State.WITHDRAWN)
    for item in offered.filter(slug__in=library.withdrawn_exercises):
        item.state, item.draft, item.draft_writers = Exercise.State.WITHDRAWN, None, []
        item.save()
        audit.record("self-care item withdrawn", item, by=target.by)
        report.add("self-care item" if item.kind == "measure" else "article", item.slug, item.name, "withdrawn")
    for routine in target.rows(Routine).filter(slug__in=library.withdrawn_routines, withdrawn_at=None):
        target.check(routine, f"withdrawn {routine.slug}")
        routine.withdrawn_at = timezone.now()
        routine.save()
        audit.record("routine withdrawn", routine, by=target.by)
        report.add("routine", routine.slug, routine.name, "withdrawn")


def _publish(row: Exercise, content: ExerciseContent, document: dict[str, Any], *, by: User | None) -> None:
    """Publish a document as the next version; an editor's open draft is put behind it with a later number."""
    open_draft = row.versions.filter(published_at=None).first()
    kept = open_draft.document if open_draft else None
    version = put_draft(row, document, by=by)
    freeze(row, version, by=by, at=timezone.now())
    if open_draft is not None and kept is not None:
        put_draft(row, kept, by=open_draft.created_by)
        row.state = Exercise.State.DRAFT
    else:
        if row.state != Exercise.State.WITHDRAWN:
            row.state = Exercise.State.PUBLISHED
        copy_columns(row, content, document)
    row.save()
    audit.record("exercise imported", row, by=by, detail={"version": version.number})


def _import_substitutes(library: Library, rows: Mapping[str, Exercise], around: Mapping[str, Exercise]) -> None:
    if not library.substitutes:  # the files say nothing about them
        return
    everything = {**around, **rows}
    wanted = {
        (rows[slug].pk, tag): everything[target].pk
        for tag, pairs in library.substitutes.items()
        for slug, target in pairs.items()
    }
    present = {
        (row.exercise_id, row.tag): row
        for row in ExerciseSubstitute.objects.filter(exercise__in=[row.pk for row in rows.values()])
    }
    for key, row in present.items():
        if wanted.get(key) != row.substitute_id:
            row.delete()
    ExerciseSubstitute.objects.bulk_create(
        [
            ExerciseSubstitute(exercise_id=exercise, tag=tag, substitute_id=substitute)
            for (exercise, tag), substitute in wanted.items()
            if (exercise, tag) not in present or present[exercise, tag].substitute_id != substitute
        ]
    )


def _import_self_care(library: Library, report: ImportReport, target: _Target) -> dict[str, Exercise]:
    """Return the exercises by which self-care items and articles stand in plans, by slug."""
    present = {row.slug: row for row in target.rows(SelfCareItem).select_related("current_version")}
    for slug, (content, raw) in {**library.self_care, **library.articles}.items():
        document = {**raw, "kind": content.kind}
        kind = "self-care item" if content.kind == "measure" else "article"
        row = present.get(slug)
        if row is not None and row.document == document:
            report.add(kind, slug, content.name, "unchanged")
            continue
        if row is None:
            report.add(kind, slug, content.name, "new")
        else:
            report.add(kind, slug, content.name, "changed", differences(row.document, document))
        row = put_self_care(row, content, document, practice=target.practice)
        audit.record("self-care item imported", row, by=target.by)
    return {row.slug: row for row in target.rows(Exercise).filter(slug__in=library.doable())}


def _import_translations(translations: Iterable[LibraryTranslation], report: ImportReport, target: _Target) -> None:
    """Store the translations that came with the library; words that people wrote here are kept."""
    models: tuple[tuple[str, Any], ...] = (
        ("exercises", Exercise),
        ("routines", Routine),
        ("self_care", SelfCareItem),
    )
    for translation in translations:
        for key, model in models:
            rows = {row.slug: row for row in target.rows(model)}
            for slug, pairs in translation.texts(key).items():
                where = f"{translation.name}: {key}.{slug}"
                if slug not in rows:
                    raise ContentError.at(where, "nothing in the library has this slug; take it out")
                try:
                    is_new = take_over(rows[slug], language=translation.language, pairs=pairs)
                except ContentError as error:
                    raise ContentError([Problem(f"{where}.{at}", text) for at, text in error.problems]) from error
                if is_new:
                    report.add(f"{translation.language} text", slug, rows[slug].name, "translated")


def _import_routines(
    library: Library, exercises: Mapping[str, Exercise], report: ImportReport, target: _Target
) -> None:
    present = {row.slug: row for row in target.rows(Routine).select_related("practice")}
    for index, (slug, (content, document)) in enumerate(library.routines.items()):
        row = present.get(slug)
        if row is not None and row.content_hash == routine_hash(document):
            report.add("routine", slug, content.name, "unchanged")
            continue
        if row is None:
            row = Routine(practice=target.practice, slug=slug)
            report.add("routine", slug, content.name, "new")
        else:
            target.check(row, f"routines[{index}]")
            changes = differences(row.whole_document(), _without_lengths(document))
            report.add("routine", slug, content.name, "changed", changes)
        write_routine(row, content, document, exercises)
        audit.record("routine imported", row, by=target.by)


def _without_lengths(document: Mapping[str, Any]) -> dict[str, Any]:
    items = [{key: value for key, value in item.items() if key != "estimated_seconds"} for item in document["items"]]
    return {**document, "items": items}
