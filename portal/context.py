"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from clients.analytics.thread import unread_of
from portal.accounts.roles import practices_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the practice, the client record and its unread messages, whether there are other practices to choose,
    and whether this is development."""
    record = getattr(request, "client_record", None)
    choices = getattr(request, "client_choices", []) or practices_of(getattr(request, "user", None))
    return {
        "practice": getattr(request, "practice", None),
        "client_record": record,
        "unread_messages": unread_of(record) if record is not None else 0,
        "has_several_practices": len(choices) > 1,
        "is_debug": settings.DEBUG,
    }
