"""The reminder table as a queue: claiming with a lease, marking, giving back.

Every change that a sender makes to a claimed row names the claim (`lease_by`), so whoever lost a row to a lapsed
lease cannot touch it any more. Runs in autocommit: each statement is committed when it returns.
"""

import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import F

from clients.models import Reminder
from clients.rules.reminders import AMBIGUOUS_SENDS, CRASHES_TO_QUARANTINE, back_off
from clients.services.remind.clock import Clock

State = Reminder.State
TOO_LATE = "too late"


class Claimed(NamedTuple):
    """A row that this sender holds. Order as in COLUMNS."""

    id: int
    stream: str
    practice_id: int
    client_id: int | None
    recipient: str
    subject_key: str
    local_date: date
    slot: int
    channel: str
    wall_time: time | None
    time_zone: str
    due_at: datetime
    expires_at: datetime
    tries: int
    crashes: int
    copies: int
    message_id: str
    sealed: str
    minutes: int | None


COLUMNS = Claimed._fields


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of rows whose sender died."""

    lapsed: int
    quarantined: int


class Queue:
    """The due rows of one stream and channel, as one run of one sender sees them."""

    def __init__(self, stream: str, clock: Clock, channel: str = "email") -> None:
        self.stream = stream
        self.channel = channel
        self.clock = clock
        self.claim_name = ""
        self._postgres = connection.vendor == "postgresql"
        self._table = connection.ops.quote_name(Reminder._meta.db_table)

    # Before claiming

    def is_idle(self) -> bool:
        """Whether nothing is due and no lease has lapsed: two looks into indexes, whatever the table's size."""
        now = self._at(self.clock())
        sql = (
            f"SELECT EXISTS (SELECT 1 FROM {self._table} "  # noqa: S608  the table's own name
            "WHERE stream = %s AND channel = %s AND state = 'pending' AND due_at <= %s) "
            f"OR EXISTS (SELECT 1 FROM {self._table} "
            "WHERE state IN ('sending', 'unknown') AND lease_until <= %s AND stream = %s AND channel = %s)"
        )
        return not self._fetch(sql, [self.stream, self.channel, now, now, self.stream, self.channel])[0][0]

    def sweep(self) -> Swept:
        """Take rows from senders whose lease has lapsed; return how many.

        A row whose own sending had begun counts a crash and waits before it is tried again; the third crash sets it
        aside. Where a copy may have arrived, the row is repeated at most once.
        """
        now = self.clock()
        quarantined = 0
        overdue = self._rows().filter(state=State.SENDING, lease_until__lte=now)
        lapsed = overdue.filter(sending_since=None, copies=0).update(state=State.PENDING, lease_until=None, lease_by="")
        rows = overdue.values_list("pk", "lease_by", "crashes", "copies", "sending_since", "expires_at")
        for pk, lease_by, crashes, copies, sending_since, expires_at in rows:
            crashes += sending_since is not None
            later = now + scaled(back_off(crashes)) if crashes else now
            held = Reminder.objects.filter(pk=pk, state=State.SENDING, lease_by=lease_by, lease_until__lte=now)
            changes: dict[str, Any] = {"crashes": crashes, "lease_by": "", "sending_since": None}  # Any: of columns
            if copies and copies < AMBIGUOUS_SENDS and crashes < CRASHES_TO_QUARANTINE and expires_at > now:
                changes |= {"state": State.UNKNOWN, "lease_until": later, "reason": "sender lost"}
            elif copies:
                changes |= _over(State.UNKNOWN, "sender lost")
            elif crashes >= CRASHES_TO_QUARANTINE:
                changes |= _over(State.QUARANTINED, f"{crashes} crashes")
                quarantined += 1
            else:
                changes |= {"state": State.PENDING, "lease_until": None, "next_try": later}
            lapsed += held.update(**changes)
        return Swept(lapsed, quarantined)

    def drop_late(self) -> int:
        """Skip what is too late to send; return how many. What perhaps arrived stays so."""
        now = self.clock()
        late = self._rows().filter(expires_at__lte=now)
        late.filter(state=State.UNKNOWN, lease_until__lte=now).update(**_over(State.UNKNOWN, "sender lost"))
        return int(late.filter(state=State.PENDING, due_at__lte=now).update(**_over(State.SKIPPED, TOO_LATE)))

    def _rows(self) -> Any:  # Any: the manager is made by a function
        return Reminder.objects.filter(stream=self.stream, channel=self.channel)

    # Claiming

    def claim(self, limit: int) -> list[Claimed]:
        """Take at most `limit` due rows for one lease, in the order in which they should be sent.

        Earliest first. Rows that a sender died of come last: if it was their fault, the others have gone by then.
        """
        self.claim_name = f"{settings.HOST_NAME[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        now = self.clock()
        repeats = self._claim("state = 'unknown' AND lease_until <= %s", [now], "lease_until", now, limit)
        due = "state = 'pending' AND due_at <= %s AND (next_try IS NULL OR next_try <= %s)"
        fresh = self._claim(due, [now, now], "due_at", now, limit - len(repeats)) if len(repeats) < limit else []
        return sorted(repeats + fresh, key=lambda row: (row.crashes, row.due_at, row.id))

    def _claim(self, where: str, values: list[datetime], order: str, now: datetime, limit: int) -> list[Claimed]:
        # SQLite has one writer at a time, so the statement alone is the compare-and-set there.
        lock = "FOR UPDATE SKIP LOCKED" if self._postgres else ""
        returning = ", ".join(COLUMNS) if self._postgres else "id"
        sql = (
            f"UPDATE {self._table} SET state = 'sending', lease_until = %s, lease_by = %s, sending_since = NULL "  # noqa: S608  names and constants of ours
            f"WHERE id IN (SELECT id FROM {self._table} WHERE stream = %s AND channel = %s AND {where} "
            f"ORDER BY {order} LIMIT %s {lock}) RETURNING {returning}"
        )
        parameters = [self._at(now + settings.REMINDER_LEASE), self.claim_name, self.stream, self.channel]
        rows = self._fetch(sql, [*parameters, *map(self._at, values), limit])
        if not self._postgres and rows:
            ids = [row[0] for row in rows]
            rows = list(Reminder.objects.filter(pk__in=ids).values_list(*COLUMNS))
        return [Claimed._make(row) for row in rows]

    # Marking

    def mark(self, sent: Sequence[int], begin: Sequence[int], *, data: bool) -> set[int]:
        """Mark rows as sent and others as about to be sent, in one statement; return which of those are still held.

        data: their messages may go out from now on without a further mark, so each counts a copy.
        """
        ids = [*sent, *begin]
        if not ids:
            return set()
        now = self._at(self.clock())
        is_sent = f"id IN ({_numbers(sent)})"
        sql = (
            f"UPDATE {self._table} SET "  # noqa: S608  names and numbers of ours
            f"state = CASE WHEN {is_sent} THEN 'sent' ELSE state END, "
            f"sent_at = CASE WHEN {is_sent} THEN {self._cast} ELSE sent_at END, "
            f"sealed = CASE WHEN {is_sent} THEN '' ELSE sealed END, "
            f"reason = CASE WHEN {is_sent} THEN '' ELSE reason END, "
            f"sending_since = CASE WHEN {is_sent} THEN sending_since ELSE {self._cast} END, "
            f"lease_until = CASE WHEN {is_sent} THEN NULL ELSE {self._cast} END"
        )
        parameters: list[Any] = [now, now, self._at(self.clock() + settings.REMINDER_LEASE)]
        if data:
            sql += f", data_at = CASE WHEN {is_sent} THEN data_at ELSE {self._cast} END"
            sql += f", copies = CASE WHEN {is_sent} THEN copies ELSE copies + 1 END"
            parameters.append(now)
        sql += f" WHERE id IN ({_numbers(ids)}) AND state = 'sending' AND lease_by = %s RETURNING id"
        return {row[0] for row in self._fetch(sql, [*parameters, self.claim_name])} & set(begin)

    def mark_data(self, row: Claimed) -> bool:
        """Mark that one message may go out from now on; return whether the row is still held."""
        return bool(self._held([row.id]).update(data_at=self.clock(), copies=F("copies") + 1))

    # Ending otherwise

    def give_back(self, rows: Iterable[Claimed], *, after: timedelta | None = None, data_marked: bool = False) -> int:
        """Return rows that were not sent to the queue; return how many were still held.

        after: not before so long from now. data_marked: take back the copy that was counted ahead.
        """
        rows = list(rows)
        later = None if after is None else self.clock() + after
        given = 0
        for copies in {row.copies for row in rows}:
            ids = [row.id for row in rows if row.copies == copies]
            changes: dict[str, Any] = {"lease_by": "", "sending_since": None}  # Any: values of several columns
            if copies:
                changes |= {"state": State.UNKNOWN, "lease_until": later or self.clock()}
            else:
                changes |= {"state": State.PENDING, "lease_until": None, "next_try": later}
            if data_marked:
                changes |= {"copies": copies} | ({} if copies else {"data_at": None})
            given += self._held(ids).update(**changes)
        return given

    def refused(self, row: Claimed, reason: str, *, data_marked: bool, at_least: timedelta | None = None) -> None:
        """Count a temporary refusal and wait longer each time; at_least: as long as the other side asks for."""
        wait = max(scaled(back_off(row.tries + 1)), at_least or timedelta(0))
        if self.give_back([row], after=wait, data_marked=data_marked):
            Reminder.objects.filter(pk=row.id).update(tries=F("tries") + 1, reason=reason)

    def failed(self, row: Claimed, reason: str) -> bool:
        """End a row that was refused for good; return whether it was still held."""
        return self._end(row, State.FAILED, reason, tries=F("tries") + 1)

    def skip(self, row: Claimed, reason: str) -> bool:
        """End a row that is not wanted any more. One that perhaps arrived stays so."""
        return self._end(row, State.UNKNOWN if row.copies else State.SKIPPED, reason)

    def unclear(self, row: Claimed, reason: str, *, copies: int) -> None:
        """Put down that `copies` may have arrived; the first time the row is repeated later, once."""
        again = copies < AMBIGUOUS_SENDS
        changes: dict[str, Any] = {"lease_until": self.clock() + scaled(back_off(row.tries + 1))} if again else {}
        if not again:
            changes = _over(State.UNKNOWN, reason)
        self._held([row.id]).update(
            **{"state": State.UNKNOWN, "lease_by": "", "copies": copies, "reason": reason, "sending_since": None}
            | changes
        )

    def crashed(self, row: Claimed, reason: str, *, data_marked: bool) -> None:
        """Count a crash that this sender lived through: the row itself could not be made or sent."""
        crashes = row.crashes + 1
        if crashes >= CRASHES_TO_QUARANTINE:
            self._end(row, State.QUARANTINED, reason, crashes=crashes)
        elif self.give_back([row], after=scaled(back_off(crashes)), data_marked=data_marked):
            Reminder.objects.filter(pk=row.id).update(crashes=crashes, reason=reason)

    def move(self, row: Claimed, *, due_at: datetime, expires_at: datetime, wall: time, zone: str) -> bool:
        """Return a row whose time was edited to the queue, at its new time."""
        return bool(
            self._held([row.id]).update(
                state=State.PENDING,
                lease_until=None,
                lease_by="",
                due_at=due_at,
                expires_at=expires_at,
                wall_time=wall,
                time_zone=zone,
                next_try=None,
            )
        )

    def _end(self, row: Claimed, state: str, reason: str, **more: Any) -> bool:  # Any: values and expressions
        return bool(self._held([row.id]).update(**_over(state, reason), **more))

    def _held(self, ids: Sequence[int]) -> Any:  # Any: the manager is made by a function
        return Reminder.objects.filter(pk__in=ids, state=State.SENDING, lease_by=self.claim_name)

    # SQL of two databases

    @property
    def _cast(self) -> str:
        """A parameter for an instant: PostgreSQL cannot guess its type inside CASE."""
        return "%s::timestamptz" if self._postgres else "%s"

    def _at(self, instant: datetime) -> Any:  # Any: what the database's driver takes for an instant
        return connection.ops.adapt_datetimefield_value(instant)

    @staticmethod
    def _fetch(sql: str, parameters: Sequence[Any]) -> list[Any]:  # Any: rows of the driver
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())


def scaled(wait: timedelta) -> timedelta:
    """The wait, shortened where a test asks for it."""
    return wait / settings.REMINDER_BACKOFF_DIVISOR


def _over(state: str, reason: str) -> dict[str, Any]:  # Any: values of several columns
    """The columns of a row that is over: no lease, no secret."""
    return {"state": state, "reason": reason, "lease_until": None, "lease_by": "", "sealed": ""}


def _numbers(ids: Sequence[int]) -> str:
    return ",".join(str(int(each)) for each in ids) or "NULL"
