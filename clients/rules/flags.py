"""Why a practitioner should look at a client: rules over what happened lately. Pure.

The rules and their numbers stand in flag_settings. A flag carries the evidence that it was made of. What was marked as
seen is evidence no longer, so a flag comes back when the same happens again, also where a phone tells of it late.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from clients.rules.flag_settings import BY_KEY, DEFAULT, LEVELS, RULES, Level, Setting

LOOK_BACK: Final = 28  # days of sessions that the rules read; clinical.md 6, the longer of the two windows shown
RED_DAYS: Final = 14  # days for which a single session is a reason to look; as the caseload shows, screens.md 3.1
FIRST_WEEK: Final = 7  # days of a plan from which pain is compared; screens.md 3.1
PLACE: Final[Mapping[str, int]] = {rule.key: place for place, rule in enumerate(RULES)}
OF_ONE_SESSION: Final = frozenset({"hurt_ended", "pain_high", "pain_jump"})  # red, and each session for itself
BY_ALERT: Final = frozenset({"alert_urgent", "alert"})  # ended by clearing the alert, never by "seen"


class Told(NamedTuple):
    """One session. Answers 0 to 10, None: not answered. worst: the highest answer during it. on: its local date.

    hurt_and_left: "This hurts" was pressed and the session never finished.
    """

    id: str
    on: date
    before: int | None = None
    worst: int | None = None
    effort: int | None = None
    hurt_and_left: bool = False


class Day(NamedTuple):
    """One local day: sessions asked for and done."""

    on: date
    asked: int
    done: int


@dataclass(frozen=True, slots=True)
class Open:
    """Something that waits for somebody: an alert (is_urgent: emergency or the same day) or a suggestion."""

    id: str
    on: date
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A message of theirs that waits for an answer. days: working days since its own, today included."""

    id: str
    on: date
    days: int


@dataclass(frozen=True, slots=True)
class Ending:
    """A running plan and its last day (included)."""

    plan: str
    last_day: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one client today (local date).

    sessions: of the last LOOK_BACK days, oldest first. first_week: pain before sessions in the first week of the oldest
    running plan, in any order. days: before today, oldest first, without days off. asks_since: the first day from which
    a running plan asks for sessions, None while nothing is asked (no plan, a break, a flare-up, on hold). heard_on: the
    day of the latest session of all. invited_on: None once they have done a session.
    """

    today: date
    sessions: Sequence[Told] = ()
    first_week: Sequence[int] = ()
    days: Sequence[Day] = ()
    asks_since: date | None = None
    heard_on: date | None = None
    invited_on: date | None = None
    endings: Sequence[Ending] = ()
    alerts: Sequence[Open] = ()
    suggestions: Sequence[Open] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was marked as seen of one rule: its evidence, and the last day (client's local date) of a mark."""

    evidence: frozenset[str] = frozenset()
    on: date = date.min


@dataclass(frozen=True, slots=True)
class Flag:
    """One reason to look. evidence: ids of the rows, the newest first. values: what its sentence says."""

    key: str
    level: Level
    on: date
    evidence: tuple[str, ...]
    values: Mapping[str, int | date | str] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, int, int]:
        """The most urgent first, then as the rules are listed, then the newest."""
        return LEVELS.index(self.level), PLACE[self.key], -self.on.toordinal()


NOTHING_SEEN: Final = Seen()


def flags_of(
    facts: Facts, settings: Mapping[str, Setting] = DEFAULT, seen: Mapping[str, Seen] | None = None
) -> tuple[Flag, ...]:
    """Return the client's flags, the most urgent first; at most one a rule."""
    marks = seen or {}
    found = [
        flag
        for key, read in _READERS.items()
        if settings[key].is_on
        for flag in [read(facts, settings[key].numbers, marks.get(key, NOTHING_SEEN))]
        if flag is not None
    ]
    return tuple(sorted(found, key=lambda flag: flag.order))


def told_of(flags: Iterable[Flag], *, ended: Collection[str]) -> set[str]:
    """Return the ids of the sessions that are red flags by themselves.

    ended: sessions that were left. "This hurts" in one that still goes on may yet end well, and is no flag before it
    is left.
    """
    return {
        id_
        for flag in flags
        if flag.key in OF_ONE_SESSION
        for id_ in flag.evidence
        if flag.key != "hurt_ended" or id_ in ended
    }


def _flag(key: str, on: date, evidence: Sequence[str], **values: int | date | str) -> Flag:
    return Flag(key, BY_KEY[key].level, on, tuple(evidence), values)


def _unseen(facts: Facts, seen: Seen, *, days: int = LOOK_BACK) -> Iterator[Told]:
    """The sessions of the last days that nobody marked as seen for this rule, the newest first."""
    first = facts.today - timedelta(days=days - 1)
    return (told for told in reversed(facts.sessions) if told.on >= first and told.id not in seen.evidence)


def _single(key: str, facts: Facts, seen: Seen, value: Callable[[Told], int | None]) -> Flag | None:
    """A flag of single sessions: the newest is told of, all of them are evidence."""
    found = [(told, shown) for told in _unseen(facts, seen, days=RED_DAYS) if (shown := value(told)) is not None]
    if not found:
        return None
    newest, shown = found[0]
    return _flag(key, newest.on, [told.id for told, _ in found], value=shown, session=newest.id, count=len(found))


