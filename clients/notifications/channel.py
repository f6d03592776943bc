"""What every channel has in common: letters, lines, and what may go wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One message ready to go: addresses of the envelope, and the bytes between them (CRLF lines)."""

    sender: str
    to: str
    data: bytes


@dataclass(frozen=True, slots=True)
class PushLetter:
    """One message for a browser: where it goes, the keys that encrypt it, and for how many seconds it is of use."""

    endpoint: str
    p256dh: str
    auth: str
    payload: bytes
    ttl: int


class ChannelError(Exception):
    """A message did not go out for certain. permanent: trying again cannot help.

    The reason is a few words for the log: a code or the name of a fault, never an address or the server's own words.
    """

    permanent = False

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(ChannelError):
    """The other side answered no to this message; the line is fit for the next one.

    address_is_bad: it does not know the recipient. forbidden: it knows the recipient and does not let us write.
    wait: it asks for so long a pause before this message is tried again.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        address_is_bad: bool = False,
        forbidden: bool = False,
        wait: timedelta | None = None,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.address_is_bad = address_is_bad
        self.forbidden = forbidden
        self.wait = wait


class Unreachable(ChannelError):
    """Nothing can be sent now, this message included; nothing of it has gone out."""


class Unclear(ChannelError):
    """The line broke after the message went out and before the answer came: it may have arrived."""


class Line(Protocol):
    """An open way to send."""

    may_have_gone: bool  # True between the first byte of a message and its answer

    def send(self, letter: Any, *, before_data: Callable[[], None] | None = None) -> None:
        """Send one letter of the kind that the channel takes.

        before_data is called when the other side waits for the message itself.

        Raises Refused, Unreachable or Unclear; whatever before_data raises breaks the line off before the message.
        """

    def close(self) -> None:
        """End the line; never raises."""
