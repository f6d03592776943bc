"""What the last look before sending says of a message: go, leave it, hold it, or move it."""

from dataclasses import dataclass
from datetime import datetime, time

from clients.services.remind.facts import Phone


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a message, looked up at the moment of sending."""

    email: str
    name: str
    language: str
    sender_name: str
    anchor: str = ""  # the moment of the day that a client planned, clients.rules.habits.ANCHORS
    if_sore: str = ""  # what on a sore day, IF_SORE
    if_missed: str = ""  # and what instead, IF_MISSED
    phone: Phone | None = None  # where a push goes; None: by mail
    asks: bool = False  # the last one after a week without an answer


@dataclass(frozen=True, slots=True)
class Go:
    """Send it now."""

    to: Addressee


@dataclass(frozen=True, slots=True)
class Skip:
    """It is not wanted any more, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Quiet hours: it may go out when they end."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """Its time was edited and is still to come."""

    due_at: datetime
    expires_at: datetime
    wall: time
    zone: str


Verdict = Go | Skip | Hold | Move
