"""Why a rule spoke, in words that a person would use."""

from typing import Any

import pytest

from clients.analytics.decision_words import sentence
from clients.models import Decision


def _said(*readings: dict[str, Any]) -> str:
    row = Decision(
        inputs={"kind": "rule", "readings": [{"wanted": 1, **each} for each in readings]},
        outcome={"action": "suggest_routine", "routine": "build-strength"},
    )
    return sentence(row, {"build-strength": "Build strength"}).split(" because ")[1]


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("sessions_completed", 1, "1 session was done."),
        ("sessions_completed", 6, "6 sessions were done."),
        ("adherence_pct", 77.8, "77 % of the sessions were done."),
        ("weekly_days_done_pct", 60, "60 % of the days were done."),
        ("weeks_in_routine", 1, "this plan has run for 1 week."),
        ("weeks_in_routine", 3, "this plan has run for 3 weeks."),
        ("days_in_routine", 10, "this plan has run for 10 days."),
        ("days_since_last_session", 1, "the last session was 1 day ago."),
        ("skipped_in_a_row", 3, "3 days in a row were left out."),
        ("skipped_in_a_row", None, "the number of days left out in a row was not answered."),
        ("effort", 4, "effort was 4."),
    ],
)
def test_what_is_counted_is_said_as_people_say_it(metric: str, value: Any, words: str) -> None:
    assert _said({"metric": metric, "values": [value]}) == words


def test_several_values_are_listed() -> None:
    reading = {"metric": "weekly_days_done_pct", "values": [50, 40], "wanted": 2}
    assert _said(reading) == "the share of days done in percent was 50, 40."


def test_several_reasons_are_one_sentence() -> None:
    read = [{"metric": "weeks_in_routine", "values": [3]}, {"metric": "adherence_pct", "values": [77]}]
    assert _said(*read) == "this plan has run for 3 weeks and 77 % of the sessions were done."
    read.append({"metric": "effort", "values": [4, 5], "wanted": 2})
    assert _said(*read) == "this plan has run for 3 weeks; 77 % of the sessions were done; effort was 4, 5."


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ({"field": "reps", "by": 1, "max": 4}, "Bridge: 1 repetition more (at most 4)."),
        ({"field": "reps", "by": 2}, "Bridge: 2 repetitions more."),
        ({"field": "sets", "by": 1}, "Bridge: 1 set more."),
        ({"field": "hold_s", "by": 5}, "Bridge: 5 seconds of hold more."),
        ({"field": "duration_s", "to": 90}, "Bridge: 90 seconds."),
        ({"field": "load_kg", "by": 2.5}, "Bridge: 2.5\N{NO-BREAK SPACE}kg more."),
        ({"field": "load_kg", "by_pct": 10}, "Bridge: 10 % of the weight more."),
    ],
)
def test_a_change_of_dose_is_said_in_words(outcome: dict[str, Any], words: str) -> None:
    row = Decision(
        inputs={"kind": "rule", "readings": []}, outcome={"action": "change_dose", "exercise": "bridge", **outcome}
    )
    assert sentence(row, {"bridge": "Bridge"}) == words


@pytest.mark.parametrize(
    ("line", "values", "words"),
    [
        (
            "painful",
            {"count": 1, "sessions": 1},
            "Take “Bridge” out of the plan because pain was higher than before in 1 of 1 session.",
        ),
        ("never_done", {"count": 3}, "Take “Bridge” out of the plan because it was not done in 3 of 3 sessions."),
    ],
)
def test_what_a_brief_proposed_is_said_with_its_reason(line: str, values: dict[str, Any], words: str) -> None:
    row = Decision(
        inputs={"kind": "brief", "line": line, "values": values, "rows": ["s1"]},
        outcome={"action": "adjust", "kind": "remove", "exercise": "bridge"},
    )
    assert sentence(row, {"bridge": "Bridge"}) == words
