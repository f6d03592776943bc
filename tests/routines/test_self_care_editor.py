"""Self-care items and articles are written on a page of their own, reviewed, published, withdrawn and done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from clients.exports.prescription import prescribe
from clients.rules.schedule import Schedule
from clients.services.assign import assign_routine
from clients.services.drafting import drafts_of
from clients.services.session import start_session, tick_item
from portal.accounts.errors import NotAllowed, WrongState
from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.content import ContentError
from routines.library import starter
from routines.library.whole import read_library
from routines.library.yaml_reading import load
from routines.models import Exercise, SelfCareItem, SelfCareTranslation
from routines.queries import self_care_for
from routines.services.exporting import export_library
from routines.services.importing import import_library, surroundings
from routines.services.routines import create_routine
from routines.services.self_care import (
    discard_self_care_draft,
    move_self_care,
    publish_self_care,
    put_self_care,
    save_self_care,
)
from routines.services.translations import save_translation
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff

pytestmark = pytest.mark.django_db
NEW = "/admin/self-care/new/"
PACK = starter.library().self_care["warm-pack"]
TYPED = {
    "library": "clinic",
    "kind": "measure",
    "name": "Cool cloth",
    "aim": "Short comfort for a sore back.",
    "how": "Lay a cool, damp cloth on the sore place for five minutes.",
    "text[0].heading": "How to do it",
    "text[0].paragraphs": "Wring the cloth out first.\nLook at your skin after a minute.",
    "evidence": "plausible",
    "evidence_words": "It is little studied. Many people like it.",
    "cautions": "never on numb skin",
    "doing.seconds": "300",
    "doing.contraindications[0].tag": "pregnancy",
    "doing.contraindications[0].level": "adapt",
    "doing.contraindications[0].note": "not on the tummy",
}
ROUTINE = {
    "slug": "evening-ease",
    "name": "Evening ease",
    "goal": "Ease a stiff back.",
    "estimated_minutes": 15,
    "schedule": {"sessions_per_day": 1, "days_per_week": 7, "weeks": 4, "flexible": True},
    "completion": {"weeks": 4, "review": "Talk about what helped."},
}
State = Exercise.State


@pytest.fixture
def ben(practice: Practice) -> User:
    return make_staff(practice, Role.EDITOR)


@pytest.fixture(autouse=True)
def scope(practice: Practice) -> Iterator[None]:
    with practice_scope(practice):
        yield


def document(**changes: Any) -> dict[str, Any]:
    return {**PACK[1], "kind": "measure", **changes}


def read_by_clients() -> dict[str, str]:
    return {entry.content.slug: entry.content.how for entry in self_care_for("en-gb")}


def test_an_item_is_written_published_and_read_by_clients(ben: User) -> None:
    desk = browser_of(ben)
    assert b"How sure this is" in desk.get(NEW).content
    saved = desk.post(NEW, {**TYPED, "do": "save"})
    item = SelfCareItem.objects.get(slug="cool-cloth")
    assert saved["Location"] == f"/admin/self-care/{item.pk}/"
    assert (item.state, item.current_version, item.draft_writers) == (State.DRAFT, None, [ben.pk])
    assert "cool-cloth" not in read_by_clients()
    assert not Exercise.objects.filter(slug="cool-cloth").exists()
    page = desk.get(saved["Location"]).content.decode()
    assert "Look at your skin after a minute." in page
    published = desk.post(saved["Location"], {**TYPED, "do": "publish"})
    assert published.status_code == 302
    item.refresh_from_db()
    assert (item.state, item.draft) == (State.PUBLISHED, None)
    assert item.current_version is not None
    assert item.current_version.published_by == ben
    assert read_by_clients()["cool-cloth"].startswith("Lay a cool")
    exercise = Exercise.objects.get(slug="cool-cloth")
    assert (exercise.state, exercise.seconds) == (State.PUBLISHED, 300)


def test_it_stands_in_a_routine_and_is_given_and_completed_like_an_exercise(
    ben: User, priya: User, practice: Practice
) -> None:
    put_self_care(None, *PACK, practice=practice)
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    document = {**ROUTINE, "items": [{"exercise": "warm-pack"}]}
    routine = create_routine(document=document, by=priya, practice=practice)
    carl = make_client(priya)
    every_day = Schedule(kind="weekdays", starts_on=now.date(), weekdays=frozenset(range(7)))
    plan = assign_routine(carl, items=drafts_of(routine), schedule=every_day, by=priya, routine=routine)
    assert plan.current_version is not None
    item = plan.current_version.items.get(lane="steady")
    assert item.exercise_version.exercise == Exercise.objects.get(slug="warm-pack", practice=practice)
    entry = prescribe(item, first_side="left")
    assert (entry.timeline.units, entry.timeline.seconds) == (1, PACK[1]["doing"]["seconds"])
    version = plan.current_version
    session = start_session(
        carl, session_id=uuid4(), assignment=plan, version=version, on=now.date(), slot=1, pain_before=2, now=now
    )
    assert session.fraction == 0
    tick_item(carl, session, entry, now=now)
    session.refresh_from_db()
    assert session.fraction == 1


def test_sections_are_added_moved_and_removed_without_saving(ben: User) -> None:
    desk = browser_of(ben)
    two = {**TYPED, "text[1].heading": "Why", "text[1].paragraphs": "It can feel good."}

    def headings(**asked: str) -> list[str]:
        page = desk.post(NEW, {**two, **asked}).context["page"]
        return [part.inputs[0].value for part in page.sections]

    assert headings(do="up:text[1]") == ["Why", "How to do it"]
    assert headings(do="to-0:text[1]") == ["Why", "How to do it"]
    assert headings(do="add:text") == ["How to do it", "Why", ""]
    assert headings(do="remove:text[0]") == ["Why"]
    cautions = desk.post(NEW, {**two, "do": "add:doing.contraindications"}).context["page"].cautions
    assert len(cautions) == 2
    assert not SelfCareItem.objects.filter(slug="cool-cloth").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"aim": ""}, "What it is for: Is missing", id="a field left empty"),
        pytest.param({"doing.seconds": "a while"}, "Seconds: ", id="a word for a number"),
        pytest.param({"reviewed_by": "P"}, "belong together", id="a reviewer without a day"),
        pytest.param({"library": "shared"}, "Choose whose it is", id="a library that is not theirs"),
        pytest.param({"how": "This cures every back for good. Do it."}, "", id="a claim that nobody can make"),
        pytest.param({"doing.equipment": "anvil"}, "anvil", id="a thing that the library does not know"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(ben: User, changes: dict[str, str], said: str) -> None:
    answer = browser_of(ben).post(NEW, {**TYPED, **changes, "do": "publish"})
    assert answer.status_code == 400
    assert answer.context["item"] is None
    assert any(said in text for _, text in answer.context["page"].problems), answer.context["page"].problems
    assert not SelfCareItem.objects.filter(slug="cool-cloth").exists()


def test_a_slug_that_an_exercise_has_is_refused(ben: User, practice: Practice) -> None:
    Exercise.objects.create(slug="cool-cloth", name="Cool cloth", practice=practice, category="mobility")
    answer = browser_of(ben).post(NEW, {**TYPED, "do": "save"})
    assert answer.status_code == 400
    assert "taken by another entry" in str(answer.context["page"].problems)


def test_clients_keep_what_was_published_until_the_draft_is(ben: User, practice: Practice) -> None:
    item = put_self_care(None, *PACK, practice=practice)
    save_self_care(item, document=document(how="Other words for the same warm pack."), by=ben)
    assert read_by_clients()["warm-pack"] == PACK[0].how
    with pytest.raises(ContentError, match="the slug of an item stays"):
        save_self_care(item, document=document(slug="other"), by=ben)
    discard_self_care_draft(item, by=ben)
    item.refresh_from_db()
    assert (item.state, item.draft, item.draft_writers) == (State.PUBLISHED, None, [])
    with pytest.raises(WrongState):
        discard_self_care_draft(item, by=ben)
    with pytest.raises(WrongState):
        publish_self_care(item, by=ben)


def test_with_reviews_switched_on_only_a_colleague_who_wrote_nothing_publishes(
    practice: Practice, priya: User, ben: User
) -> None:
    practice.exercises_need_review = True
    practice.save()
    item = save_self_care(None, document=document(), by=ben, practice=practice)
    with pytest.raises(WrongState, match="Ask a colleague"):
        publish_self_care(item, by=priya)
    move_self_care(item, State.IN_REVIEW, by=ben)
    with pytest.raises(WrongState, match="You wrote in this draft"):
        publish_self_care(item, by=ben)
    move_self_care(item, State.DRAFT, by=priya)
    move_self_care(item, State.IN_REVIEW, by=ben)
    assert publish_self_care(item, by=priya).state == State.PUBLISHED


def test_the_shared_library_has_a_switch_of_its_own(settings: Any) -> None:
    writer, other = (make_staff(make_practice(), Role.EDITOR, edits_shared_library=True) for _ in range(2))
    settings.SHARED_LIBRARY_NEEDS_REVIEW = True
    item = save_self_care(None, document=document(slug="own-pack"), by=writer)
    with pytest.raises(WrongState, match="Ask a colleague"):
        publish_self_care(item, by=writer)
    move_self_care(item, State.IN_REVIEW, by=writer)
    publish_self_care(item, by=other)
    settings.SHARED_LIBRARY_NEEDS_REVIEW = False
    save_self_care(item, document=document(slug="own-pack", aim="Comfort."), by=writer)
    publish_self_care(item, by=writer)


def test_what_is_withdrawn_leaves_the_shelf_new_plans_and_comes_back(ben: User, practice: Practice) -> None:
    item = put_self_care(None, *PACK, practice=practice)
    move_self_care(item, State.WITHDRAWN, by=ben)
    assert "warm-pack" not in read_by_clients()
    exercise = Exercise.objects.get(slug="warm-pack", practice=practice)
    assert exercise.state == State.WITHDRAWN
    with pytest.raises(WrongState, match="Nothing can go from"):
        save_self_care(item, document=document(), by=ben)
    again = put_self_care(SelfCareItem.objects.get(pk=item.pk), PACK[0], document(how="Other words, then."))
    exercise.refresh_from_db()
    assert (again.state, exercise.state) == (State.WITHDRAWN, State.WITHDRAWN)
    move_self_care(item, State.PUBLISHED, by=ben)
    exercise.refresh_from_db()
    assert (read_by_clients()["warm-pack"], exercise.state) == ("Other words, then.", State.PUBLISHED)


def test_a_shared_item_is_made_the_clinics_own_and_stands_before_it(ben: User, practice: Practice) -> None:
    lena = make_staff(make_practice(), edits_shared_library=True)
    with all_practices():
        shared = put_self_care(None, *PACK)
        save_translation(shared, language="de", texts={"name": "Wärmepackung", "how": "Warm, nicht heiß."}, by=lena)
    desk = browser_of(ben)
    page = desk.get(f"/admin/self-care/{shared.pk}/").content.decode()
    assert "Make it ours" in page
    with practice_scope(practice), pytest.raises(NotAllowed):
        save_self_care(shared, document=document(), by=ben)
    answer = desk.post(f"/admin/self-care/{shared.pk}/move/", {"to": "ours"})
    ours = SelfCareItem.objects.get(slug="warm-pack", practice=practice)
    assert answer["Location"] == f"/admin/self-care/{ours.pk}/"
    save_self_care(ours, document=document(how="In our clinic we lend you the pack."), by=ben)
    publish_self_care(ours, by=ben)
    assert read_by_clients()["warm-pack"] == "In our clinic we lend you the pack."
    ours.refresh_from_db()
    kept = SelfCareTranslation.objects.get(version=ours.current_version, language="de")
    assert kept.texts["name"]["text"] == "Wärmepackung"  # what is worded as before keeps its translation
    assert "how" not in kept.coverage().done


def test_drafts_stay_at_home_and_what_is_withdrawn_stays_so_through_an_export(ben: User, practice: Practice) -> None:
    gone = put_self_care(None, PACK[0], document(), practice=practice)
    move_self_care(gone, State.WITHDRAWN, by=ben)
    save_self_care(None, document=document(slug="unfinished-pack"), by=ben, practice=practice)
    files = export_library(practice, by=ben)
    assert b"unfinished-pack" not in files[0]
    other = make_practice()
    loaded = (load(data, name=name) for data, name in zip(files, ("e.yaml", "r.yaml"), strict=True))
    import_library(read_library(*loaded, around=surroundings(other)), practice=other)
    with practice_scope(other):
        row = SelfCareItem.objects.get(slug="warm-pack", practice=other)
        assert row.state == State.WITHDRAWN
        again = export_library(other, by=None)
    for before, after in zip(files, again, strict=True):
        assert [line for line in untitled(after) if line not in untitled(before)] == []
        assert untitled(after) == untitled(before)


def untitled(data: bytes) -> list[bytes]:
    return [line for line in data.splitlines() if not line.startswith(b"title: ")]
