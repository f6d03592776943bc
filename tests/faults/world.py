"""A portal's data on a database of its own, for tests that kill what works on it.

    python -m tests.faults.world people 200       200 clients who exercise every day, without quiet hours
    python -m tests.faults.world due session      one reminder each, due now
    python -m tests.faults.world cookie           a signed-in session of the first client
    python -m tests.faults.world plan MOMENT      plan a week from an ISO moment on, in steps of six hours
    python -m tests.faults.world invite FATE      write an invitation in a transaction: FATE rollback or killed
    python -m tests.faults.world write 20 5       20 writes a second for 5 seconds, as clients make them

Run with the settings of the portal in the environment; prints one JSON document.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from portal.supervisor import die_with_parent
from tests.processes import descendants
from tests.rig import ROOT, MailSink, wait_for
from tests.suites import clean_environment

CHUNK = 1000
SUBJECT = "fault"  # not the planner's, which may run beside
STATES = "SELECT state, count(*) FROM clients_reminder WHERE subject_key = 'fault' GROUP BY state"
UNSETTLED = """SELECT count(*) FROM clients_reminder
    WHERE subject_key = 'fault' AND (state IN ('pending', 'sending') OR lease_until IS NOT NULL)"""
DUE = "SELECT message_id FROM clients_reminder WHERE subject_key = 'fault'"
KNOWN = "SELECT message_id FROM clients_reminder"


@dataclass
class World:
    """Data, the environment that leads to it, and the mail server that its senders use."""

    database_url: str
    folder: Path
    sink: MailSink
    settings: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return {
            **clean_environment(),
            "DATABASE_URL": self.database_url,
            "LOCAL_DIR": str(self.folder),
            "EMAIL_URL": self.sink.url(),
            "LOG_LEVEL": "WARNING",
            **self.settings,
        }

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run Python with these words on this world."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done

    def manage(self, *words: str) -> str:
        return self.run("manage.py", *words).stdout

    def make(self, *words: str) -> Any:
        """Run one of this module's commands and return what it printed."""
        return json.loads(self.run("-m", "tests.faults.world", *words).stdout)

    def start(self, *words: str, log: str = "senders.log") -> "subprocess.Popen[bytes]":
        """Start Python with these words, to run until it is stopped. It ends with the tests."""
        with (self.folder / log).open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Answer a question to the database, past Django."""
        if self.database_url.startswith("sqlite"):
            import sqlite3

            connection = sqlite3.connect(self.database_url.removeprefix("sqlite:///"), timeout=20)
            try:
                return list(connection.execute(sql))
            finally:
                connection.close()
        import psycopg

        with psycopg.connect(self.database_url) as postgres:
            return list(postgres.execute(sql))

    def states(self) -> dict[str, int]:
        """How many of the reminders that a test made are in each state."""
        return dict(self.query(STATES))

    def is_settled(self) -> bool:
        """Whether no sender will touch them again."""
        return bool(self.query(UNSETTLED)[0][0] == 0)


@dataclass(frozen=True)
class Delivery:
    """What reached the mail server against what was due, by Message-ID."""

    due: int
    sent: int  # different messages that the server took
    lost: list[str]
    doubled: dict[str, int]  # Message-ID -> extra copies
    strangers: list[str]  # Message-IDs that no row has: a copy that was sent under another name

    @property
    def extra(self) -> int:
        return sum(self.doubled.values())

    def __str__(self) -> str:
        return f"due={self.due} sent={self.sent} lost={len(self.lost)} duplicate={self.extra}"


def delivery(world: World) -> Delivery:
    """Compare the reminders that a test made with the mail that was taken."""
    due = {message_id for (message_id,) in world.query(DUE)}
    known = {message_id for (message_id,) in world.query(KNOWN)}
    taken = Counter(str(entry["id"]) for entry in world.sink.accepted())
    return Delivery(
        due=len(due),
        sent=len(taken.keys() & due),
        lost=sorted(due - taken.keys()),
        doubled={message_id: count - 1 for message_id, count in taken.items() if count > 1},
        strangers=sorted(taken.keys() - known),
    )


class Senders:
    """Sender processes that are killed with -9 and replaced at once, each kill while its victim holds claimed rows."""

    def __init__(self, world: World, count: int, *, every_s: float = 0.2) -> None:
        self.world = world
        self.nursery = world.start("-m", "tests.faults.nursery", str(count), str(every_s))
        self.kills = 0
        self.chance = random.Random(7)

    def kill_one_at_work(self, *, within_s: float = 60) -> bool:
        """Kill a sender in the middle of its batch; False where all is settled.

        Only a signal that reached a living process counts as a kill: the victim may have ended by itself meanwhile.
        """
        found = wait_for(
            lambda: self._at_work() or (["settled"] if self.world.is_settled() else []),
            within_s=within_s,
            what="a sender at work",
        )
        if found == ["settled"]:
            return False
        time.sleep(self.chance.uniform(0, 0.25))
        with suppress(ProcessLookupError):
            os.kill(self.chance.choice(found), signal.SIGKILL)
            self.kills += 1
        return True

    def _at_work(self) -> list[Any]:
        """The process ids of the living senders that hold claimed rows."""
        holders = self.world.query("SELECT DISTINCT lease_by FROM clients_reminder WHERE state = 'sending'")
        living = descendants(self.nursery.pid)
        return [pid for (name,) in holders if (pid := int(str(name).split(":")[1])) in living]

    def __enter__(self) -> "Senders":
        return self

    def __exit__(self, *_: object) -> None:
        self.nursery.kill()
        self.nursery.wait()


# Inside the portal


def make_people(count: int, *, practice_name: str = "Riverside") -> dict[str, int]:
    """An active practice with so many clients, each with an account and a plan for every day at this minute."""
    from clients.models import Assignment, AssignmentVersion
    from clients.rules.schedule import Schedule
    from portal.accounts.models import Membership, Practice, Role, User
    from tests.factories import make_many_clients

    moment = _moment()
    host = "home.example" if practice_name == "Riverside" else f"{practice_name.lower()}.example"
    slug = practice_name.lower()
    practice = Practice.objects.create(name=practice_name, slug=slug, sender_name=practice_name)
    lead = User.objects.create_user(f"priya@{slug}.example")
    Membership.objects.create(practice=practice, user=lead, role=Role.PRACTITIONER)
    schedule = Schedule(
        kind="weekdays",
        starts_on=moment.date() - timedelta(days=10),
        weekdays=frozenset(range(7)),
        reminder_times=(moment.time(),),
    )
    addresses = (f"client{number}@{host}" for number in range(count))
    always = {"time_zone": "UTC", "quiet_from": "00:00", "quiet_until": "00:00"}
    clients = make_many_clients(practice, lead, addresses, **always)
    plans = Assignment.objects.bulk_create(
        [
            Assignment(client=client, name="Plan", state="active", starts_on=schedule.starts_on, created_by=lead)
            for client in clients
        ],
        batch_size=CHUNK,
    )
    AssignmentVersion.objects.bulk_create(
        [
            AssignmentVersion(
                assignment=plan,
                number=1,
                effective_from=schedule.starts_on,
                schedule=schedule.to_dict(),
                created_by=lead,
            )
            for plan in plans
        ],
        batch_size=CHUNK,
    )
    AssignmentVersion.objects.update(created_at=moment - timedelta(days=10))
    return {"clients": len(clients)}


def _moment() -> datetime:
    """The minute before this one: due already, and on one date with its wall time."""
    return (datetime.now(UTC) - timedelta(minutes=1)).replace(second=0, microsecond=0)


def make_due(stream: str) -> dict[str, int]:
    """One reminder for every client, due now, at the time that their plan names."""
    from clients.models import AssignmentVersion, Client, Reminder
    from clients.notifications.email import new_message_id
    from clients.rules.schedule import Schedule

    schedule = AssignmentVersion.objects.order_by("-pk").values_list("schedule", flat=True).first()
    assert schedule is not None
    wall = Schedule.from_dict(schedule).reminder_times[0]
    now = datetime.now(UTC)
    day = now.date() if now.time() >= wall else now.date() - timedelta(days=1)
    rows = Reminder.objects.bulk_create(
        [
            Reminder(
                practice_id=practice_id,
                client_id=client_id,
                recipient=f"client:{client_id}",
                stream=stream,
                subject_key=SUBJECT,
                local_date=day,
                wall_time=wall,
                time_zone="UTC",
                due_at=now,
                expires_at=now + timedelta(hours=2),
                message_id=new_message_id(),
            )
            for client_id, practice_id in Client.objects.order_by("pk").values_list("pk", "practice_id")
        ],
        batch_size=CHUNK,
    )
    return {"due": len(rows)}


def make_cookie() -> dict[str, str]:
    """A session of the first client, signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from clients.models import Client

    user = Client.objects.order_by("pk").select_related("user").first().user
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key)}


