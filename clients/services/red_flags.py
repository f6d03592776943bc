"""One letter at once about a session that is a red flag, to whoever chose that; the rest waits for the summary."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from clients.analytics.lately import Lately, flag_settings, lately, lately_of, with_latest
from clients.models import Absence, Alert, Client, Reminder, Session, SessionLook
from clients.models.reminder import RED_FLAG
from clients.notifications.links import page_url
from clients.rules import alerts as rules
from clients.rules.flags import OF_ONE_SESSION, told_of
from clients.services.outbox import enqueue_once
from portal.accounts.models import Membership, Role, User

NOT_THEIRS: Final = "not their client any more"
SWITCHED_OFF: Final = "switched off"
AS_ALERT: Final = Alert.Level.SAME_DAY  # at once in the hours of the day, else when the next day starts; screens.md 3.6


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who looks after a client at a moment: the practitioner who leads them, and who covers for that one."""

    client: Client
    people: tuple[User, ...]

    @property
    def told(self) -> tuple[User, ...]:
        """The practitioner where they chose to hear at once, and who covers for them where either chose it."""
        lead = self.client.lead_id
        lead_chose = any(person.red_flags_at_once for person in self.people if person.pk == lead)
        return tuple(person for person in self.people if person.red_flags_at_once or (lead_chose and person.pk != lead))

    def why_not(self, person: User) -> str:
        """Return why the person is not written to, "" where they are."""
        if person not in self.people:
            return NOT_THEIRS
        return "" if person in self.told else SWITCHED_OFF


def tell_of_red_flags(client: Client, sessions: Iterable[Session], *, now: datetime) -> int:
    """Plan the letters about those of the client's sessions that are red flags now; return how many.

    They go to the practitioner who chose to hear at once, and to the colleague who covers for them then. A session that
    raised an alert is left out, for the alert is told already. Runs in the practice scope, in the transaction that
    folded the sessions.
    """
    answered = {str(session.pk): session for session in sessions if _may_be_red(session)}
    due = rules.told_at(AS_ALERT, now=now, zone=client.practice.time_zone) or now
    people = responsible_for([client], at=due)[client.pk].told if answered else ()
    if not people:
        return 0
    left = {key for key, session in answered.items() if session.state == Session.State.LEFT}
    of = lately_of(client, now=now, settings=flag_settings())
    red = _without_alerts(told_of(of.flags, ended=left) & answered.keys())
    return sum(_write(person, client, key, now=now) for key in sorted(red) for person in people)


def tell_of_unseen_red_flags(clients: Collection[Client], *, now: datetime, to: User | None = None) -> int:
    """Plan one letter a client, about the newest red flag that nobody has seen, where it was never planned; return how
    many.

    For who looks after the clients from now on, as they chose, or for `to` alone of them: the practitioner before may
    have chosen to hear nothing.
    The clients' practice must be loaded. Runs in the practice scope; the statements do not depend on how many clients.
    """
    people = responsible_for(clients, at=now) if clients else {}
    wanted = {key: [person for person in each.told if to in {None, person}] for key, each in people.items()}
    told = {key: persons for key, persons in wanted.items() if persons}
    if not told:
        return 0
    of_each = lately(list(with_latest(Client.objects.filter(pk__in=told))), now=now, settings=flag_settings())
    newest = _newest_unseen(of_each.values())
    return sum(
        _write(person, client, newest[client.pk], now=now)
        for client in clients
        if client.pk in newest
        for person in told[client.pk]
    )


def _newest_unseen(of_each: Iterable[Lately]) -> dict[int, str]:
    """Return the newest session, by client, that is a red flag, was looked over by nobody and raised no alert."""
    flags = [flag for of in of_each for flag in of.flags if flag.key in OF_ONE_SESSION]
    evidence = {UUID(id_) for flag in flags for id_ in flag.evidence}
    looked = SessionLook.objects.filter(session__in=evidence).values("pk")
    rows = list(Session.objects.filter(pk__in=evidence).exclude(pk__in=looked).order_by("started_at"))
    left = {str(row.pk) for row in rows if row.state == Session.State.LEFT}
    red = _without_alerts(told_of(flags, ended=left))
    return {row.client_id: str(row.pk) for row in rows if str(row.pk) in red}


def _without_alerts(red: set[str]) -> set[str]:
    """Leave out the sessions that raised an alert, which is told already."""
    alerts = Alert.objects.filter(subject_key__in=[f"session:{key}" for key in red])
    return red - {key.removeprefix("session:") for key in alerts.values_list("subject_key", flat=True)}


def _may_be_red(session: Session) -> bool:
    return session.state == Session.State.LEFT or session.pain_worst is not None or session.pain_before is not None


def responsible_for(clients: Collection[Client], *, at: datetime) -> dict[int, Responsible]:
    """Return who looks after each client (by id) at the moment; practitioners of the client's practice only.

    Their practices must be loaded. Two statements, however many clients.
    """
    days = {client.pk: client.practice.day_at(at) for client in clients}
    leads = {client.lead_id for client in clients}
    absences = list(Absence.objects.on(min(days.values()), max(days.values())).filter(away__in=leads))
    people: dict[int, set[int]] = {
        client.pk: {client.lead_id}
        | {
            each.cover_id
            for each in absences
            if (each.practice_id, each.away_id) == (client.practice_id, client.lead_id)
            and each.lasts_on(days[client.pk])
        }
        for client in clients
    }
    members = {
        (member.practice_id, member.user_id): member.user
        for member in Membership.objects.in_force()
        .filter(role=Role.PRACTITIONER, user__in=set().union(*people.values()))
        .select_related("user")
    }
    return {
        client.pk: Responsible(
            client,
            tuple(
                members[client.practice_id, person]
                for person in sorted(people[client.pk])
                if (client.practice_id, person) in members
            ),
        )
        for client in clients
    }


def responsible_by_session(keys: Collection[UUID], *, at: datetime) -> dict[UUID, Responsible]:
    """Return who looks after the client of each session at the moment. All practices; three statements at most."""
    sessions = list(Session.objects.filter(pk__in=keys).select_related("client__practice")) if keys else []
    clients = {session.client_id: session.client for session in sessions}
    found = responsible_for(clients.values(), at=at) if clients else {}
    return {session.pk: found[session.client_id] for session in sessions}


def pass_on(keys: Collection[UUID], *, now: datetime) -> int:
    """Plan the letters about these sessions for who looks after the client now and was not written to; return how many.

    A client may have been handed over, or a cover have begun, since the letters were planned.
    """
    return sum(
        _write(person, each.client, str(key), now=now)
        for key, each in responsible_by_session(keys, at=now).items()
        for person in each.told
    )


def _write(to: User, client: Client, session: str, *, now: datetime) -> bool:
    """Write to the person about the session, unless that was written on any day before."""
    return enqueue_once(
        to,
        practice=client.practice,
        stream=Reminder.Stream.ALERT,
        subject_key=f"{RED_FLAG}{session}",
        kind="flag",
        secret={"link": page_url("admin:index")},
        now=now,
        life=rules.LIFE,
        due_at=rules.told_at(AS_ALERT, now=now, zone=client.practice.time_zone),
    )
