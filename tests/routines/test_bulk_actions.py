"""Tags and the archive for several exercises at once: own library, own rights, and what is published stays."""

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client as Browser

from portal.accounts.models import AuditEvent, Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.models import Exercise
from routines.services import publish_exercise, save_draft
from routines.services.exercises import submit_for_review, withdraw_exercise
from routines.signals import exercise_withdrawn
from tests.doors import browser_of
from tests.factories import make_staff

LIST = "/admin/routines/exercise/"
State = Exercise.State
Writer = Callable[..., Exercise]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


@pytest.fixture
def written(practice: Practice, priya: User, bridge_document: dict[str, Any]) -> Writer:
    """Return a function that writes an exercise of Riverside with the tag "floor"."""

    def write(name: str, *, by: User = priya, publish: bool = True, own: bool = False) -> Exercise:
        document = copy.deepcopy(bridge_document)
        document.update(name=name, slug=name.lower().replace(" ", "-"), tags=["floor"])
        draft = save_draft(None, document=document, by=by, practice=practice, own=own)
        if publish:
            publish_exercise(draft.exercise, by=by)
        return now(draft.exercise)

    return write


def now(exercise: Exercise) -> Exercise:
    return Exercise._base_manager.select_related("current_version").get(pk=exercise.pk)


def tags_of(exercise: Exercise) -> list[str]:
    """The tags of the newest version."""
    return list(exercise.versions.order_by("-number")[0].document["tags"])