def _hurt_ended(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    return _single("hurt_ended", facts, seen, lambda told: (told.worst or 0) if told.hurt_and_left else None)


def _pain_high(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    def value(told: Told) -> int | None:
        highest = max((each for each in (told.worst, told.before) if each is not None), default=0)
        return highest if highest >= numbers["pain"] else None

    return _single("pain_high", facts, seen, value)


def _pain_jump(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    def value(told: Told) -> int | None:
        if told.before is None or told.worst is None:
            return None
        rise = told.worst - told.before
        return rise if rise >= numbers["points"] else None

    return _single("pain_jump", facts, seen, value)


def _pain_rising(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    """Pain before at least so many points above the first week's middle answer, in so many sessions running."""
    if not facts.first_week:
        return None
    base = middle(facts.first_week)
    run = []
    for told in _unseen(facts, seen):
        if told.before is None:
            continue
        if told.before < base + numbers["points"]:
            break
        run.append(told)
    if len(run) < numbers["sessions"]:
        return None
    return _flag(
        "pain_rising", run[0].on, [told.id for told in run], first=base, last=run[0].before or 0, count=len(run)
    )


def middle(answers: Sequence[int]) -> int:
    """Return the middle answer, the lower of two. Pain is never averaged for a decision (clinical.md 4.1)."""
    return sorted(answers)[(len(answers) - 1) // 2]


def _missed(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    """So many planned sessions in a row not done. A day on which something was done ends the row."""
    if facts.asks_since is None:
        return None
    missed = 0
    days = []
    for day in reversed(facts.days):
        if day.on.isoformat() in seen.evidence:
            break
        if day.asked > day.done:
            missed += day.asked - day.done
            days.append(day.on)
        if day.done:
            break
    if facts.heard_on == facts.today or missed < numbers["sessions"]:
        return None
    return _flag("missed", days[0], [day.isoformat() for day in days], count=missed, since=days[-1])


def _silent(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    if facts.asks_since is None or facts.heard_on is None:
        return None
    heard = max(facts.heard_on, facts.asks_since)
    days = (facts.today - max(heard, seen.on)).days
    if days < numbers["days"]:
        return None
    return _flag("silent", facts.today, [f"since:{heard}"], count=(facts.today - heard).days, since=heard)


def _not_started(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    if facts.invited_on is None or (facts.today - max(facts.invited_on, seen.on)).days < numbers["days"]:
        return None
    days = (facts.today - facts.invited_on).days
    return _flag("not_started", facts.today, [f"invited:{facts.invited_on}"], count=days, since=facts.invited_on)


def _efforts(key: str, facts: Facts, times: int, seen: Seen, matches: Callable[[int], bool]) -> Flag | None:
    """The same answer about effort in so many answered sessions running."""
    run = []
    for told in _unseen(facts, seen):
        if told.effort is None:
            continue
        if not matches(told.effort):
            break
        run.append(told)
    if len(run) < times:
        return None
    return _flag(key, run[0].on, [told.id for told in run], count=len(run))


def _too_hard(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    return _efforts("too_hard", facts, numbers["times"], seen, lambda effort: effort >= numbers["effort"])


def _too_easy(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    return _efforts("too_easy", facts, numbers["times"], seen, lambda effort: effort <= numbers["effort"])


def _plan_ends(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    """The last running plan ends soon: nothing is planned beyond it."""
    if not facts.endings or facts.asks_since is None:
        return None
    last = max(facts.endings, key=lambda ending: ending.last_day)
    mark = f"{last.plan}:{last.last_day}"
    days = (last.last_day - facts.today).days
    if not 0 <= days <= numbers["days"] or mark in seen.evidence:
        return None
    return _flag("plan_ends", facts.today, [mark], count=days, plan=last.plan)


def _question(facts: Facts, numbers: Mapping[str, int], seen: Seen) -> Flag | None:
    """Waiting longer than so many working days."""
    asked = facts.question
    if asked is None or asked.id in seen.evidence or asked.days <= numbers["days"]:
        return None
    return _flag("question", asked.on, [asked.id], count=asked.days)


def _waiting(key: str, waiting: Sequence[Open], seen: Seen) -> Flag | None:
    found = sorted((each for each in waiting if each.id not in seen.evidence), key=lambda each: each.on, reverse=True)
    if not found:
        return None
    return _flag(key, found[0].on, [each.id for each in found], count=len(found), row=found[0].id)


_Reader = Callable[[Facts, Mapping[str, int], Seen], Flag | None]
_READERS: Final[Mapping[str, _Reader]] = {
    # An alert ends when it is cleared: a mark hides none.
    "alert_urgent": lambda facts, numbers, seen: _waiting(
        "alert_urgent", [each for each in facts.alerts if each.is_urgent], NOTHING_SEEN
    ),
    "alert": lambda facts, numbers, seen: _waiting(
        "alert", [each for each in facts.alerts if not each.is_urgent], NOTHING_SEEN
    ),
    "hurt_ended": _hurt_ended,
    "pain_high": _pain_high,
    "pain_jump": _pain_jump,
    "pain_rising": _pain_rising,
    "missed": _missed,
    "silent": _silent,
    "not_started": _not_started,
    "too_hard": _too_hard,
    "question": _question,
    "suggestion": lambda facts, numbers, seen: _waiting("suggestion", facts.suggestions, seen),
    "plan_ends": _plan_ends,
    "too_easy": _too_easy,
}
