"""The pages of the practice, for its owners."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.models import Absence, Client, SavedReply
from clients.services.care_texts import care_texts_in_force
from clients.services.safety_setup import current_setup, is_set_up
from clients.views.practitioner.door import desk, owner_page
from portal.account_views import confirm_identity
from portal.accounts import audit
from portal.accounts.models import Practice, Role
from portal.accounts.people import colleagues, set_roles
from portal.accounts.requests import DeskRequest
from portal.practice.forms import DAYS, ColourForm, HoursForm, RolesForm, SharingForm


@require_GET
@owner_page
def index(request: DeskRequest) -> HttpResponse:
    """What can be set, and how it stands."""
    practice = request.practice
    people = colleagues(practice)
    today = practice.day_at(timezone.now())
    context = {
        "practice": practice,
        "people": sum(bool(each.roles) for each in people),
        "waiting": sum(each.waiting for each in people),
        "days": _day_words(practice),
        "setup": current_setup(practice),
        "is_set_up": is_set_up(practice),
        "care_texts": sum(bool(each.texts) for each in care_texts_in_force(practice).values()),
        "replies": SavedReply.objects.count(),
        "absences": Absence.objects.filter(ended_at=None, last_day__gte=today).count(),
    }
    return desk(request, "practice/index.html", context)


def _day_words(practice: Practice) -> str:
    return ", ".join(str(name) for day, name in DAYS if day in practice.answer_days)


@require_http_methods(["GET", "POST"])
@owner_page
def hours(request: DeskRequest) -> HttpResponse:
    """When messages are read, and the quiet hours that new clients begin with."""
    return _change(request, HoursForm, "practice/hours.html", "admin:practice_hours")


@require_http_methods(["GET", "POST"])
@owner_page
def colours(request: DeskRequest) -> HttpResponse:
    """The practice's colour on every page."""
    return _change(request, ColourForm, "practice/colours.html", "admin:practice_colours")


def _change(request: DeskRequest, form_class: Any, template: str, page: str) -> HttpResponse:
    """Show a form of some of the practice's fields; POST saves them, with an audit entry of their names."""
    practice = Practice.objects.get(pk=request.practice.pk)
    form = form_class(request.POST if request.method == "POST" else None, instance=practice)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            practice.save(update_fields=list(form.fields))  # what others change at this moment is left as it is
            if form.changed_data:
                audit.record(
                    "changed",
                    practice,
                    by=request.user,
                    practice=practice,
                    detail={"fields": sorted(form.changed_data)},
                )
        messages.success(request, _("Saved.") if form.changed_data else _("Nothing was changed."))
        return redirect(page)
    return desk(request, template, {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@owner_page
def sharing(request: DeskRequest) -> HttpResponse:
    """Whether practitioners see all clients of the practice; asks for the password again.

    POST changes it at once, for open pages too, with an audit entry of what was chosen.
    """
    asked = confirm_identity(request)
    if asked is not None:
        return asked
    practice = Practice.objects.get(pk=request.practice.pk)
    before = practice.colleagues_see_all_clients
    form = SharingForm(request.POST if request.method == "POST" else None, instance=practice)
    if request.method == "POST" and form.is_valid():
        if practice.colleagues_see_all_clients != before:
            with transaction.atomic():
                practice.save(update_fields=["colleagues_see_all_clients"])
                everybody = practice.colleagues_see_all_clients
                audit.record("sharing_set", practice, by=request.user, practice=practice, detail={"all": everybody})
            messages.success(request, _("Saved. It holds from now on, and clients read it under “My data”."))
        else:
            messages.success(request, _("Nothing was changed."))
        return redirect("admin:practice_sharing")
    context = {
        "form": form,
        "clients": Client.objects.current().count(),
        "practitioners": sum(Role.PRACTITIONER in each.roles for each in colleagues(practice)),
    }
    return desk(request, "practice/sharing.html", context, status=400 if form.errors else 200)


@require_GET
@owner_page
def people(request: DeskRequest) -> HttpResponse:
    """Who works here, as what, and how many clients each leads."""
    practice = request.practice
    led = Client.objects.current().values("lead").annotate(clients=Count("pk")).values_list("lead", "clients")
    counts = dict(led.order_by())
    rows = [(each, counts.get(each.user.pk, 0)) for each in colleagues(practice)]
    return desk(request, "practice/people.html", {"rows": rows, "columns": [_("Name"), _("Roles"), _("Clients")]})


@require_http_methods(["GET", "POST"])
@owner_page
def person(request: DeskRequest, user_id: int) -> HttpResponse:
    """A colleague's roles; POST changes them, or suspends the person."""
    practice = request.practice
    found = next(iter(colleagues(practice, user_id=user_id)), None)
    if found is None:
        raise Http404
    asked = confirm_identity(request)
    if asked is not None:
        return asked
    suspends = request.POST.get("do") == "suspend"
    form = RolesForm(
        request.POST if request.method == "POST" and not suspends else None,
        initial={"roles": [str(role) for role in found.roles]},
    )
    if request.method == "POST" and (suspends or form.is_valid()):
        set_roles(practice, found.user, [] if suspends else form.cleaned_data["roles"], by=request.user)
        said = _("%(name)s is suspended. They are refused from now on, where they are signed in too.")
        messages.success(request, (said if suspends else _("Saved.")) % {"name": found.known_as})
        return redirect("admin:practice_people")
    leads = Client.objects.filter(lead=found.user).count()
    context = {"person": found, "form": form, "leads": leads}
    return desk(request, "practice/person.html", context, status=400 if form.errors else 200)
