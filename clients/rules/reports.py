"""What was done in a period, from the events of its sessions. Source: clinical.md 6.3 and 6.4.

`report` is the one function behind the page, the tables and the paper: the same facts give the same figures, in any
order of the events and however often one of them is told. `clients.rules.report_data` writes the facts as JSON and
reads them again, so that anybody can count the figures anew from what was exported. Dates are the client's own; shares
are exact; nothing due gives None, never 0 and never 1.

How sure a session is (`Evidence`) follows from its sets, of which the latest telling counts: "guided" sets were timed
by the player, "ticked" ones were marked while the session ran, "later" ones were filled in afterwards. A done session
is guided where the guided sets alone would make it done, ticked where guided and ticked ones would, else later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Final, Literal

from clients.rules import adherence
from clients.rules.adherence import DoneSession, Week
from clients.rules.begun_again import Go, replaced
from clients.rules.report_data import Asked, Facts, PlanFacts, SessionFacts, events_hash
from clients.rules.session import Event, SessionSummary, fold

Evidence = Literal["guided", "ticked", "later"]
Moment = Literal["pain_before", "pain_peak", "pain_after", "pain_next"]

EVIDENCE: Final[tuple[Evidence, ...]] = ("guided", "ticked", "later")  # the surest first
MOMENTS: Final[tuple[Moment, ...]] = ("pain_before", "pain_peak", "pain_after", "pain_next")


@dataclass(frozen=True, slots=True)
class Adherence:
    """Sessions done of due so far, each plan's week capped at what it asked for. Source: clinical.md 6.3, freq_period.

    guided, ticked and later add up to done: capped week by week, the surest sessions counted first.
    """

    due: int
    guided: int
    ticked: int
    later: int

    @property
    def done(self) -> int:
        return self.guided + self.ticked + self.later

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.done, self.due) if self.due else None

    @property
    def sure_share(self) -> Fraction | None:
        """The lower end of the band: what the player itself timed. The upper end is `share`."""
        return Fraction(self.guided, self.due) if self.due else None

    @property
    def percent(self) -> int | None:
        return adherence.percent(self.share)

    @property
    def sure_percent(self) -> int | None:
        return adherence.percent(self.sure_share)

    @property
    def band(self) -> adherence.Band | None:
        return adherence.band(self.share)


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week, or the days of it that lie in the period. over: more than 1.3 times of what a plan asked for."""

    monday: date
    adherence: Adherence
    dose: Fraction  # sessions' worth of work, each plan's week capped at what was due
    over: bool


@dataclass(frozen=True, slots=True)
class Dose:
    """Work done in sessions' worth of the sessions due, each plan's week capped. Source: clinical.md 6.3, dose_week."""

    done: Fraction
    due: int
    weeks_over: int

    @property
    def share(self) -> Fraction | None:
        return self.done / self.due if self.due else None

    @property
    def percent(self) -> int | None:
        return adherence.percent(self.share)


@dataclass(frozen=True, slots=True)
class ExerciseLine:
    """One exercise over the sessions in which anything was done or that were finished: units done of units asked for.

    Units are those of its timeline: repetitions, holds or walks, all sides and sets counted. Each session is capped at
    what it asked for. Exercises that may be left out do not count; one of a choice counts where it was done.
    """

    exercise: str
    title: str
    sessions: int
    done: Fraction
    asked: int

    @property
    def percent(self) -> int | None:
        return adherence.percent(self.done / self.asked)


@dataclass(frozen=True, slots=True)
class PainLine:
    """The answers of one moment, points of 0 to 10; None where nobody answered. Never averaged: clinical.md 4.1."""

    moment: Moment
    answered: int
    sessions: int
    first: int | None
    last: int | None
    lowest: int | None
    highest: int | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as its events say it. evidence: None while it is not done. percent: of its own dose, rounded down."""

    id: str
    on: date
    slot: int
    plan: str
    lane: str
    state: str
    started_at: datetime | None
    finished_at: datetime | None
    fraction: Fraction
    evidence: Evidence | None
    pain: Mapping[Moment, int | None]
    effort: int | None

    @property
    def percent(self) -> int:
        return int(self.fraction * 100)


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period, first and last day included. skipped: reason, "" for none given -> exercises.

    Goals of breaks stand beside the sessions, counted by the same formula, and among neither adherence nor dose.
    """

    first: date
    last: date
    adherence: Adherence
    dose: Dose
    weeks: tuple[WeekLine, ...]
    breaks: Adherence
    break_weeks: tuple[WeekLine, ...]  # none where no goal of breaks ran
    exercises: tuple[ExerciseLine, ...]
    pain: tuple[PainLine, ...]
    sessions: tuple[SessionLine, ...]
    skipped: Mapping[str, int]
    events: int  # different ones
    events_hash: str  # SHA-256, hexadecimal: see report_data.events_hash


