"""Everything that happened with one client as one list, newest first.

Each kind is read by its own index up to one page, so the cost does not depend on how long the history is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from clients.analytics.alert_words import sentence as alert_sentence
from clients.analytics.change_words import change_words
from clients.analytics.decision_words import sentence as decision_sentence
from clients.analytics.event_words import skip_words
from clients.analytics.flag_words import rule_words
from clients.analytics.lately import flag_settings
from clients.analytics.plan_rules_page import names_for
from clients.models import (
    Alert,
    AssignmentVersion,
    Client,
    Decision,
    FlagSeen,
    Flare,
    Invitation,
    PlanPause,
    PutOff,
    Session,
    Visit,
)

PAGE = 40  # entries on one page


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. who: a person's name, "" for the client or the software. page: a URL's name, or ""."""

    kind: str
    at: datetime
    text: str
    detail: str = ""
    who: str = ""
    page: str = ""
    key: Any = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of entries, newest first. before: where the next page begins, None on the last."""

    entries: Sequence[Entry]
    before: datetime | None
    kind: str


def timeline(client: Client, *, before: datetime, kind: str = "") -> Timeline:
    """Return what happened before the moment (aware, not included); kind is one of SOURCES, "" for all of them."""
    chosen = [SOURCES[kind]] if kind in SOURCES else list(SOURCES.values())
    entries = [entry for source in chosen for entry in source(client, before)]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    shown = entries[:PAGE]
    return Timeline(shown, shown[-1].at if len(entries) > PAGE else None, kind if kind in SOURCES else "")


def _newest(rows: Any, column: str, before: datetime) -> Any:
    return rows.filter(**{f"{column}__lt": before}).order_by(f"-{column}")[: PAGE + 1]


def _sessions(client: Client, before: datetime) -> Iterable[Entry]:
    for row in _newest(Session.objects.filter(client=client).select_related("assignment"), "started_at", before):
        share = _("%(share)s %% done") % {"share": int(row.fraction * 100)}
        pain = _("pain %(before)s before, %(after)s after") % {
            "before": "–" if row.pain_before is None else row.pain_before,
            "after": "–" if row.pain_after is None else row.pain_after,
        }
        text = _("Session of “%(plan)s”: %(share)s, %(pain)s") % {
            "plan": row.assignment.name,
            "share": share,
            "pain": pain,
        }
        yield Entry("session", row.started_at, text, detail=row.note, page="admin:session", key=row.pk)

    for row in _newest(PutOff.objects.filter(client=client).select_related("assignment"), "at", before):
        text = _("“%(plan)s”: %(choice)s") % {"plan": row.assignment.name, "choice": row.get_choice_display()}
        pain = "" if row.pain is None else _("Pain %(pain)s.") % {"pain": row.pain}
        yield Entry("session", row.at, text, detail=pain or (skip_words(row.reason_key) if row.reason_key else ""))


def _plans(client: Client, before: datetime) -> Iterable[Entry]:
    versions = AssignmentVersion.objects.filter(assignment__client=client).select_related("assignment", "created_by")
    for row in _newest(versions, "created_at", before):
        if row.number == 1:
            text = _("Plan given: “%(plan)s”") % {"plan": row.assignment.name}
        else:
            text = _("“%(plan)s” changed, version %(number)s") % {"plan": row.assignment.name, "number": row.number}
        yield Entry("plan", row.created_at, text, detail=" ".join(change_words(row.changes)), who=str(row.created_by))
    pauses = PlanPause.objects.filter(assignment__client=client).select_related("assignment", "created_by")
    for pause in _newest(pauses, "created_at", before):
        text = _("Break in “%(plan)s”") % {"plan": pause.assignment.name}
        yield Entry("plan", pause.created_at, text, detail=pause.reason, who=str(pause.created_by))


def _alerts(client: Client, before: datetime) -> Iterable[Entry]:
    for row in _newest(Alert.objects.filter(client=client).select_related("cleared_by"), "raised_at", before):
        cleared = ""
        if row.cleared_by is not None:
            cleared = _("Cleared by %(name)s. %(note)s") % {"name": row.cleared_by, "note": row.cleared_note}
        yield Entry("alert", row.raised_at, alert_sentence(row), detail=cleared, page="admin:alert", key=row.pk)


def _flags(client: Client, before: datetime) -> Iterable[Entry]:
    settings = flag_settings()
    for row in _newest(FlagSeen.objects.filter(client=client).select_related("by"), "at", before):
        rule = rule_words(row.rule_key, settings[row.rule_key].numbers) if row.rule_key in settings else row.rule_key
        yield Entry("flag", row.at, _("Marked as seen: %(rule)s") % {"rule": rule}, detail=row.note, who=str(row.by))


def _flares(client: Client, before: datetime) -> Iterable[Entry]:
    for row in _newest(Flare.objects.filter(client=client), "reported_at", before):
        ended = row.get_ended_how_display() if row.last_day else ""
        yield Entry("flare", row.reported_at, _("A flare-up was reported"), detail=ended)


def _decisions(client: Client, before: datetime) -> Iterable[Entry]:
    rows = list(
        _newest(
            Decision.objects.filter(assignment__client=client).select_related("rule", "settled_by"),
            "decided_at",
            before,
        )
    )
    names = names_for([row.outcome for row in rows])
    for row in rows:
        who = str(row.settled_by) if row.settled_by else ""
        yield Entry("rule", row.decided_at, decision_sentence(row, names), detail=row.get_state_display(), who=who)


def _visits(client: Client, before: datetime) -> Iterable[Entry]:
    for row in _newest(Visit.objects.filter(client=client).select_related("by"), "at", before):
        yield Entry("visit", row.at, _("Seen at a visit"), who=str(row.by), page="admin:brief", key=client.pk)
    invitations = Invitation.objects.filter(client=client).select_related("created_by")
    for row in _newest(invitations, "created_at", before):
        accepted = _("Accepted.") if row.accepted_at else ""
        yield Entry("visit", row.created_at, _("Invited"), detail=accepted, who=str(row.created_by))


_Source = Callable[[Client, datetime], Iterable[Entry]]
SOURCES: Final[Mapping[str, _Source]] = {
    "session": _sessions,
    "plan": _plans,
    "alert": _alerts,
    "flag": _flags,
    "flare": _flares,
    "rule": _decisions,
    "visit": _visits,
}
