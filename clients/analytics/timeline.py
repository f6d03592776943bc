"""Everything that happened with one client as one list, newest first.

Each kind is read by its own index up to one page, so the cost does not depend on how long the history is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import takewhile, zip_longest
from typing import Any, Final

from django.db.models import OuterRef, Subquery
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from clients.analytics.alert_words import sentence as alert_sentence
from clients.analytics.change_words import change_words
from clients.analytics.decision_words import sentence as decision_sentence
from clients.analytics.event_words import skip_words
from clients.analytics.flag_words import own_rules_words, rule_words
from clients.analytics.lately import flag_settings_of
from clients.analytics.plan_rules_page import names_for
from clients.analytics.today import local_day
from clients.models import (
    Alert,
    AssignmentVersion,
    Client,
    ClientFlagRules,
    ClientNote,
    Decision,
    FlagRules,
    FlagSeen,
    Flare,
    HeldNote,
    Invitation,
    Message,
    PlanPause,
    PutOff,
    Session,
    Visit,
)
from clients.rules.flag_settings import settings_from
from portal.accounts.models import User
from portal.lib.dates import brief_day, full_day

PAGE = 40  # entries on one page
BESIDE = 2  # notes for colleagues; the page of the notes has all
MESSAGE_SHOWN = 300  # characters; the thread has the rest


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. who: a person's name, "" for the client or the software. page: a URL's name, or "".

    note: the id of a note for colleagues that counts, None for everything else. is_withdrawn: of one that does not.
    """

    kind: str
    at: datetime
    text: str
    detail: str = ""
    who: str = ""
    page: str = ""
    key: Any = None
    note: int | None = None
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of entries, newest first. before: where the next page begins, None on the last."""

    entries: Sequence[Entry]
    before: datetime | None
    kind: str


def timeline(client: Client, *, by: User, before: datetime, kind: str = "") -> Timeline:
    """Return what happened before the moment (aware, not included); kind is one of KINDS, "" for all of them.

    by: who reads. Notes for colleagues about oneself are not among it.
    """
    sources: dict[str, _Source] = {**SOURCES, NOTE: partial(_colleagues, by)}
    chosen = [sources[kind]] if kind in sources else list(sources.values())
    entries = [entry for source in chosen for entry in source(client, before)]
    return _page(entries, kind if kind in sources else "")


def notes(client: Client, *, by: User, before: datetime) -> Timeline:
    """Return what of the timeline somebody put into words for the record: the same entries, where they hold a note."""
    entries = [
        *_colleagues(by, client, before),
        *_sat(Session.objects.exclude(note=""), client, before),
        *_reviews(client, before),
        *_breaks(PlanPause.objects.exclude(reason=""), client, before),
        *_raised(Alert.objects.exclude(cleared_note=""), client, before),
        *_marks(FlagSeen.objects.exclude(note=""), client, before),
    ]
    return _page(entries, "")


def latest_notes(client: Client, *, by: User) -> list[ClientNote]:
    """Return the newest notes for colleagues that count, for beside what one works on; one statement."""
    rows = ClientNote.objects.visible_to(by).in_force().filter(client=client)
    return list(rows.select_related("by")[:BESIDE])


def _page(entries: list[Entry], kind: str) -> Timeline:
    """Return the newest of what the sources gave; what happened at one moment stands on one page, and none is lost."""
    entries.sort(key=lambda entry: entry.at, reverse=True)
    shown = entries[:PAGE]
    shown += takewhile(lambda entry: entry.at == shown[-1].at, entries[PAGE:])
    return Timeline(shown, shown[-1].at if len(entries) > PAGE else None, kind)


def _newest(rows: Any, column: str, before: datetime) -> Any:
    return rows.filter(**{f"{column}__lt": before}).order_by(f"-{column}")[: PAGE + 1]


def _sat(sessions: Any, client: Client, before: datetime) -> Iterable[Entry]:
    for row in _newest(sessions.filter(client=client).select_related("assignment"), "started_at", before):
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


def _colleagues(reader: User, client: Client, before: datetime) -> Iterable[Entry]:
    rows = ClientNote.objects.visible_to(reader).filter(client=client).select_related("by", "withdrawn_by")
    for row in _newest(rows, "at", before):
        text = _("Note for colleagues")
        if row.withdrawn_at is not None:
            words = {"name": row.withdrawn_by, "day": full_day(local_day(client, row.withdrawn_at))}
            text = _("Note for colleagues, withdrawn by %(name)s on %(day)s") % words
        yield Entry(
            NOTE,
            row.at,
            text,
            detail=row.text,
            who=str(row.by),
            page="admin:client_notes",
            key=client.pk,
            note=row.pk if row.withdrawn_at is None else None,
            is_withdrawn=row.withdrawn_at is not None,
        )


def _sessions(client: Client, before: datetime) -> Iterable[Entry]:
    yield from _sat(Session.objects.all(), client, before)
    for row in _newest(PutOff.objects.filter(client=client).select_related("assignment"), "at", before):
        text = _("“%(plan)s”: %(choice)s") % {"plan": row.assignment.name, "choice": row.get_choice_display()}
        if row.moved_to is not None:
            days = {"plan": row.assignment.name, "day": brief_day(row.on), "to": brief_day(row.moved_to)}
            text = _("“%(plan)s”: %(day)s moved to %(to)s") % days
        pain = "" if row.pain is None else _("Pain %(pain)s.") % {"pain": row.pain}
        yield Entry("session", row.at, text, detail=pain or (skip_words(row.reason_key) if row.reason_key else ""))


def _messages(client: Client, before: datetime) -> Iterable[Entry]:
    rows = Message.objects.filter(client=client, sent_at__lt=before).select_related("author")
    for row in rows.order_by("-id")[: PAGE + 1]:  # written in the order in which they were sent
        text = _("Wrote a message") if row.is_from_client else row.get_kind_display()
        who = "" if row.is_from_client else str(row.author)
        detail = Truncator(row.text).chars(MESSAGE_SHOWN)
        yield Entry("message", row.sent_at, text, detail=detail, who=who, page="admin:thread", key=client.pk)


def _reviews(client: Client, before: datetime) -> Iterable[Entry]:
    held = HeldNote.objects.filter(session__client=client)
    for row in _newest(held.select_related("author", "item__exercise_version__exercise"), "at", before):
        text = _("Note on a session")
        if row.item is not None:
            text = _("Note on “%(exercise)s”") % {"exercise": row.item.exercise_version.exercise.name}
        yield Entry("message", row.at, text, row.text, who=str(row.author), page="admin:session", key=row.session_id)


def _plans(client: Client, before: datetime) -> Iterable[Entry]:
    versions = AssignmentVersion.objects.filter(assignment__client=client).select_related("assignment", "created_by")
    for row in _newest(versions, "created_at", before):
        if row.number == 1:
            text = _("Plan given: “%(plan)s”") % {"plan": row.assignment.name}
        else:
            text = _("“%(plan)s” changed, version %(number)s") % {"plan": row.assignment.name, "number": row.number}
        yield Entry("plan", row.created_at, text, detail=" ".join(change_words(row.changes)), who=str(row.created_by))
    yield from _breaks(PlanPause.objects.all(), client, before)


def _breaks(pauses: Any, client: Client, before: datetime) -> Iterable[Entry]:
    of_client = pauses.filter(assignment__client=client).select_related("assignment", "created_by")
    for pause in _newest(of_client, "created_at", before):
        text = _("Break in “%(plan)s”") % {"plan": pause.assignment.name}
        yield Entry("plan", pause.created_at, text, detail=pause.reason, who=str(pause.created_by))


def _alerts(client: Client, before: datetime) -> Iterable[Entry]:
    return _raised(Alert.objects.all(), client, before)


def _raised(alerts: Any, client: Client, before: datetime) -> Iterable[Entry]:
    for row in _newest(alerts.filter(client=client).select_related("cleared_by"), "raised_at", before):
        cleared = ""
        if row.cleared_by is not None:
            cleared = _("Cleared by %(name)s. %(note)s") % {"name": row.cleared_by, "note": row.cleared_note}
        yield Entry("alert", row.raised_at, alert_sentence(row), detail=cleared, page="admin:alert", key=row.pk)


def _flags(client: Client, before: datetime) -> Iterable[Entry]:
    yield from _marks(FlagSeen.objects.all(), client, before)
    of_practice = FlagRules.objects.filter(practice=client.practice_id, created_at__lte=OuterRef("created_at"))
    rows = ClientFlagRules.objects.filter(client=client).select_related("created_by")
    then = list(_newest(rows.annotate(practice=Subquery(of_practice.values("rules")[:1])), "created_at", before))
    for row, earlier in zip_longest(then, then[1:]):
        changed = own_rules_words(earlier.rules if earlier else {}, row.rules, settings_from(row.practice or {}))
        text = _("Flag rules of this client were set")
        yield Entry(
            "flag",
            row.created_at,
            text,
            detail=changed,
            who=str(row.created_by),
            page="admin:client_flag_rules",
            key=client.pk,
        )


def _marks(marks: Any, client: Client, before: datetime) -> Iterable[Entry]:
    settings = flag_settings_of(client)
    for row in _newest(marks.filter(client=client).select_related("by"), "at", before):
        rule = rule_words(row.rule_key, settings[row.rule_key].numbers) if row.rule_key in settings else row.rule_key
        yield Entry("flag", row.at, _("Marked as seen: %(rule)s") % {"rule": rule}, detail=row.note, who=str(row.by))


def _flares(client: Client, before: datetime) -> Iterable[Entry]:
    for row in _newest(Flare.objects.filter(client=client), "reported_at", before):
        ended = row.get_ended_how_display() if row.last_day else ""
        yield Entry("flare", row.reported_at, _("A flare-up was reported"), detail=ended)


def _decisions(client: Client, before: datetime) -> Iterable[Entry]:
    rows = list(
        _newest(
            Decision.objects.told().filter(assignment__client=client).select_related("rule", "settled_by"),
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
    "message": _messages,
    "plan": _plans,
    "alert": _alerts,
    "flag": _flags,
    "flare": _flares,
    "rule": _decisions,
    "visit": _visits,
}
NOTE: Final = "note"
KINDS: Final = (*SOURCES, NOTE)
