"""Reminders: one table that is plan, outbox and log, and the two jobs that work on it.

`plan_reminders` inserts what clients need in the next 48 hours; `send_due` claims what is due, looks again whether
it is still wanted, sends it and marks it. Both may run anywhere, in any number, at any time.
"""

from clients.services.remind.facts import may_send_to
from clients.services.remind.later import Later, later_of, remind_later, take_back_later
from clients.services.remind.planning import plan_for, plan_reminders
from clients.services.remind.sending import SenderBusy, Tally, send_due
from clients.services.remind.silence import have_stopped, want_again
from clients.services.remind.watch import beat, metric_lines, silent_for

__all__ = [
    "Later",
    "SenderBusy",
    "Tally",
    "beat",
    "have_stopped",
    "later_of",
    "may_send_to",
    "metric_lines",
    "plan_for",
    "plan_reminders",
    "remind_later",
    "send_due",
    "silent_for",
    "take_back_later",
    "want_again",
]