@dataclass(frozen=True, slots=True)
class _Folded:
    facts: SessionFacts
    summary: SessionSummary
    evidence: Evidence | None

    @property
    def fraction(self) -> Fraction:
        return self.summary.fraction or Fraction(0)


def evidence_of(events: Sequence[Event], asked: Sequence[Asked]) -> Evidence | None:
    """Return how sure it is that a session was done; None for one that is not done or not finished."""
    work = [each.work for each in asked]
    whole = fold(events, work)
    if whole.state != "finished" or whole.status != "done":
        return None
    allowed: set[str] = set()
    for level in EVIDENCE:
        allowed.add(level)
        if fold([_without(event, allowed) for event in events], work).status == "done":
            return level
    return "later"


def _without(event: Event, allowed: Collection[str]) -> Event:
    """Return the event; a set told in another way counts nothing, but still replaces what was told before it."""
    if event.type != "set_done" or event.data.get("mode") in allowed:
        return event
    return replace(event, data={**event.data, "done": 0, "seconds": 0})


def report(facts: Facts) -> Report:
    """Return the figures of the facts' period. Sessions outside it and events of other sessions count nowhere."""
    told: dict[str, list[Event]] = {}
    for session_id, event in facts.events:
        told.setdefault(session_id, []).append(event)
    once = {session.id: session for session in facts.sessions if facts.first <= session.on <= facts.last}
    folded = []
    for session in once.values():
        events = told.get(session.id, [])
        summary = fold(events, [each.work for each in session.asked])
        folded.append(_Folded(session, summary, evidence_of(events, session.asked)))
    folded.sort(key=lambda each: (each.facts.on, each.facts.slot, each.facts.id))
    gone = _replaced(folded)
    standing = [each for each in folded if each.facts.id not in gone]
    weeks, break_weeks = (_weeks(facts, standing, apart=apart) for apart in (False, True))
    counted = {
        (session_id, event) for session_id, events in told.items() if session_id in once for event in _ids(events)
    }
    return Report(
        first=facts.first,
        last=facts.last,
        adherence=_add(week.adherence for week in weeks),
        dose=Dose(
            done=sum((week.dose for week in weeks), Fraction(0)),
            due=sum(week.adherence.due for week in weeks),
            weeks_over=sum(week.over for week in weeks),
        ),
        weeks=weeks,
        breaks=_add(week.adherence for week in break_weeks),
        break_weeks=break_weeks,
        exercises=_exercises(folded),
        pain=tuple(_pain(moment, folded) for moment in MOMENTS),
        sessions=_lines(facts.plans, folded),
        skipped=_skipped(folded),
        events=len(counted),
        events_hash=events_hash((session_id, event) for session_id, event in facts.events if session_id in once),
    )


def _replaced(folded: Sequence[_Folded]) -> frozenset[str]:
    """The sessions that were begun again before they were over, and count no more beside the later one."""
    goes: dict[tuple[int, date, int], list[Go]] = {}
    for each in folded:
        start, end = each.summary.started_at, each.summary.finished_at
        if start is not None and end is not None:
            of = each.facts.plan, each.facts.on, each.facts.slot
            goes.setdefault(of, []).append(Go(each.facts.id, start, end, each.fraction))
    return frozenset(gone for mine in goes.values() for gone in replaced(mine))


def _ids(events: Iterable[Event]) -> set[str]:
    return {event.id for event in events}


def _add(parts: Iterable[Adherence]) -> Adherence:
    total = Adherence(0, 0, 0, 0)
    for part in parts:
        total = Adherence(
            total.due + part.due, total.guided + part.guided, total.ticked + part.ticked, total.later + part.later
        )
    return total


