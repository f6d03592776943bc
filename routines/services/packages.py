"""Giving a protocol away as a package, and taking one in: merged with what was changed here since both sides parted."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from portal.accounts import audit
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices
from portal.lib import signing
from portal.lib.spreadsheets import check_archive
from routines.access import check_can_add, check_can_edit
from routines.content.media import media_in
from routines.content.translation import client_texts
from routines.library import starter
from routines.library.merging import Change, Side, merge
from routines.library.package import Manifest, Package, documents_of, read, write
from routines.library.translations import LibraryTranslation, read_translation
from routines.library.whole import LibraryError, read_library
from routines.library.writing import Entries, exercises_document, routines_document, to_yaml
from routines.library.yaml_reading import LoadedFile
from routines.media.refusal import MediaRefused
from routines.media.stored import as_stored
from routines.models import Exercise, MediaFile, PackageRecord, Routine
from routines.reading import ContentError
from routines.services.importing import ImportReport, import_library, surroundings
from routines.services.media_store import items_by_digest, kept_with_rows, store
from routines.services.storing import exercises_by_slug
from routines.services.translations import translation_files

DERIVED = ("estimated_seconds", "kind")  # follow from the rest; never a conflict


@dataclass(frozen=True, slots=True)
class Place:
    """One change of a package at something that was changed here too, or that is simply new in it.

    `path` names the place in the form that `choices` of an import take: "exercises:cat-camel:dose.reps".
    """

    path: str
    name: str
    change: Change


@dataclass(frozen=True, slots=True)
class PackageReport:
    """What taking a package in did, or would do. `places` are what it changes in things that are here already."""

    package: Package
    report: ImportReport
    places: tuple[Place, ...]

    @property
    def conflicts(self) -> list[Place]:
        """Places that both sides changed; ours stays unless it is chosen otherwise."""
        return [place for place in self.places if place.change.is_conflict]


# --- giving away ----------------------------------------------------------------------------------------------


@transaction.atomic
def export_package(
    routine: Routine, *, licence: str, evidence: str, reviewers: Iterable[str] = (), by: User
) -> tuple[bytes, Manifest]:
    """Return the package of a routine with its lanes, exercises, their easier and harder forms, languages and media.

    The next package of the same routine has the next version, and names the one before it. Raises NotAllowed,
    ContentError where licence or evidence is missing.
    """
    check_can_edit(by, routine)
    for field, text in (("licence", licence), ("evidence", evidence)):
        if not text.strip():
            raise ContentError.at(field, "is missing; who takes the protocol in must know it")
    with all_practices():
        routines = _with_lanes(routine)
        exercises = _with_forms(routine.practice, routines)
        records = PackageRecord.objects.filter(practice=routine.practice, routine_slug=routine.slug)
        last = records.order_by("-id").first()
        documents = _documents(exercises.values(), routines)
        languages = translation_files(exercises.values(), routines)
        described, media = _media(documents["exercises"].values(), routine.practice)
        manifest = Manifest(
            identifier=last.identifier if last else str(uuid.uuid4()),
            title=routine.name,
            version=last.version + 1 if last else 1,
            parent=last.digest if last else None,
            maker=routine.practice.name if routine.practice else settings.SITE_URL,
            licence=licence.strip(),
            evidence=evidence.strip(),
            reviewers=tuple(filter(None, map(str.strip, reviewers))),
            languages=("en", *sorted(languages)),
            routines=tuple(row.slug for row in routines),
            media=described,
        )
        texts = {"exercises.yaml": _file("exercises", documents), "routines.yaml": _file("routines", documents)}
        texts |= {f"languages/{code}.yaml": to_yaml(each) for code, each in languages.items()}
        content, digest = write(manifest, texts, media, signing.sign)
        record = PackageRecord(practice=routine.practice, routine_slug=routine.slug, is_ours=True, by=by)
        _remember(record, manifest, digest, documents, key=signing.sign(b"")[0])
        audit.record("package made", routine, by=by, detail={"version": manifest.version, "digest": digest})
    return content, manifest


def _with_lanes(routine: Routine) -> list[Routine]:
    """Return the routine and those of its library that its lanes name, each once."""
    found = [routine]
    for row in found:
        slugs = [lane.routine for lane in row.content.lanes.values() if lane.routine]
        more = Routine.objects.filter(practice=routine.practice, slug__in=slugs)
        found += [other for other in more if other not in found]
    return found


def _with_forms(practice: Practice | None, routines: list[Routine]) -> dict[str, Exercise]:
    """Return the exercises of routines and lanes with their easier and harder forms, of the same library."""
    wanted: set[str] = set()
    for row in routines:
        content = row.content
        items = [*content.items, *(item for lane in content.lanes.values() for item in lane.items)]
        wanted |= {item.exercise for item in items}
    found: dict[str, Exercise] = {}
    while wanted:
        rows = exercises_by_slug(practice, wanted, with_withdrawn=True)
        found |= rows
        contents = [row.current_version.content for row in rows.values() if row.current_version]
        links = [link.slug for content in contents for link in (content.easier, content.harder) if link and link.slug]
        wanted = set(links) - set(found)
    return found


def _documents(exercises: Iterable[Exercise], routines: Iterable[Routine]) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        "exercises": {row.slug: row.current_version.document for row in exercises if row.current_version},
        "routines": {row.slug: row.whole_document() for row in routines},
    }


def _media(
    documents: Iterable[Mapping[str, Any]], practice: Practice | None
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what the media of documents are (digest -> kind and size), and their files ("digest/part" -> content)."""
    digests = {digest for document in documents for digest in media_in(document)}
    described: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for digest, item in sorted(items_by_digest(digests, practice.pk if practice else None).items()):
        described[digest] = {"kind": item.kind, "width": item.width, "height": item.height}
        for row in MediaFile.objects.filter(item=item):
            with default_storage.open(row.stored_as) as content:
                files[f"{digest}/{row.part}"] = content.read()
    return described, files


