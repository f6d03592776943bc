"""A line that keeps letters, a clock that stands still, and rows of the table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from clients.models import Assignment, Client, Reminder, Session
from clients.notifications import Letter
from clients.notifications.email import new_message_id
from clients.services import remind
from portal.accounts.tenancy import all_practices
from tests.clients.plans import give_plan

MORNING = datetime(2026, 11, 18, 9, 5, tzinfo=UTC)  # a Wednesday; London shows the same time
WEDNESDAY = MORNING.date()


@dataclass
class Post:
    """A channel whose lines keep what they are given. `faults` are raised one by one, before anything is kept.

    A fault given as ("after", error) is raised although the letter arrived.
    """

    letters: list[Letter] = field(default_factory=list)
    faults: list[Any] = field(default_factory=list)
    opened: int = 0
    may_have_gone: bool = False

    def __call__(self) -> "Post":
        self.opened += 1
        return self

    def send(self, letter: Letter, *, before_data: Callable[[], None] | None = None) -> None:
        self.may_have_gone = False
        fault = self.faults.pop(0) if self.faults else None
        arrives = fault is None or isinstance(fault, tuple)
        if before_data is not None and arrives:
            before_data()
        if arrives:
            self.letters.append(letter)
        if fault is not None:
            error = fault[1] if isinstance(fault, tuple) else fault
            if callable(error) and not isinstance(error, BaseException):
                error()
                return
            self.may_have_gone = arrives
            raise error

    def close(self) -> None:
        pass

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(each.data, policy=policy.default) for each in self.letters]

    @property
    def to(self) -> list[str]:
        return [each.to for each in self.letters]


@pytest.fixture
def post() -> Post:
    return Post()


@dataclass
class Sender:
    """send_due with a standing clock and the post above."""

    post: Post
    now: datetime = MORNING

    def __call__(self, stream: str = "session", **more: Any) -> remind.Tally:
        return remind.send_due(stream, clock=lambda: self.now, channels={"email": self.post}, **more)


@pytest.fixture
def sender(post: Post, db: None) -> Sender:
    return Sender(post)


@pytest.fixture
def plan(carl: Client) -> Assignment:
    """Carl exercises every day; his plan reminds him at nine."""
    with all_practices():
        return give_plan(carl, "knee-squeezes", starts_on=date(2026, 11, 2))


@pytest.fixture
def everywhere(db: None) -> Iterator[None]:
    with all_practices():
        yield


def make_reminder(client: Client, **fields: Any) -> Reminder:
    """A session reminder of Wednesday at nine, as the planner makes it."""
    due = fields.get("due_at", datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    with all_practices():
        return Reminder.objects.create(
            **{
                "practice_id": client.practice_id,
                "client": client,
                "recipient": f"client:{client.pk}",
                "stream": Reminder.Stream.SESSION,
                "subject_key": "session",
                "local_date": WEDNESDAY,
                "slot": 1,
                "wall_time": time(9),
                "time_zone": client.time_zone,
                "due_at": due,
                "expires_at": due + timedelta(hours=2),
                "message_id": new_message_id(),
                **fields,
            }
        )


def reread(row: Reminder) -> Reminder:
    with all_practices():
        return Reminder.objects.get(pk=row.pk)


def change(row: Any, **fields: Any) -> None:
    """Change a row in the database alone, whatever practice it is of."""
    with all_practices():
        type(row).objects.filter(pk=row.pk).update(**fields)


def finished(carl: Client, plan: Assignment, **fields: Any) -> None:
    """Make a session of the plan that is over; fields change it."""
    with all_practices():
        Session.objects.create(
            **{
                "pk": "00000000-0000-4000-8000-000000000001",
                "client": carl,
                "assignment": plan,
                "version": plan.current_version,
                "occurrence_on": WEDNESDAY,
                "started_at": MORNING,
                "state": "finished",
                **fields,
            }
        )