def _weeks(facts: Facts, folded: Sequence[_Folded], *, apart: bool) -> tuple[WeekLine, ...]:
    """Return the weeks of the period, oldest first: all plans added up that count apart, or all that do not."""
    found: dict[date, WeekLine] = {}
    for plan in facts.plans:
        if any(version.schedule.counts_apart for version in plan.versions) is not apart:
            continue
        first, last = max(facts.first, plan.starts_on), min(facts.last, plan.ends_on or facts.last)
        if first > last:
            continue
        mine = [each for each in folded if each.facts.plan == plan.id and each.summary.state == "finished"]
        sure = [
            _plan_weeks(plan, [each for each in mine if each.evidence in EVIDENCE[: place + 1]], facts, first, last)
            for place in range(len(EVIDENCE))
        ]
        whole = _plan_weeks(plan, mine, facts, first, last)
        for week, *done in zip(whole, *sure, strict=True):
            guided, with_ticked, every = (min(each.done, week.due) for each in done)
            line = WeekLine(
                monday=week.monday,
                adherence=Adherence(week.due, guided, with_ticked - guided, every - with_ticked),
                dose=min(week.fractions, Fraction(week.due)),
                over=adherence.is_over_dose(week.done, week.due),
            )
            so_far = found.get(week.monday)
            found[week.monday] = line if so_far is None else _both(so_far, line)
    return tuple(found[monday] for monday in sorted(found))


def _both(one: WeekLine, other: WeekLine) -> WeekLine:
    return WeekLine(one.monday, _add([one.adherence, other.adherence]), one.dose + other.dose, one.over or other.over)


def _plan_weeks(plan: PlanFacts, sessions: Sequence[_Folded], facts: Facts, first: date, last: date) -> Sequence[Week]:
    return adherence.weeks(
        plan.versions,
        [DoneSession(each.facts.on, each.fraction, each.facts.lane) for each in sessions],
        first=first,
        last=last,
        today=facts.today,
        pauses=plan.pauses,
        flare_days=plan.flare_days,
    )


def _exercises(folded: Sequence[_Folded]) -> tuple[ExerciseLine, ...]:
    """Return a line for each exercise that counts, in the order in which the sessions met them."""
    found: dict[str, ExerciseLine] = {}
    for each in folded:
        if not each.fraction and each.summary.state != "finished":
            continue
        for asked in each.facts.asked:
            units = asked.work.work.units
            done = each.summary.item_fractions.get(asked.work.item, Fraction(0)) * units
            if asked.work.optional or (asked.work.choice_group and not done):
                continue
            old = found.get(asked.exercise, ExerciseLine(asked.exercise, asked.title, 0, Fraction(0), 0))
            found[asked.exercise] = ExerciseLine(
                asked.exercise, asked.title, old.sessions + 1, old.done + done, old.asked + units
            )
    return tuple(found.values())


def _pain(moment: Moment, folded: Sequence[_Folded]) -> PainLine:
    told = [getattr(each.summary, moment) for each in folded]
    answers = [value for value in told if value is not None]
    return PainLine(
        moment=moment,
        answered=len(answers),
        sessions=len(told),
        first=answers[0] if answers else None,
        last=answers[-1] if answers else None,
        lowest=min(answers, default=None),
        highest=max(answers, default=None),
    )


def _lines(plans: Iterable[PlanFacts], folded: Iterable[_Folded]) -> tuple[SessionLine, ...]:
    names = {plan.id: plan.name for plan in plans}
    return tuple(
        SessionLine(
            id=each.facts.id,
            on=each.facts.on,
            slot=each.facts.slot,
            plan=names.get(each.facts.plan, ""),
            lane=each.facts.lane,
            state=each.summary.state,
            started_at=each.summary.started_at,
            finished_at=each.summary.finished_at,
            fraction=each.fraction,
            evidence=each.evidence,
            pain={moment: getattr(each.summary, moment) for moment in MOMENTS},
            effort=each.summary.effort,
        )
        for each in folded
    )


def _skipped(folded: Iterable[_Folded]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for each in folded:
        for reason in each.summary.skipped.values():
            counts[reason or ""] = counts.get(reason or "", 0) + 1
    return dict(sorted(counts.items()))
