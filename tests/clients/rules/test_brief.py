"""The visit brief over reviewed histories: its sentences, each wording of them, are kept in tests/golden/brief."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

from clients.analytics import brief_words
from clients.analytics.brief_words import Answers, plain_note
from clients.rules import decisions
from clients.rules.brief import WORTH_ASKING, Change, FlareUp, History, Tried, Went, brief, span_before
from tests.rig import ROOT
from tests.wordings import Heard, wordings_in

GOLDEN = ROOT / "tests" / "golden" / "brief"
TODAY = date(2026, 11, 18)
VISIT = date(2026, 11, 4)
PLAN = {"glute-bridge": "Glute bridge", "bird-dog": "Bird dog", "knee-squeezes": "Knee squeezes"}


def on(day: int) -> date:
    return date(2026, 11, day)


def went(day: int, before: int | None = 3, **fields: object) -> Went:
    given = {"tried": tuple(Tried(slug, 1.0) for slug in PLAN), **fields}
    return Went(id=f"s{day}", on=on(day), done=True, before=before, **given)


def tried(*, bird_dog: Tried | None = None, bridge: Tried | None = None) -> tuple[Tried, ...]:
    return (
        bridge or Tried("glute-bridge", 1.0),
        bird_dog or Tried("bird-dog", 1.0),
        Tried("knee-squeezes", 1.0),
    )


HISTORIES = {
    "better": History(
        TODAY, VISIT, 12, 14, 8, 14, exercises=PLAN,
        sessions=tuple(went(day, 6 if day < 9 else 3, worst=6, next_day=3, effort=5) for day in range(5, 17)),
    ),
    "hurt": History(
        TODAY, VISIT, 6, 10, 9, 10, exercises=PLAN,
        sessions=(
            went(5, 3, worst=4, next_day=3), went(7, 4, worst=5, next_day=6),
            went(9, 4, worst=7, tried=tried(bridge=Tried("glute-bridge", 0.5, 7))),
            went(11, 5, worst=8, hurt_in=("glute-bridge",), note="It pinched on the way up.",
                 tried=tried(bridge=Tried("glute-bridge", 0.3, 8))),
            went(13, 5, worst=5, next_day=5), went(16, 5, worst=6, next_day=7),
        ),
    ),
    "left_out": History(
        TODAY, VISIT, 4, 10, 5, 10, exercises=PLAN,
        sessions=tuple(
            went(day, worst=3, tried=(
                Tried("glute-bridge", 0.0, None, "too_sore"), Tried("bird-dog", 0.0, None, "no_space"),
                Tried("knee-squeezes", 1.0),
            )) for day in (6, 9, 12, 17)
        ),
    ),
    "never_done": History(
        TODAY, VISIT, 5, 14, 6, 14, exercises=PLAN,
        sessions=tuple(
            went(day, worst=3, tried=tried(bird_dog=Tried("bird-dog", 0.0, None, why)))
            for day, why in ((5, "not_sure"), (6, "no_time"), (8, "not_sure"), (10, "not_sure"), (16, "not_sure"))
        ),
    ),
    "silent": History(
        TODAY, VISIT, 1, 13, 11, 14, exercises=PLAN, sessions=(went(6, None),),
        changes=(Change("v2", VISIT, ("Glute bridge: 10 instead of 8 repetitions.",)),),
    ),
    "flare": History(
        TODAY, VISIT, 5, 6, 10, 14, exercises=PLAN,
        sessions=tuple(went(day, 5 if day < 12 else 7, worst=7, next_day=6, effort=9) for day in (5, 7, 9, 13, 15)),
        flares=(FlareUp("f1", on(12), None),),
    ),
    "first_visit": History(
        TODAY, None, 3, 3, exercises=PLAN,
        sessions=tuple(went(day, 2, worst=2, effort=3) for day in (14, 15, 16)),
    ),
    "once": History(
        TODAY, VISIT, 1, 8, 9, 14, exercises=PLAN,
        sessions=(
            went(16, 4, worst=8, next_day=6, tried=tried(
                bridge=Tried("glute-bridge", 1.0, 6), bird_dog=Tried("bird-dog", 0.0, None, "no_time"),
            )),
        ),
        flares=(FlareUp("f1", on(7), on(12)),),
    ),
    "steady": History(
        TODAY, VISIT, 8, 14, 8, 14, exercises=PLAN,
        sessions=tuple(
            went(day, 3 if day != 9 else 5, worst=5, tried=tried(bird_dog=Tried("bird-dog", 0.0)),
                 hurt_in=("knee-squeezes",) if day in (8, 12) else ())
            for day in (5, 6, 8, 9, 11, 12, 14, 16)
        ),
    ),
    "paused": History(TODAY, VISIT, 0, 0, 9, 14, exercises=PLAN, asks_now=False),
}  # fmt: skip


# A brief is about two days or more: that of the visit, and a later one.
NEVER = {
    (
        "<lambda>",
        "%(done)s of %(due)s sessions done; %(done_before)s of %(due_before)s in the %(days)s day before.",
    )
}
# What was answered in the weeks of a history: rules' suggestions and briefs' proposals, as their sentences stand.
ANSWERS = {
    "better": Answers(waiting=["Glute bridge: 2 repetitions more (at most 12) because 12 sessions were done."]),
    "left_out": Answers(
        accepted=["Make “Knee squeezes” easier because pain was higher than before in 2 of 3 sessions."],
        declined=["Take “Clam” out of the plan because it was not done in 3 of 3 sessions."],
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_the_sentences_of_each_reviewed_history_stay_as_they_were_read(name: str) -> None:
    with override("en-gb"):
        note = plain_note(brief(HISTORIES[name]), HISTORIES[name], ANSWERS.get(name, Answers()))
        assert note == (GOLDEN / f"{name}.txt").read_text()


def test_every_golden_file_belongs_to_a_history() -> None:
    assert {Path(file).stem for file in GOLDEN.iterdir()} == set(HISTORIES)


@pytest.mark.parametrize("history", [pytest.param(each, id=name) for name, each in HISTORIES.items()])
def test_every_line_about_sessions_names_rows_that_are_there(history: History) -> None:
    found = brief(history)
    known = {went.id for went in history.sessions} | {"v2", "f1"}
    for line in (*found.changed, *found.ask, *found.exercises):
        assert set(line.rows) <= known
        if line.kind not in {"nothing_due", "sessions", "sessions_compared"}:
            assert line.rows, line
    assert len(found.ask) <= WORTH_ASKING


@pytest.mark.parametrize("history", [pytest.param(each, id=name) for name, each in HISTORIES.items()])
def test_an_edit_only_lowers_and_names_what_speaks_for_it(history: History) -> None:
    for edit in brief(history).edits:
        assert edit.kind in {"easier", "remove"}
        assert edit.exercise in history.exercises
        assert edit.why.rows
        assert decisions.replay(decisions.of_edit(edit)) == edit.kind


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("too_sore", ["easier"]), ("not_sure", []), ("no_time", ["remove"]), ("no_space", ["remove"]), ("", ["remove"])],
)
def test_why_an_exercise_was_left_out_says_what_to_propose(reason: str, expected: list[str]) -> None:
    left = tried(bird_dog=Tried("bird-dog", 0.0, None, reason))
    history = History(TODAY, VISIT, 3, 3, exercises=PLAN, sessions=tuple(went(5 + n, tried=left) for n in range(3)))
    assert [edit.kind for edit in brief(history).edits] == expected


def test_nothing_to_tell_says_so_and_asks_nothing() -> None:
    found = brief(History(TODAY, VISIT, 0, 0, asks_now=False))
    assert [line.kind for line in found.changed] == ["nothing_due"]
    assert (found.ask, found.exercises, found.edits) == ((), (), ())


@pytest.mark.parametrize(("sessions", "expected"), [(2, []), (3, ["never_done"])])
def test_never_done_needs_three_sessions_that_asked_for_it(sessions: int, expected: list[str]) -> None:
    left = tried(bird_dog=Tried("bird-dog", 0.0))
    history = History(
        TODAY, VISIT, 3, 3, exercises=PLAN, sessions=tuple(went(5 + n, tried=left) for n in range(sessions))
    )
    assert [line.kind for line in brief(history).exercises] == expected


def test_an_unanswered_next_day_is_never_counted_as_good() -> None:
    history = replace(
        HISTORIES["hurt"], sessions=tuple(replace(each, next_day=None) for each in HISTORIES["hurt"].sessions)
    )
    assert "next_day" not in {line.kind for line in brief(history).changed}


def test_pain_that_is_as_high_as_before_the_session_is_no_rise() -> None:
    same = went(9, 4, tried=tried(bridge=Tried("glute-bridge", 1.0, 4)))
    assert brief(History(TODAY, VISIT, 1, 1, exercises=PLAN, sessions=(same,))).exercises == ()


def test_the_days_before_are_as_many_and_end_the_day_before_the_visit() -> None:
    first, last = span_before(VISIT, TODAY)
    assert last == VISIT - timedelta(days=1)
    assert last - first == TODAY - VISIT


def test_no_wording_of_a_brief_is_without_a_golden_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plural has two wordings."""
    heard = Heard()
    monkeypatch.setattr(brief_words, "_", heard.gettext)
    monkeypatch.setattr(brief_words, "ngettext", heard.ngettext)
    notes = [plain_note(brief(each), each, ANSWERS.get(name, Answers())) for name, each in HISTORIES.items()]
    said = set().union(*map(heard.said, notes))
    assert wordings_in(brief_words) - NEVER - said == set()
    assert said & NEVER == set()
