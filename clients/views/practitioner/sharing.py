"""Who sees a client: sharing with colleagues, and handing over one client or many."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clients.desk_forms import HandOverForm, HandOverManyForm, ShareForm
from clients.errors import Invalid
from clients.models import Client, ClientShare
from clients.services.sharing import can_share, end_share, hand_over, share_client
from clients.views.practitioner.door import client_for, desk, desk_page, owner_page
from clients.views.refused import show_errors, status_of
from portal.accounts.models import User
from portal.accounts.requests import DeskRequest
from portal.lib.numbers import whole_in


@require_http_methods(["GET", "POST"])
@desk_page
def client_people(request: DeskRequest, client_id: int) -> HttpResponse:
    """Who sees a client; POST shares with a colleague, ends that, or hands the client over."""
    client = client_for(request, client_id)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    shares = ShareForm(request.POST if do == "share" else None, client=client)
    hands = HandOverForm(request.POST if do == "hand_over" else None, practice=client.practice, former=client.lead)
    done: HttpResponse | None = None
    if do == "end":
        done = _end(request, client)
    elif do == "share" and shares.is_valid():
        done = _share(request, client, shares)
    elif do == "hand_over" and hands.is_valid():
        done = _hand_over(request, client, hands)
    if done is not None:
        return done
    context = {
        "client": client,
        "shared": ClientShare.objects.filter(client=client).select_related("practitioner").order_by("pk"),
        "may_share": can_share(request.user, client),
        "share_form": shares,
        "hand_form": hands,
        "form": shares if do == "share" else hands,
    }
    status = max(status_of(shares), status_of(hands), 400 if do not in {"", "share", "hand_over"} else 200)
    if request.method == "POST" and not do:
        status = 400
    return desk(request, "clients/practitioner/client_people.html", context, status=status)


def _share(request: DeskRequest, client: Client, form: forms.Form) -> HttpResponse | None:
    colleague = form.cleaned_data["colleague"]
    try:
        share_client(client, colleague=colleague, by=request.user)
    except Invalid as error:
        show_errors(form, error)
        return None
    messages.success(request, _("%(name)s sees this client from now on.") % {"name": colleague})
    return redirect("admin:client_people", client.pk)


def _end(request: DeskRequest, client: Client) -> HttpResponse:
    if end_share(client, colleague_id=whole_in(request.POST.get("colleague", "")) or 0, by=request.user):
        messages.success(request, _("They see this client no more."))
    return redirect("admin:client_people", client.pk)


def _hand_over(request: DeskRequest, client: Client, form: forms.Form) -> HttpResponse | None:
    to, keeps = form.cleaned_data["to"], form.cleaned_data["keeps_access"]
    try:
        hand_over(client.practice, [client.pk], to=to, by=request.user, keeps_access=keeps, now=timezone.now())
    except Invalid as error:
        show_errors(form, error)
        return None
    messages.success(request, _("%(name)s leads this client from now on.") % {"name": to})
    if Client.objects.visible_to(request.user).filter(pk=client.pk).exists():
        return redirect("admin:client_people", client.pk)
    return redirect("admin:caseload")


@require_http_methods(["GET", "POST"])
@owner_page
def hand_over_many(request: DeskRequest, user_id: int) -> HttpResponse:
    """Hand clients of one person over to another, all of them unless some are unticked."""
    practice = request.practice
    former = User.objects.filter(pk=user_id, memberships__practice=practice).first()
    if former is None:
        raise Http404
    form = HandOverManyForm(request.POST if request.method == "POST" else None, practice=practice, former=former)
    if request.method == "POST" and form.is_valid():
        chosen = [client.pk for client in form.cleaned_data["clients"]]
        to = form.cleaned_data["to"]
        try:
            count = hand_over(
                practice,
                chosen,
                to=to,
                by=request.user,
                keeps_access=form.cleaned_data["keeps_access"],
                now=timezone.now(),
            )
        except Invalid as error:
            show_errors(form, error)
        else:
            said = ngettext("%(name)s leads %(n)d more client.", "%(name)s leads %(n)d more clients.", count)
            messages.success(request, said % {"name": to, "n": count})
            return redirect("admin:practice_people")
    has_clients = Client.objects.filter(practice=practice, lead=former).exists()
    context = {"form": form, "former": former, "has_clients": has_clients}
    return desk(request, "clients/practitioner/hand_over.html", context, status=status_of(form))
