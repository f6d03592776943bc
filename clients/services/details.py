"""A client's details, as the practice keeps them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.access import check_can_edit
from clients.errors import Invalid
from clients.models import Client
from clients.services.recheck import recheck_plans
from portal.accounts import audit
from portal.accounts.models import User

FIELDS = (
    "first_name",
    "last_name",
    "email",
    "problem",
    "usual_pain",
    "minutes_a_day",
    "first_side",
    "time_zone",
    "country",
    "tags",
)


def change_details(client: Client, *, by: User, **values: Any) -> list[str]:
    """Keep the given FIELDS of the client; return the names of those that changed.

    The address is fixed once the client has an account. Running plans are looked at again for an added tag, and an
    alert says what does not suit any more. Raises NotAllowed, and Invalid naming each wrong field.
    """
    check_can_edit(by, client)
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise Invalid({name: _("This cannot be changed here.") for name in sorted(unknown)})
    changed = [name for name in FIELDS if name in values and getattr(client, name) != values[name]]
    if not changed:
        return []
    if "email" in changed and client.user_id is not None:
        raise Invalid({"email": _("The client signs in with this address. They change it in their own settings.")})
    added = set(values.get("tags") or ()) - set(client.tags) if "tags" in changed else set()
    for name in changed:
        setattr(client, name, values[name])
    if "email" in changed:
        client.mail_failed_at = None  # another address may take mail
    try:
        client.clean_fields(exclude=[field.name for field in Client._meta.fields if field.name not in changed])
    except ValidationError as error:
        raise Invalid({name: " ".join(sentences) for name, sentences in error.message_dict.items()}) from error
    try:
        with transaction.atomic():
            client.save()
            audit.record("changed_details", client, by=by, detail={"fields": changed})
            if added:
                recheck_plans(client, added=added, now=timezone.now())
    except IntegrityError as error:
        raise Invalid({"email": _("This practice already has a client with this e-mail address.")}) from error
    return changed
