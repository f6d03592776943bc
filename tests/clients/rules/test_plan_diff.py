"""What changed between two versions of a plan, in the practitioner's words."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from clients.rules.diff_words import ClientWords, Words
from clients.rules.plan_diff import Change, Item, Plan, diff
from clients.rules.schedule import Schedule
from routines.dose import Dose

MONDAY, FRIDAY = 0, 4
SCHEDULE = Schedule(
    kind="weekdays",
    starts_on=date(2026, 11, 2),
    ends_on=date(2026, 11, 29),
    weekdays=frozenset(range(7)),
    reminder_times=(time(8),),
)
BRIDGE = Item("glute-bridge", "Bridge", Dose(mode="reps", sets=2, reps=10, hold_s=3, rest_s=30), "none", 1)
SQUEEZES = Item(
    "knee-squeezes",
    "Knee squeezes",
    Dose(mode="hold", sets=1, reps=2, hold_s=8),
    "alternating",
    1,
    parts={"single": "One knee at a time", "both": "Both knees together", "rocking": "Rocking"},
    on=frozenset({"single", "both"}),
)
WALK = Item("walking", "Walking", Dose(mode="time", sets=1, reps=1, duration_s=600), "none", 1)
PLAN = Plan("Morning", (BRIDGE, SQUEEZES), SCHEDULE, pain_stop=5)


def dosed(item: Item, **changes: Any) -> Item:
    return replace(item, dose=item.dose.override(**changes))


def with_items(*items: Item) -> Plan:
    return replace(PLAN, items=items)


def when(**changes: Any) -> Plan:
    return replace(PLAN, schedule=replace(SCHEDULE, **changes))


@pytest.mark.parametrize(
    ("after", "sentences"),
    [
        pytest.param(PLAN, [], id="nothing"),
        pytest.param(with_items(dosed(BRIDGE, sets=3), SQUEEZES), ["Bridge: 3 sets instead of 2."], id="more sets"),
        pytest.param(with_items(dosed(BRIDGE, sets=1), SQUEEZES), ["Bridge: 1 set instead of 2."], id="one set"),
        pytest.param(
            with_items(dosed(BRIDGE, reps=12), SQUEEZES), ["Bridge: 12 repetitions instead of 10."], id="reps"
        ),
        pytest.param(
            with_items(dosed(BRIDGE, hold_s=5), SQUEEZES), ["Bridge: hold 5 seconds instead of 3 seconds."], id="hold"
        ),
        pytest.param(
            with_items(dosed(BRIDGE, rest_s=60), SQUEEZES), ["Bridge: rest 1 minute instead of 30 seconds."], id="rest"
        ),
        pytest.param(
            with_items(dosed(BRIDGE, load_kg=5), SQUEEZES), ["Bridge: with 5 kg now."], id="weight where there was none"
        ),
        pytest.param(
            with_items(dosed(BRIDGE, sets=3, reps=8), SQUEEZES),
            ["Bridge: 3 sets instead of 2.", "Bridge: 8 repetitions instead of 10."],
            id="two amounts, two sentences",
        ),
        pytest.param(
            with_items(BRIDGE, dosed(SQUEEZES, segment_reps={"both": 2})),
            ["Knee squeezes: “Both knees together” 2 times."],
            id="repeats of a part",
        ),
        pytest.param(
            with_items(BRIDGE, SQUEEZES, WALK), ["Walking: added, 10 minutes."], id="an exercise added, with its dose"
        ),
        pytest.param(with_items(BRIDGE), ["Knee squeezes: taken out."], id="an exercise taken out"),
        pytest.param(with_items(SQUEEZES, BRIDGE), ["The order is now Knee squeezes, Bridge."], id="another order"),
        pytest.param(
            with_items(WALK, SQUEEZES),
            ["Walking: added, 10 minutes.", "Bridge: taken out."],
            id="a swap is an addition and a removal, no new order",
        ),
        pytest.param(
            with_items(BRIDGE, replace(SQUEEZES, on=frozenset({"single", "both", "rocking"}))),
            ["Knee squeezes: “Rocking” switched on."],
            id="the rocking switched on",
        ),
        pytest.param(
            with_items(BRIDGE, replace(SQUEEZES, on=frozenset({"single"}))),
            ["Knee squeezes: “Both knees together” switched off."],
            id="a part switched off",
        ),
        pytest.param(
            with_items(BRIDGE, replace(SQUEEZES, order="each")),
            ["Knee squeezes: one side, then the other."],
            id="sides",
        ),
        pytest.param(
            with_items(BRIDGE, replace(SQUEEZES, first_side="right")), ["Knee squeezes: start on the right."], id="side"
        ),
        pytest.param(with_items(replace(BRIDGE, optional=True), SQUEEZES), ["Bridge: may be left out."], id="optional"),
        pytest.param(
            with_items(replace(BRIDGE, choice_group="legs"), SQUEEZES),
            ["Bridge: one of several to choose from."],
            id="choice",
        ),
        pytest.param(
            with_items(replace(BRIDGE, wording=2), SQUEEZES), ["Bridge: the newer text of the exercise."], id="wording"
        ),
        pytest.param(with_items(replace(BRIDGE, note="Slowly"), SQUEEZES), ["Bridge: “Slowly”."], id="a note"),
        pytest.param(
            when(weekdays=frozenset({MONDAY, FRIDAY})), ["Monday, Friday instead of every day."], id="fixed days"
        ),
        pytest.param(
            when(kind="per_week", weekdays=frozenset(), per_week=3),
            ["Any 3 days a week instead of every day."],
            id="free days",
        ),
        pytest.param(when(times_per_day=2), ["2 times a day instead of 1."], id="twice a day"),
        pytest.param(when(ends_on=None), ["The plan runs on without an end."], id="no end"),
        pytest.param(when(ends_on=date(2026, 12, 6)), ["The last day is 2026-12-06."], id="a later end"),
        pytest.param(when(reminder_times=(time(7, 30),)), ["Reminders at 07:30."], id="reminder"),
        pytest.param(when(reminder_times=()), ["No reminders."], id="no reminder"),
        pytest.param(when(bite_min=5), ["About 5 minutes at a time."], id="bites"),
        pytest.param(replace(PLAN, pain_stop=4), ["Stop above pain 4 instead of 5."], id="pain stop"),
        pytest.param(replace(PLAN, name="Evening"), ["The plan is now called Evening."], id="name"),
        pytest.param(replace(PLAN, note="Go gently"), ["Note for the client: “Go gently”."], id="note"),
    ],
)
def test_each_change_has_its_sentence(after: Plan, sentences: list[str]) -> None:
    words = Words()
    changes = diff(PLAN, after)
    assert [words.sentence(change) for change in changes] == sentences
    kept = [Change.from_dict(change.to_dict()) for change in changes]
    assert [words.sentence(change) for change in kept] == sentences


BREAKS = replace(
    SCHEDULE,
    kind="breaks",
    weekdays=frozenset(range(5)),
    times_per_day=5,
    window=(time(9), time(17, 30)),
    reminder_times=(),
)
WALKS = Schedule(kind="walk", starts_on=date(2026, 11, 2), per_week=3)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        pytest.param(BREAKS, replace(BREAKS, times_per_day=6), "6 breaks a day instead of 5.", id="more breaks"),
        pytest.param(BREAKS, replace(BREAKS, times_per_day=1), "1 break a day instead of 5.", id="one break"),
        pytest.param(
            BREAKS, replace(BREAKS, window=(time(8), time(16))), "Breaks between 08:00 and 16:00.", id="other hours"
        ),
        pytest.param(
            BREAKS, replace(BREAKS, weekdays=frozenset({0})),
            "Monday instead of Monday, Tuesday, Wednesday, Thursday, Friday.", id="fewer working days",
        ),
        pytest.param(
            WALKS, replace(WALKS, per_week=4), "A walk on any 4 days a week instead of any 3 days a week.", id="walks"
        ),
    ],
)  # fmt: skip
def test_each_change_of_a_goal_has_its_sentence(before: Schedule, after: Schedule, sentence: str) -> None:
    one, other = replace(PLAN, schedule=before), replace(PLAN, schedule=after)
    for words in (Words(), ClientWords()):
        assert [words.sentence(Change.from_dict(each.to_dict())) for each in diff(one, other)] == [sentence]


def test_the_way_back_says_the_opposite() -> None:
    heavier = with_items(dosed(BRIDGE, load_kg=5), SQUEEZES)
    assert [Words().sentence(change) for change in diff(heavier, PLAN)] == ["Bridge: no added weight any more."]


def test_the_same_exercise_twice_is_told_apart_by_its_turn() -> None:
    before = with_items(BRIDGE, SQUEEZES, BRIDGE)
    after = with_items(BRIDGE, SQUEEZES, dosed(BRIDGE, reps=5))
    assert [Words().sentence(change) for change in diff(before, after)] == ["Bridge: 5 repetitions instead of 10."]


def test_a_hold_and_the_tempo_that_follows_it_are_one_change() -> None:
    squeeze = replace(SQUEEZES, dose=Dose(mode="hold", sets=1, reps=2, hold_s=8).override(tempo="4-8-4-0"))
    longer = replace(squeeze, dose=squeeze.dose.override(hold_s=10))
    assert [change.kind for change in diff(with_items(squeeze), with_items(longer))] == ["hold_s"]
    slower = replace(squeeze, dose=squeeze.dose.override(tempo="6-8-6-0"))
    assert [change.kind for change in diff(with_items(squeeze), with_items(slower))] == ["tempo"]


def test_a_change_of_a_later_release_is_still_said() -> None:
    assert Words().sentence(Change("something_new", "Bridge")) == "Bridge: something else was changed."


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        pytest.param(WALK, dosed(WALK, duration_s=900), "Walking: 15 minutes instead of 10 minutes.", id="minutes"),
        pytest.param(
            BRIDGE, dosed(BRIDGE, hold_s=0), "Bridge: hold none instead of 3 seconds.", id="no hold any more"
        ),
        pytest.param(
            dosed(BRIDGE, load_kg=5), dosed(BRIDGE, load_kg=7.5), "Bridge: 7.5 kg instead of 5.", id="another weight"
        ),
        pytest.param(
            dosed(SQUEEZES, tempo="4-8-4-0"),
            dosed(SQUEEZES, tempo="6-8-6-0"),
            "Knee squeezes: pace 6-8-6-0 (move, hold, return, pause).",
            id="pace",
        ),
        pytest.param(
            dosed(SQUEEZES, tempo="4-8-4-0"), SQUEEZES, "Knee squeezes: the pace of the exercise itself again.", id="p"
        ),
        pytest.param(
            dosed(SQUEEZES, segment_reps={"both": 2}),
            SQUEEZES,
            "Knee squeezes: “Both knees together” as often as the exercise says.",
            id="a part as it was",
        ),
        pytest.param(
            replace(SQUEEZES, order="each"), SQUEEZES, "Knee squeezes: sides as the exercise says.", id="own order"
        ),
        pytest.param(
            SQUEEZES, replace(SQUEEZES, order="alternating"), "Knee squeezes: change sides every time.", id="in turn"
        ),
        pytest.param(
            SQUEEZES, replace(SQUEEZES, first_side="left"), "Knee squeezes: start on the left.", id="left first"
        ),
        pytest.param(
            replace(SQUEEZES, first_side="left"),
            SQUEEZES,
            "Knee squeezes: start with the side the client likes.",
            id="either side",
        ),
        pytest.param(replace(BRIDGE, optional=True), BRIDGE, "Bridge: belongs to every session.", id="required"),
        pytest.param(
            replace(BRIDGE, choice_group="legs"), BRIDGE, "Bridge: no longer one of several to choose from.", id="alone"
        ),
        pytest.param(
            BRIDGE, replace(BRIDGE, adapted={"both": {"range": 60}}),
            "Bridge: 60 % of the movement instead of 100 %.", id="range",
        ),
        pytest.param(
            SQUEEZES, replace(SQUEEZES, adapted={"left": {"range": 60}}),
            "Knee squeezes: on the left 60 % of the movement instead of 100 %.", id="range on the left",
        ),
        pytest.param(
            SQUEEZES, replace(SQUEEZES, adapted={"right": {"range": 60}}),
            "Knee squeezes: on the right 60 % of the movement instead of 100 %.", id="range on the right",
        ),
        pytest.param(
            BRIDGE, replace(BRIDGE, adapted={"both": {"changes": {"a": 1}}}), "Bridge: the picture was changed.",
            id="picture",
        ),
        pytest.param(
            SQUEEZES, replace(SQUEEZES, adapted={"left": {"changes": {"a": 1}}}),
            "Knee squeezes: the picture was changed for the left side.", id="picture of the left",
        ),
        pytest.param(
            SQUEEZES, replace(SQUEEZES, adapted={"right": {"changes": {"a": 1}}}),
            "Knee squeezes: the picture was changed for the right side.", id="picture of the right",
        ),
        pytest.param(
            replace(BRIDGE, note="Slowly"), BRIDGE, "Bridge: the note was taken away.", id="no note any more"
        ),
    ],
)  # fmt: skip
def test_every_other_change_of_an_exercise_has_its_sentence(before: Item, after: Item, sentence: str) -> None:
    assert [Words().sentence(change) for change in diff(with_items(before), with_items(after))] == [sentence]


def test_no_kind_of_change_is_without_a_sentence_and_a_row_of_these_tables() -> None:
    """Each way of putting a change into words is read by a row above: `kind` stands in what the diff can find."""
    helpers = {"instead", "seconds", "note_words"}
    written = {name[1:] for name in vars(Words) if name.startswith("_") and not name.startswith("__")} - helpers
    rows: set[str] = set()
    for table in (
        test_each_change_has_its_sentence,
        test_every_other_change_of_an_exercise_has_its_sentence,
        test_each_change_of_a_goal_has_its_sentence,
    ):
        (mark,) = [each for each in table.pytestmark if each.name == "parametrize"]
        for values in mark.args[1]:
            read = [replace(PLAN, schedule=each) if isinstance(each, Schedule) else each for each in values.values]
            plans = [each for each in read if isinstance(each, Plan | Item)]
            before, after = plans if len(plans) == 2 else (PLAN, plans[0])
            one, other = (each if isinstance(each, Plan) else with_items(each) for each in (before, after))
            rows |= {change.kind for change in diff(one, other)}
    assert written == rows


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        pytest.param(with_items(replace(BRIDGE, optional=True), SQUEEZES), "Bridge: you may leave it out.", id="free"),
        pytest.param(
            with_items(replace(BRIDGE, choice_group="legs"), SQUEEZES),
            "Bridge: choose this one or another of its group.",
            id="choice",
        ),
        pytest.param(replace(PLAN, note="Go gently"), "Note for you: “Go gently”.", id="note"),
        pytest.param(
            with_items(BRIDGE, replace(SQUEEZES, first_side="right")), "Knee squeezes: start on the right.", id="side"
        ),
    ],
)
def test_the_client_is_spoken_to(after: Plan, sentence: str) -> None:
    assert [ClientWords().sentence(change) for change in diff(PLAN, after)] == [sentence]


def test_the_client_hears_of_an_own_side_and_of_a_choice_that_ended() -> None:
    words = ClientWords()
    assert words.sentence(Change("first_side", "Bridge", "left", "client")) == "Bridge: start with the side you like."
    assert words.sentence(Change("choice_group", "Bridge", "legs", "")) == (
        "Bridge: no longer one of several to choose from."
    )
