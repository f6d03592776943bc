"""What may be taken back of what a practitioner did by one click: offered on the page where it was pressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse

from clients.models import AssignmentVersion, Client, Decision
from clients.services.apply import decline_left
from clients.services.plan_news import undo_left
from portal.accounts.requests import DeskRequest
from portal.lib.numbers import whole_in

UNDO_FIELD: Final = "undo"  # of an address: the version that was just made by one click
DECLINED_FIELD: Final = "declined"  # of an address: the suggestion that was just declined


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """Something that may still be taken back, for so many seconds. version: number of a plan's, None for an answer."""

    action: str
    version: int | None
    seconds: int

    @classmethod
    def of_version(cls, version: AssignmentVersion, now: datetime) -> UndoOffer | None:
        """Return the offer to take a change of a plan back; None where its time is over."""
        seconds = undo_left(version, now)
        address = reverse("admin:undo_change", args=[version.assignment_id])
        return cls(address, version.number, seconds) if seconds else None


def undo_offer(request: DeskRequest, client: Client, *, now: datetime) -> UndoOffer | None:
    """Return what the person may take back of what they did by one click on the page; None where there is nothing."""
    made, declined = (whole_in(request.GET.get(name, "")) for name in (UNDO_FIELD, DECLINED_FIELD))
    if made is not None:
        mine = AssignmentVersion.objects.filter(assignment__client=client, created_by=request.user)
        version = mine.filter(pk=made, assignment__current_version=made).first()
        return UndoOffer.of_version(version, now) if version is not None else None
    if declined is not None:
        decision = Decision.objects.filter(assignment__client=client, settled_by=request.user, pk=declined).first()
        seconds = decline_left(decision, now) if decision is not None else 0
        return UndoOffer(reverse("admin:undo_decision", args=[declined]), None, seconds) if seconds else None
    return None
