"""Alerts: the software raises them, practitioners acknowledge and clear them. Nothing clears one by itself."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.errors import Invalid
from clients.models import Alert, Assignment, Client, Reminder
from clients.services.alert_letters import SECOND, tell
from clients.services.clocks import believed
from portal.accounts import audit
from portal.accounts.models import User

NOTE_LEAST = 5  # characters; "ok" says nothing to the next colleague
NOTE_LIMIT = 500  # characters


@transaction.atomic
def raise_alert(
    client: Client,
    reason: str,
    *,
    level: str,
    subject_key: str,
    now: datetime,
    detail: dict[str, Any] | None = None,
    locks: bool = False,
    since: datetime | None = None,
) -> Alert:
    """Return the alert about this occasion; the same client, reason and subject_key raise one only.

    reason: key of clients.analytics.alert_words.SENTENCES. level: Alert.Level. subject_key: what it is about, such
    as "check:<id>" or "flare:2026-05-04". detail holds numbers and keys that the sentence names, never answers.
    locks: no session of this client starts until a practitioner clears it. since: when it happened by a
    device's clock, as far as that is believed (clocks.believed). Who has to know is written to through the reminder
    table, without a word of what it is about.
    """
    alert, is_new = Alert.objects.get_or_create(
        client=client,
        reason_key=reason,
        subject_key=subject_key,
        defaults={"level": level, "detail": detail or {}, "locks": locks, "raised_at": believed(since or now, now=now)},
    )
    if is_new:
        tell(alert, now=now)
        audit.record("alert_raised", alert, by=None, practice=client.practice_id, detail={"level": level})
    return alert


def tell_of_stop(client: Client, session_id: UUID, *, at: datetime, now: datetime) -> Alert:
    """Tell the practitioner that "Stop" was pressed, whatever is answered afterwards (routines.yaml, stop_button)."""
    return raise_alert(
        client, "stop_pressed", level=Alert.Level.SAME_DAY, subject_key=f"session:{session_id}", now=now, since=at
    )


def tell_of_rest(client: Client, assignment: Assignment, *, on: date, now: datetime) -> Alert:
    """Tell the practitioner that the client rests on the day (local date), where the plan offered a gentle session."""
    return raise_alert(
        client, "rested", level=Alert.Level.ROUTINE, subject_key=f"rest:{assignment.pk}:{on.isoformat()}", now=now
    )


@transaction.atomic
def acknowledge_alert(alert: Alert, *, by: User, now: datetime) -> Alert:
    """Note who has seen the alert and takes care of it; a repeat changes nothing. Raises NotAllowed."""
    check_can_treat(by, alert.client)
    fresh = Alert.objects.filter(pk=alert.pk, acknowledged_at=None)
    if fresh.update(acknowledged_at=now, acknowledged_by=by):
        audit.record("alert_acknowledged", alert, by=by, practice=alert.client.practice_id)
    alert.refresh_from_db()
    return alert


@transaction.atomic
def clear_alert(alert: Alert, *, by: User, note: str, now: datetime) -> Alert:
    """End the alert, and with it the lock that it holds; whoever clears it has seen it too.

    A repeat changes nothing. Raises NotAllowed, and Invalid where a lock is cleared without a note that says why.
    """
    check_can_treat(by, alert.client)
    said = note.strip()
    if len(said) > NOTE_LIMIT:
        raise Invalid({"note": _("Keep the note below %(limit)d characters.") % {"limit": NOTE_LIMIT}})
    if alert.locks and len(said) < NOTE_LEAST:
        raise Invalid({"note": _("Say in a few words what you found and why the plan may go on.")})
    acknowledge_alert(alert, by=by, now=now)
    if Alert.objects.open().filter(pk=alert.pk).update(cleared_at=now, cleared_by=by, cleared_note=said):
        audit.record("alert_cleared", alert, by=by, practice=alert.client.practice_id, detail={"level": alert.level})
    alert.refresh_from_db()
    return alert


def note_escalations() -> int:
    """Write into each alert when its second contact was told, from what was sent; return how many. All practices."""
    count = 0
    for alert in Alert.objects.filter(escalate_at__isnull=False, escalated_at=None, acknowledged_at=None):
        sent = Reminder.objects.filter(
            stream=Reminder.Stream.ALERT, subject_key=f"{SECOND}{alert.pk}", sent_at__isnull=False
        )
        told_at = sent.values_list("sent_at", flat=True).first()
        if told_at is not None:
            count += Alert.objects.filter(pk=alert.pk, escalated_at=None).update(escalated_at=told_at)
    return count
