"""What may be taken back of what a practitioner did by one click: offered on the page where it was pressed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clients.models import AssignmentVersion, Client
from clients.services.plan_news import undo_left
from portal.accounts.requests import DeskRequest
from portal.lib.numbers import whole_in

UNDO_FIELD: Final = "undo"  # of an address: the version that was just made by one click


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """A change that may still be taken back, for so many seconds."""

    version: AssignmentVersion
    seconds: int


def undo_offer(request: DeskRequest, client: Client, *, now: datetime) -> UndoOffer | None:
    """Return what the person may take back of what they did by one click on the page; None where there is nothing."""
    key = whole_in(request.GET.get(UNDO_FIELD, ""))
    if key is None:
        return None
    mine = AssignmentVersion.objects.filter(assignment__client=client, created_by=request.user)
    version = mine.filter(pk=key, assignment__current_version=key).first()
    seconds = undo_left(version, now) if version is not None else 0
    return UndoOffer(version, seconds) if version is not None and seconds else None
