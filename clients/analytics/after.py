"""Which questions follow a session, and what the page after them says."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clients.analytics.client_sentences import week_news
from clients.analytics.legs import reads_legs
from clients.analytics.markers import markers_asked
from clients.analytics.moments import pain_model
from clients.analytics.plans import prescribed_for
from clients.analytics.today import local_day, today_for
from clients.exports.prescription import exercise_count
from clients.models import AssignmentVersion, Event, Session
from clients.rules.events import EDITABLE
from clients.rules.noted import How, how_noted

NOTE = "note"  # offered on the last page, asked of nobody
EXERCISES = "exercises"  # the same: pain in one exercise
CAN_DO = "can-do"
RISE = 2  # points after against before from which the ache is spoken of; source: screens, "After the session"


def questions_after(session: Session) -> list[str]:
    """Return the questions in their order. What was filled in on a later day has no "now"; the leg only where read."""
    now = [] if how_of(session) == "later" else ["pain"]
    leg = ["leg", "leg-pain"] if reads_legs(session) else []
    able = [CAN_DO] if markers_asked(session) else []
    return [*now, "most", *leg, "effort", *able]


def how_of(session: Session) -> How | None:
    """Return how the session came into the record, None where nothing was done in it."""
    return how_noted(Event.objects.filter(session=session, type="set_done").values_list("data__mode", flat=True))


@dataclass(frozen=True)
class Done:
    """What one session came to. minutes: None where nothing timed it. advice_above: None without a rise of pain."""

    minutes: int | None
    exercises: int
    how: How | None
    advice_above: int | None


def done_page(session: Session, now: datetime) -> dict[str, Any]:
    """Return the context of the page "all done" at the moment `now`; session.client and .version must be loaded."""
    how = how_of(session)
    ended = session.finished_at or now
    rose = (
        session.pain_before is not None
        and session.pain_after is not None
        and session.pain_after - session.pain_before >= RISE
    )
    return {
        "session": session,
        "page": today_for(session.client, now),
        "news": week_news(session.assignment, now=now),
        "is_changed": _is_changed_since(session, local_day(session.client, now)),
        "result": Done(
            minutes=max(1, round((ended - session.started_at).total_seconds() / 60)) if how == "guided" else None,
            exercises=exercise_count(prescribed_for(session)),
            how=how,
            advice_above=pain_model(session.version).amber_max if rose else None,
        ),
    }


def _is_changed_since(session: Session, day: date) -> bool:
    """Whether a version with changes came into force, up to the day, after the one that the session was done by."""
    newer = AssignmentVersion.objects.filter(
        assignment=session.assignment_id, number__gt=session.version.number, effective_from__lte=day
    )
    return any(newer.values_list("changes", flat=True))


@dataclass(frozen=True)
class AnswerChange:
    """One answer that was changed: the name of the answer, what it was and became (None: not answered), and when."""

    field: str
    was: Any  # Any: a number, a word or a text, as the question has it
    now: Any
    at: datetime


def answer_changes(session: Session) -> list[AnswerChange]:
    """Return every change of an answer of the session, oldest first; the first answers themselves are none."""
    latest: dict[str, Any] = {}
    changes = []
    rows = Event.objects.filter(session=session, type__in=[*EDITABLE, "edited"])
    for row in sorted(rows, key=lambda row: (row.at, row.type == "edited", row.pk)):
        field = row.data["field"] if row.type == "edited" else row.type
        value = row.data.get("text" if row.type == "note" else "value")
        if row.type == "edited":
            changes.append(AnswerChange(field, latest.get(field), value, row.at))
        latest[field] = value
    return changes
