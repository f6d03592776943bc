"""The safety check decides as the library's questions say, and never for less."""

import json
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from clients.rules import safety as rules
from routines.content.library_items import LEVELS, SafetyQuestion
from routines.library import starter

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors" / "safety.json").read_text("utf-8"))
FLAGS = yaml.safe_load(starter.ROUTINES.read_text("utf-8"))["safety"]["red_flags"]
QUESTIONS = starter.safety().questions
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def question(id_: str, level: str) -> SafetyQuestion:
    items = ("first", "second", "third", "fourth", "none of these")
    return SafetyQuestion(id_, level, "Any of these?", items, None, None, None)


THREE = (question("nerve", "emergency"), question("fall", "same_day"), question("months", "soon"))


def all_no(questions: tuple[SafetyQuestion, ...] = QUESTIONS) -> dict[str, list[str]]:
    return {each.id: [rules.NONE] for each in questions}


# --- the vectors that the browser reads too ---------------------------------------------------------------------------


@pytest.mark.parametrize("vector", [pytest.param(each, id=each["name"]) for each in VECTORS])
def test_the_shared_vectors_hold_here(vector: dict[str, Any]) -> None:
    decision = rules.decide(THREE, vector["answers"])
    assert (decision.level, list(decision.missing), decision.is_final) == (
        vector["level"],
        vector["missing"],
        vector["final"],
    )


# --- every line of the library's file ---------------------------------------------------------------------------------

ROWS = [
    pytest.param(raw["id"], place, raw["level"], id=f"{raw['id']}: {item}")
    for raw in FLAGS["questions"]
    for place, item in enumerate(raw["items"][:-1])
]


@pytest.mark.parametrize(("id_", "place", "level"), ROWS)
def test_one_symptom_alone_asks_for_what_its_question_says(id_: str, place: int, level: str) -> None:
    decision = rules.decide(QUESTIONS, all_no() | {id_: [str(place)]})
    assert (decision.level, decision.is_final) == (level, True)
    assert rules.locks(decision.level) is (level in {"emergency", "same_day"})


@pytest.mark.parametrize("raw", [pytest.param(raw, id=raw["id"]) for raw in FLAGS["questions"]])
def test_not_sure_counts_as_yes_for_every_question(raw: dict[str, Any]) -> None:
    assert rules.decide(QUESTIONS, all_no() | {raw["id"]: [rules.NOT_SURE]}).level == raw["any_yes"]


def test_every_question_can_be_answered_with_no_and_then_nothing_follows() -> None:
    assert all(raw["items"][-1] in {"none of these", "no"} for raw in FLAGS["questions"])
    assert rules.decide(QUESTIONS, all_no()).is_clear


@pytest.mark.parametrize(
    ("level", "sentence", "locks"),
    [
        pytest.param("emergency", "lock new sessions until a practitioner clears", True, id="emergency locks"),
        pytest.param("same_day", "pause the plan until they clear it", True, id="same day pauses"),
        pytest.param("soon", "add to the practitioner's review list", False, id="soon goes on"),
    ],
)
def test_what_locks_is_what_the_file_says(level: str, sentence: str, locks: bool) -> None:
    assert sentence in FLAGS["actions"][level]["then"]
    assert rules.locks(level) is locks
    assert not rules.locks(None)


@pytest.mark.parametrize(
    ("words", "trigger"),
    [
        ("onboarding", "onboarding"),
        ("every 4 weeks", "four_weeks"),
        ("when a flare is reported", "flare"),
        ("when pain before is 8 or more", "pain"),
        ("any time from a fixed 'safety check' link", "link"),
    ],
)
def test_every_time_to_ask_in_the_file_is_a_trigger(words: str, trigger: str) -> None:
    assert words in FLAGS["ask_at"]
    assert trigger in rules.TRIGGERS


def test_only_a_pregnant_client_is_asked_about_the_pregnancy() -> None:
    assert "pregnancy" not in {each.id for each in rules.asked(QUESTIONS, [])}
    assert "pregnancy" in {each.id for each in rules.asked(QUESTIONS, ["pregnancy"])}
    assert len(rules.asked(QUESTIONS, [])) == len(QUESTIONS) - 1


def test_a_changed_question_has_another_version() -> None:
    assert rules.version_of(QUESTIONS) == rules.version_of(tuple(QUESTIONS))
    assert rules.version_of(QUESTIONS) != rules.version_of(QUESTIONS[:-1])


# --- whatever is answered ---------------------------------------------------------------------------------------------

TICKS = st.lists(st.sampled_from(["0", "1", "2", "3", rules.NONE, rules.NOT_SURE]), max_size=4)
ANSWERS = st.dictionaries(st.sampled_from([each.id for each in QUESTIONS]), TICKS)


@given(ANSWERS)
def test_no_set_of_answers_with_an_emergency_yes_is_less_than_an_emergency(answers: dict[str, list[str]]) -> None:
    emergencies = {each.id for each in QUESTIONS if each.level == "emergency"}
    said = any(rules.is_yes(ticked) for id_, ticked in answers.items() if id_ in emergencies)
    decision = rules.decide(QUESTIONS, answers)
    assert (decision.level == "emergency") is said
    if said:
        assert decision.is_final
        assert rules.locks(decision.level)


