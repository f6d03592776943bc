"""What changed between two versions of a plan, in the practitioner's words and in the client's."""

import ast
import inspect
import json
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from clients.rules import plan_diff
from clients.rules.diff_words import WEEKDAYS, ClientWords, Words
from clients.rules.plan_diff import AMOUNTS, SIDES, Change, Item, Plan, diff
from clients.rules.schedule import Schedule
from routines.dose import Dose
from tests.wordings import Heard, plain, wordings_in

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


BREAKS = replace(
    SCHEDULE,
    kind="breaks",
    weekdays=frozenset(range(5)),
    times_per_day=5,
    window=(time(9), time(17, 30)),
    reminder_times=(),
)
WALKS = Schedule(kind="walk", starts_on=date(2026, 11, 2), per_week=3)
WEIGHED = dosed(BRIDGE, load_kg=5)
PACED = dosed(SQUEEZES, tempo="4-8-4-0")
TWICE = dosed(SQUEEZES, segment_reps={"both": 2})
GROUPED = replace(BRIDGE, choice_group="legs")


def row(name: str, before: Any, after: Any, said: str, client: str = "") -> Any:
    """A plan, schedule or exercise, what it becomes, and the sentence; client: where theirs is another one."""
    return pytest.param(_plan(before), _plan(after), said, client or said, id=name)


def _plan(part: Any) -> Plan:
    if isinstance(part, Schedule):
        return replace(PLAN, schedule=part)
    return with_items(part) if isinstance(part, Item) else part


