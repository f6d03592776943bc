"""What becomes of reminders that nobody answers. Source: clinical.md 7.2 "Back-off".

Doing a session, putting one off, a message or a change of the reminders themselves is an answer; another setting, such
as a name or the look of the figures, is none.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, NamedTuple

IN_A_ROW: Final = 3  # unanswered; from then on every second one goes out, clinical.md 7.2 "Back-off"
SILENT_FOR: Final = timedelta(days=7)  # from the first unanswered one, clinical.md 7.2 "Back-off"


class Turn(Enum):
    """What becomes of one reminder."""

    SEND = "send"
    REST = "rest"  # left out, so that every second one goes out
    ASK = "ask"  # the last one, which asks whether another time or plan would suit better
    STOP = "stop"  # nothing goes out until there is an answer


class Earlier(NamedTuple):
    """A reminder since the last answer: when it was due (aware), and what became of it; an ASK counts as SEND."""

    due_at: datetime
    turn: Turn


def turn(due_at: datetime, earlier: Sequence[Earlier]) -> Turn:
    """What becomes of the reminder due at an aware instant. earlier: those due before it, since the last answer.

    Three go out, then every second one. From a week after the first of them on, one asks, and none follows. A plan
    with few days a week still has its three.
    """
    if any(each.turn is Turn.STOP for each in earlier):
        return Turn.STOP
    went = sorted(each.due_at for each in earlier if each.turn is Turn.SEND)
    if len(went) < IN_A_ROW:
        return Turn.SEND
    asks_from = went[0] + SILENT_FOR
    if due_at >= asks_from:
        return Turn.STOP if any(at >= asks_from for at in went[IN_A_ROW:]) else Turn.ASK
    return Turn.REST if max(earlier, key=lambda each: each.due_at).turn is Turn.SEND else Turn.SEND
