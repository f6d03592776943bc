"""Giving a plan to somebody whom the library warns for: what has to be answered, and what is refused."""

import pytest

from clients.errors import Invalid
from clients.models import Assignment, Client
from clients.rules.contraindications import Answer
from portal.accounts.models import User
from portal.accounts.tenancy import all_practices
from tests.clients.assigning.giving import give, item
from tests.clients.library import make_routine, shelve_swap
from tests.factories import make_client


def test_avoid_wants_a_reason_which_is_kept_with_the_exercise(priya: User) -> None:
    omar = make_client(priya, tags=["pregnancy"])
    lying = item("prone-lying-rest")
    with pytest.raises(Invalid) as refused:
        give(omar, lying)
    (field,) = refused.value.errors
    key = field.removeprefix("answers.")
    assert "Take it out" in refused.value.errors[field]
    with pytest.raises(Invalid):
        give(omar, lying, answers={key: Answer(confirmed=True)})
    plan = give(omar, lying, answers={key: Answer(reason="Twelve weeks, comfortable on the front")})
    assert plan.current_version is not None
    (record,) = plan.current_version.items.get(lane="steady").cautions
    assert (record["level"], record["reason"]) == ("avoid", "Twelve weeks, comfortable on the front")


def test_ask_wants_a_yes(priya: User) -> None:
    omar = make_client(priya, tags=["spinal_stenosis"])
    lying = item("prone-lying-rest")
    with pytest.raises(Invalid) as refused:
        give(omar, lying)
    (field,) = refused.value.errors
    plan = give(omar, lying, answers={field.removeprefix("answers."): Answer(confirmed=True)})
    assert plan.state == Assignment.State.ACTIVE


def test_adapt_goes_ahead_and_keeps_its_note(priya: User) -> None:
    shelve_swap("knee-squeezes", "osteoporosis", "pelvic-tilt-lying")
    plan = give(make_client(priya, tags=["osteoporosis"]), item("knee-squeezes"))
    assert plan.current_version is not None
    (record,) = plan.current_version.items.get(lane="steady").cautions
    assert (record["level"], record["tag"]) == ("adapt", "osteoporosis")
    assert record["note"]


def test_a_part_that_the_gate_would_never_offer_cannot_be_switched_on(priya: User) -> None:
    omar = make_client(priya, tags=["osteoporosis"])
    with pytest.raises(Invalid) as refused:
        give(omar, item("knee-squeezes", opted_in=("rocking",)))
    (field,) = refused.value.errors
    assert "Switch it off" in refused.value.errors[field]
    with pytest.raises(Invalid):
        give(
            omar,
            item("knee-squeezes", opted_in=("rocking",)),
            answers={field.removeprefix("answers."): Answer(True, "All the same, please")},
        )


def test_growing_weakness_refuses_every_plan_whatever_is_answered(priya: User) -> None:
    omar = make_client(priya, tags=["progressive_neuro"])
    answers = {"client:progressive_neuro": Answer(True, "All the same, please")}
    with pytest.raises(Invalid) as refused:
        give(omar, item("belly-breathing"), answers=answers)
    assert "answers.client:progressive_neuro" in refused.value.errors


def test_a_routine_that_is_not_meant_for_the_client_wants_a_reason(priya: User) -> None:
    omar = make_client(priya, tags=["flexion_sensitive"])
    routine = make_routine("glute-bridge", document={"not_for_tags": ["flexion_sensitive"]})
    with pytest.raises(Invalid) as refused:
        give(omar, item("glute-bridge"), routine=routine)
    (field,) = refused.value.errors
    answers = {field.removeprefix("answers."): Answer(reason="Without the bending part")}
    plan = give(omar, item("glute-bridge"), routine=routine, answers=answers)
    assert plan.current_version is not None
    assert plan.current_version.cautions[0]["reason"] == "Without the bending part"


def test_an_exercise_on_approval_is_given_only_with_a_yes(carl: Client) -> None:
    routine = make_routine("sciatic-slider-lying")
    with all_practices():
        routine.items.update(gate={"practitioner_approval": True})
    with pytest.raises(Invalid) as refused:
        give(carl, item("sciatic-slider-lying"), routine=routine)
    answers = {field.removeprefix("answers."): Answer(confirmed=True) for field in refused.value.errors}
    assert give(carl, item("sciatic-slider-lying"), routine=routine, answers=answers).pk
