"""Ways to reach a person: `CHANNELS` names them, and opening one gives a line that takes letters one by one."""

from collections.abc import Callable, Mapping

from clients.notifications.channel import ChannelError, Letter, Line, Refused, Unclear, Unreachable
from clients.notifications.email import open_line

CHANNELS: Mapping[str, Callable[[], Line]] = {"email": open_line}

__all__ = ["CHANNELS", "ChannelError", "Letter", "Line", "Refused", "Unclear", "Unreachable"]
