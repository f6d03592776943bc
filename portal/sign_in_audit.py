"""Who signed in, and how, in the audit trail of each practice that it concerns; and with which device."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from clients.models import Client
from clients.services.invite import ONLY_CLIENT_KEY
from portal.accounts import audit
from portal.accounts.devices import note_device
from portal.accounts.models import User
from portal.accounts.roles import practices_of
from portal.accounts.tenancy import all_practices
from portal.staff_session import STAFF_DOORS


@receiver(user_logged_in, dispatch_uid="portal.sign_in_audit")
def note_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Write one entry per practice: of the person's roles for a staff session, of their client records otherwise."""
    if not request.session.session_key:
        request.session.save()
    note_device(user, session_key=str(request.session.session_key), user_agent=request.META.get("HTTP_USER_AGENT", ""))
    methods = [str(record.get("method")) for record in get_authentication_records(request, user)]
    if methods and methods[0] in STAFF_DOORS:
        practices = practices_of(user)
    else:
        with all_practices():
            records = Client.objects.current().filter(user=user)
            if ONLY_CLIENT_KEY in request.session:
                records = records.filter(pk=request.session[ONLY_CLIENT_KEY])
            practices = sorted(records.values_list("practice_id", flat=True))
    for practice in practices:
        audit.record("signed_in", user, by=user, practice=practice, detail={"methods": methods})