def _file(name: str, documents: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> bytes:
    """Return exercises.yaml or routines.yaml of the documents, in the shipped form."""
    entries = Entries(exercises=list(documents["exercises"].values()), routines=list(documents["routines"].values()))
    if name == "exercises":
        return to_yaml(exercises_document(entries, starter.exercises_file().document))
    return to_yaml(routines_document(entries, starter.load_path(starter.ROUTINES).document))


def _remember(
    record: PackageRecord, manifest: Manifest, digest: str, documents: Mapping[str, Any], *, key: str
) -> None:
    record.identifier, record.version, record.digest = manifest.identifier, manifest.version, digest
    record.manifest, record.documents, record.signed_by = manifest.to_document({}), dict(documents), key
    record.save()


# --- taking in ------------------------------------------------------------------------------------------------


def read_package(file: BinaryIO) -> Package:
    """Return the package of a file. Raises LibraryError where it is none, or was changed after it was signed."""
    return read(file, is_signed=signing.is_signed, parts_of=check_archive)


def import_package(
    package: Package,
    *,
    practice: Practice | None,
    by: User,
    choices: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> PackageReport:
    """Return what taking a package in did, or would do; whole or not at all.

    What is not here is made. What is here is merged with what the package changed since the package that both sides
    have in common (its parent, or the last one of this protocol that was sent or received here): only what both changed
    is a conflict, and there ours stays. `choices` (path of a Place -> ours or theirs) decide otherwise.
    Raises NotAllowed, and LibraryError with every problem.
    """
    check_can_add(by, practice)
    try:
        with kept_with_rows() as written:
            result = _take_in(package, written, practice=practice, by=by, choices=choices or {}, dry_run=dry_run)
            if dry_run:
                raise _OnlyLooking(result)
    except _OnlyLooking as looked:
        return looked.result
    except ContentError as error:
        raise LibraryError([str(problem) for problem in error.problems]) from error
    except MediaRefused as error:
        raise LibraryError([str(error)]) from error
    return result


class _OnlyLooking(Exception):
    """Ends a dry run; everything was tried, nothing is kept."""

    def __init__(self, result: PackageReport) -> None:
        self.result = result


def _take_in(
    package: Package,
    written: list[str],
    *,
    practice: Practice | None,
    by: User,
    choices: Mapping[str, str],
    dry_run: bool,
) -> PackageReport:
    theirs = documents_of(package)
    _store_media(package, written, practice=practice, by=by)
    with all_practices():
        base = _base(package, practice)
        ours = _ours(theirs, practice)
        places: list[Place] = []
        merged = {
            kind: [_merged(kind, slug, base, ours, theirs, choices, places) for slug in theirs[kind]]
            for kind in ("exercises", "routines")
        }
    files = _files(package, merged)
    library = read_library(*files, around=surroundings(practice, whole=False))
    names = [name for name in sorted(package.texts) if name.startswith("languages/")]
    translations = [_fitting(read_translation(package.load(name)), merged) for name in names]
    report = import_library(library, practice=practice, by=by, translations=translations)
    with all_practices():
        known = PackageRecord.objects.filter(practice=practice, digest=package.digest).exists()
        if not known and not dry_run:
            routine = package.manifest.routines[0] if package.manifest.routines else ""
            record = PackageRecord(practice=practice, routine_slug=routine, is_ours=False, by=by)
            _remember(record, package.manifest, package.digest, theirs, key=package.key)
            audit.record("package taken in", record, by=by, practice=practice, detail={"digest": package.digest})
    return PackageReport(package, report, tuple(places))


def _base(package: Package, practice: Practice | None) -> Mapping[str, Any]:
    """Return the documents that both sides have in common; empty where there are none."""
    rows = PackageRecord.objects.filter(practice=practice, identifier=package.manifest.identifier)
    known = rows.filter(digest=package.manifest.parent).first() or rows.exclude(digest=package.digest).first()
    return known.documents if known else {}


def _ours(theirs: Mapping[str, Mapping[str, Any]], practice: Practice | None) -> dict[str, dict[str, Any]]:
    """Return our own documents of the same slugs."""
    exercises = Exercise.objects.filter(practice=practice, slug__in=theirs["exercises"], current_version__isnull=False)
    routines = Routine.objects.filter(practice=practice, slug__in=theirs["routines"])
    return _documents(exercises.select_related("current_version"), routines)


def _merged(
    kind: str,
    slug: str,
    base: Mapping[str, Any],
    ours: Mapping[str, Mapping[str, Any]],
    theirs: Mapping[str, Mapping[str, Any]],
    choices: Mapping[str, str],
    places: list[Place],
) -> dict[str, Any]:
    mine, other = ours[kind].get(slug), _plain(theirs[kind][slug])
    if mine is None:
        return other
    prefix = f"{kind}:{slug}:"
    chosen = {path.removeprefix(prefix): Side(side) for path, side in choices.items() if path.startswith(prefix)}
    result = merge(_plain(base.get(kind, {}).get(slug, {})), _plain(mine), other, choices=chosen)
    places += [Place(prefix + change.path, str(mine.get("name", slug)), change) for change in result.changes]
    document: dict[str, Any] = result.document
    return document


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy without what follows from the rest: it would differ wherever anything else does."""
    found = {key: copy.deepcopy(value) for key, value in document.items() if key not in DERIVED}
    for item in found.get("items") or ():
        if isinstance(item, dict):
            item.pop("estimated_seconds", None)
    return found


def _files(package: Package, merged: Mapping[str, list[dict[str, Any]]]) -> tuple[LoadedFile, LoadedFile]:
    exercises, routines = starter.exercises_file().document, starter.load_path(starter.ROUTINES).document
    entries = Entries(exercises=merged["exercises"], routines=merged["routines"])
    return (
        LoadedFile("exercises.yaml", exercises_document(entries, exercises), {}),
        LoadedFile("routines.yaml", routines_document(entries, routines), {}),
    )


def _fitting(translation: LibraryTranslation, merged: Mapping[str, list[dict[str, Any]]]) -> LibraryTranslation:
    """Return a translation without the texts that the merged documents do not hold."""
    parts: dict[str, dict[str, dict[str, Any]]] = {}
    for part, kind in (("exercises", "exercise"), ("routines", "routine")):
        texts = {str(each["slug"]): set(client_texts(kind, each).values()) for each in merged[part]}
        parts[part] = {
            slug: {text: words for text, words in pairs.items() if text in {each.strip() for each in texts[slug]}}
            for slug, pairs in translation.texts(part).items()
            if slug in texts
        }
    return LibraryTranslation(translation.name, translation.language, parts)


def _store_media(package: Package, written: list[str], *, practice: Practice | None, by: User) -> None:
    for digest, described in package.manifest.media.items():
        parts = {
            name.partition("/")[2]: content for name, content in package.media.items() if name.startswith(f"{digest}/")
        }
        sizes = [described.get(side) for side in ("width", "height")] if isinstance(described, Mapping) else []
        if len(sizes) != 2 or not all(isinstance(side, int) and 0 <= side <= 12_000 for side in sizes):
            raise LibraryError([f"media {digest[:12]}: the package does not say what it is"])
        found = as_stored(parts, kind=str(described.get("kind")), width=int(sizes[0] or 0), height=int(sizes[1] or 0))
        item = store(found, written, practice=practice, by=by)
        if item.digest != digest:
            raise LibraryError([f"media {digest[:12]}: is not the file that its name says"])
