"""One alert as a practitioner reads it: what it says, what was answered, who has seen it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from clients.analytics.alert_words import sentence
from clients.models import Alert, SafetyCheck, Session
from clients.rules import safety as rules
from portal.lib import sealing
from routines.library import starter

MOST_SERIOUS_FIRST = ("emergency", "same_day", "soon", "routine")


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert in a list."""

    alert: Alert
    sentence: str


@dataclass(frozen=True, slots=True)
class AlertPage:
    """answers: (question, what was ticked) of every yes, in words; None where they cannot be opened any more."""

    sentence: str
    check: SafetyCheck | None
    answers: Sequence[tuple[str, Sequence[str]]] | None
    session: Session | None


def alert_page(alert: Alert) -> AlertPage:
    """Return the page of one alert. Runs in the practice scope."""
    kind, _colon, key = alert.subject_key.partition(":")
    id_ = _uuid(key)
    check = SafetyCheck.objects.filter(pk=id_, client=alert.client_id).first() if kind == "check" and id_ else None
    session_id = check.session_key if check is not None else id_ if kind == "session" else None
    session = Session.objects.filter(pk=session_id, client=alert.client_id).first() if session_id else None
    return AlertPage(sentence(alert), check, _said(check), session)


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def _said(check: SafetyCheck | None) -> Sequence[tuple[str, Sequence[str]]] | None:
    if check is None:
        return ()
    try:
        answers = check.answers
    except sealing.Unreadable:
        return None
    asked = {each.id: each for each in starter.safety().questions}
    return [
        (_(asked[id_].ask) if id_ in asked else id_, [_in_words(asked.get(id_), each) for each in ticked])
        for id_, ticked in answers.items()
        if rules.is_yes(ticked)
    ]


def _in_words(question: Any, tick: str) -> str:
    if tick == rules.NOT_SURE:
        return _("not sure")
    if tick == rules.NONE:
        return _("none of these")
    if question is not None and tick.isdecimal() and int(tick) < len(question.symptoms):
        return _(str(question.symptoms[int(tick)]))
    return tick


def alert_lines(alerts: Iterable[Alert]) -> list[AlertLine]:
    """Return open alerts as lines, the most serious and the oldest first."""
    ordered = sorted(alerts, key=lambda each: (MOST_SERIOUS_FIRST.index(each.level), each.raised_at))
    return [AlertLine(each, sentence(each)) for each in ordered]
