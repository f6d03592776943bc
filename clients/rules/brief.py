"""What a practitioner wants to know before a visit, from what happened since the last one. Pure.

Every line carries the ids of the rows that it was made of. There is no score and no diagnosis, and nothing here changes
a plan: an edit is a proposal that a practitioner accepts. Source: features.md 6, idea 9; clinical.md 4.1 and 6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from clients.rules.flags import middle

LONGEST: Final = timedelta(days=120)  # of one brief; engineering bound
WORTH_ASKING: Final = 3  # questions; features.md 6, idea 9
COMPARED: Final = 3  # answers at each end that a trend compares; clinical.md 4.1, "the last 3 sessions"
NEVER_DONE: Final = 3  # sessions that ask for an exercise before it is never done; clinical.md 4.1, as COMPARED
SORE: Final = 2  # points above the pain before that make the next day sorer; clinical.md 4.1, "reduce 25 %"
STRONG: Final = 7  # pain of 0 to 10 that is always named; features.md 5.4
SILENT: Final = 7  # days without a session; screens.md 3.1
HARD: Final = 9  # the answer "Too hard"; screens.md 2.5
EASY: Final = 3  # the answer "Too easy"; screens.md 2.5
TOO_SORE: Final = "too_sore"  # reasons to skip, as the player tells them; screens.md 2.4
NOT_SURE: Final = "not_sure"

EDIT_KEY: Final = "brief:"  # begins the key of every decision about an edit

Value = int | str | date


@dataclass(frozen=True, slots=True)
class Tried:
    """One exercise in one session. share: 0 to 1 of what was asked. pain: the highest answer in it; skipped: why."""

    exercise: str
    share: float
    pain: int | None = None
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Went:
    """One session. Answers 0 to 10, None: not answered. hurt_in: exercises in which "This hurts" was pressed."""

    id: str
    on: date
    done: bool
    before: int | None = None
    worst: int | None = None
    next_day: int | None = None
    effort: int | None = None
    note: str = ""
    hurt_in: tuple[str, ...] = ()
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """The plan was changed on a day: the sentences that say how."""

    id: str
    on: date
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlareUp:
    """A flare-up; last_day is None while it lasts."""

    id: str
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class History:
    """What is known since the last visit (None: there was none, and all since the first plan is meant).

    done and due: sessions since then; done_before and due_before: in as many days before it. sessions: since then,
    oldest first. exercises: of the plan as it stands, slug -> name, those that may be left out not among them.
    """

    today: date
    since: date | None
    done: int
    due: int
    done_before: int = 0
    due_before: int = 0
    sessions: tuple[Went, ...] = ()
    exercises: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    flares: tuple[FlareUp, ...] = ()
    asks_now: bool = True  # a plan asks for sessions today


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence as data: its kind, what it says, and the ids of the rows behind it."""

    kind: str
    values: Mapping[str, Value]
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A proposed change of one exercise. kind: "easier" or "remove". why: the line that speaks for it."""

    kind: str
    exercise: str
    why: Line

    @property
    def key(self) -> str:
        """What decisions about it are kept under."""
        return f"{EDIT_KEY}{self.kind}:{self.exercise}"

    @property
    def moment(self) -> str:
        """The latest row that speaks for it: once answered, it is proposed again when a later one does."""
        return f"session:{self.why.rows[-1]}"


@dataclass(frozen=True, slots=True)
class Brief:
    """changed: what is different since the last visit. ask: at most WORTH_ASKING. exercises: never done, or sore."""

    changed: tuple[Line, ...]
    ask: tuple[Line, ...]
    exercises: tuple[Line, ...]
    edits: tuple[Edit, ...]


def brief(history: History) -> Brief:
    """Return the brief of one client."""
    exercises = (*_painful(history), *_never_done(history))
    return Brief(
        changed=tuple(_changed(history)),
        ask=_worth_asking(history),
        exercises=exercises,
        edits=tuple(Edit(kind, str(line.values["slug"]), line) for line in exercises if (kind := edit_for(line))),
    )


def edit_for(line: Line) -> str:
    """Return what a line about an exercise proposes, "" for nothing: who is not sure how is shown it, not rid of it."""
    if line.kind == "painful" or line.values["reason"] == TOO_SORE:
        return "easier"
    return "" if line.values["reason"] == NOT_SURE else "remove"


# --- what changed ---------------------------------------------------------------------------------------------


def _changed(of: History) -> Iterator[Line]:
    ids = tuple(went.id for went in of.sessions)
    if of.due or of.done:
        if of.due_before:
            yield Line(
                "sessions_compared",
                {
                    "done": of.done,
                    "due": of.due,
                    "done_before": of.done_before,
                    "due_before": of.due_before,
                    "days": _days_since(of.since or of.today, of.today),
                },
                ids,
            )
        else:
            yield Line("sessions", {"done": of.done, "due": of.due}, ids)
    else:
        yield Line("nothing_due", {})
    yield from _pain(of)
    sore = [went for went in of.sessions if _is_sore(went)]
    answered = sum(1 for went in of.sessions if went.next_day is not None and went.before is not None)
    if sore:
        values: dict[str, Value] = {"count": len(sore), "answered": answered}
        yield Line("next_day", {**values, "unanswered": len(of.sessions) - answered}, tuple(went.id for went in sore))
    for flare in of.flares:
        if flare.last_day is None:
            days = (of.today - flare.first_day).days + 1
            yield Line("in_flare", {"first": flare.first_day, "day": days}, (flare.id,))
        else:
            yield Line("flare", {"first": flare.first_day, "last": flare.last_day}, (flare.id,))
    for change in of.changes:
        yield Line("plan_changed", {"on": change.on, "what": " ".join(change.sentences)}, (change.id,))


def _is_sore(went: Went) -> bool:
    return went.next_day is not None and went.before is not None and went.next_day - went.before >= SORE


def _pain(of: History) -> Iterator[Line]:
    """Pain before sessions at both ends, and the worst answer where it was strong. Middle answers, never means."""
    answered = [went for went in of.sessions if went.before is not None]
    if len(answered) >= 2 * COMPARED:
        first = middle([went.before or 0 for went in answered[:COMPARED]])
        last = middle([went.before or 0 for went in answered[-COMPARED:]])
        kind = "pain_down" if last < first else "pain_up" if last > first else "pain_same"
        ends = [*answered[:COMPARED], *answered[-COMPARED:]]
        yield Line(kind, {"first": first, "last": last, "answers": len(answered)}, tuple(went.id for went in ends))
    elif answered:
        latest = answered[-1]
        values: dict[str, Value] = {"last": latest.before or 0, "answers": len(answered)}
        yield Line("pain_few", values, tuple(went.id for went in answered))
    elif of.sessions:
        yield Line("pain_unanswered", {"count": len(of.sessions)}, tuple(went.id for went in of.sessions))
    strong = [went for went in of.sessions if (went.worst or 0) >= STRONG]
    if strong:
        most = max(strong, key=lambda went: (went.worst or 0, went.on))
        yield Line("strong", {"worst": most.worst or 0, "on": most.on, "count": len(strong)}, _ids(strong))


def _ids(sessions: Iterable[Went]) -> tuple[str, ...]:
    return tuple(went.id for went in sessions)


# --- three things worth asking --------------------------------------------------------------------------------


def _worth_asking(of: History) -> tuple[Line, ...]:
    found: list[Line] = []
    for question in _QUESTIONS:
        line = question(of)
        if line is not None:
            found.append(line)
    return tuple(found[:WORTH_ASKING])


def _ask_hurt(of: History) -> Line | None:
    hurt = [went for went in of.sessions if went.hurt_in]
    if not hurt:
        return None
    latest = hurt[-1]
    name = of.exercises.get(latest.hurt_in[-1], latest.hurt_in[-1].replace("-", " "))
    return Line("ask_hurt", {"exercise": name, "on": latest.on, "count": len(hurt)}, _ids(hurt))


def _ask_next_day(of: History) -> Line | None:
    sore = [went for went in of.sessions if _is_sore(went)]
    if not sore:
        return None
    latest = sore[-1]
    rise = (latest.next_day or 0) - (latest.before or 0)
    return Line("ask_next_day", {"on": latest.on, "points": rise, "count": len(sore)}, _ids(sore))


def _ask_note(of: History) -> Line | None:
    noted = [went for went in of.sessions if went.note.strip()]
    if not noted:
        return None
    return Line("ask_note", {"on": noted[-1].on, "note": noted[-1].note.strip()}, (noted[-1].id,))


def _ask_silence(of: History) -> Line | None:
    last = of.sessions[-1].on if of.sessions else of.since
    if not of.asks_now or last is None or (of.today - last).days < SILENT:
        return None
    rows = (of.sessions[-1].id,) if of.sessions else ()
    return Line("ask_silence", {"days": (of.today - last).days, "since": last}, rows)


def _ask_skips(of: History) -> Line | None:
    reasons = [(tried.skipped, went.id) for went in of.sessions for tried in went.tried if tried.skipped]
    if not reasons:
        return None
    counts = Counter(reason for reason, _ in reasons)
    # The most frequent, of equals the one that was given first.
    reason, count = counts.most_common(1)[0]
    return Line(
        "ask_skips", {"reason": reason, "count": count}, tuple(dict.fromkeys(i for r, i in reasons if r == reason))
    )


def _ask_effort(of: History) -> Line | None:
    efforts = [went for went in of.sessions if went.effort is not None][-COMPARED:]
    if len(efforts) < 2:
        return None
    if all((went.effort or 0) >= HARD for went in efforts[-2:]):
        return Line("ask_hard", {"count": 2}, _ids(efforts[-2:]))
    if len(efforts) == COMPARED and all((went.effort or 0) <= EASY for went in efforts):
        return Line("ask_easy", {"count": COMPARED}, _ids(efforts))
    return None


def _ask_never(of: History) -> Line | None:
    never = _never_done(of)
    if not never:
        return None
    return Line("ask_never", {"exercise": never[0].values["name"], "count": never[0].values["count"]}, never[0].rows)


def _ask_helped(of: History) -> Line | None:
    better = next((line for line in _pain(of) if line.kind == "pain_down"), None)
    return Line("ask_helped", better.values, better.rows) if better is not None else None


# In this order: what may have harmed, what they said themselves, what kept them from it, what went well.
_QUESTIONS: Final[tuple[Callable[[History], Line | None], ...]] = (
    _ask_hurt,
    _ask_next_day,
    _ask_note,
    _ask_silence,
    _ask_skips,
    _ask_effort,
    _ask_never,
    _ask_helped,
)


# --- exercises never done, or followed by more pain -----------------------------------------------------------


def _asked_in(of: History, slug: str) -> list[tuple[Went, Tried]]:
    return [(went, tried) for went in of.sessions for tried in went.tried if tried.exercise == slug]


def _painful(of: History) -> tuple[Line, ...]:
    """Exercises of the plan in which pain was higher than before the session, the most often first."""
    found = []
    for slug, name in of.exercises.items():
        tried = _asked_in(of, slug)
        rose = [
            went
            for went, each in tried
            if slug in went.hurt_in or (each.pain is not None and went.before is not None and each.pain > went.before)
        ]
        if rose:
            values: dict[str, Value] = {"slug": slug, "name": name, "count": len(rose), "sessions": len(tried)}
            found.append(Line("painful", values, _ids(rose)))
    return tuple(sorted(found, key=lambda line: (-int(str(line.values["count"])), str(line.values["name"]))))


def _never_done(of: History) -> tuple[Line, ...]:
    """Exercises of the plan that were asked for in NEVER_DONE sessions or more and done in none of them."""
    found = []
    for slug, name in of.exercises.items():
        tried = _asked_in(of, slug)
        if len(tried) >= NEVER_DONE and not any(each.share > 0 for _, each in tried):
            reasons = Counter(each.skipped for _, each in tried if each.skipped)
            reason = reasons.most_common(1)[0][0] if reasons else ""
            values: dict[str, Value] = {"slug": slug, "name": name, "count": len(tried), "reason": reason}
            found.append(Line("never_done", values, _ids(went for went, _ in tried)))
    return tuple(found)


def _days_since(since: date, today: date) -> int:
    """Return how many days a brief is about, first and last included."""
    return min((today - since).days, LONGEST.days) + 1


def span_before(since: date, today: date) -> tuple[date, date]:
    """Return as many days before `since` as there are from it to today, first and last included."""
    days = _days_since(since, today)
    return since - timedelta(days=days), since - timedelta(days=1)
