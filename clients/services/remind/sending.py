"""Sending: claim what is due, look again, send it over one line, mark it.

Nothing is sent inside a transaction. Marks are committed before and after the sending of a few mails each: as many as
a quick server takes in a moment, at most REMINDER_GROUP, and one by one where a copy may have arrived already. So a
kill leaves few rows of which nobody knows, and each of those is repeated once at most.
"""

import logging
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, TextIO

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F

from clients.models import Client, PushSubscription, Reminder
from clients.notifications import CHANNELS, ChannelError, Letter, Line, PushLetter, Refused, Unclear, Unreachable
from clients.notifications.email import new_message_id
from clients.services.alert_letters import pass_on_alerts
from clients.services.alerts import note_escalations
from clients.services.red_flags import NOT_THEIRS, SWITCHED_OFF, pass_on
from clients.services.remind.checks import alert_subjects, look_again, red_sessions
from clients.services.remind.clock import Clock, database_clock
from clients.services.remind.letters import letter_for
from clients.services.remind.queue import Claimed, Queue
from clients.services.remind.verdicts import Go, Hold, Move, Skip, Verdict
from clients.services.remind.watch import beat, ping_outside, sender_name
from portal.accounts import limits
from portal.accounts.tenancy import all_practices
from portal.lib import lock

log = logging.getLogger(__name__)

RUN_S: Final = 25.0  # a run ends before the next poke comes
QUICK_GROUP_S: Final = 0.020  # a group that took less is followed by one twice as large
SLOW_GROUP_S: Final = 0.050
RATE_WINDOW: Final = timedelta(minutes=1)

Channels = Mapping[str, Callable[[], Line]]


class SenderBusy(Exception):
    """On SQLite another process of this machine sends already."""


@dataclass(slots=True)
class Tally:
    """What one run did, by outcome: sent, skipped, refused, failed, unclear, moved, held, crashed, given_back."""

    counts: Counter[str] = field(default_factory=Counter)

    def __getitem__(self, outcome: str) -> int:
        return self.counts[outcome]


def send_due(
    stream: str,
    *,
    limit: int | None = None,
    clock: Clock | None = None,
    channels: Channels = CHANNELS,
    run_s: float = RUN_S,
) -> Tally:
    """Send what is due in the stream until nothing is left, run_s seconds have passed or nothing can be sent.

    limit: rows claimed at a time. clock: the database's, unless a test gives another. Raises SenderBusy on SQLite.
    """
    tally = Tally()
    with all_practices(), one_sender_on_sqlite():
        clock = clock or database_clock()
        began = time.monotonic()
        for place, channel in enumerate(channels, start=1):
            # Each has its share of the run, and what an earlier one left over: none waits long for another.
            queue = Queue(stream, clock, channel)
            if not queue.is_idle():
                deadline = began + run_s * place / len(channels)
                _send_all(queue, channels, tally, limit or settings.REMINDER_BATCH, deadline)
        if stream == Reminder.Stream.ALERT:
            note_escalations()
        beat(sender_name(stream), at=clock(), detail=dict(+tally.counts))
    if stream == Reminder.Stream.SESSION:
        ping_outside()
    if tally.counts.total():
        log.info("send_due %s: %s", stream, " ".join(f"{key}={count}" for key, count in (+tally.counts).items()))
    return tally


