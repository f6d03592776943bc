"""Ways to reach a person: `CHANNELS` names them, and opening one gives a line that takes letters one by one.

A run serves them in this order: push services answer at once or are left, so the mail server never keeps them back.
"""

from collections.abc import Callable, Mapping

from clients.notifications.channel import ChannelError, Letter, Line, PushLetter, Refused, Unclear, Unreachable
from clients.notifications.email import open_line
from clients.notifications.webpush import PushLine

CHANNELS: Mapping[str, Callable[[], Line]] = {"webpush": PushLine, "email": open_line}

__all__ = ["CHANNELS", "ChannelError", "Letter", "Line", "PushLetter", "Refused", "Unclear", "Unreachable"]
