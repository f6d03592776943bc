from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routines.content import ContentError
from routines.dose import Tempo, dose_words, parse_dose
from routines.library import starter

SQUEEZES = {"mode": "hold", "sets": 1, "reps": 2, "hold_s": 8, "tempo": "4-8-4-0"}

numbers = st.integers(-5, 5000)


@pytest.mark.parametrize(
    ("document", "sides", "words"),
    [
        pytest.param(SQUEEZES, "alternating", "2 each side, hold 8 seconds", id="knee squeezes"),
        pytest.param({"mode": "reps", "sets": 1, "reps": 10}, "none", "10 times", id="ten times"),
        pytest.param({"mode": "reps", "sets": 1, "reps": 1}, "none", "once", id="once"),
        pytest.param({"mode": "reps", "sets": 1, "reps": 1}, "each", "once each side", id="once each side"),
        pytest.param(
            {"mode": "reps", "sets": 2, "reps": 8, "rest_s": 45},
            "each",
            "2 sets of 8 each side, rest 45 seconds between sets",
            id="sets each side",
        ),
        pytest.param(
            {"mode": "reps", "sets": 3, "reps": 8, "rest_s": 90, "load_kg": 4.5},
            "none",
            "3 sets of 8, with 4.5 kg, rest 90 seconds between sets",
            id="sets with a load",
        ),
        pytest.param({"mode": "hold", "sets": 1, "reps": 1, "hold_s": 180}, "none", "hold 3 minutes", id="a rest"),
        pytest.param({"mode": "time", "sets": 1, "reps": 1, "duration_s": 600}, "none", "10 minutes", id="a walk"),
        pytest.param(
            {"mode": "time", "sets": 2, "reps": 1, "duration_s": 30, "rest_s": 60},
            "each",
            "2 times 30 seconds each side, rest 1 minute between sets",
            id="a carry",
        ),
    ],
)
def test_a_client_reads_the_dose_in_plain_words(document: Any, sides: str, words: str) -> None:
    assert dose_words(parse_dose(document), sides) == words


def test_dose_words_are_translated_where_translators_are_given() -> None:
    texts = {"%(reps)d each side": "je Seite %(reps)d", "hold %(seconds)s": "%(seconds)s halten"}
    words = dose_words(
        parse_dose(SQUEEZES),
        "alternating",
        gettext=lambda text: texts.get(text, text),
        ngettext=lambda one, many, n: {"%(count)d seconds": "%(count)d Sekunden"}.get(many, texts.get(many, many)),
    )
    assert words == "je Seite 2, 8 Sekunden halten"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sets": 0}, r"dose\.sets: 0 is out of range; use 1 to 20 sets"),
        ({"sets": 21}, r"dose\.sets: 21 is out of range"),
        ({"reps": 0}, r"dose\.reps: 0 is out of range; use 1 to 100 repetitions"),
        ({"reps": 101}, r"dose\.reps: 101 is out of range"),
        ({"reps": 2.5}, r"dose\.reps: expected a whole number"),
        ({"reps": "2"}, r"dose\.reps: expected a number from 1 to 100 repetitions, found '2'"),
        ({"reps": True}, r"dose\.reps: expected a number"),
        ({"reps": None}, r"dose\.reps: is missing"),
        ({"hold_s": 0}, r"dose\.hold_s: a hold of 0 seconds is no hold"),
        ({"hold_s": -1}, r"dose\.hold_s: -1 is out of range"),
        ({"hold_s": 3601}, r"dose\.hold_s: 3601 is out of range; use 0 to 3600 seconds"),
        ({"rest_s": 3601}, r"dose\.rest_s: 3601 is out of range"),
        ({"duration_s": 60}, r"dose\.duration_s: means nothing in mode hold"),
        ({"mode": "time"}, r"dose\.duration_s: is missing; mode time needs"),
        ({"mode": "forever"}, r"dose\.mode: 'forever' is not one of: reps, hold, time"),
        ({"tempo": "4-8-4"}, r"dose\.tempo: '4-8-4' is not move-hold-return-pause"),
        ({"tempo": "0-8-4-0"}, r"dose\.tempo"),
        ({"tempo": "4-7-4-0", "hold_s": 8}, r"dose\.tempo: holds 7 seconds but hold_s is 8"),
        ({"load_kg": 0}, r"dose\.load_kg: 0 is out of range"),
        ({"load_kg": float("nan")}, r"dose\.load_kg: nan is out of range"),
        ({"per_day": 25}, r"dose\.per_day: 25 is out of range"),
        ({"days_per_week": 8}, r"dose\.days_per_week: 8 is out of range; use 1 to 7"),
        (
            {"effort_0_10": [5, 3]},
            r"dose\.effort_0_10: expected two whole numbers, lowest first, from 0 to 10",
        ),
        ({"hold_range_s": [10, 20]}, r"dose\.hold_s: 8 is outside the range of this exercise; use 10 to 20"),
        ({"segment_reps": {"both": 0}}, r"dose\.segment_reps\.both: 0 is out of range"),
        ({"sest": 2}, r"dose\.sest: is not a known field; remove it or use one of: .*sets"),
    ],
)
def test_a_zero_or_absurd_dose_is_refused_with_a_reason(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ContentError, match=message):
        parse_dose(SQUEEZES).override(**changes)


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(ContentError) as caught:
        parse_dose(SQUEEZES).override(sets=0, reps=-3, rest_s=99999)
    assert {problem.path for problem in caught.value.problems} == {"dose.sets", "dose.reps", "dose.rest_s"}


def test_the_tempo_follows_a_changed_hold_and_the_hold_a_changed_tempo() -> None:
    dose = parse_dose(SQUEEZES)
    assert dose.override(hold_s=12).tempo == Tempo(4, 12, 4, 0)
    assert dose.override(tempo="3-5-3-0").hold_s == 5
    assert dose.override(tempo=None).tempo is None


def test_a_hold_outside_the_range_of_the_author_is_refused() -> None:
    dose = starter.exercises()["knee-squeezes"].dose
    assert dose.override(hold_s=15).hold_s == 15
    with pytest.raises(ContentError, match="use 5 to 15 seconds"):
        dose.override(hold_s=16)


@given(sets=numbers, reps=numbers, hold_s=numbers, rest_s=numbers)
def test_a_dose_is_either_refused_or_kept_exactly(sets: int, reps: int, hold_s: int, rest_s: int) -> None:
    changes = {"sets": sets, "reps": reps, "hold_s": hold_s, "rest_s": rest_s}
    allowed = 1 <= sets <= 20 and 1 <= reps <= 100 and 1 <= hold_s <= 3600 and 0 <= rest_s <= 3600
    if allowed:
        dose = parse_dose(SQUEEZES).override(**changes)
        assert (dose.sets, dose.reps, dose.hold_s, dose.rest_s) == (sets, reps, hold_s, rest_s)
        assert parse_dose(dose.to_document()) == dose
    else:
        with pytest.raises(ContentError):
            parse_dose(SQUEEZES).override(**changes)


def test_every_dose_of_the_library_survives_its_plain_form() -> None:
    for content in starter.exercises().values():
        assert parse_dose(content.dose.to_document()) == content.dose
