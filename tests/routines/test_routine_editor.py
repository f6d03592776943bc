"""The routine editor: exercises are picked, ordered and given doses; nothing is half written."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.models import Favourite, Filing, Routine, RoutineItem
from routines.routine_form import NEW
from routines.services.routines import free_slug
from tests.clients.library import shelve
from tests.clients.plans import give_plan
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff

pytestmark = pytest.mark.django_db
NEW_ROUTINE = "/admin/routine/new/"
TYPED = {
    "library": "clinic",
    "name": "Back easer",
    "goal": "Ease a stiff back.",
    "schedule.sessions_per_day": "1",
    "schedule.days_per_week": "5",
    "schedule.weeks": "4",
    "schedule.flexible": "yes",
    "completion.weeks": "4",
    "completion.review": "Talk about what helped.",
}


def with_items(*slugs: str, **changes: str) -> dict[str, Any]:
    """What a browser sends for a routine of these exercises ("__" stands for a dot, "_0_" for the place in a list)."""
    for slug in slugs:
        shelve(slug)
    items = {f"items[{index}].exercise": slug for index, slug in enumerate(slugs)}
    return (
        TYPED | items | {re.sub(r"_(\d)__", r"[\1].", name).replace("__", "."): text for name, text in changes.items()}
    )


def order(answer: Any) -> list[str]:
    return [item.slug for item in answer.context["page"].items]


def stored() -> list[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    with all_practices():
        return [
            (row.name, [(item.exercise.slug, item.dose) for item in row.items.order_by("position")])
            for row in Routine.objects.order_by("pk")
        ]


def test_a_routine_is_put_together_and_saved(desk: Browser, practice: Practice) -> None:
    assert desk.get(NEW_ROUTINE).status_code == 200
    camel, bridge = shelve("cat-camel"), shelve("glute-bridge")
    page = desk.post(NEW_ROUTINE, {**TYPED, "do": f"add:{camel.pk}"})
    assert order(page) == ["cat-camel"]
    assert page.context["focus"] == "add-exercise"
    page = desk.post(NEW_ROUTINE, {**with_items("cat-camel"), "do": f"add:{bridge.pk}"})
    assert order(page) == ["cat-camel", "glute-bridge"]
    assert stored() == []
    typed = with_items("cat-camel", "glute-bridge", items_1__dose__sets="3", items_1__note="Slowly.")
    answer = desk.post(NEW_ROUTINE, {**typed, "items[0].optional": "true", "do": "save"})
    with all_practices():
        routine = Routine.objects.get()
    assert answer.url == reverse("admin:edit_routine", args=[routine.pk])
    assert (routine.practice, routine.owner, routine.slug) == (practice, None, "back-easer")
    assert stored() == [("Back easer", [("cat-camel", {}), ("glute-bridge", {"sets": 3})])]
    with practice_scope(practice):
        first, second = RoutineItem.objects.order_by("position")
    assert (first.optional, second.note) == (True, "Slowly.")
    assert routine.minutes == 6  # the optional one is not counted
    assert NEW["items"] == []


def test_a_changed_routine_keeps_what_the_page_has_no_field_for(desk: Browser, practice: Practice) -> None:
    desk.post(NEW_ROUTINE, {**with_items("cat-camel"), "do": "save"})
    with all_practices():
        routine = Routine.objects.get()
        routine.document["lanes"] = {"sore": {"items": [{"exercise": "cat-camel"}]}}
        routine.document["counting"] = "Counted by days."
        routine.save()
    page = reverse("admin:edit_routine", args=[routine.pk])
    assert desk.get(page).status_code == 200
    assert desk.post(page, {**with_items("cat-camel", name="Camel only"), "do": "save"}).status_code == 302
    routine.refresh_from_db()
    assert (routine.name, routine.slug) == ("Camel only", "back-easer")
    assert routine.document["counting"] == "Counted by days."
    assert list(routine.document["lanes"]) == ["sore"]


def test_an_edit_never_changes_running_plans(desk: Browser, priya: User) -> None:
    desk.post(NEW_ROUTINE, {**with_items("cat-camel", "glute-bridge"), "do": "save"})
    with all_practices():
        routine = Routine.objects.get()
    carl = make_client(priya)
    with all_practices():
        plan = give_plan(carl, "cat-camel", "glute-bridge", starts_on=date(2026, 1, 5))
        plan.routine = routine
        plan.save()
        before = list(plan.current_version.items.values())
    page = reverse("admin:edit_routine", args=[routine.pk])
    assert desk.post(page, {**with_items("glute-bridge"), "do": "save"}).status_code == 302
    with all_practices():
        plan.refresh_from_db()
        assert list(plan.current_version.items.values()) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"name": ""}, "Is missing", id="no name"),
        pytest.param({"schedule__days_per_week": "9"}, "1 to 7", id="nine days a week"),
        pytest.param({"schedule__weeks": "soon"}, "soon", id="a word for a number"),
        pytest.param({"items_0__dose__sets": "1000"}, "1 to 20", id="a thousand sets"),
        pytest.param({"items_0__dose__tempo": "quick"}, "quick", id="a pace in words"),
        pytest.param({"items_0__exercise": "flying"}, "not offered any more", id="an exercise that is not there"),
        pytest.param({"library": "everybody"}, "Choose whose", id="nobody's"),
        pytest.param({"completion__review": ""}, "Is missing", id="no review"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(desk: Browser, changes: dict[str, str], said: str) -> None:
    typed = with_items("cat-camel", "glute-bridge", **changes)
    answer = desk.post(NEW_ROUTINE, {**typed, "items[1].note": "Typed with care.", "do": "save"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    assert "Typed with care." in page
    assert stored() == []


def test_an_empty_routine_is_refused_with_the_remedy(desk: Browser) -> None:
    answer = desk.post(NEW_ROUTINE, {**TYPED, "do": "save"})
    assert answer.status_code == 400
    assert "give 1 to" in answer.content.decode()


def test_exercises_are_moved_copied_and_taken_out_without_saving(desk: Browser) -> None:
    typed = with_items("cat-camel", "glute-bridge", "walking")

    def after(button: str) -> list[str]:
        return order(desk.post(NEW_ROUTINE, {**typed, "do": button}))

    assert after("up:items[1]") == ["glute-bridge", "cat-camel", "walking"]
    assert after("down:items[1]") == ["cat-camel", "walking", "glute-bridge"]
    assert after("to-0:items[2]") == ["walking", "cat-camel", "glute-bridge"]
    assert after("copy:items[0]") == ["cat-camel", "cat-camel", "glute-bridge", "walking"]
    assert after("remove:items[0]") == ["glute-bridge", "walking"]
    for nonsense in ("up:items[9]", "to-9:items[0]", "up:", "remove:name", "copy:items", "x" * 500, ""):
        assert after(nonsense) == ["cat-camel", "glute-bridge", "walking"]
    assert stored() == []


def test_parts_gates_and_switched_on_parts_are_kept(desk: Browser) -> None:
    typed = with_items("knee-squeezes", items_0__choice_group="first")
    typed |= {"items[0].segments": ["single"], "items[0].optional_segments": ["rocking"]}
    typed |= {"items[0].gate.pain_before_max": "3", "items[0].gate.excluded_tags": ["pregnancy"]}
    assert desk.post(NEW_ROUTINE, {**typed, "do": "save"}).status_code == 302
    with all_practices():
        item = RoutineItem.objects.get()
    assert item.segments == ["setup", "single", "finish"]
    assert (item.optional_segments, item.choice_group) == (["rocking"], "first")
    assert item.gate == {"pain_before_max": 3, "excluded_tags": ["pregnancy"]}
    page = desk.get(reverse("admin:edit_routine", args=[item.routine_id])).context["page"]
    chosen = {each.spec.key: list(each.chosen) for each in page.items[0].details if each.spec.kind == "words"}
    assert chosen == {"segments": ["setup", "single", "finish"], "optional_segments": ["rocking"]}


def test_what_it_comes_to_is_told_while_it_is_typed(desk: Browser) -> None:
    typed = with_items("cat-camel", "glute-bridge")
    first = desk.post("/admin/routine/preview/", typed).json()
    assert "2 exercises, about" in first["sum"]
    assert "mat" in first["sum"]
    more = desk.post("/admin/routine/preview/", {**typed, "items[1].dose.sets": "4"}).json()
    assert more["items"][1]["dose"].startswith("4 sets")
    assert more["items"][1]["length"] != first["items"][1]["length"]
    wrong = desk.post("/admin/routine/preview/", {**typed, "items[1].dose.sets": "lots"}).json()
    assert wrong["items"][1] == {"dose": "", "length": ""}
    many = {f"items[{index}].exercise": "cat-camel" for index in range(9)}
    assert "are many" in desk.post("/admin/routine/preview/", {**TYPED, **many}).json()["sum"]


def test_routines_are_duplicated_withdrawn_and_kept_in_order(desk: Browser, practice: Practice, priya: User) -> None:
    desk.post(NEW_ROUTINE, {**with_items("cat-camel"), "do": "save"})
    with all_practices():
        routine = Routine.objects.get()
    answer = desk.post(reverse("admin:copy_routine", args=[routine.pk]))
    with all_practices():
        copied = Routine.objects.exclude(pk=routine.pk).get()
    assert answer.url == reverse("admin:edit_routine", args=[copied.pk])
    assert (copied.name, copied.slug, copied.origin) == ("Back easer (copy)", "back-easer-copy", routine)
    move = reverse("admin:move_routine", args=[routine.pk])
    for wanted in ({"to": "favourite"}, {"to": "favourite"}, {"to": "file", "folder": "  Low   backs "}):
        assert desk.post(move, wanted).status_code == 302
    with all_practices():
        assert [(row.person, row.routine) for row in Favourite.objects.all()] == [(priya, routine)]
        assert Filing.objects.get().folder == "Low backs"
    for query, names in (
        ("among=favourites", ["Back easer"]),
        ("folder=Low backs", ["Back easer"]),
        ("q=camel", ["Back easer", "Back easer (copy)"]),
        ("among=shared", []),
        ("among=withdrawn", []),
    ):
        cards = desk.get(f"/admin/routine/?{query}").context["cards"]
        assert [card["routine"].name for card in cards] == names
    assert [
        card["routine"]
        for card in browser_of(make_staff(practice)).get("/admin/routine/?among=favourites").context["cards"]
    ] == []
    assert desk.post(move, {"to": "file", "folder": "x" * 61}).status_code == 409
    assert desk.post(move, {"to": "no-favourite"}).status_code == 302
    assert desk.post(move, {"to": "withdraw"}).status_code == 302
    with all_practices():
        assert not Favourite.objects.exists()
        assert Routine.objects.get(pk=routine.pk).withdrawn_at
    with practice_scope(practice):
        assert free_slug(practice, "Back easer") == "back-easer-2"


def test_another_clinics_or_colleagues_own_routine_cannot_be_opened_or_changed(
    desk: Browser, practice: Practice
) -> None:
    other = make_practice()
    theirs = browser_of(make_staff(other))
    theirs.post(NEW_ROUTINE, {**with_items("cat-camel"), "do": "save"})
    ben = browser_of(make_staff(practice))
    ben.post(NEW_ROUTINE, {**with_items("cat-camel", name="Bens"), "library": "mine", "do": "save"})
    before = stored()
    with all_practices():
        rows = list(Routine.objects.order_by("pk"))
    for row, expected in zip(rows, (404, 403), strict=True):
        for name, data in (("edit", with_items("cat-camel")), ("copy", {}), ("move", {"to": "withdraw"})):
            url = reverse(f"admin:{name}_routine", args=[row.pk])
            assert desk.post(url, {**data, "do": "save"}).status_code in (expected, 404)
        assert desk.get(reverse("admin:edit_routine", args=[row.pk])).status_code in (expected, 404)
    foreign = shelve("dead-bug", practice=other)
    assert desk.post(NEW_ROUTINE, {**TYPED, "do": f"add:{foreign.pk}"}).status_code == 404
    assert stored() == before


def test_an_exercise_is_marked_as_a_favourite_in_the_editor(desk: Browser, priya: User) -> None:
    typed = with_items("cat-camel")
    camel = shelve("cat-camel")
    assert desk.post(NEW_ROUTINE, {**typed, "do": f"star:{camel.pk}"}).context["stars"] == {camel.pk}
    assert desk.post(NEW_ROUTINE, {**typed, "do": f"star:{camel.pk}"}).context["stars"] == set()
    assert desk.post(NEW_ROUTINE, {**typed, "do": "star:999"}).status_code == 200
