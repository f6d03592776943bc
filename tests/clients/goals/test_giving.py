"""A goal for the day is given by the practitioner, and changed."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.errors import Invalid
from clients.models import Assignment, Client
from clients.rules.schedule import Schedule
from clients.services.assign import assign_routine, change_plan
from routines.content import parse_routine
from routines.library.writing import Entries, routines_document, to_yaml
from routines.library.yaml_reading import load
from routines.models import Routine
from tests.clients.conftest import TODAY
from tests.clients.goals.giving import BREAKS, MONDAY, MOVES, WALKS, draft
from tests.clients.library import make_routine, shelve
from tests.portal.workspace.work import filled


def test_a_walk_is_given_in_four_actions_and_the_client_sees_it(desk: Browser, phone: Browser, carl: Client) -> None:
    shelve("walking")
    address = reverse("admin:assign_to", args=[carl.pk])
    assert "A walking goal" in desk.get(address).content.decode()
    page = desk.get(f"{address}?goal=walk").content.decode()
    label = re.findall(r'<label[^>]* for="id_walk_min">(.*?)</label>', page)
    assert [text.strip() for text in label] == ["Minutes a walk"]  # a walk needs it
    data = filled(desk, f"{address}?goal=walk")
    assert (data["walk_min"], data["per_week"]) == (["10"], ["3"])  # the exercise's own, and clinical.md 3
    answer = desk.post(address, {**data, "walk_min": "15", "per_week": "4", "do": "save"})
    assert answer.status_code == 302, answer.content.decode()
    plan = Assignment.objects.get()
    assert plan.current_version is not None
    assert plan.current_version.schedule["kind"] == "walk"
    assert plan.current_version.items.get(lane="steady").dose["duration_s"] == 900
    assert "Walk today: 15 minutes" in phone.get(reverse("today")).content.decode()
    assert "a walk on any 4 days a week" in desk.get(reverse("admin:client", args=[carl.pk])).content.decode().lower()


@pytest.mark.parametrize("goal", ["walk", "breaks"])
def test_the_card_that_is_shown_while_it_is_written_is_no_form_within_the_form(
    desk: Browser, carl: Client, goal: str
) -> None:
    shelve("walking")
    hours = {"days_per_week": 5, "window": ["09:00", "17:30"]}
    routine = make_routine(*MOVES, document={"schedule": hours})
    query = "goal=walk" if goal == "walk" else f"routine={routine.pk}"
    page = desk.get(f"{reverse('admin:assign_to', args=[carl.pk])}?{query}").content.decode()
    phone = page[page.index('data-part="phone"') : page.index('value="update"')]
    assert ("Walk today: 10 minutes" if goal == "walk" else "Breaks today: 0 of 1") in phone
    assert not re.findall(r"</?form|\bname=|type=\"submit\"", phone.rsplit("<button", 1)[0])


def test_minutes_have_no_default_but_the_exercises_own(desk: Browser, carl: Client) -> None:
    address = reverse("admin:assign_to", args=[carl.pk])
    shelve("walking")
    data = filled(desk, f"{address}?goal=walk")
    answer = desk.post(address, {**data, "walk_min": "", "do": "save"})
    assert answer.status_code == 400
    assert "Minutes a walk: Say how many minutes a walk takes." in answer.content.decode()
    assert not Assignment.objects.exists()


def test_the_librarys_routine_of_breaks_becomes_a_goal(desk: Browser, carl: Client) -> None:
    hours = {"sessions_per_day": 5, "days_per_week": 5, "weeks": 6, "window": ["09:00", "17:30"]}
    routine = make_routine(*MOVES, name="Desk breaks", document={"schedule": hours})
    address = reverse("admin:assign_to", args=[carl.pk])
    assert "Breaks through the day" in desk.get(address).content.decode()
    data = filled(desk, f"{address}?routine={routine.pk}")
    assert (data["kind"], data["breaks_from"], data["breaks_until"]) == (["breaks"], ["09:00"], ["17:30"])
    answer = desk.post(address, {**data, "breaks_until": "16:00", "do": "save"})
    assert answer.status_code == 302, answer.content.decode()
    version = Assignment.objects.get().current_version
    assert version is not None
    assert version.schedule["window"] == ["09:00", "16:00"]
    assert {item.choice_group for item in version.items.filter(lane="steady")} == {"rotate"}


def test_breaks_that_are_kept_as_a_template_are_breaks_again(desk: Browser, breaks: Assignment, carl: Client) -> None:
    data = filled(desk, reverse("admin:change_plan", args=[breaks.pk]))
    answer = desk.post(reverse("admin:change_plan", args=[breaks.pk]), {**data, "do": "template"})
    assert answer.status_code == 302, answer.content.decode()
    (routine,) = Routine.objects.all()
    again = filled(desk, f"{reverse('admin:assign_to', args=[carl.pk])}?routine={routine.pk}")
    assert (again["kind"], again["times_per_day"]) == (["breaks"], ["5"])
    assert (again["breaks_from"], again["breaks_until"]) == (["09:00"], ["17:30"])
    assert again["weekdays"] == ["0", "1", "2", "3", "4"]


def test_breaks_on_named_days_keep_them_in_a_template(desk: Browser, carl: Client) -> None:
    tuesday_friday = replace(BREAKS, weekdays=frozenset({1, 4}))
    moves = [draft(slug, choice_group="rotate") for slug in MOVES]
    plan = assign_routine(carl, items=moves, schedule=tuesday_friday, by=carl.lead, name="Desk breaks")
    again = started_from_template(desk, plan)
    assert (again["kind"], again["weekdays"]) == (["breaks"], ["1", "4"])


def test_a_walk_that_is_kept_as_a_template_is_a_walk_again(desk: Browser, carl: Client) -> None:
    quarter = draft("walking", dose={"duration_s": 900, "sets": 1})
    plan = assign_routine(carl, items=[quarter], schedule=replace(WALKS, per_week=7), by=carl.lead, name="Walking")
    again = started_from_template(desk, plan)
    assert (again["kind"], again["walk_min"], again["per_week"]) == (["walk"], ["15"], ["7"])
    assert not [name for name, value in again.items() if name.startswith("reminder_") and value != [""]]
    routine = Routine.objects.get()
    page = desk.get(reverse("admin:edit_routine", args=[routine.pk])).content.decode()
    assert '<option value="walk" selected>A walking goal</option>' in page


def test_sessions_of_a_plan_from_a_growing_routine_stay_sessions_in_its_template(desk: Browser, carl: Client) -> None:
    grows = {"weekly_plan": [{"week": 1, "minutes": 10, "days": 3}]}
    routine = make_routine("walking", document={"schedule": {"days_per_week": 3}, **grows})
    assert filled(desk, f"{reverse('admin:assign_to', args=[carl.pk])}?routine={routine.pk}")["kind"] == ["walk"]
    free = Schedule("per_week", MONDAY, per_week=3, bite_min=5)
    plan = assign_routine(carl, items=[draft("walking")], schedule=free, by=carl.lead, name="Free", routine=routine)
    again = started_from_template(desk, plan)
    assert (again["kind"], again["bite_min"]) == (["per_week"], ["5"])


BESIDE = {"anchors": ["after getting up", "before bed"], "flexible": False, "pick_per_session": 1}
NAMED = Schedule("weekdays", MONDAY, weekdays=frozenset({0, 2}), bite_min=5)


@pytest.mark.parametrize(
    ("schedule", "count", "kept"),
    [
        pytest.param(BREAKS, 2, {**BESIDE, "every_minutes": [30, 60]}, id="breaks"),
        pytest.param(NAMED, 2, BESIDE, id="named days: not at intervals"),
        pytest.param(
            Schedule("per_week", MONDAY, per_week=3),
            2,
            {"anchors": BESIDE["anchors"], "pick_per_session": 1},
            id="any days: they may be moved",
        ),
        pytest.param(NAMED, 1, BESIDE, id="one exercise of one"),
    ],
)
def test_what_a_routine_says_of_its_rhythm_survives_plan_and_template(
    desk: Browser, carl: Client, schedule: Schedule, count: int, kept: dict[str, Any]
) -> None:
    rhythm = {"sessions_per_day": 2, "days_per_week": 7, "weeks": 4, "every_minutes": [30, 60], **BESIDE}
    routine = make_routine(*MOVES[:count], document={"schedule": rhythm})
    moves = [draft(slug, choice_group="rotate") for slug in MOVES[:count]]
    plan = assign_routine(carl, items=moves, schedule=schedule, by=carl.lead, name="Again", routine=routine)
    for number in range(2):  # of the plan, and of a plan that was given from the template that it became
        given = started_from_template(desk, plan)
        template = Routine.objects.latest("pk")
        told = template.document["schedule"]
        assert {name: told[name] for name in told if name in (*BESIDE, "every_minutes")} == kept
        assert given["kind"] == [schedule.kind]
        plan = assign_routine(carl, items=moves, schedule=schedule, by=carl.lead, name=f"{number}", routine=template)
    exported = to_yaml(routines_document(Entries(routines=[template.whole_document()]), {}))
    (read,) = load(exported, name="routines.yaml").document["routines"]
    assert parse_routine(read) == template.content


def test_more_to_pick_than_there_are_is_left_out(desk: Browser, carl: Client) -> None:
    rhythm = {"sessions_per_day": 1, "days_per_week": 7, "weeks": 4, "pick_per_session": 2}
    routine = make_routine(*MOVES[:2], document={"schedule": rhythm})
    plan = assign_routine(carl, items=[draft(MOVES[0])], schedule=NAMED, by=carl.lead, name="Less", routine=routine)
    started_from_template(desk, plan)
    assert "pick_per_session" not in Routine.objects.latest("pk").document["schedule"]


def started_from_template(desk: Browser, plan: Assignment) -> dict[str, list[str]]:
    """What the editor shows when a plan is given from the template that this one was kept as."""
    address = reverse("admin:change_plan", args=[plan.pk])
    answer = desk.post(address, {**filled(desk, address), "do": "template"})
    assert answer.status_code == 302, answer.content.decode()
    kept = Routine.objects.latest("pk")
    return filled(desk, f"{reverse('admin:assign_to', args=[plan.client_id])}?routine={kept.pk}")


def test_hours_the_wrong_way_round_are_named(desk: Browser, carl: Client) -> None:
    make_routine(*MOVES, document={"schedule": {"days_per_week": 5, "window": ["09:00", "17:30"]}})
    address = reverse("admin:assign_to", args=[carl.pk])
    data = filled(desk, f"{address}?empty=1")
    moves = {"item-0-version": str(draft(MOVES[0]).exercise_version.pk)}
    answer = desk.post(
        address, {**data, **moves, "kind": "breaks", "breaks_from": "17:00", "breaks_until": "9:00", "do": "save"}
    )
    assert answer.status_code == 400
    assert "Choose a second time that is later than the first one." in answer.content.decode()


def test_a_walking_goal_holds_one_walk(carl: Client) -> None:
    for items in ([draft("walking"), draft("glute-bridge")], [draft("glute-bridge")]):
        with pytest.raises(Invalid, match="one exercise, a walk"):
            assign_routine(carl, items=items, schedule=WALKS, by=carl.lead, name="Walking")


def test_moves_of_a_break_are_one_choice(carl: Client) -> None:
    with pytest.raises(Invalid, match="one group to choose from"):
        assign_routine(carl, items=[draft(each) for each in MOVES], schedule=BREAKS, by=carl.lead, name="Breaks")


def test_no_move_of_a_break_may_be_left_out(carl: Client) -> None:
    needed = draft(MOVES[0], choice_group="rotate")
    optional = draft(MOVES[1], choice_group="rotate", optional=True)
    with pytest.raises(Invalid, match="can be optional"):
        assign_routine(carl, items=[needed, optional], schedule=BREAKS, by=carl.lead, name="Breaks")
    with pytest.raises(Invalid, match="can be optional"):
        assign_routine(carl, items=[draft(MOVES[0], optional=True)], schedule=BREAKS, by=carl.lead, name="Breaks")


def test_one_walk_a_week_is_said_in_the_singular(phone: Browser, carl: Client) -> None:
    once = Schedule("walk", MONDAY, per_week=1)
    assign_routine(carl, items=[draft("walking")], schedule=once, by=carl.lead, name="Walking")
    assert "0 of 1 walk this week" in phone.get(reverse("today")).content.decode()
    assert "Walking: 0 of 1 walk this week" in phone.get(reverse("progress")).content.decode()


def test_a_plan_says_the_minutes_of_a_walk_once(phone: Browser, walks: Assignment) -> None:
    page = phone.get(reverse("plan")).content.decode()
    assert "10 minutes" in page
    assert "About 11 minutes" not in page


def test_a_goal_never_becomes_a_plan_of_sessions_nor_the_other_way(
    walks: Assignment, carl: Client, desk: Browser
) -> None:
    free = Schedule("per_week", MONDAY, per_week=3)
    with pytest.raises(Invalid, match="counted differently"):
        change_plan(walks, items=[draft("walking")], schedule=free, by=carl.lead, effective_from=TODAY, based_on=1)
    page = desk.get(reverse("admin:change_plan", args=[walks.pk])).content.decode()
    assert "A walking goal" in page
    assert "On fixed days" not in page


def test_a_longer_walk_is_a_version_with_its_sentence(walks: Assignment, carl: Client, desk: Browser) -> None:
    address = reverse("admin:change_plan", args=[walks.pk])
    data = filled(desk, address)
    assert desk.post(address, {**data, "walk_min": "15", "per_week": "4", "do": "save"}).status_code == 302
    page = desk.get(reverse("admin:client", args=[carl.pk])).content.decode()
    assert "Walking: 15 minutes instead of 10 minutes." in page
    assert "A walk on any 4 days a week instead of any 3 days a week." in page