@given(ANSWERS, st.sampled_from([each.id for each in QUESTIONS]), TICKS)
def test_a_further_tick_never_makes_it_less_serious(answers: dict[str, list[str]], id_: str, more: list[str]) -> None:
    before = rules.decide(QUESTIONS, answers).level
    after = rules.decide(QUESTIONS, answers | {id_: [*answers.get(id_, []), *more]}).level
    assert rules.more_serious(before, after) == after


@given(ANSWERS)
def test_a_check_is_clear_only_where_every_question_was_answered_with_no(answers: dict[str, list[str]]) -> None:
    clear = rules.decide(QUESTIONS, answers).is_clear
    assert clear is all(set(answers.get(each.id, ())) == {rules.NONE} for each in QUESTIONS)


def test_levels_are_ordered_from_the_most_serious() -> None:
    for worse, less in pairwise([*LEVELS, None]):
        assert rules.more_serious(worse, less) == rules.more_serious(less, worse) == worse


# --- when the questions come ------------------------------------------------------------------------------------------

LAST_WEEK = NOW - timedelta(days=7)
DUE = [
    pytest.param({"last_at": None}, "onboarding", id="never asked"),
    pytest.param({"last_at": LAST_WEEK}, None, id="asked last week"),
    pytest.param({"last_at": NOW - timedelta(days=28)}, "four_weeks", id="four weeks to the minute"),
    pytest.param({"last_at": NOW - timedelta(days=28) + timedelta(seconds=1)}, None, id="a second less"),
    pytest.param({"last_at": LAST_WEEK, "stopped_at": NOW}, "stop", id="stop since"),
    pytest.param({"last_at": NOW, "stopped_at": LAST_WEEK}, None, id="stop before"),
    pytest.param({"last_at": LAST_WEEK, "flare_at": NOW}, "flare", id="flare since"),
    pytest.param({"last_at": LAST_WEEK, "strong_pain_at": NOW}, "pain", id="strong pain since"),
    pytest.param(
        {"last_at": LAST_WEEK, "strong_pain_at": NOW, "pain_check_at": NOW - timedelta(minutes=59)},
        None,
        id="asked because of this pain",
    ),
    pytest.param(
        {"last_at": LAST_WEEK, "strong_pain_at": NOW, "pain_check_at": NOW - timedelta(hours=1)},
        "pain",
        id="asked an hour before",
    ),
    pytest.param({"last_at": None, "stopped_at": NOW}, "stop", id="stop before any check"),
    pytest.param({"last_at": LAST_WEEK, "stopped_at": NOW, "flare_at": NOW, "strong_pain_at": NOW}, "stop", id="all"),
]


@pytest.mark.parametrize(("times", "expected"), DUE)
def test_when_the_questions_are_due(times: dict[str, Any], expected: str | None) -> None:
    assert rules.due(now=NOW, **times) == expected


# --- what a device may send -------------------------------------------------------------------------------------------


def document(**changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "trigger": "link",
        "place": "page",
        "version": rules.version_of(QUESTIONS),
        "session": None,
        "answers": {"cauda_equina": ["0"]},
        "level": "emergency",
        "at": "2026-11-18T09:00:00+00:00",
        **changes,
    }


def test_a_check_is_read_with_its_clock_and_answers() -> None:
    check = rules.read_check(QUESTIONS, document(session=str(uuid.uuid4())))
    assert check.answers == {"cauda_equina": ("0",)}
    assert check.at == NOW
    assert check.session is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "no"}, "id"),
        ({"id": 7}, "id"),
        ({"trigger": "because"}, "trigger"),
        ({"trigger": ["link"]}, "trigger"),
        ({"place": None}, "place"),
        ({"version": "1"}, "version"),
        ({"session": "no"}, "session"),
        ({"level": "fine"}, "level"),
        ({"at": "2026-11-18T09:00:00"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"answers": []}, "answers"),
        ({"answers": {"weather": ["0"]}}, "answers.weather"),
        ({"answers": {"cauda_equina": "0"}}, "answers.cauda_equina"),
        ({"answers": {"cauda_equina": ["7"]}}, "answers.cauda_equina"),
        ({"answers": {"cauda_equina": [0]}}, "answers.cauda_equina"),
        ({"answers": {"cauda_equina": ["-1"]}}, "answers.cauda_equina"),
        ({"score": 3}, "score"),
    ],
)
def test_what_cannot_be_read_is_refused_by_the_name_of_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(rules.CheckError) as refused:
        rules.read_check(QUESTIONS, document(**changes))
    assert field in refused.value.problems


@pytest.mark.parametrize("raw", [None, [], "check", 7, {}])
def test_what_is_no_check_at_all_is_refused(raw: Any) -> None:
    with pytest.raises(rules.CheckError):
        rules.read_check(QUESTIONS, raw)


def test_answers_to_an_older_wording_are_kept_as_they_came() -> None:
    check = rules.read_check(QUESTIONS, document(version="0" * 12, answers={"old_question": ["12"]}))
    assert check.answers == {"old_question": ("12",)}


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_is_sent_as_answers_is_read_or_refused(raw: Any) -> None:
    with suppress(rules.CheckError):
        assert isinstance(rules.read_check(QUESTIONS, document(answers=raw)).answers, dict)
