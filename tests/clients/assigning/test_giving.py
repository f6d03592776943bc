"""Giving a plan: what is copied, and what is refused with its field and remedy."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Assignment, Client
from clients.rules.schedule import Schedule
from clients.services.assign import PainStop, assign_routine
from clients.services.drafting import ItemDraft, drafts_of
from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import all_practices
from routines.models import Routine
from tests.clients.assigning.giving import EVERY_DAY, MONDAY, give, item, stored
from tests.clients.library import make_routine, shelve
from tests.factories import make_client, make_practice, make_staff


def test_a_routine_is_copied_whole_into_the_first_version(carl: Client, squeezes: Routine) -> None:
    drafts = drafts_of(squeezes)
    first = replace(drafts[0], dose={"reps": 3}, opted_in=("rocking",), first_side="right", note="Slowly")
    plan = assign_routine(
        carl,
        items=[first, drafts[1]],
        schedule=EVERY_DAY,
        by=carl.lead,
        routine=squeezes,
        pain_stop=PainStop(4),
        note="Well done for starting.",
    )
    plan.refresh_from_db()
    version = plan.current_version
    assert version is not None
    assert (plan.name, plan.state, plan.starts_on, plan.ends_on) == ("Back easer", "active", MONDAY, date(2026, 11, 29))
    assert (version.number, version.effective_from, version.pain_stop) == (1, MONDAY, 4)
    assert Schedule.from_dict(version.schedule) == EVERY_DAY
    squeeze, bridge = version.items.filter(lane="steady").order_by("position")
    assert squeeze.exercise_version == shelve("knee-squeezes").current_version
    assert (squeeze.dose, squeeze.opted_in, squeeze.first_side) == ({"reps": 3}, ["rocking"], "right")
    assert (squeeze.note, bridge.position) == ("Slowly", 2)


def test_a_later_change_of_the_routine_changes_nothing_that_was_given(carl: Client, squeezes: Routine) -> None:
    plan = assign_routine(carl, items=drafts_of(squeezes), schedule=EVERY_DAY, by=carl.lead, routine=squeezes)
    with all_practices():
        squeezes.items.all().delete()
        Routine.objects.filter(pk=squeezes.pk).update(name="Something else", document={})
    plan.refresh_from_db()
    assert plan.name == "Back easer"
    assert plan.current_version is not None
    assert [row.exercise_version.document["slug"] for row in plan.current_version.items.filter(lane="steady")] == [
        "knee-squeezes",
        "glute-bridge",
    ]


@pytest.mark.parametrize(
    ("dose", "field", "word"),
    [
        pytest.param({"sets": 0}, "items.0.sets", "1 to 20", id="no set"),
        pytest.param({"reps": 1000}, "items.0.reps", "1 to 100", id="a thousand repetitions"),
        pytest.param({"reps": -3}, "items.0.reps", "1 to 100", id="less than none"),
        pytest.param({"hold_s": 999_999}, "items.0.hold_s", "", id="a hold of eleven days"),
        pytest.param({"sets": 20, "reps": 100, "hold_s": 15}, "items.0.dose", "lower", id="hours of one exercise"),
        pytest.param({"reps": "many"}, "items.0.reps", "number", id="a word for a number"),
        pytest.param({"speed": 3}, "items.0.speed", "not a known field", id="a field that doses do not have"),
        pytest.param({"self": 1}, "items.0.dose", "Take it out", id="a field named like a part of the program"),
    ],
)
def test_an_absurd_dose_is_refused_with_its_field_and_remedy(
    carl: Client, dose: dict[str, Any], field: str, word: str
) -> None:
    before = stored()
    with pytest.raises(Invalid) as refused:
        give(carl, item("knee-squeezes", dose=dose))
    assert field in refused.value.errors
    assert word in refused.value.errors[field]
    assert stored() == before


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        pytest.param({"name": "   "}, "name", id="no name"),
        pytest.param({"name": "x" * 161}, "name", id="a name too long"),
        pytest.param({"items": ()}, "items", id="nothing to do"),
        pytest.param({"note": "x" * 501}, "note", id="a note too long"),
        pytest.param({"pain_stop": PainStop(2)}, "pain_stop", id="a pain stop inside the green zone"),
        pytest.param({"pain_stop": PainStop(9)}, "pain_stop", id="a pain stop above all limits"),
        pytest.param({"pain_stop": PainStop(6, "Long-standing")}, "pain_stop", id="raised without usual pain"),
    ],
)
def test_what_is_wrong_with_the_whole_plan_is_named(carl: Client, fields: dict[str, Any], name: str) -> None:
    before = stored()
    with pytest.raises(Invalid) as refused:
        give(carl, *fields.pop("items", (item("glute-bridge"),)), **fields)
    assert name in refused.value.errors
    assert stored() == before


def test_a_plan_needs_something_that_is_done_every_time(carl: Client) -> None:
    with pytest.raises(Invalid) as refused:
        give(carl, item("glute-bridge", optional=True))
    assert "items" in refused.value.errors


def test_a_raised_pain_stop_needs_usual_pain_a_reason_and_a_review(priya: User) -> None:
    nora = make_client(priya, usual_pain=6)
    with pytest.raises(Invalid) as refused:
        give(nora, item("glute-bridge"), pain_stop=PainStop(7))
    assert set(refused.value.errors) == {"pain_stop_reason", "pain_stop_review_on"}
    review = MONDAY + timedelta(days=28)
    plan = give(nora, item("glute-bridge"), pain_stop=PainStop(7, "Lives with pain of 6", review))
    assert plan.current_version is not None
    assert (plan.current_version.pain_stop, plan.current_version.pain_stop_review_on) == (7, review)


def test_the_same_plan_is_not_given_twice_by_a_double_click(carl: Client) -> None:
    give(carl, item("glute-bridge"))
    with pytest.raises(Invalid) as refused:
        give(carl, item("glute-bridge"))
    assert "name" in refused.value.errors
    assert Assignment.objects.filter(client=carl).count() == 1


def test_a_discharged_client_gets_no_plan(priya: User) -> None:
    with pytest.raises(WrongState):
        give(make_client(priya, state=Client.State.DISCHARGED), item("glute-bridge"))


def test_only_practitioners_who_see_the_client_give_plans(practice: Practice, carl: Client) -> None:
    for person in (make_staff(practice, Role.PRACTITIONER), make_staff(practice, Role.OWNER), carl.user):
        with pytest.raises(NotAllowed):
            give(carl, item("glute-bridge"), by=person)
    assert stored() == 0


def test_an_exercise_of_another_practice_does_not_exist_here(carl: Client) -> None:
    other = make_practice()
    foreign = shelve("dead-bug", practice=other).current_version
    assert foreign is not None
    with pytest.raises(Invalid) as refused:
        give(carl, ItemDraft(exercise_version=foreign))
    assert "items.0.exercise" in refused.value.errors
    routine = make_routine("glute-bridge", practice=other)
    with pytest.raises(Invalid) as refused:
        give(carl, item("glute-bridge"), routine=routine)
    assert "routine" in refused.value.errors
    assert stored() == 0