def plan_week(moment: str) -> dict[str, int]:
    """Plan again and again, as planners do that run at the same time."""
    from clients.services import remind

    begun = datetime.fromisoformat(moment)
    planned = [remind.plan_reminders(begun + timedelta(hours=6) * step) for step in range(28)]
    return {"inserted": sum(each.inserted for each in planned)}


def invite(fate: str) -> dict[str, int]:
    """Enqueue one invitation in a transaction that is rolled back, or whose process dies right after it."""
    from django.db import transaction

    from clients.models import Client, Reminder
    from clients.services.outbox import enqueue_now

    client = Client.objects.select_related("practice").order_by("pk")[0]
    try:
        with transaction.atomic():
            enqueue_now(
                client,
                practice=client.practice,
                stream=Reminder.Stream.INVITATION,
                subject_key=f"test:{fate}",
                kind="client_invitation",
                secret={"link": "https://portal.example/i/token/"},
                now=datetime.now(UTC),
                life=timedelta(hours=72),
            )
            if fate == "rollback":
                raise InterruptedError
    except InterruptedError:
        return {"rows": Reminder.objects.filter(stream=Reminder.Stream.INVITATION).count()}
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def write(per_s: str, seconds: str) -> dict[str, Any]:
    """Change settings of clients at an even pace; return how many writes there were and the errors by name."""
    from django.db import DatabaseError

    from clients.models import Client
    from clients.services.settings import change_settings

    clients = list(Client.objects.select_related("user").order_by("-pk")[:50])
    begun = time.monotonic()
    writes, errors, slowest = 0, [], 0.0
    while (now := time.monotonic()) - begun < float(seconds):
        client = clients[writes % len(clients)]
        try:
            change_settings(client, values={"name_to_use": f"C{writes}"}, by=client.user)
        except DatabaseError as error:
            errors.append(str(error))
        slowest = max(slowest, time.monotonic() - now)
        writes += 1
        time.sleep(max(0.0, begun + writes / float(per_s) - time.monotonic()))
    return {"writes": writes, "errors": errors, "slowest_s": round(slowest, 3)}


def main(words: list[str]) -> None:
    """Carry out one command inside the portal that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from portal.accounts.tenancy import all_practices

    commands: dict[str, Callable[..., object]] = {
        "people": lambda count: make_people(int(count)),
        "due": make_due,
        "cookie": make_cookie,
        "plan": plan_week,
        "invite": invite,
        "write": write,
    }
    with all_practices():
        print(json.dumps(commands[words[0]](*words[1:])))


if __name__ == "__main__":
    main(sys.argv[1:])
