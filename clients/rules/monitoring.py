"""Evidence of remote monitoring by two clocks: days with data in 30-day periods, minutes in calendar months.

Made for the codes of clinics in the United States. Source of the thresholds: features.md 4 (fee schedule of 2026). They
are data, see `read_thresholds`, and the evidence says only whether it meets what is set: never what may be claimed.
The same facts give the same evidence, in any order of events and entries and however often one of them is told.

A day with data is a day of the client's calendar on which at least one set was told as done or one question about
pain, leg or effort was answered. Minutes are those of the log, whole ones of a month's sum; where two entries of one
person overlap, the time counts once. Live contact is a call by phone or video; messages are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo

from clients.rules.report_data import events_hash, events_in, events_out
from clients.rules.session import Event, in_order

Clock = Literal["30_days", "month"]

FORM: Final = 1  # engineering: of the document; a change that older readers would misread counts it up
PERIOD_DAYS: Final = 30  # source: features.md 4, the supply clock
LIVE: Final = frozenset({"phone", "video"})
ANSWERS: Final = frozenset(
    {"pain_before", "pain_peak", "pain_after", "pain_next", "item_pain", "hurt", "leg_symptoms", "leg_pain", "effort"}
)
THRESHOLDS: Final = (
    {"key": "98985", "clock": "30_days", "at_least": 2, "at_most": 15, "live": False},
    {"key": "98977", "clock": "30_days", "at_least": 16, "at_most": 30, "live": False},
    {"key": "98979", "clock": "month", "at_least": 10, "at_most": 19, "live": True},
    {"key": "98980", "clock": "month", "at_least": 20, "at_most": None, "live": True},
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """What is set for a code: days with data, or minutes. at_most is included, None is open. live: a call is needed."""

    key: str
    clock: Clock
    at_least: int
    at_most: int | None
    live: bool

    def takes(self, count: int) -> bool:
        return self.at_least <= count and (self.at_most is None or count <= self.at_most)


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """One entry of the log of management time. Times are aware; contact is "none", "phone" or "video"."""

    id: int
    who: str
    started_at: datetime
    ended_at: datetime
    contact: str
    what: str


@dataclass(frozen=True, slots=True)
class MonitoringFacts:
    """All that the evidence looks at. first: the first day of the first 30-day period; today: the client's own."""

    first: date
    today: date
    zone: str
    thresholds: tuple[Threshold, ...]
    events: tuple[tuple[str, Event], ...]
    times: tuple[TimeSpent, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A threshold against what there is. last_start: the last day from which data on every day would still meet it.

    last_start is None where it is met, where days have passed it, and for minutes.
    """

    threshold: Threshold
    count: int
    is_met: bool
    lacks_live: bool
    last_start: date | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A 30-day period, both ends included. days: each day with data, and its events by type."""

    first: date
    last: date
    days: tuple[tuple[date, Mapping[str, int]], ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month by its first day. live: the entries with a call."""

    first: date
    minutes: int
    times: tuple[TimeSpent, ...]
    live: tuple[TimeSpent, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    windows: tuple[Window, ...]
    months: tuple[Month, ...]
    events: int
    events_hash: str


def read_thresholds(rows: Any) -> tuple[Threshold, ...]:
    """Return the thresholds of rows such as THRESHOLDS. Raises ValueError naming the row and the remedy."""
    if not isinstance(rows, list | tuple):
        raise ValueError("Send a list of thresholds.")
    return tuple(_threshold(number, row) for number, row in enumerate(rows, start=1))


def _threshold(number: int, row: Any) -> Threshold:
    names = {"key", "clock", "at_least", "at_most", "live"}
    if not isinstance(row, Mapping) or set(row) != names:
        raise ValueError(f"Threshold {number}: name {', '.join(sorted(names))} and nothing else.")
    whole = [row["at_least"], *([] if row["at_most"] is None else [row["at_most"]])]
    if any(isinstance(value, bool) or not isinstance(value, int) for value in whole) or whole != sorted(whole):
        raise ValueError(f"Threshold {number}: at_least and at_most are whole numbers, at_most may be null.")
    if whole[0] < 1 or row["clock"] not in get_args(Clock) or not isinstance(row["live"], bool):
        raise ValueError(
            f"Threshold {number}: at_least is 1 or more, clock one of {', '.join(get_args(Clock))}, live true or false."
        )
    if not isinstance(row["key"], str) or not row["key"]:
        raise ValueError(f"Threshold {number}: key is a text.")
    return Threshold(row["key"], row["clock"], row["at_least"], row["at_most"], row["live"])


def to_document(facts: MonitoringFacts) -> dict[str, Any]:
    """Return the facts as JSON can hold them; `from_document` reads them."""
    return {
        "form": FORM,
        "first": facts.first.isoformat(),
        "today": facts.today.isoformat(),
        "zone": facts.zone,
        "thresholds": [asdict(each) for each in facts.thresholds],
        "times": [
            {**asdict(each), "started_at": each.started_at.isoformat(), "ended_at": each.ended_at.isoformat()}
            for each in facts.times
        ],
        "events": events_out(facts.events),
    }


def from_document(document: Mapping[str, Any]) -> MonitoringFacts:
    """Return the facts of a document made by `to_document`. Raises ValueError for another form."""
    if document.get("form") != FORM:
        raise ValueError(f"This reads monitoring data of form {FORM}, got {document.get('form')!r}.")
    return MonitoringFacts(
        first=date.fromisoformat(document["first"]),
        today=date.fromisoformat(document["today"]),
        zone=document["zone"],
        thresholds=read_thresholds(document["thresholds"]),
        events=events_in(document["events"]),
        times=tuple(
            TimeSpent(
                **{
                    **row,
                    "started_at": datetime.fromisoformat(row["started_at"]),
                    "ended_at": datetime.fromisoformat(row["ended_at"]),
                }
            )
            for row in document["times"]
        ),
    )


def evidence(facts: MonitoringFacts) -> Evidence:
    """Return the evidence of every period and month from `first` to `today`, oldest first."""
    by_day = _by_day(facts)
    by_clock = {clock: [each for each in facts.thresholds if each.clock == clock] for clock in get_args(Clock)}
    return Evidence(
        windows=tuple(_window(first, by_day, by_clock["30_days"], facts.today) for first in _starts(facts)),
        months=tuple(_month(first, facts, by_clock["month"]) for first in _months(facts)),
        events=len({event.id for _session, event in facts.events}),
        events_hash=events_hash(facts.events),
    )


def _starts(facts: MonitoringFacts) -> Iterable[date]:
    count = max(0, (facts.today - facts.first).days // PERIOD_DAYS + 1)
    return [facts.first + timedelta(days=PERIOD_DAYS * number) for number in range(count)]


def _months(facts: MonitoringFacts) -> Iterable[date]:
    month = facts.first.replace(day=1)
    while month <= facts.today:
        yield month
        month = _next_month(month)


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _by_day(facts: MonitoringFacts) -> Mapping[date, Mapping[str, int]]:
    zone = ZoneInfo(facts.zone)
    found: dict[date, Counter[str]] = {}
    for event in in_order(event for _session, event in facts.events):
        if _is_data(event):
            found.setdefault(event.at.astimezone(zone).date(), Counter())[event.type] += 1
    return {day: dict(sorted(types.items())) for day, types in sorted(found.items())}


def _is_data(event: Event) -> bool:
    if event.type == "set_done":
        return bool(event.data.get("done") or event.data.get("seconds"))
    return event.type in ANSWERS and event.data.get("value") is not None


def _window(
    first: date, by_day: Mapping[date, Mapping[str, int]], thresholds: Iterable[Threshold], today: date
) -> Window:
    last = first + timedelta(days=PERIOD_DAYS - 1)
    days = tuple((day, types) for day, types in by_day.items() if first <= day <= last)
    next_day = today + timedelta(days=1) if today in by_day else today
    return Window(first, last, days, tuple(_of_days(each, len(days), last, next_day) for each in thresholds))


def _of_days(threshold: Threshold, count: int, last: date, next_day: date) -> Verdict:
    missing = threshold.at_least - count
    start = last - timedelta(days=missing - 1) if missing > 0 else None
    return Verdict(
        threshold=threshold,
        count=count,
        is_met=threshold.takes(count) and not threshold.live,
        lacks_live=threshold.live,
        last_start=start if start is not None and start >= next_day else None,
    )


def _month(first: date, facts: MonitoringFacts, thresholds: Iterable[Threshold]) -> Month:
    zone = ZoneInfo(facts.zone)
    once = {entry.id: entry for entry in facts.times}
    mine = [each for each in once.values() if each.started_at.astimezone(zone).date().replace(day=1) == first]
    mine.sort(key=lambda each: (each.started_at, each.id))
    live = tuple(each for each in mine if each.contact in LIVE)
    minutes = _seconds(mine) // 60
    verdicts = tuple(
        Verdict(
            threshold=each,
            count=minutes,
            is_met=each.takes(minutes) and (bool(live) or not each.live),
            lacks_live=each.live and not live,
        )
        for each in thresholds
    )
    return Month(first, minutes, tuple(mine), live, verdicts)


def _seconds(entries: Sequence[TimeSpent]) -> int:
    """Return the seconds of the entries, in order of their starts; overlaps of one person count once."""
    total = 0.0
    until: dict[str, datetime] = {}
    for entry in entries:
        start = max(entry.started_at, until.get(entry.who, entry.started_at))
        total += max(0.0, (entry.ended_at - start).total_seconds())
        until[entry.who] = max(entry.ended_at, until.get(entry.who, entry.ended_at))
    return int(total)
