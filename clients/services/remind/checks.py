"""The last look before sending: is it still wanted, still in time, and at the right hour?"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from clients.models import Alert, Client, FlagSeen, Invitation, Reminder, SessionLook, Thread
from clients.models.reminder import RED_FLAG, TO_CLIENT, TO_PERSON
from clients.rules.flags import OF_ONE_SESSION
from clients.services.alert_letters import FIRST, SECOND, readers_of
from clients.services.red_flags import NOT_THEIRS, responsible_by_session
from clients.services.remind.facts import PLANNED
from clients.services.remind.planned_checks import look_at_planned
from clients.services.remind.queue import TOO_LATE, Claimed
from clients.services.remind.verdicts import Addressee, Go, Skip, Verdict
from portal.accounts.models import Practice, User


def look_again(rows: Sequence[Claimed], *, claim_name: str, now: datetime) -> dict[int, Verdict]:
    """Return what should become of each row of one claim, by id. `now` is aware."""
    if not rows:
        return {}
    if rows[0].stream in PLANNED:
        return look_at_planned(rows, claim_name=claim_name, now=now)
    return _one_time_verdicts(rows, now)


def _one_time_verdicts(rows: Sequence[Claimed], now: datetime) -> dict[int, Verdict]:
    senders = {practice.pk: practice for practice in Practice.objects.filter(pk__in={row.practice_id for row in rows})}
    clients = {
        f"{TO_CLIENT}{client.pk}": client
        for client in Client.objects.filter(pk__in={row.client_id for row in rows if row.client_id is not None})
    }
    user_ids = {row.recipient.removeprefix(TO_PERSON) for row in rows if row.recipient.startswith(TO_PERSON)}
    people = {f"{TO_PERSON}{user.pk}": user for user in User.objects.filter(pk__in=user_ids)}
    void = _void_invitations(rows)
    seen = _seen_alerts(rows) | _seen_sessions(rows)
    responsible = {f"{RED_FLAG}{key}": of for key, of in responsible_by_session(red_sessions(rows), at=now).items()}
    readers = readers_of(alert_subjects(rows), at=now)
    read = _read_threads(rows)
    verdicts: dict[int, Verdict] = {}
    for row in rows:
        practice = senders[row.practice_id]
        person = clients.get(row.recipient) or people.get(row.recipient)
        reason = TOO_LATE if row.expires_at <= now else _why_not_written_to(person, practice)
        if row.subject_key in void:
            reason = "invitation void"
        if row.subject_key in seen:
            reason = "seen by somebody"
        if isinstance(person, User) and row.subject_key in responsible:
            reason = reason or responsible[row.subject_key].why_not(person)
        if isinstance(person, User) and row.subject_key in readers and person not in readers[row.subject_key]:
            reason = reason or NOT_THEIRS
        if row.subject_key in read:
            reason = "read already"
        if reason or person is None:
            verdicts[row.id] = Skip(reason)
        else:
            name = person.call_name if isinstance(person, Client) else person.get_short_name()
            sender_name = practice.sender_name or practice.name
            verdicts[row.id] = Go(Addressee(person.email, name, person.language, sender_name))
    return verdicts


def _void_invitations(rows: Sequence[Claimed]) -> set[str]:
    """The subjects of client invitations whose link opens nothing any more: replaced, used, or for another address."""
    keys = {row.subject_key for row in rows if row.subject_key.startswith("invitation:") and row.client_id}
    if not keys:
        return set()
    alive = Invitation.objects.filter(
        pk__in={key.removeprefix("invitation:") for key in keys},
        accepted_at=None,
        revoked_at=None,
        client__email=F("email"),
    )
    return keys - {f"invitation:{pk}" for pk in alive.values_list("pk", flat=True)}


def _seen_alerts(rows: Sequence[Claimed]) -> set[str]:
    """The subjects of alerts that a practitioner has seen: nobody need be told any more."""
    keys = {
        row.subject_key: row.subject_key.rpartition(":")[2]
        for row in rows
        if row.stream == Reminder.Stream.ALERT and not row.subject_key.startswith(RED_FLAG)
    }
    if not keys:
        return set()
    unseen = {str(pk) for pk in Alert.objects.unseen().filter(pk__in=set(keys.values())).values_list("pk", flat=True)}
    return {key for key, pk in keys.items() if pk not in unseen}


def red_sessions(rows: Sequence[Claimed]) -> set[UUID]:
    """The sessions that letters about red flags speak of."""
    return {UUID(row.subject_key.removeprefix(RED_FLAG)) for row in rows if row.subject_key.startswith(RED_FLAG)}


def alert_subjects(rows: Sequence[Claimed]) -> set[str]:
    """The subjects of letters to staff about alerts."""
    return {row.subject_key for row in rows if row.subject_key.startswith((FIRST, SECOND))}


def _seen_sessions(rows: Sequence[Claimed]) -> set[str]:
    """The subjects of red flags that a practitioner has seen: the session was looked over, or the flag marked."""
    keys = red_sessions(rows)
    if not keys:
        return set()
    looked = set(SessionLook.objects.filter(session__in=keys).values_list("pk", flat=True))
    marks = FlagSeen.objects.filter(client__sessions__in=keys, rule_key__in=OF_ONE_SESSION)
    marked = {UUID(each) for evidence in marks.values_list("evidence", flat=True) for each in evidence}
    return {f"{RED_FLAG}{key}" for key in keys & (looked | marked)}


def _read_threads(rows: Sequence[Claimed]) -> set[str]:
    """The subjects of notices whose client has opened the thread since: there is nothing to tell any more."""
    keys = {row.subject_key: row.client_id for row in rows if row.stream == Reminder.Stream.MESSAGE}
    if not keys:
        return set()
    unread = Thread.objects.filter(client__in=set(keys.values()), last_id__gt=F("client_read_to"))
    waiting = set(unread.values_list("pk", flat=True))
    return {key for key, client_id in keys.items() if client_id not in waiting}


def _why_not_written_to(person: Client | User | None, practice: Practice) -> str:
    if person is None:
        return "recipient gone"
    if not practice.is_active:
        return "practice closed"
    if isinstance(person, Client):
        return "client discharged" if person.state == Client.State.DISCHARGED else ""
    return "" if person.is_active else "account closed"