# One row for every wording: what the practitioner reads, and what the client reads where they get other words.
TABLE = [
    row("one set", BRIDGE, dosed(BRIDGE, sets=1), "Bridge: 1 set instead of 2."),
    row("more sets", BRIDGE, dosed(BRIDGE, sets=3), "Bridge: 3 sets instead of 2."),
    row("one repetition", BRIDGE, dosed(BRIDGE, reps=1), "Bridge: 1 repetition instead of 10."),
    row("repetitions", BRIDGE, dosed(BRIDGE, reps=12), "Bridge: 12 repetitions instead of 10."),
    row("hold", BRIDGE, dosed(BRIDGE, hold_s=5), "Bridge: hold 5 seconds instead of 3 seconds."),
    row("one second", BRIDGE, dosed(BRIDGE, hold_s=1), "Bridge: hold 1 second instead of 3 seconds."),
    row("no hold", BRIDGE, dosed(BRIDGE, hold_s=0), "Bridge: hold none instead of 3 seconds."),
    row("rest", BRIDGE, dosed(BRIDGE, rest_s=60), "Bridge: rest 1 minute instead of 30 seconds."),
    row("minutes", WALK, dosed(WALK, duration_s=900), "Walking: 15 minutes instead of 10 minutes."),
    row("a first weight", BRIDGE, WEIGHED, "Bridge: with 5 kg now."),
    row("another weight", WEIGHED, dosed(BRIDGE, load_kg=7.5), "Bridge: 7.5 kg instead of 5."),
    row("no weight", WEIGHED, BRIDGE, "Bridge: no added weight any more."),
    row(
        "pace", PACED, dosed(SQUEEZES, tempo="6-8-6-0"), "Knee squeezes: pace 6-8-6-0 (move, hold, return, pause).",
    ),
    row("its own pace", PACED, SQUEEZES, "Knee squeezes: the pace of the exercise itself again."),
    row("a part twice", SQUEEZES, TWICE, "Knee squeezes: “Both knees together” 2 times."),
    row(
        "a part once", TWICE, dosed(SQUEEZES, segment_reps={"both": 1}),
        "Knee squeezes: “Both knees together” 1 time.",
    ),
    row("a part as it was", TWICE, SQUEEZES, "Knee squeezes: “Both knees together” as often as the exercise says."),
    row("added", BRIDGE, with_items(BRIDGE, WALK), "Walking: added, 10 minutes."),
    row("taken out", with_items(BRIDGE, WALK), BRIDGE, "Walking: taken out."),
    row(
        "another order", with_items(BRIDGE, WALK), with_items(WALK, BRIDGE), "The order is now Walking, Bridge.",
    ),
    row(
        "a part on", SQUEEZES, replace(SQUEEZES, on=frozenset({"single", "both", "rocking"})),
        "Knee squeezes: “Rocking” switched on.",
    ),
    row(
        "a part off", SQUEEZES, replace(SQUEEZES, on=frozenset({"single"})),
        "Knee squeezes: “Both knees together” switched off.",
    ),
    row("sides apart", SQUEEZES, replace(SQUEEZES, order="each"), "Knee squeezes: one side, then the other."),
    row("sides in turn", SQUEEZES, replace(SQUEEZES, order="alternating"), "Knee squeezes: change sides every time."),
    row("its own sides", replace(SQUEEZES, order="each"), SQUEEZES, "Knee squeezes: sides as the exercise says."),
    row("left first", SQUEEZES, replace(SQUEEZES, first_side="left"), "Knee squeezes: start on the left."),
    row("right first", SQUEEZES, replace(SQUEEZES, first_side="right"), "Knee squeezes: start on the right."),
    row(
        "either side", replace(SQUEEZES, first_side="left"), SQUEEZES,
        "Knee squeezes: start with the side the client likes.", "Knee squeezes: start with the side you like.",
    ),
    row(
        "optional", BRIDGE, replace(BRIDGE, optional=True), "Bridge: may be left out.", "Bridge: you may leave it out.",
    ),
    row("required", replace(BRIDGE, optional=True), BRIDGE, "Bridge: belongs to every session."),
    row(
        "choice", BRIDGE, GROUPED,
        "Bridge: one of several to choose from.", "Bridge: choose this one or another of its group.",
    ),
    row("no choice", GROUPED, BRIDGE, "Bridge: no longer one of several to choose from."),
    row("wording", BRIDGE, replace(BRIDGE, wording=2), "Bridge: the newer text of the exercise."),
    row("note on an exercise", BRIDGE, replace(BRIDGE, note="Slowly"), "Bridge: “Slowly”."),
    row("no note on it", replace(BRIDGE, note="Slowly"), BRIDGE, "Bridge: the note was taken away."),
    *(
        row(f"range{where}", SQUEEZES, replace(SQUEEZES, adapted={side: {"range": 60}}),
            f"Knee squeezes: {where}60 % of the movement instead of 100 %.")
        for side, where in (("both", ""), ("left", "on the left "), ("right", "on the right "))
    ),
    *(
        row(f"picture{where}", SQUEEZES, replace(SQUEEZES, adapted={side: {"changes": {"a": 1}}}),
            f"Knee squeezes: the picture was changed{where}.")
        for side, where in (("both", ""), ("left", " for the left side"), ("right", " for the right side"))
    ),
    row(
        "fixed days", PLAN, when(weekdays=frozenset({0, 1, 2, 3, 4, 5})),
        "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday instead of every day.",
    ),
    row("on Sundays", PLAN, when(weekdays=frozenset({6})), "Sunday instead of every day."),
    row(
        "free days", PLAN, when(kind="per_week", weekdays=frozenset(), per_week=3),
        "Any 3 days a week instead of every day.",
    ),
    row(
        "one free day", PLAN, when(kind="per_week", weekdays=frozenset(), per_week=1),
        "Any 1 day a week instead of every day.",
    ),
    row("twice a day", PLAN, when(times_per_day=2), "2 times a day instead of 1."),
    row("once a day", when(times_per_day=2), PLAN, "1 time a day instead of 2."),
    row("no end", PLAN, when(ends_on=None), "The plan runs on without an end."),
    row("a later end", PLAN, when(ends_on=date(2026, 12, 6)), "The last day is 2026-12-06."),
    row("reminder", PLAN, when(reminder_times=(time(7, 30),)), "Reminders at 07:30."),
    row("no reminder", PLAN, when(reminder_times=()), "No reminders."),
    row("bites", PLAN, when(bite_min=5), "About 5 minutes at a time."),
    row("no bites", when(bite_min=5), PLAN, "A session in one go."),
    row("pain stop", PLAN, replace(PLAN, pain_stop=4), "Stop above pain 4 instead of 5."),
    row("name", PLAN, replace(PLAN, name="Evening"), "The plan is now called Evening."),
    row(
        "note", PLAN, replace(PLAN, note="Go gently"),
        "Note for the client: “Go gently”.", "Note for you: “Go gently”.",
    ),
    row(
        "no note", replace(PLAN, note="Go gently"), PLAN,
        "Note for the client: the note was taken away.", "Note for you: the note was taken away.",
    ),
    row("more breaks", BREAKS, replace(BREAKS, times_per_day=6), "6 breaks a day instead of 5."),
    row("one break", BREAKS, replace(BREAKS, times_per_day=1), "1 break a day instead of 5."),
    row("other hours", BREAKS, replace(BREAKS, window=(time(8), time(16))), "Breaks between 08:00 and 16:00."),
    row("walks", WALKS, replace(WALKS, per_week=4), "A walk on any 4 days a week instead of any 3 days a week."),
]  # fmt: skip
LATER = Change("something_new", "Bridge"), "Bridge: something else was changed."  # of a later release
NEVER = {("_bite_min", "%(count)d minute")}  # bites have LEAST_MIN minutes or more


