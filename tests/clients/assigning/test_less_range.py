"""Less range on one side: prescribed on the assign page, told in the plan's changes, shown in pictures and player."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from clients.errors import Invalid
from clients.exports.prescription import prescribe
from clients.item_form import ItemForm
from clients.models import Client, PrescribedItem
from clients.rules.diff_words import Words
from clients.rules.plan_diff import Change, Item, Plan, diff
from clients.rules.schedule import Schedule
from clients.services.drafting import ItemDraft
from portal.accounts.models import User
from routines.dose import Dose
from routines.looks import Look, draw, for_player
from tests.clients.assigning.giving import change, give, item
from tests.clients.library import shelve
from tests.doors import browser_of

pytestmark = pytest.mark.django_db

LESS = {"left": {"range": 60}}
POSES = {"keys": {"1": {"joints": {"hip.R.er": 12}}}}


def form_of(draft: ItemDraft, **typed: str) -> ItemForm:
    raw = {f"item-0-{name}": values[0] for name, values in ItemForm.raw(draft).items() if values}
    data = raw | {f"item-0-{name}": value for name, value in typed.items()}
    return ItemForm(data, prefix="item-0", version=draft.exercise_version)


def test_the_form_asks_by_side_where_there_are_sides() -> None:
    assert [side for side, _field in form_of(item("clamshell")).ranges] == ["left", "right"]
    assert [side for side, _field in form_of(item("glute-bridge")).ranges] == ["both"]


def test_what_was_typed_comes_back_as_it_was() -> None:
    form = form_of(item("clamshell"), range_left="60", poses='{"right": {"clamshell": {"air": 1}}}')
    assert form.is_valid(), form.errors
    draft = form.to_draft()
    assert draft.adapted == {"left": {"range": 60}, "right": {"changes": {"clamshell": {"air": 1}}}}
    again = form_of(draft)
    assert again.is_valid()
    assert again.to_draft().adapted == draft.adapted
    plain = form_of(item("clamshell"))
    assert plain.is_valid()
    assert plain.to_draft().adapted == {}


@pytest.mark.parametrize(("typed", "field"), [({"range_left": "20"}, "range_left"), ({"poses": "{"}, "poses")])
def test_a_range_that_cannot_be_is_refused_beside_its_field(typed: dict[str, str], field: str) -> None:
    form = form_of(item("clamshell"), **typed)
    assert not form.is_valid()
    assert list(form.errors) == [field]


@pytest.mark.parametrize(
    ("adapted", "field"),
    [
        ({"left": {"range": 500}}, "items.0.range_left"),
        ({"poses": {}}, "items.0.poses"),
        ({"left": {"changes": {"clamshell": {"keys": {"1": {"joints": {"hip.R.er": 99}}}}}}}, "items.0.poses"),
        ({"left": {"changes": {"no-such": {}}}}, "items.0.poses"),
    ],
)
def test_the_service_refuses_what_no_form_may_send(carl: Client, adapted: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        give(carl, item("clamshell", adapted=adapted))
    assert list(refused.value.errors) == [field]


def test_less_range_is_kept_told_and_shown(carl: Client) -> None:
    plan = give(carl, item("clamshell"))
    version = change(plan, item("clamshell", adapted=LESS))
    assert [change["kind"] for change in version.changes] == ["range_left"]
    sentence = Words().sentence(Change.from_dict(version.changes[0]))
    assert sentence.endswith("on the left 60 % of the movement instead of 100 %.")
    row = PrescribedItem.objects.select_related("exercise_version").get(version=version, lane="steady")
    entry = prescribe(row, first_side="left")
    assert draw(entry.content, Look(side="left"), row.adapted) != draw(entry.content, Look(side="left"))
    assert draw(entry.content, Look(side="right"), row.adapted) == draw(entry.content, Look(side="right"))
    found = for_player([entry.timeline.to_json()], [(row.pk, [entry.content], row.adapted)], palette="rose")
    assert found["items"] == {row.pk: {"both": {}, "left": {"range": 60}}}
    assert found["palette"] == "rose"


def test_a_pose_of_ones_own_reaches_the_player_for_its_side_alone(carl: Client) -> None:
    adapted = {"left": {"changes": {"clamshell": POSES}}}
    plan = give(carl, item("clamshell", adapted=adapted))
    row = PrescribedItem.objects.select_related("exercise_version").get(version=plan.current_version, lane="steady")
    entry = prescribe(row, first_side="left")
    found = for_player([entry.timeline.to_json()], [(row.pk, [entry.content], row.adapted)], palette="teal")
    alias = found["items"][row.pk]["left"]["figures"]["clamshell"]
    assert found["figures"][alias]["keys"][1]["joints"]["hip.R.er"] == 12
    assert found["figures"]["clamshell"]["keys"][1]["joints"]["hip.R.er"] != 12
    assert all(found["words"][alias])


def test_every_difference_has_its_sentence() -> None:
    squeeze = Item("clamshell", "Clamshell", Dose(mode="reps", sets=1, reps=8), "each", 1)
    schedule = Schedule(kind="weekdays", starts_on=date(2026, 11, 2), weekdays=frozenset({0}))
    before = Plan("Morning", (squeeze,), schedule, pain_stop=5)
    for side, words in (("both", "40 %"), ("left", "on the left"), ("right", "on the right")):
        more = replace(squeeze, adapted={side: {"range": 40, "changes": {"clamshell": POSES}}})
        found = [Words().sentence(each) for each in diff(before, replace(before, items=(more,)))]
        assert len(found) == 2
        assert words in found[0]
        assert "the picture was changed" in found[1]


def test_the_assign_page_shows_the_picture_and_asks_how_far(carl: Client, priya: User) -> None:
    exercise = shelve("clamshell")
    plan = give(carl, item("clamshell", adapted=LESS))
    page = browser_of(priya).get(reverse("admin:change_plan", args=[plan.pk])).content.decode()
    assert exercise.current_version is not None
    assert reverse("admin:figure", args=[exercise.current_version.pk]) in page
    assert 'name="item-0-range_left" value="60"' in page
    assert "range=60" in page
    assert '<details class="plan-item__range" open>' in page
