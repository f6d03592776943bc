"""After a plan was given or changed: what the client sees, handing it over, taking a change back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.access import can_treat
from clients.analytics.today import local_day, today_for
from clients.analytics.week_strip import begins_on
from clients.notifications.links import page_url
from clients.rules.schedule import Schedule
from clients.services.plan_news import undo_change
from clients.views.practitioner.client import plan_for
from clients.views.practitioner.door import back_to, desk, desk_page
from clients.views.practitioner.phone import phone_of_today
from clients.views.practitioner.undo import UndoOffer
from portal.accounts import audit
from portal.accounts.requests import DeskRequest
from portal.lib.numbers import whole_in
from portal.lib.qr import qr_address


@require_GET
@desk_page
def plan_sent(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """What became of the plan that was just given or changed, and what may follow."""
    plan = plan_for(request, assignment_id)
    audit.opened(plan, by=request.user, practice=plan.client.practice_id)
    now = timezone.now()
    version = plan.current_version
    mine = version is not None and version.created_by_id == request.user.pk
    today = local_day(plan.client, now)
    begins = begins_on(Schedule.from_dict(version.schedule), today) if version is not None else today
    context = {
        "plan": plan,
        "client": plan.client,
        "version": version,
        "begins_later": begins if begins > today else None,
        "undo": UndoOffer.of_version(version, now) if version is not None and mine else None,
        "phone": phone_of_today(plan.client, today_for(plan.client, now)),
        "qr": qr_address(page_url("today")) if plan.client.user_id else "",
        "may_treat": can_treat(request.user, plan.client),
    }
    return desk(request, "clients/practitioner/plan_sent.html", context)


@require_POST
@desk_page
def undo(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """Take the change back that the form names."""
    plan = plan_for(request, assignment_id)
    number = whole_in(request.POST.get("version", "")) or 0
    version = plan.versions.filter(number=number).select_related("assignment__client__practice").first()
    if version is None:
        messages.error(request, _("This version does not exist. Look at the plan again."))
    else:
        undo_change(version, by=request.user, now=timezone.now())
        messages.success(request, _("Taken back. The plan says again what it said before."))
    return redirect(back_to(request, reverse("admin:client", args=[plan.client_id])))
