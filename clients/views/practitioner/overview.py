"""The caseload in counts: a practitioner's own, an owner's whole practice."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from clients.analytics.overview import DAYS, overview
from clients.views.practitioner.door import desk, desk_page
from portal.accounts.models import Role
from portal.accounts.requests import DeskRequest
from portal.accounts.roles import roles_of


@require_GET
@desk_page
def overview_page(request: DeskRequest) -> HttpResponse:
    """How many clients, how they keep to their plans, and who has none."""
    found = overview(request.user, now=timezone.now())
    return desk(
        request,
        "clients/practitioner/overview.html",
        {
            "page": found,
            "days": DAYS,
            "may_treat": Role.PRACTITIONER in roles_of(request.user),
        },
    )
