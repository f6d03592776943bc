"""manage.py send_reminders: a sender without Celery, once or for ever."""

import signal
import time
from types import FrameType
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections

from clients.models import Reminder
from clients.services import remind

EVERY_S: Final = {  # how often each job looks; the same steps as Celery's clock
    Reminder.Stream.SIGN_IN: 2.0,
    Reminder.Stream.ALERT: 5.0,
    Reminder.Stream.INVITATION: 5.0,
    Reminder.Stream.SESSION: 30.0,
    Reminder.Stream.FOLLOW_UP: 30.0,
    Reminder.Stream.WEEKLY: 30.0,
}
PLAN_EVERY_S: Final = 120.0
GIVE_UP_AFTER_S: Final = 60.0  # without a database; whoever supervises this starts it anew


class Command(BaseCommand):
    help = "Sends what is due and plans the next 48 hours: once, or again and again with --loop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="keep running until stopped")
        parser.add_argument(
            "--stream", action="append", choices=Reminder.Stream.values, help="only this stream; may be given again"
        )
        parser.add_argument("--every", type=float, help="seconds between two looks at each stream, with --loop")
        parser.add_argument("--no-plan", action="store_true", help="send only; another process plans")

    def handle(self, *args: Any, **options: Any) -> None:
        streams = options["stream"] or list(EVERY_S)
        self.stopping = False
        if not options["loop"]:
            self._look(streams, plan=not options["no_plan"])
            return
        signal.signal(signal.SIGTERM, self._stop)
        due = dict.fromkeys(streams, 0.0)
        plan_at = float("inf") if options["no_plan"] else 0.0
        reached = time.monotonic()
        while not self.stopping:
            now = time.monotonic()
            ready = [stream for stream in streams if due[stream] <= now]
            try:
                self._look(ready, plan=plan_at <= now)
                reached = time.monotonic()
            except DatabaseError as error:
                if time.monotonic() - reached > GIVE_UP_AFTER_S:
                    raise CommandError("The database has not answered for a minute.") from error
                self.stderr.write(f"No database: {type(error).__name__}")
                time.sleep(1)
                continue
            finally:
                close_old_connections()
            due |= {stream: now + (options["every"] or EVERY_S[stream]) for stream in ready}
            plan_at = now + PLAN_EVERY_S if plan_at <= now else plan_at
            time.sleep(max(0.0, min([*due.values(), plan_at]) - time.monotonic()))

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _look(self, streams: list[str], *, plan: bool) -> None:
        try:
            if plan:
                remind.plan_reminders()
            for stream in streams:
                remind.send_due(stream)
        except remind.SenderBusy as busy:
            raise CommandError(str(busy)) from busy