def _send_all(queue: Queue, channels: Channels, tally: Tally, limit: int, deadline: float) -> None:
    swept = queue.sweep()
    tally.counts.update(lapsed=swept.lapsed, quarantined=swept.quarantined, late=queue.drop_late())
    run = _Run(queue, channels, tally, deadline)
    try:
        while time.monotonic() < deadline:
            rows = queue.claim(limit)
            if not rows or not run.send(rows):
                return
    finally:
        run.close()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row that may be sent, and to whom."""

    row: Claimed
    verdict: Go


class _Run:
    """Claimed batches on their way out, over the same lines and at the pace that was found."""

    def __init__(self, queue: Queue, channels: Channels, tally: Tally, deadline: float) -> None:
        self.queue = queue
        self.channels = channels
        self.tally = tally
        self.deadline = deadline
        self.lines: dict[str, Line] = {}
        self.sent: list[int] = []
        self.group_size = 1

    def send(self, rows: list[Claimed]) -> bool:
        """Send the batch; return whether it is worth claiming another."""
        wanted = list(self._still_wanted(rows))
        waiting = deque(self._within_rate(wanted))
        rate_is_up = len(waiting) < len(wanted)
        group: deque[_Ready] = deque()
        try:
            while waiting and time.monotonic() < self.deadline:
                exact = self._is_exact(waiting[0])
                self._next_group(waiting, group, exact=exact)
                began = time.monotonic()
                while group:
                    if time.monotonic() - began > settings.REMINDER_LEASE.total_seconds() / 3:
                        break  # too slow for the lease: the rest of the group is given back and claimed anew
                    self._send_one(group, exact=exact)
                self._pace(time.monotonic() - began)
                if group:
                    break
        except Unreachable as error:
            self._hold_off([*group, *waiting], error)
            group.clear()
            waiting.clear()
            return False
        finally:
            # Also on the way out of an error: what is known is marked, what was not sent is given back at once.
            self.queue.mark(self.sent, [], data=False)
            self.tally.counts["sent"] += len(self.sent)
            self.sent.clear()
            self.tally.counts["given_back"] += self.queue.give_back((each.row for each in group), data_marked=True)
            self.tally.counts["given_back"] += self.queue.give_back(each.row for each in waiting)
        return not (waiting or group or rate_is_up)

    def close(self) -> None:
        for line in self.lines.values():
            line.close()

    def _still_wanted(self, rows: list[Claimed]) -> Iterator[_Ready]:
        verdicts = look_again(rows, claim_name=self.queue.claim_name, now=self.queue.clock())
        self._pass_on([row for row in rows if _is_for_others_too(verdicts[row.id])])
        for row in rows:
            verdict = verdicts[row.id]
            if isinstance(verdict, Go):
                yield _Ready(row, verdict)
            elif isinstance(verdict, Skip):
                self.tally.counts["skipped"] += self.queue.skip(row, verdict.reason)
            elif isinstance(verdict, Hold):
                self.tally.counts["held"] += self.queue.give_back([row], after=verdict.until - self.queue.clock())
            elif isinstance(verdict, Move):
                self.tally.counts["moved"] += self.queue.move(
                    row,
                    due_at=verdict.due_at,
                    expires_at=verdict.expires_at,
                    wall=verdict.wall,
                    zone=verdict.zone,
                )

    def _pass_on(self, rows: list[Claimed]) -> None:
        """Let letters about red flags and alerts reach who may have them now; they are claimed with the next batch."""
        if keys := red_sessions(rows):
            pass_on(keys, now=self.queue.clock())
        if subjects := alert_subjects(rows):
            pass_on_alerts(subjects, now=self.queue.clock())

    def _within_rate(self, ready: list[_Ready]) -> list[_Ready]:
        """As many as the minute still allows; the others wait for the next one."""
        if self.queue.stream != Reminder.Stream.SESSION or not ready:
            return ready
        granted = limits.take_many("reminders", len(ready), limit=settings.REMINDER_RATE_PER_MINUTE, per=RATE_WINDOW)
        later = [each.row for each in ready[granted:]]
        self.tally.counts["held"] += self.queue.give_back(later, after=RATE_WINDOW)
        return ready[:granted]

    def _is_exact(self, ready: _Ready) -> bool:
        """Whether the row is marked for itself, at the very moment before its message goes out."""
        return self.group_size == 1 or ready.row.copies > 0

    def _next_group(self, waiting: deque[_Ready], group: deque[_Ready], *, exact: bool) -> None:
        """Move the next rows from waiting to group: marked, and only those that are still held."""
        taken = [waiting.popleft()]
        while not exact and waiting and len(taken) < self.group_size and waiting[0].row.copies == 0:
            taken.append(waiting.popleft())
        held = self.queue.mark(self.sent, [each.row.id for each in taken], data=not exact)
        self.tally.counts["sent"] += len(self.sent)
        self.sent.clear()
        group.extend(each for each in taken if each.row.id in held)

    def _pace(self, took_s: float) -> None:
        if took_s < QUICK_GROUP_S:
            self.group_size = min(self.group_size * 2, settings.REMINDER_GROUP)
        elif took_s > SLOW_GROUP_S:
            self.group_size = max(1, self.group_size // 2)

    def _send_one(self, group: deque[_Ready], *, exact: bool) -> None:
        """Send the first of the group and take it off, whatever becomes of it but Unreachable."""
        ready = group[0]
        row = ready.row
        copies = row.copies + 1
        marked = not exact
        line: Line | None = None

        def before_data() -> None:
            nonlocal marked
            if exact:
                if not self.queue.mark_data(row):
                    raise Unreachable("lease lost")
                marked = True

        try:
            letter = self._letter(ready)
            line = self._line(row.channel)
            line.send(letter, before_data=before_data)
        except Refused as refusal:
            group.popleft()
            self._put_down_refusal(row, refusal, data_marked=marked)
        except Unclear as error:
            group.popleft()
            self.queue.unclear(row, error.reason, copies=copies)
            self.tally.counts["unclear"] += 1
        except Unreachable as error:
            if exact and marked:
                # The server closed the line with its answer: the copy that was counted did not arrive.
                group.popleft()
                self.queue.refused(row, error.reason, data_marked=True)
                self.tally.counts["refused"] += 1
            raise
        except DatabaseError:
            raise  # nothing can be marked now; the lease brings the row back
        except Exception as error:
            # One row that cannot be made must not keep the others back; the third time it is set aside.
            group.popleft()
            log.error("reminder %s could not be sent: %s", row.id, _fault(error))
            if line is not None and line.may_have_gone:
                self.queue.unclear(row, type(error).__name__, copies=copies)
            else:
                self.queue.crashed(row, type(error).__name__, data_marked=marked)
            self.tally.counts["crashed"] += 1
        except BaseException:
            # The process is being stopped in the middle of this row; the others are given back by send().
            group.popleft()
            if line is not None and line.may_have_gone:
                self.queue.unclear(row, "stopped", copies=copies)
            else:
                self.queue.give_back([row], data_marked=marked)
            raise
        else:
            group.popleft()
            self.sent.append(row.id)

    def _letter(self, ready: _Ready) -> Letter | PushLetter:
        row = ready.row
        message_id = row.message_id
        if not message_id:
            message_id = new_message_id()
            Reminder.objects.filter(pk=row.id).update(message_id=message_id)
        return letter_for(row, ready.verdict.to, message_id=message_id, at=self.queue.clock())

    def _line(self, channel: str) -> Line:
        if channel not in self.lines:
            self.lines[channel] = self.channels[channel]()
        return self.lines[channel]

    def _put_down_refusal(self, row: Claimed, refusal: ChannelError, *, data_marked: bool) -> None:
        if not refusal.permanent:
            wait = refusal.wait if isinstance(refusal, Refused) else None
            self.queue.refused(row, refusal.reason, data_marked=data_marked, at_least=wait)
            self.tally.counts["refused"] += 1
            return
        self.tally.counts["failed"] += self.queue.failed(row, refusal.reason)
        if row.channel == PushSubscription.CHANNEL:
            _put_down_phone(row, refusal)
        elif isinstance(refusal, Refused) and refusal.address_is_bad and row.client_id is not None:
            # Their physiotherapist sees it, and no further mail is tried until the address is changed.
            Client.objects.filter(pk=row.client_id).update(mail_failed_at=self.queue.clock())

    def _hold_off(self, rest: Iterable[_Ready], error: Unreachable) -> None:
        """Nothing can be sent now: all wait, each longer the more often this happened to it."""
        log.warning("nothing can be sent now: %s", error.reason)
        for each in rest:
            self.queue.refused(each.row, error.reason, data_marked=each.row.copies == 0)
            self.tally.counts["refused"] += 1


def _is_for_others_too(verdict: Verdict) -> bool:
    """Whether what the row says is still to be told, be it to somebody else."""
    return isinstance(verdict, Go) or (isinstance(verdict, Skip) and verdict.reason in {NOT_THEIRS, SWITCHED_OFF})


def _put_down_phone(row: Claimed, refusal: ChannelError) -> None:
    """Forget a device that its push service does not know any more; count where it may not be written to."""
    phone = PushSubscription.objects.filter(pk=int(row.recipient.rpartition(":")[2]), client=row.client_id)
    if isinstance(refusal, Refused) and refusal.address_is_bad:
        phone.delete()
    elif isinstance(refusal, Refused) and refusal.forbidden:
        phone.update(refusals=F("refusals") + 1)


def _fault(error: Exception) -> str:
    """What went wrong and where; without the error's own words, which may hold an address."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"


_held_lock: TextIO | None = None


@contextmanager
def one_sender_on_sqlite() -> Iterator[None]:
    """On SQLite, make this process the one sender for as long as it lives. Raises SenderBusy.

    PostgreSQL needs none: senders skip each other's rows there.
    """
    global _held_lock
    database = str(connection.settings_dict["NAME"])
    in_memory = database == ":memory:" or "mode=memory" in database  # nobody else can reach it
    if connection.vendor == "sqlite" and not in_memory and _held_lock is None:
        path = Path(database).with_name(Path(database).name + ".sender")
        try:
            _held_lock = lock.hold(path)
        except lock.Held as held:
            raise SenderBusy(
                f"Process {held.by} sends already, and SQLite takes one sender. "
                "Stop that one first, or use PostgreSQL for several."
            ) from held
    yield