def done(desk: Browser, action: str, *rows: Any, **more: Any) -> str:
    """Do it, past the page that asks; return the list that follows."""
    ids = [getattr(row, "pk", row) for row in rows]
    answer = desk.post(LIST, {"action": action, "_selected_action": ids, "sure": "1", **more}, follow=True)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def said(page: str) -> str:
    """The page's text."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_list_offers_both_and_asks_before_it_does_anything(desk: Browser, written: Writer) -> None:
    first, second = written("First"), written("Second")
    shown = desk.get(LIST).content.decode()
    assert re.findall(r'<option value="(\w+)">', shown) == ["set_tags", "archive"]
    assert f'name="_selected_action" value="{first.pk}"' in shown
    for action in ("set_tags", "archive"):
        asked = desk.post(LIST, {"action": action, "_selected_action": [first.pk, second.pk], "index": "0"})
        page = asked.content.decode()
        assert (asked.status_code, "First" in page, "2 exercises" in page) == (200, True, True)
    assert {now(first).state, now(second).state} == {State.PUBLISHED}


def test_archiving_takes_them_out_of_new_plans_and_says_how_many(desk: Browser, written: Writer, priya: User) -> None:
    first, second = written("First"), written("Second")
    version = first.current_version
    page = said(done(desk, "archive", first, second))
    assert "2 exercises are archived." in page
    for row in (first, second):
        assert now(row).state == State.WITHDRAWN
        entry = AuditEvent.objects.filter(object_id=str(row.pk), action="exercise moved to withdrawn").get()
        assert entry.actor == priya
    assert now(first).current_version == version
    assert "Archived before: First, Second." in said(done(desk, "archive", first, second))


@pytest.mark.usefixtures("shared_library")
def test_what_may_not_be_archived_is_named_and_the_others_are(desk: Browser, written: Writer, ben: User) -> None:
    good, draft = written("Good"), written("Unfinished", publish=False)
    shared = Exercise._base_manager.filter(practice=None, state=State.PUBLISHED).first()
    assert shared is not None
    page = said(done(desk, "archive", good, draft, shared))
    assert "1 exercise is archived." in page
    assert "Unfinished stays as it is. It has a draft." in page
    assert f"{shared.name} stays as it is. The shared library is changed by its editors." in page
    states = [now(row).state for row in (good, draft, shared)]
    assert states == [State.WITHDRAWN, State.DRAFT, State.PUBLISHED]


@pytest.mark.usefixtures("shared_library")
@pytest.mark.parametrize("action", ["set_tags", "archive"])
def test_what_is_not_theirs_to_change_is_named_before_they_say_yes(desk: Browser, written: Writer, action: str) -> None:
    good = written("Good")
    shared = Exercise._base_manager.filter(practice=None, state=State.PUBLISHED).first()
    assert shared is not None
    ask = {"action": action, "_selected_action": [good.pk, shared.pk], "index": "0"}
    page = desk.post(LIST, ask).content.decode()
    assert f"{shared.name}: The shared library is changed by its editors." in said(page)
    assert f'name="_selected_action" value="{good.pk}"' in page
    assert f'name="_selected_action" value="{shared.pk}"' not in page
    alone = desk.post(LIST, {**ask, "_selected_action": [shared.pk]}).content.decode()
    assert "1 stays as it is" in alone
    assert 'name="sure"' in alone
    assert "btn--primary" not in alone


@pytest.mark.parametrize(
    ("how", "typed", "after"),
    [
        pytest.param("add", "balance\nwarm-up", ["floor", "balance", "warm-up"], id="beside what is there"),
        pytest.param("instead", "balance", ["balance"], id="instead of what is there"),
        pytest.param("add", " balance \n\nbalance\nfloor", ["floor", "balance"], id="blanks and doubles fall away"),
    ],
)
def test_tags_go_into_a_draft_and_what_is_published_stays(
    desk: Browser, written: Writer, how: str, typed: str, after: list[str]
) -> None:
    row = written("First")
    published = row.current_version
    assert published is not None
    before = copy.deepcopy(published.document)
    page = said(done(desk, "set_tags", row, tags=typed, how=how))
    assert "The tags stand in the draft of 1 exercise." in page
    row = now(row)
    assert tags_of(row) == after
    assert (row.current_version, row.state) == (published, State.DRAFT)
    published.refresh_from_db()
    assert published.document == before
    assert {**row.versions.order_by("-number")[0].document, "tags": []} == {**before, "tags": []}
    assert AuditEvent.objects.filter(object_id=str(row.pk), action="exercise draft saved").count() == 2


def test_tags_take_an_exercise_out_of_review_and_the_page_says_so_before_and_after(
    desk: Browser, written: Writer, priya: User
) -> None:
    waits, calm = written("Waits", publish=False), written("Calm")
    submit_for_review(waits, by=priya)
    ask = {"action": "set_tags", "_selected_action": [waits.pk, calm.pk], "index": "0"}
    asked = said(desk.post(LIST, ask).content.decode())
    assert "1 leaves the review" in asked
    assert asked.count("Waits") == 2  # among those chosen, and in the warning
    assert asked.count("Calm") == 1
    assert "the review" not in said(desk.post(LIST, {**ask, "action": "archive"}).content.decode())
    assert now(waits).state == State.IN_REVIEW
    same = said(done(desk, "set_tags", waits, tags="floor", how="add"))
    assert "Taken out of review" not in same
    assert now(waits).state == State.IN_REVIEW
    page = said(done(desk, "set_tags", waits, calm, tags="balance", how="add"))
    assert "Taken out of review, because the draft is another now: Waits." in page
    assert now(waits).state == State.DRAFT


def test_what_a_colleague_saves_at_that_very_moment_is_kept(
    desk: Browser, written: Writer, priya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = written("First")
    hold = QuerySet.select_for_update

    def saved_meanwhile(rows: Any, *args: Any, **named: Any) -> Any:
        monkeypatch.setattr(QuerySet, "select_for_update", hold)
        document = row.versions.order_by("-number")[0].document
        save_draft(row, document={**document, "also_known_as": ["Colleague’s name"]}, by=priya)
        return hold(rows, *args, **named)

    monkeypatch.setattr(QuerySet, "select_for_update", saved_meanwhile)
    done(desk, "set_tags", row, tags="balance", how="add")
    kept = row.versions.order_by("-number")[0].document
    assert (kept["also_known_as"], kept["tags"]) == (["Colleague’s name"], ["floor", "balance"])


def test_an_exercise_that_two_archive_at_once_is_told_of_once(written: Writer, priya: User) -> None:
    row = written("First")
    copies = [now(row), now(row)]
    told: list[Any] = []

    def tell(sender: Any, **_named: Any) -> None:
        told.append(sender)

    exercise_withdrawn.connect(tell)
    try:
        for each in copies:
            withdraw_exercise(each, by=priya)
    finally:
        exercise_withdrawn.disconnect(tell)
    assert told == [Exercise]


def test_tags_that_are_there_already_make_no_draft(desk: Browser, written: Writer) -> None:
    row = written("First")
    assert "They have these tags already: First." in said(done(desk, "set_tags", row, tags="floor", how="add"))
    assert (now(row).state, row.versions.count()) == (State.PUBLISHED, 1)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        pytest.param({"tags": "", "how": "add"}, "tags", id="nothing"),
        pytest.param({"tags": " \n ", "how": "add"}, "tags", id="blanks"),
        pytest.param({"tags": "x" * 81, "how": "add"}, "tags", id="a tag that is too long"),
        pytest.param({"tags": "\n".join(map(str, range(21))), "how": "add"}, "tags", id="too many"),
        pytest.param({"tags": "balance", "how": "never"}, "how", id="no such choice"),
    ],
)
def test_what_is_wrong_is_named_beside_its_field(
    desk: Browser, written: Writer, fields: dict[str, str], wrong: str
) -> None:
    row = written("First")
    answer = desk.post(LIST, {"action": "set_tags", "_selected_action": [row.pk], "sure": "1", **fields})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [wrong]
    assert row.versions.count() == 1


def test_more_than_a_hundred_are_refused(desk: Browser, written: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routines.bulk_actions.MOST", 1)
    rows = [written("First"), written("Second")]
    assert "Choose at most 1 exercises at once." in said(done(desk, "archive", *rows))
    assert {now(row).state for row in rows} == {State.PUBLISHED}


@pytest.mark.parametrize("forged", ["abc", "-1", "9" * 30, "²"])
def test_what_is_no_id_is_refused_in_words(desk: Browser, written: Writer, forged: str) -> None:
    row = written("First")
    assert "Choose rows of the list." in said(done(desk, "archive", row, forged))
    assert now(row).state == State.PUBLISHED


def test_select_all_reaches_no_further_than_the_rows_that_were_chosen(desk: Browser, written: Writer) -> None:
    first, second = written("First"), written("Second")
    done(desk, "archive", first, select_across="1")
    assert (now(first).state, now(second).state) == (State.WITHDRAWN, State.PUBLISHED)


def test_a_colleagues_own_and_another_practices_stay_untouched(
    desk: Browser, written: Writer, ben: User, hill: Practice, nora: User, bridge_document: dict[str, Any]
) -> None:
    his = written("His own", by=ben, own=True)
    with practice_scope(hill):
        theirs = save_draft(None, document=bridge_document, by=nora, practice=hill).exercise
        publish_exercise(theirs, by=nora)
    page = said(done(desk, "archive", his, theirs))
    assert "archived" not in page
    with all_practices():
        assert {now(his).state, now(theirs).state} == {State.PUBLISHED}


def test_who_may_not_write_is_offered_nothing(practice: Practice, written: Writer) -> None:
    row = written("First")
    owner = browser_of(make_staff(practice, Role.OWNER))
    assert 'name="action"' not in owner.get(LIST).content.decode()
    owner.post(LIST, {"action": "archive", "_selected_action": [row.pk], "sure": "1"})
    assert now(row).state == State.PUBLISHED


def test_the_editor_of_the_shared_library_archives_there(shared_library: None, lena: User, written: Writer) -> None:
    ours = written("Ours")
    shared = Exercise._base_manager.filter(practice=None, state=State.PUBLISHED).first()
    assert shared is not None
    page = said(done(browser_of(lena), "archive", shared, ours))
    assert "1 exercise is archived." in page
    assert (now(shared).state, now(ours).state) == (State.WITHDRAWN, State.PUBLISHED)
