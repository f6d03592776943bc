"""Self-care items and articles: drafted, reviewed, published one version after the other, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.errors import WrongState
from portal.accounts.models import Practice, User
from routines.access import check_can_add, check_can_edit
from routines.authoring.checks import self_care_findings
from routines.content.self_care import CATEGORY, SelfCare, as_exercise, parse_self_care
from routines.library import starter
from routines.models import Exercise, SelfCareItem, SelfCareVersion
from routines.reading import ContentError, Problem
from routines.services.exercises import refuse_unreviewed, restore_exercise, set_state, withdraw_exercise
from routines.services.storing import copy_columns, finished_document, freeze, put_draft
from routines.services.translations import carry_over_self_care, refresh_doing

State = Exercise.State


@transaction.atomic
def save_self_care(
    item: SelfCareItem | None, *, document: Mapping[str, Any], by: User, practice: Practice | None = None
) -> SelfCareItem:
    """Return the item with the document as its draft; begins a new item where `item` is None.

    A new item goes to the practice (None: the shared library). Clients keep reading what was published last.
    Raises NotAllowed, WrongState for a withdrawn item, and ContentError naming every field that is wrong.
    """
    content = parse_self_care(dict(document), tags=tuple(starter.vocabulary().tags))
    if (made := as_exercise(document)) is not None:
        finished_document(made)  # raises for what no exercise may hold
    if item is None:
        check_can_add(by, practice)
        item = SelfCareItem(practice=practice, slug=content.slug)
        _refuse_taken(item)
    else:
        item = _locked(item)
        check_can_edit(by, item)
        if content.slug != item.slug:
            raise ContentError.at("slug", f"is {content.slug!r}; the slug of an item stays {item.slug!r}")
    item.kind, item.name, item.draft = content.kind, content.name, dict(document)
    item.draft_writers = sorted({*item.draft_writers, by.pk})
    if item.state != State.DRAFT:
        set_state(item, State.DRAFT)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        raise _taken(item.slug) from error
    audit.record("self-care draft saved", item, by=by)
    return item


@transaction.atomic
def publish_self_care(item: SelfCareItem, *, by: User) -> SelfCareItem:
    """Return the item with its draft as the next version, which clients read from now on.

    Raises NotAllowed, WrongState without a draft or without the review that the library asks for, ContentError where a
    check finds an error.
    """
    item = _locked(item)
    check_can_edit(by, item)
    if item.draft is None:
        raise WrongState(_("There is no draft to publish."))
    refuse_unreviewed(item, is_another=wrote_nothing(by, item))
    errors = [Problem(each.path, each.message) for each in self_care_findings(item.draft) if each.level == "error"]
    if errors:
        raise ContentError(errors)
    document = item.draft
    item.draft, item.draft_writers = None, []
    set_state(item, State.PUBLISHED)
    is_first = item.current_version is None
    put_self_care(item, parse_self_care(document), document, by=by)
    if is_first and item.current_version is not None:
        carry_over_self_care(_shared_version(item), item.current_version)
        refresh_doing(item)
    audit.record("self-care published", item, by=by)
    return item


@transaction.atomic
def move_self_care(item: SelfCareItem, to: str, *, by: User) -> SelfCareItem:
    """Return the item in another state: in review, back to a draft, withdrawn, or offered again.

    Withdrawing takes what it is done by out of new plans; running plans keep it. A repeat of the state it is in is
    silent. Raises NotAllowed, and WrongState for every other move.
    """
    item = _locked(item)
    check_can_edit(by, item)
    if item.state == to:
        return item
    if to == State.PUBLISHED and item.state != State.WITHDRAWN:
        raise WrongState(_("A draft becomes public by publishing it."))
    if to == State.DRAFT and item.draft is None:
        raise WrongState(_("There is no draft to send back."))
    before = item.state
    set_state(item, to)
    item.save()
    doing = _doings(item).exclude(state=State.DRAFT).first()
    if doing is not None and to == State.WITHDRAWN:
        withdraw_exercise(doing, by=by)
    elif doing is not None and to == State.PUBLISHED and as_exercise(item.document) is not None:
        restore_exercise(doing, by=by)
    audit.record(f"self-care moved to {to}", item, by=by, detail={"was": before})
    return item


@transaction.atomic
def discard_self_care_draft(item: SelfCareItem, *, by: User) -> SelfCareItem:
    """Return the item as it was published last. Raises NotAllowed, and WrongState where there is nothing of both."""
    item = _locked(item)
    check_can_edit(by, item)
    if item.draft is None or item.current_version is None:
        raise WrongState(_("There is no draft over a published version to throw away."))
    item.draft, item.draft_writers = None, []
    item.kind, item.name = item.content.kind, item.content.name
    set_state(item, State.PUBLISHED)
    item.save()
    audit.record("self-care draft discarded", item, by=by)
    return item


def wrote_nothing(person: User, item: SelfCareItem) -> bool:
    """Tell whether the person wrote nothing of the draft, and can review it."""
    return person.pk not in item.draft_writers


def put_self_care(
    item: SelfCareItem | None,
    content: SelfCare,
    document: dict[str, Any],
    *,
    practice: Practice | None = None,
    by: User | None = None,
) -> SelfCareItem:
    """Return the item with this document as its next version, inside the caller's transaction.

    Begins a new item of the practice (None: of the shared library) where `item` is None. The exercise by which it
    stands in plans becomes a new version as well; running plans keep theirs. An open draft stays, and what was
    withdrawn stays withdrawn.
    """
    if item is None:
        item = SelfCareItem(slug=content.slug, practice=practice, draft=document)
        item.kind, item.name = content.kind, content.name
        item.save()  # as a draft, until its version is there
        item.draft, item.state = None, State.PUBLISHED
    before = item.current_version
    version = SelfCareVersion(
        item=item,
        number=before.number + 1 if before else 1,
        document=document,
        published_at=timezone.now(),
        published_by=by,
    )
    version.save()
    item.current_version = version
    if item.draft is None:
        item.kind, item.name = content.kind, content.name
    item.save()
    carry_over_self_care(before, version)
    _put_doing(item, document)
    return item


def _put_doing(item: SelfCareItem, document: dict[str, Any]) -> None:
    """Publish the exercise by which the item stands in plans, where it has changed; withdraw it where it is gone."""
    row = _doings(item).select_related("current_version").first()
    made = as_exercise(document)
    if made is None:
        if row is not None and row.state == State.PUBLISHED:
            row.state = State.WITHDRAWN
            row.save()
        return
    state = State.WITHDRAWN if item.state == State.WITHDRAWN else State.PUBLISHED
    content, finished = finished_document(made)
    if row is None:
        row = Exercise(slug=item.slug, practice=item.practice, name=content.name)
        row.save()
    elif row.current_version is not None and row.current_version.document == finished and row.state == state:
        return
    draft = put_draft(row, finished, by=None)
    freeze(row, draft, by=None, at=timezone.now())
    row.state = state
    copy_columns(row, content, finished)
    row.save()
    refresh_doing(item)


def _doings(item: SelfCareItem) -> Any:
    return Exercise._base_manager.filter(slug=item.slug, practice=item.practice_id)


def _shared_version(item: SelfCareItem) -> SelfCareVersion | None:
    """Return the shared wording that a practice's own first version stands in for, whose translations still fit."""
    if item.practice_id is None:
        return None
    return SelfCareVersion._base_manager.filter(item__slug=item.slug, item__practice=None).first()


def _refuse_taken(item: SelfCareItem) -> None:
    """Raise ContentError where an exercise of the same library has the slug: its place in plans would be lost."""
    if _doings(item).exclude(category=CATEGORY).exists():
        raise _taken(item.slug)


def _taken(slug: str) -> ContentError:
    return ContentError.at("slug", f"{slug!r} is taken by another entry of this library; choose another")


def _locked(item: SelfCareItem) -> SelfCareItem:
    rows = SelfCareItem._base_manager.select_for_update(of=("self",)).select_related("practice", "current_version")
    return rows.get(pk=item.pk)
