"""The page on which a plan is given and changed."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, AssignmentVersion, Client, PrescribedItem
from clients.rules.schedule import Schedule
from portal.accounts.models import User
from portal.accounts.tenancy import all_practices
from routines.models import Routine
from tests.clients.library import make_routine, shelve, shelve_swap
from tests.doors import CODE, browser_of
from tests.factories import make_client
from tests.hostile_json import HOSTILE
from tests.portal.workspace.work import START, TODAY, filled, give, stored

pytestmark = pytest.mark.django_db


def test_a_routine_is_given_unchanged_in_three_steps(desk: Browser, carl: Client, squeezes: Routine) -> None:
    assert carl.full_name in desk.get(reverse("admin:assign")).content.decode()
    chosen = reverse("admin:assign_to", args=[carl.pk])
    assert squeezes.name in desk.get(chosen).content.decode()
    data = filled(desk, f"{chosen}?routine={squeezes.pk}")
    answer = desk.post(chosen, {**data, "do": "save"})
    with all_practices():
        plan = Assignment.objects.get()
        assert answer.url == reverse("admin:plan_sent", args=[plan.pk])
        assert (plan.client, plan.routine, plan.state) == (carl, squeezes, Assignment.State.ACTIVE)
        schedule = Schedule.from_dict(plan.current_version.schedule)
        assert (schedule.times_per_day, schedule.starts_on, schedule.ends_on) == (2, TODAY, TODAY + timedelta(days=27))
        assert [item.dose for item in plan.current_version.items.filter(lane="steady")] == [{}, {}]


def test_doses_sides_parts_order_and_times_are_adjusted(desk: Browser, carl: Client, squeezes: Routine) -> None:
    chosen = reverse("admin:assign_to", args=[carl.pk])
    data = filled(desk, f"{chosen}?routine={squeezes.pk}") | {
        "item-0-reps": "3",
        "item-0-hold_s": "10",
        "item-0-first_side": "right",
        "item-0-opted_in": ["rocking"],
        "item-0-parts": ["single"],
        "item-0-note": "Slowly",
        "kind": "weekdays",
        "weekdays": ["0", "3"],
        "weeks": "2",
        "reminder_1": "07:30",
        "reminder_2": "",
        "pain_stop": "4",
    }
    page = desk.post(chosen, {**data, "do": "down-0"})
    assert desk.post(chosen, {**dict(page.context["editor"].post.lists()), "do": "save"}).status_code == 302
    with all_practices():
        version = AssignmentVersion.objects.get()
        bridge, squeeze = version.items.filter(lane="steady")
    assert bridge.exercise_version.document["slug"] == "glute-bridge"
    assert squeeze.dose == {"reps": 3, "hold_s": 10}
    assert (squeeze.first_side, squeeze.opted_in, squeeze.note) == ("right", ["rocking"], "Slowly")
    assert squeeze.segments == ["setup", "single", "finish"]
    schedule = Schedule.from_dict(version.schedule)
    assert (schedule.weekdays, schedule.reminder_times) == (frozenset({0, 3}), (time(7, 30),))
    assert version.pain_stop == 4


def test_the_page_tells_what_the_plan_comes_to_while_it_is_typed(
    desk: Browser, carl: Client, squeezes: Routine
) -> None:
    data = filled(desk, f"{reverse('admin:assign_to', args=[carl.pk])}?routine={squeezes.pk}")
    preview = reverse("admin:assign_preview", args=[carl.pk])
    first = desk.post(preview, data).json()
    assert first["items"][0]["dose"] == "2 each side, hold 8 seconds"
    assert first["items"][0]["length"] == "about 2 minutes"
    assert first["total"].startswith("2 exercises, about ")
    group = {f"item-{number}-choice_group": "rest" for number in range(2)}
    one_of_two = desk.post(preview, {**data, **group}).json()
    assert one_of_two["total"].startswith("1 exercise, about "), "as the client's Today counts them"
    assert "1 exercise<" in one_of_two["phone"]
    more = desk.post(preview, {**data, "item-0-opted_in": ["rocking"], "times_per_day": "3"}).json()
    assert more["items"][0]["length"] != first["items"][0]["length"]
    assert more["reminders"] == 3
    wrong = desk.post(preview, {**data, "item-0-reps": "lots"}).json()
    assert (wrong["items"][0]["dose"], list(wrong["items"][0]["errors"])) == ("", ["reps"])
    assert stored() == (0, 0, 0)


def test_a_long_session_is_split_into_bites_that_the_client_sees(desk: Browser, carl: Client) -> None:
    routine = make_routine("glute-bridge", "clamshell", "sit-to-stand", "walking")
    chosen = reverse("admin:assign_to", args=[carl.pk])
    data = filled(desk, f"{chosen}?routine={routine.pk}") | {"times_per_day": "1"}
    preview = reverse("admin:assign_preview", args=[carl.pk])
    assert "bites" not in desk.post(preview, data).json()["budget"]
    seen = desk.post(preview, {**data, "bite_min": "5"}).json()
    assert re.search(r"In \d bites: .*\d+ min \(.*standing\)", seen["budget"])
    assert "small bites, if you like" in seen["phone"]
    refused = desk.post(chosen, {**data, "bite_min": "2", "do": "save"})
    assert refused.status_code == 400
    assert [target for target, _ in refused.context["editor"].problems] == ["id_bite_min"]
    assert desk.post(chosen, {**data, "bite_min": "5", "do": "save"}).status_code == 302
    with all_practices():
        assert Schedule.from_dict(AssignmentVersion.objects.get().schedule).bite_min == 5
    today = browser_of(carl.user, CODE).get("/").content.decode()
    assert "small bites, if you like" in today


def test_exercises_are_added_taken_out_and_moved_without_saving(desk: Browser, carl: Client, squeezes: Routine) -> None:
    chosen = reverse("admin:assign_to", args=[carl.pk])
    data = filled(desk, f"{chosen}?routine={squeezes.pk}")

    def after(**button: str) -> list[str]:
        page = desk.post(chosen, {**data, **button})
        return [row.form.content.slug for row in page.context["editor"].rows]

    assert after(do="up-1") == ["glute-bridge", "knee-squeezes"]
    assert after(do="to-0:items[1]") == ["glute-bridge", "knee-squeezes"]
    assert after(do="to-9:items[0]") == after(do="to-0:items[9]") == ["knee-squeezes", "glute-bridge"]
    assert after(do="down-1") == ["knee-squeezes", "glute-bridge"]
    assert after(do="remove-0") == ["glute-bridge"]
    walking = shelve("walking")
    assert after(do=f"add:{walking.pk}") == ["knee-squeezes", "glute-bridge", "walking"]
    assert after(do="swap-0-" + str(walking.pk)) == ["walking", "glute-bridge"]
    for nonsense in ("up-99", "swap-1", "", "update", "remove-x"):
        assert after(do=nonsense) == ["knee-squeezes", "glute-bridge"]
    assert stored() == (0, 0, 0)


def test_others_for_the_same_part_of_the_body_are_offered_when_asked_for(desk: Browser, priya: User) -> None:
    omar = make_client(priya, tags=["hip_replacement"])
    for slug in ("clamshell", "figure-four-lying", "walking", "single-leg-bridge"):
        shelve(slug)
    data = filled(
        desk, f"{reverse('admin:assign_to', args=[omar.pk])}?routine={make_routine('side-leg-raise', 'chin-tuck').pk}"
    )

    def offered(row: int) -> list[str] | None:
        page = desk.post(reverse("admin:assign_to", args=[omar.pk]), {**data, "do": f"others-{row}"})
        others = page.context["editor"].rows[row].others
        assert [each.others for each in page.context["editor"].rows if each.index != row] == [None]
        return [exercise.slug for exercise in others]

    assert offered(0) == ["clamshell", "single-leg-bridge"]  # figure-four-lying is to be avoided with a new hip
    assert offered(1) == []
    assert stored() == (0, 0, 0)
    clamshell = shelve("clamshell")
    page = desk.post(reverse("admin:assign_to", args=[omar.pk]), {**data, "do": f"swap-0-{clamshell.pk}"})
    assert [row.form.content.slug for row in page.context["editor"].rows] == ["clamshell", "chin-tuck"]


def test_a_plan_becomes_a_template_of_ones_own_without_what_is_the_clients(
    desk: Browser, carl: Client, squeezes: Routine
) -> None:
    chosen = reverse("admin:assign_to", args=[carl.pk])
    data = filled(desk, f"{chosen}?routine={squeezes.pk}")
    data |= {"name": "Gentle start", "item-0-note": "Mind your hip, Carl.", "item-1-sets": "3"}
    answer = desk.post(chosen, {**data, "do": "template"})
    with all_practices():
        routine = Routine.objects.get(name="Gentle start")
        items = list(routine.items.select_related("exercise").order_by("position"))
        assert "Carl" not in str(routine.whole_document())
    assert answer.url == reverse("admin:edit_routine", args=[routine.pk])
    assert (routine.practice, routine.owner) == (carl.practice, carl.lead)
    assert [item.exercise.slug for item in items] == ["knee-squeezes", "glute-bridge"]
    assert (items[0].note, items[1].dose["sets"]) == ("", 3)
    assert desk.get(answer.url).status_code == 200
    assert stored() == (0, 0, 0)
    wrong = desk.post(chosen, {**data, "name": "", "do": "template"})
    assert wrong.status_code == 400


@pytest.mark.parametrize("field", ["item-0-kept", "item-0-poses"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_preview_answers_whatever_a_hidden_field_holds(
    desk: Browser, carl: Client, squeezes: Routine, field: str, text: str
) -> None:
    data = filled(desk, f"{reverse('admin:assign_to', args=[carl.pk])}?routine={squeezes.pk}")
    assert desk.post(reverse("admin:assign_preview", args=[carl.pk]), {**data, field: text}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"item-0-sets": "0"}, "Sets: Choose a whole number from 1 to 20.", id="no set"),
        pytest.param(
            {"item-0-reps": "1000"}, "Repetitions: Choose a whole number from 1 to 100.", id="a thousand repetitions"
        ),
        pytest.param({"item-0-hold_s": "14"}, "", id="inside the range of the exercise"),
        pytest.param({"item-0-hold_s": "60"}, "use 5 to 15 seconds", id="outside the range of the exercise"),
        pytest.param({"item-1-sets": "20", "item-1-reps": "100", "item-1-rest_s": "3600"}, "lower", id="hours"),
        pytest.param({"item-0-kept": '{"speed": 9}'}, "not a known field", id="a field that doses do not have"),
        pytest.param({"item-0-kept": "{"}, "valid JSON", id="broken hidden field"),
        *(pytest.param({"item-0-kept": text}, "valid JSON", id=f"hidden: {name}") for name, text in HOSTILE.items()),
        *(pytest.param({"item-0-poses": text}, "valid JSON", id=f"poses: {name}") for name, text in HOSTILE.items()),
        pytest.param({"name": ""}, "This field is required", id="no name"),
        pytest.param({"weekdays": []}, "Choose at least one weekday", id="no day"),
        pytest.param({"times_per_day": "99"}, "Times a day: Choose a whole number from 1 to 12.", id="99 times a day"),
        pytest.param({"starts_on": "2026-11-01"}, "today or a later day", id="a start in the past"),
        pytest.param({"starts_on": "someday"}, "valid date", id="no date"),
        pytest.param({"reminder_1": "25:99"}, "valid time", id="no time"),
        pytest.param({"pain_stop": "9"}, "valid choice", id="a pain stop out of bounds"),
    ],
)
def test_what_is_wrong_is_named_and_everything_typed_is_kept(
    desk: Browser, carl: Client, squeezes: Routine, changes: dict[str, Any], said: str
) -> None:
    chosen = reverse("admin:assign_to", args=[carl.pk])
    data = filled(desk, f"{chosen}?routine={squeezes.pk}") | {"note": "Typed with care", **changes}
    answer = desk.post(chosen, {**data, "do": "save"})
    if not said:
        assert answer.status_code == 302
        return
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert "There is a problem" in page
    assert "Typed with care" in page
    for name, value in changes.items():
        if value and name not in ("item-0-kept", "item-0-poses") and isinstance(value, str) and name != "pain_stop":
            assert f'value="{value}"' in page
    assert stored() == (0, 0, 0)


def test_an_empty_plan_is_refused(desk: Browser, carl: Client) -> None:
    chosen = reverse("admin:assign_to", args=[carl.pk])
    data = filled(desk, f"{chosen}?empty=1") | {"name": "Nothing"}
    answer = desk.post(chosen, {**data, "do": "save"})
    assert answer.status_code == 400
    assert "The plan is empty" in answer.content.decode()


def test_contraindications_are_asked_beside_the_exercise_and_answered_there(desk: Browser, priya: User) -> None:
    shelve_swap("prone-lying-rest", "pregnancy", "side-lying-rest")
    routine = make_routine("prone-lying-rest", "all-fours-tilt")
    omar = make_client(priya, tags=["pregnancy", "wrist_problem"])
    chosen = reverse("admin:assign_to", args=[omar.pk])
    page = desk.get(f"{chosen}?routine={routine.pk}")
    said = page.content.decode()
    assert "To be avoided with:" in said
    assert "Adapt it for:" in said
    assert "Swap for" in said
    data = dict(page.context["editor"].post.lists())
    refused = desk.post(chosen, {**data, "do": "save"})
    assert refused.status_code == 400
    assert "Take it out, swap it, or write why it stays" in refused.content.decode()
    key = "why-exercise:prone-lying-rest:pregnancy"
    assert desk.post(chosen, {**data, key: "Twelve weeks, comfortable", "do": "save"}).status_code == 302
    with all_practices():
        item = PrescribedItem.objects.get(lane="steady", position=1)
    assert item.cautions[0]["reason"] == "Twelve weeks, comfortable"


def test_an_earlier_plan_is_copied_with_its_doses(desk: Browser, carl: Client) -> None:
    plan = give(carl, "knee-squeezes", "glute-bridge")
    chosen = reverse("admin:assign_to", args=[carl.pk])
    data = filled(desk, f"{chosen}?copy={plan.pk}") | {"name": "Morning again"}
    assert desk.post(chosen, {**data, "do": "save"}).status_code == 302
    with all_practices():
        again = Assignment.objects.get(name="Morning again")
        assert again.starts_on == TODAY
        assert again.current_version.items.filter(lane="steady").count() == 2


def test_a_running_plan_with_an_end_is_given_again_from_the_day_after(desk: Browser, carl: Client) -> None:
    last = TODAY + timedelta(days=5)
    plan = give(carl, "knee-squeezes", ends_on=last)
    chosen = reverse("admin:assign_to", args=[carl.pk])
    assert desk.post(chosen, {**filled(desk, f"{chosen}?copy={plan.pk}"), "do": "save"}).status_code == 302
    with all_practices():
        again = Assignment.objects.exclude(pk=plan.pk).get()
    assert (again.name, again.starts_on) == (plan.name, last + timedelta(days=1))


def test_a_change_is_the_next_version_with_its_difference_in_words(desk: Browser, carl: Client) -> None:
    plan = give(carl, "knee-squeezes", "glute-bridge")
    address = reverse("admin:change_plan", args=[plan.pk])
    data = filled(desk, address) | {"item-1-sets": "3"}
    assert desk.post(address, {**data, "do": "save"}).url == reverse("admin:plan_sent", args=[plan.pk])
    with all_practices():
        first, second = plan.versions.order_by("number")
    assert (first.effective_from, second.effective_from) == (START, TODAY)
    said = desk.get(reverse("admin:client", args=[carl.pk])).content.decode()
    assert "3 sets instead of 2." in said
    assert "As it was first given." in said


def test_nothing_changed_writes_nothing_and_an_old_page_is_told_so(desk: Browser, carl: Client) -> None:
    plan = give(carl, "knee-squeezes")
    address = reverse("admin:change_plan", args=[plan.pk])
    data = filled(desk, address)
    before = stored()
    assert desk.post(address, {**data, "do": "save"}).status_code == 302
    assert stored() == before
    assert desk.post(address, {**data, "item-0-reps": "3", "do": "save"}).status_code == 302
    late = desk.post(address, {**data, "item-0-reps": "4", "do": "save"})
    assert late.status_code == 409
    said = late.content.decode()
    assert "Load it again" in said
    assert f'href="{address}"' in said
    assert late.context["editor"].post["item-0-reps"] == "4"  # nothing typed is lost
    assert 'name="item-0-reps" value="4"' in said
    assert stored()[1] == before[1] + 1


def test_a_plan_is_paused_resumed_and_ended_by_buttons(desk: Browser, carl: Client) -> None:
    plan = give(carl, "knee-squeezes")

    def press(button: str, **data: str) -> int:
        return desk.post(reverse(f"admin:{button}_plan", args=[plan.pk]), data).status_code

    def state() -> str:
        with all_practices():
            return Assignment.objects.get(pk=plan.pk).state

    assert (press("pause", last_day="nonsense"), state()) == (302, "active")
    assert (press("pause"), state()) == (302, "paused")
    assert (press("resume"), state()) == (302, "active")
    assert (press("end"), state()) == (302, "ended")
    assert (press("resume"), state()) == (409, "ended")
