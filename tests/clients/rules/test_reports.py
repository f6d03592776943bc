"""Every figure of a report, counted from events alone."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.adherence import DoneSession, combine, freq_period, in_force, weeks
from clients.rules.report_data import Asked, Facts, PlanFacts, SessionFacts, event_line, events_hash, from_document
from clients.rules.report_data import to_document as written
from clients.rules.reports import Report, evidence_of, report
from clients.rules.schedule import Schedule, Span
from clients.rules.session import Event, PrescribedWork, Work

MONDAY = date(2026, 11, 2)
SUNDAY = date(2026, 11, 15)  # two whole weeks
BEGAN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

BRIDGE = Asked(PrescribedWork(1, Work(units=10)), "bridge", "Bridge")
PLANK = Asked(PrescribedWork(2, Work(units=2, target_s=60)), "plank", "Plank")
EXTRA = Asked(PrescribedWork(3, Work(units=4), optional=True), "extra", "Extra")


def told(session: str, kind: str, number: int, item: int | None = None, **data: Any) -> tuple[str, Event]:
    """An event so many seconds after the session began; each session begins after the one before it was over."""
    begins = BEGAN + timedelta(seconds=100 * int(session[1:] or 0))
    return session, Event(f"{session}-{number:02}", kind, begins + timedelta(seconds=number), item, data)


def one_set(session: str, number: int, asked: Asked, done: int, mode: str = "guided") -> tuple[str, Event]:
    """One set that counts: repetitions, or for the plank seconds of its 60."""
    return told(
        session, "set_done", number, asked.work.item,
        segment="single", set=number, side="both", done=done, of=done, seconds=done, mode=mode,
    )  # fmt: skip


class Diary:
    """Sessions with their events, made one by one."""

    def __init__(self) -> None:
        self.sessions: list[SessionFacts] = []
        self.events: list[tuple[str, Event]] = []

    def add(
        self, offset: int, *sets: tuple[Asked, int, str], asked: tuple[Asked, ...] = (BRIDGE,), slot: int = 1,
        plan: int = 1, lane: str = "steady", finished: bool = True, **answers: int | None,
    ) -> "Diary":  # fmt: skip
        name = f"s{len(self.sessions):02}"
        self.sessions.append(SessionFacts(name, plan, MONDAY + timedelta(days=offset), slot, lane, asked))
        self.events.append(told(name, "started", 0))
        for number, (work, done, mode) in enumerate(sets, start=1):
            self.events.append(one_set(name, number, work, done, mode))
        for number, (kind, value) in enumerate(answers.items(), start=50):
            self.events.append(told(name, kind, number, value=value))
        if finished:
            self.events.append(told(name, "finished", 90))
        return self


def plan(number: int = 1, name: str = "Back", **kwargs: Any) -> PlanFacts:
    """Every day once, from the Monday on."""
    schedule = kwargs.pop("schedule", Schedule("weekdays", MONDAY, weekdays=frozenset(range(7))))
    return PlanFacts(number, name, MONDAY, kwargs.pop("ends_on", None), in_force([(MONDAY, schedule)]), **kwargs)


def facts(diary: Diary, *plans: PlanFacts, last: date = SUNDAY, today: date = date(2026, 11, 20)) -> Facts:
    return Facts(MONDAY, last, today, plans or (plan(),), tuple(diary.sessions), tuple(diary.events))


WHOLE = (BRIDGE, 10, "guided")


@pytest.mark.parametrize(
    ("sets", "level"),
    [
        ([(BRIDGE, 10, "guided")], "guided"),
        ([(BRIDGE, 8, "guided"), (BRIDGE, 2, "later")], "guided"),  # 80 % were timed
        ([(BRIDGE, 7, "guided"), (BRIDGE, 3, "ticked")], "ticked"),
        ([(BRIDGE, 10, "ticked")], "ticked"),
        ([(BRIDGE, 5, "guided"), (BRIDGE, 2, "ticked"), (BRIDGE, 3, "later")], "later"),
        ([(BRIDGE, 10, "later")], "later"),
        ([(BRIDGE, 7, "guided")], None),  # not done
        ([], None),
    ],
)
def test_a_session_is_as_sure_as_the_sets_that_make_it_done(sets: list[Any], level: str | None) -> None:
    diary = Diary().add(0, *sets)
    assert evidence_of([event for _session, event in diary.events], [BRIDGE]) == level


def test_a_set_that_is_told_again_later_is_no_longer_timed() -> None:
    timed, again = one_set("s", 1, BRIDGE, 10)[1], one_set("s", 1, BRIDGE, 10, "later")[1]
    again = replace(again, id="s-02", at=timed.at + timedelta(hours=5))
    assert evidence_of([timed, again, told("s", "finished", 90)[1]], [BRIDGE]) == "later"


def test_a_session_that_was_left_is_not_done_however_much_was_done() -> None:
    assert evidence_of([one_set("s", 1, BRIDGE, 10)[1]], [BRIDGE]) is None


def test_adherence_says_done_due_and_how_sure() -> None:
    diary = Diary()
    for offset in range(6):
        diary.add(offset, WHOLE)
    for offset in (7, 8, 9):
        diary.add(offset, (BRIDGE, 10, "ticked"))
    diary.add(10, (BRIDGE, 10, "later")).add(11, (BRIDGE, 5, "guided"))
    kept = report(facts(diary)).adherence
    assert (kept.guided, kept.ticked, kept.later, kept.done, kept.due) == (6, 3, 1, 10, 14)
    assert (kept.sure_percent, kept.percent, kept.band) == (42, 71, "some")


def test_nothing_due_is_neither_nought_nor_full() -> None:
    found = report(facts(Diary(), plan(pauses=(Span(MONDAY, date.max),))))
    assert (found.adherence.done, found.adherence.due) == (0, 0)
    assert (found.adherence.share, found.adherence.percent, found.adherence.band) == (None, None, None)
    assert (found.dose.share, found.dose.percent) == (None, None)
    assert report(replace(facts(Diary()), plans=())).weeks == ()


def test_a_busy_week_does_not_hide_a_missed_one_and_the_surest_count_first() -> None:
    diary = Diary()
    for offset in range(7):
        diary.add(offset, (BRIDGE, 10, "later")).add(offset, WHOLE, slot=2)
    found = report(facts(diary))
    assert (found.adherence.guided, found.adherence.later, found.adherence.due) == (7, 0, 14)
    assert [week.over for week in found.weeks] == [True, False]
    assert found.dose.weeks_over == 1


def test_days_to_come_are_not_due_and_today_only_as_far_as_it_is_done() -> None:
    today = MONDAY + timedelta(days=2)
    diary = Diary().add(0, WHOLE)
    assert report(facts(diary, today=today)).adherence.due == 2
    assert report(facts(diary.add(2, WHOLE), today=today)).adherence.due == 3


def test_breaks_ask_for_nothing_and_a_flare_day_for_what_was_done_in_its_lane() -> None:
    diary = Diary().add(3, WHOLE, lane="flare").add(7, WHOLE)
    second = plan(
        pauses=(Span(MONDAY, MONDAY + timedelta(days=2)),),
        flare_days=frozenset(MONDAY + timedelta(days=day) for day in (3, 4, 5, 6)),
    )
    found = report(facts(diary, second))
    assert [(week.adherence.done, week.adherence.due) for week in found.weeks] == [(1, 1), (1, 7)]


def test_several_plans_add_up_each_capped_by_itself() -> None:
    twice = Schedule("per_week", MONDAY, per_week=2)
    diary = Diary()
    for offset in range(4):
        diary.add(offset, WHOLE, plan=2)
    found = report(facts(diary, plan(), plan(2, "Walk", schedule=twice), last=MONDAY + timedelta(days=6)))
    assert (found.adherence.done, found.adherence.due) == (2, 9)
    assert found.weeks[0].over


def desk(number: int = 9, **more: Any) -> PlanFacts:
    """A goal of two breaks on each weekday from Monday to Friday."""
    hours = (time(9), time(17))
    breaks = Schedule("breaks", MONDAY, weekdays=frozenset(range(5)), times_per_day=2, window=hours)
    return plan(number, "Desk", schedule=breaks, **more)


@pytest.mark.parametrize(
    ("done", "more", "today", "weeks"),
    [
        pytest.param([], {}, 18, [(0, 10), (0, 10)], id="none was done"),
        pytest.param([0, 0, 1], {}, 18, [(3, 10), (0, 10)], id="each break is one"),
        pytest.param([0] * 12, {}, 18, [(10, 10), (0, 10)], id="a busy week does not hide a missed one"),
        pytest.param([0, 7], {}, 7, [(1, 10), (1, 1)], id="today counts as far as it is done"),
        pytest.param([0], {"ends_on": MONDAY + timedelta(days=1)}, 18, [(1, 4)], id="to its last day"),
        pytest.param([7], {"pauses": (Span(MONDAY, MONDAY + timedelta(days=6)),)}, 18, [(0, 0), (1, 10)], id="paused"),
        pytest.param([], {"flare_days": {MONDAY, SUNDAY}}, 18, [(0, 8), (0, 10)], id="flare days ask for none"),
    ],
)
def test_breaks_have_a_figure_of_their_own(
    done: list[int], more: dict[str, Any], today: int, weeks: list[tuple[int, int]]
) -> None:
    diary = Diary().add(0, WHOLE)
    for slot, offset in enumerate(done, start=1):
        diary.add(offset, (BRIDGE, 10, "ticked"), plan=9, slot=slot)
    found = report(facts(diary, plan(), desk(**more), today=MONDAY + timedelta(days=today)))
    alone = report(facts(diary, plan(), today=MONDAY + timedelta(days=today)))
    assert [(week.adherence.done, week.adherence.due) for week in found.break_weeks] == weeks
    assert (found.breaks.done, found.breaks.due) == (sum(one for one, _due in weeks), sum(due for _one, due in weeks))
    assert (found.breaks.guided, found.breaks.later) == (0, 0)
    assert (found.adherence, found.dose, found.weeks) == (alone.adherence, alone.dose, alone.weeks)
    assert (alone.break_weeks, alone.breaks.share) == ((), None)


def test_a_plan_counts_from_its_first_to_its_last_day() -> None:
    found = report(facts(Diary(), plan(ends_on=MONDAY + timedelta(days=3))))
    assert found.adherence.due == 4


def test_dose_adds_the_parts_of_sessions_and_never_passes_what_was_due() -> None:
    diary = Diary().add(0, (BRIDGE, 5, "guided")).add(1, WHOLE)
    dose = report(facts(diary, last=MONDAY + timedelta(days=6))).dose
    assert (dose.done, dose.due, dose.percent) == (Fraction(3, 2), 7, 21)
    for offset in range(7):
        diary.add(offset, WHOLE, slot=2)
    assert report(facts(diary, last=MONDAY + timedelta(days=6))).dose.share == 1


def test_an_exercise_says_units_done_of_units_asked() -> None:
    both = (BRIDGE, PLANK, EXTRA)
    diary = Diary()
    diary.add(0, (BRIDGE, 20, "guided"), (PLANK, 30, "guided"), asked=both)  # capped at 10; half of 60 seconds
    diary.add(1, (BRIDGE, 5, "ticked"), asked=both)
    diary.add(2, asked=both, finished=False)  # opened and left: says nothing about an exercise
    lines = report(facts(diary)).exercises
    assert [(line.title, line.sessions, line.done, line.asked, line.percent) for line in lines] == [
        ("Bridge", 2, 15, 20, 75),
        ("Plank", 2, 1, 4, 25),
    ]


def test_one_of_a_choice_counts_where_it_was_done() -> None:
    one, other = (replace(each, work=replace(each.work, choice_group="a")) for each in (BRIDGE, PLANK))
    diary = Diary().add(0, (one, 10, "guided"), asked=(one, other))
    assert [line.exercise for line in report(facts(diary)).exercises] == ["bridge"]


def test_pain_keeps_first_latest_lowest_and_highest_and_says_who_did_not_answer() -> None:
    diary = Diary()
    for offset, pain in enumerate((4, None, 6, 2)):
        diary.add(offset, WHOLE, pain_before=pain)
    before, peak, _after, _next = report(facts(diary)).pain
    assert (before.answered, before.sessions) == (3, 4)
    assert (before.first, before.last, before.lowest, before.highest) == (4, 2, 2, 6)
    assert (peak.answered, peak.first, peak.highest) == (0, None, None)


def test_reasons_for_skipping_are_counted() -> None:
    diary = Diary().add(0).add(1)
    diary.events += [
        told("s00", "skipped", 5, 1, reason="too_sore", scope="item"),
        told("s01", "skipped", 5, 1, reason="too_sore", scope="item"),
        told("s01", "skipped", 6, 2, reason=None, scope="item"),
    ]
    assert report(facts(diary)).skipped == {"": 1, "too_sore": 2}


def test_sessions_outside_the_period_count_nowhere() -> None:
    diary = Diary().add(-1, WHOLE, pain_before=9).add(14, WHOLE, pain_before=9).add(0, WHOLE)
    found = report(facts(diary))
    assert (len(found.sessions), found.events, found.adherence.done) == (1, 3, 1)
    assert found.pain[0].answered == 0
    assert found.events_hash == events_hash(each for each in diary.events if each[0] == "s02")


def test_an_event_is_hashed_as_one_line_that_anybody_can_write() -> None:
    event = Event("b", "pain_before", datetime.fromisoformat("2026-11-02T10:00:00.5+01:00"), None, {"value": 3})
    line = (
        '{"at":"2026-11-02T09:00:00.500000+00:00","data":{"value":3},"id":"b","item":null,"session":"s",'
        '"type":"pain_before"}'
    )
    assert event_line("s", event) == line
    # printf '%s\n' "$line" | sha256sum
    assert events_hash([("s", event)]) == "1dbd843d61661ede445a23161a48640c76b2aa06a0c87ea7f727a2b41f95a911"


def test_a_changed_event_changes_the_hash() -> None:
    first, second = told("s", "pain_before", 1, value=3), told("s", "pain_before", 1, value=4)
    assert events_hash([first]) != events_hash([second])
    assert events_hash([first]) != events_hash([("t", first[1])])


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="begins before it ends"):
        facts(Diary(), last=MONDAY - timedelta(days=1))


def test_another_form_of_data_is_refused() -> None:
    with pytest.raises(ValueError, match="form 2"):
        from_document({**written(facts(Diary())), "form": 1})


MODES = st.sampled_from(["guided", "ticked", "later"])
SETS = st.lists(st.tuples(st.sampled_from([BRIDGE, PLANK, EXTRA]), st.integers(0, 40), MODES), max_size=4)
SESSION = st.tuples(
    st.integers(-1, 15),
    SETS,
    st.booleans(),
    st.none() | st.integers(0, 10),
    st.sampled_from([1, 2, 9]),
    st.sampled_from(["steady", "flare"]),
)


@st.composite
def histories(draw: st.DrawFn) -> Facts:
    diary = Diary()
    for offset, sets, finished, pain, number, lane in draw(st.lists(SESSION, max_size=12)):
        diary.add(
            offset, *sets, asked=(BRIDGE, PLANK, EXTRA), finished=finished, pain_before=pain, plan=number, lane=lane
        )
    some_days = Schedule("per_week", MONDAY, per_week=draw(st.integers(1, 7)), times_per_day=draw(st.integers(1, 3)))
    flares = frozenset(MONDAY + timedelta(days=day) for day in draw(st.sets(st.integers(0, 13), max_size=3)))
    today = MONDAY + timedelta(days=draw(st.integers(0, 20)))
    return facts(diary, plan(flare_days=flares), plan(2, "Walk", schedule=some_days), desk(), today=today)


@given(histories(), st.randoms(use_true_random=False))
def test_order_and_repeats_of_events_change_nothing(history: Facts, random: Any) -> None:
    mixed = [*history.events, *random.sample(history.events, len(history.events) // 2)]
    random.shuffle(mixed)
    sessions: Sequence[SessionFacts] = random.sample(history.sessions, len(history.sessions))
    assert report(replace(history, events=tuple(mixed), sessions=tuple(sessions))) == report(history)


@given(histories())
def test_no_numerator_passes_its_denominator(history: Facts) -> None:
    found = report(history)
    for week in [*found.weeks, *found.break_weeks]:
        assert 0 <= week.adherence.done <= week.adherence.due
        assert 0 <= week.dose <= week.adherence.due
        assert min(week.adherence.guided, week.adherence.ticked, week.adherence.later) >= 0
    assert 0 <= found.adherence.done <= found.adherence.due
    assert 0 <= found.breaks.done <= found.breaks.due
    assert 0 <= found.dose.done <= found.dose.due
    for line in found.exercises:
        assert 0 <= line.done <= line.asked
    for pain in found.pain:
        assert pain.answered <= pain.sessions


def test_a_session_that_was_begun_again_counts_once() -> None:
    def counted(late: int) -> tuple[int, int]:
        diary = Diary().add(0, WHOLE, finished=False).add(0, WHOLE)
        diary.events.append(told("s00", "finished", late))
        found = report(facts(diary, last=MONDAY + timedelta(days=2)))
        return found.adherence.done, int(found.dose.done)

    assert counted(late=95) == (2, 2), "done again after the first was over"
    assert counted(late=500) == (1, 1)


def test_a_day_that_was_moved_is_moved_in_the_exported_document_too() -> None:
    wednesday, thursday, saturday = (MONDAY + timedelta(days=days) for days in (2, 3, 5))
    moved = Schedule("weekdays", MONDAY, weekdays=frozenset({0, 2}), moved=((wednesday, saturday),))
    history = facts(Diary(), plan(schedule=moved), last=thursday, today=thursday)
    assert report(history).adherence.due == 1
    assert report(from_document(written(history))) == report(history)


@given(histories())
def test_the_figures_follow_from_the_exported_document(history: Facts) -> None:
    document = json.loads(json.dumps(written(history), ensure_ascii=False))
    again: Report = report(from_document(document))
    assert again == report(history)


@given(histories())
def test_the_adherence_is_that_of_the_adherence_rules(history: Facts) -> None:
    found = report(history)
    *by_plan, breaks = [
        weeks(
            each.versions,
            [
                DoneSession(line.on, line.fraction, line.lane)
                for line in found.sessions
                if line.plan == each.name and line.state == "finished"
            ],
            first=history.first, last=history.last, today=history.today,
            pauses=each.pauses, flare_days=each.flare_days,
        )
        for each in history.plans
    ]  # fmt: skip
    for lines, total, counted in (
        (found.weeks, found.adherence, combine(by_plan)),
        (found.break_weeks, found.breaks, combine([breaks])),
    ):
        assert [(week.adherence.done, week.adherence.due, week.dose) for week in lines] == [
            (week.done, week.due, week.fractions) for week in counted
        ]
        assert total.share == freq_period((week.done, week.due) for week in counted)
