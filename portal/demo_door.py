"""The demo's door: one click signs in as one of its people. It exists on a development server only."""

from dataclasses import dataclass

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.logout import logout
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from clients.models import Client
from portal.accounts.models import Membership, Practice, User
from portal.accounts.tenancy import all_practices
from portal.demo.people import PRACTICES
from portal.lib.numbers import whole_in
from portal.staff_session import DEMO_CLIENT, DEMO_STAFF

DEMO_SLUGS = tuple(practice.slug for practice in PRACTICES)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo: the last part of their door's address, their name, and what they are here."""

    door: str
    name: str
    about: str


@login_not_required
@never_cache
@require_GET
def demo(request: HttpRequest) -> HttpResponse:
    """List the people of the demo. 404 where DEBUG is off, and before the demo is made."""
    with all_practices():
        practices = [
            {"practice": practice, "people": [*_staff(practice), *_clients(practice)]}
            for practice in Practice.objects.filter(slug__in=_slugs()).order_by("pk")
        ]
    if not practices:
        raise Http404
    return render(request, "accounts/demo.html", {"practices": practices})


@login_not_required
@never_cache
@require_POST
def enter(request: HttpRequest, who: str) -> HttpResponse:
    """Sign in as "staff-<person id>" or "client-<person id>" of the demo; 404 for anybody else."""
    kind, _dash, number = who.partition("-")
    key = whole_in(number)
    if kind not in {"staff", "client"} or key is None:
        raise Http404
    with all_practices():
        people = User.objects.filter(pk=key, is_active=True)
        if kind == "staff":
            people = people.filter(memberships__in=Membership.objects.in_force().filter(practice__slug__in=_slugs()))
        else:
            people = people.filter(client_records__in=Client.objects.current().filter(practice__slug__in=_slugs()))
        user = people.first()
    if user is None:
        raise Http404
    logout(request, show_message=False)
    record_authentication(request, user, method=DEMO_STAFF if kind == "staff" else DEMO_CLIENT)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("admin:index" if kind == "staff" else "home")


def _slugs() -> tuple[str, ...]:
    return DEMO_SLUGS if settings.DEBUG else ()


def _staff(practice: Practice) -> list[Person]:
    roles: dict[User, list[str]] = {}
    for membership in Membership.objects.in_force().filter(practice=practice).select_related("user").order_by("pk"):
        roles.setdefault(membership.user, []).append(str(membership.get_role_display()))
    return [Person(f"staff-{user.pk}", str(user), ", ".join(held)) for user, held in roles.items()]


def _clients(practice: Practice) -> list[Person]:
    rows = Client.objects.current().filter(practice=practice, user__isnull=False, user__is_active=True).order_by("pk")
    return [Person(f"client-{client.user_id}", client.full_name, client.problem) for client in rows]