@pytest.mark.parametrize(("before", "after", "practitioner", "client"), TABLE)
def test_each_change_has_its_sentence_for_both(before: Plan, after: Plan, practitioner: str, client: str) -> None:
    """Also as it is kept with the version and read again."""
    (change,) = diff(before, after)
    for each in (change, Change.from_dict(json.loads(json.dumps(change.to_dict())))):
        assert (Words().sentence(each), ClientWords().sentence(each)) == (practitioner, client)


def test_no_wording_of_a_change_is_without_a_row_of_the_table() -> None:
    """For the practitioner and for the client; a plural has two."""
    own = {name for name in vars(ClientWords) if not name.startswith("__")}
    of_class = {words: wordings_in(words) for words in (Words, ClientWords)}
    of_class[ClientWords] |= {each for each in of_class[Words] if each[0] not in own}
    changes = [diff(*param.values[:2])[0] for param in TABLE] + [LATER[0]]
    for words, wanted in of_class.items():
        heard = Heard()
        writer = words(gettext=heard.gettext, ngettext=heard.ngettext)
        said = set().union(*(heard.said(writer.sentence(change)) for change in changes))
        named = {("days_words", day) for day in WEEKDAYS}
        assert (wanted | named) - NEVER - said == set(), words
        assert said & NEVER == set()


def test_no_kind_of_change_is_without_a_row_of_the_table() -> None:
    """What the diff can find is what the table has: its kinds stand in its code, as texts or as the name of a side."""
    found = {change.kind for param in TABLE for change in diff(*param.values[:2])}
    code = ast.parse(inspect.getsource(plan_diff))
    kinds = {*AMOUNTS, *(f"{what}_{side}" for what in ("range", "figure") for side in SIDES)}
    for call in ast.walk(code):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Change":
            parts = [each for each in ast.walk(call.args[0]) if isinstance(each, ast.Constant)]
            kinds |= {str(each.value) for each in parts if str(each.value).islower() and str(each.value)[-1] != "_"}
    assert found >= kinds - {"walk"} | {"times_per_day", "breaks_a_day"}
    assert {name for name in found if not hasattr(Words, f"_{name}")} == set()


def test_what_nothing_changes_says_nothing_and_two_amounts_are_two_sentences() -> None:
    assert diff(PLAN, PLAN) == ()
    changes = diff(with_items(BRIDGE), with_items(dosed(BRIDGE, sets=3, reps=8)))
    said = ["Bridge: 3 sets instead of 2.", "Bridge: 8 repetitions instead of 10."]
    assert [Words().sentence(change) for change in changes] == said


def test_a_swap_is_an_addition_and_a_removal_and_no_new_order() -> None:
    said = ["Walking: added, 10 minutes.", "Bridge: taken out."]
    assert [Words().sentence(change) for change in diff(PLAN, with_items(WALK, SQUEEZES))] == said


def test_the_dose_of_what_was_added_is_said_in_the_readers_language() -> None:
    (change,) = diff(with_items(BRIDGE), with_items(BRIDGE, SQUEEZES))
    heard = Heard()
    sentence = ClientWords(gettext=heard.gettext, ngettext=heard.ngettext).sentence(change)
    assert plain(sentence) == "Knee squeezes: added, 2 each side, hold 8 seconds."
    assert {place for place, _words in heard.said(sentence)} == {"sentence", "_added", "dose_words"}
    before = Change("added", "Knee squeezes", after="2 each side")  # as versions of earlier releases keep it
    assert Words().sentence(before) == "Knee squeezes: added, 2 each side."


def test_the_same_exercise_twice_is_told_apart_by_its_turn() -> None:
    before = with_items(BRIDGE, SQUEEZES, BRIDGE)
    after = with_items(BRIDGE, SQUEEZES, dosed(BRIDGE, reps=5))
    assert [Words().sentence(change) for change in diff(before, after)] == ["Bridge: 5 repetitions instead of 10."]


def test_a_hold_and_the_tempo_that_follows_it_are_one_change() -> None:
    longer = replace(PACED, dose=PACED.dose.override(hold_s=10))
    assert [change.kind for change in diff(with_items(PACED), with_items(longer))] == ["hold_s"]
    slower = replace(PACED, dose=PACED.dose.override(tempo="6-8-6-0"))
    assert [change.kind for change in diff(with_items(PACED), with_items(slower))] == ["tempo"]


def test_a_change_of_a_later_release_is_still_said() -> None:
    change, sentence = LATER
    assert (Words().sentence(change), ClientWords().sentence(change)) == (sentence, sentence)
