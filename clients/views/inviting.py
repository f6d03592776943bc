"""The practitioner's page about a client's invitation: send it again, or show it as a QR code in the room."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clients.models import Client
from clients.services import invite
from portal.accounts.access import find_for
from portal.accounts.requests import PersonRequest
from portal.lib.qr import qr_address


@never_cache
@require_http_methods(["GET", "POST"])
def client_invitation(request: PersonRequest, client_id: int, context: dict[str, Any]) -> HttpResponse:
    """Offer both ways; POST with `way` "mail" or "room" takes one. The QR code is in that one answer only.

    context is what the admin site gives to its pages.
    """
    user = request.user
    client = find_for(user, Client.objects.all(), pk=client_id)
    invite.check_can_invite(user, client.practice)
    page = {**context, "title": _("Invitation"), "client": client, "waits": client.user_id is None}
    if request.method == "POST":
        if request.POST.get("way") == "room":
            page["qr"] = qr_address(invite.show_invitation(client, by=user, now=timezone.now()))
            return render(request, "clients/inviting.html", page)
        invite.send_invitation(client, by=user, now=timezone.now())
        messages.success(request, _("The invitation is on its way."))
        return redirect(request.path)
    return render(request, "clients/inviting.html", page)
