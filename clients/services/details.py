"""A client's details, as the practice keeps them."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.access import check_can_edit
from clients.errors import Invalid
from clients.models import Client
from clients.services.calendar import note_change
from clients.services.recheck import recheck_plans
from clients.services.remind import plan_for
from portal.accounts import audit
from portal.accounts.models import User
from portal.lib.rows import lock

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


@transaction.atomic
def change_details(client: Client, *, by: User, shown_tags: Collection[str] | None = None, **values: Any) -> list[str]:
    """Keep the given FIELDS of the client; return the names of those that changed.

    shown_tags: the tags that a page showed: of these only what was ticked or cleared there counts, so that an old page
    takes no tag away that was added since. The address is fixed once the client has an account. Running plans are
    looked at again for an added tag, and an alert says what does not suit any more; reminders and calendar follow
    another time zone. Raises NotAllowed, and Invalid naming each wrong field.
    """
    check_can_edit(by, client)
    lock(client)
    if shown_tags is not None and "tags" in values:
        values["tags"] = _with_changes(client.tags, shown=shown_tags, wanted=values["tags"])
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
            client.save(update_fields=[*changed, *(["mail_failed_at"] if "email" in changed else [])])
            audit.record("changed_details", client, by=by, detail={"fields": changed})
            if added:
                recheck_plans(client, added=added, now=timezone.now())
            if "time_zone" in changed:
                note_change(client)
                plan_for(client)
    except IntegrityError as error:
        raise Invalid({"email": _("This practice already has a client with this e-mail address.")}) from error
    return changed


def _with_changes(tags: Collection[str], *, shown: Collection[str], wanted: Collection[str]) -> list[str]:
    """Return the tags without those that were cleared on the page, and with those that were ticked there."""
    kept = [tag for tag in tags if tag in wanted or tag not in shown]
    return [*kept, *(tag for tag in wanted if tag not in shown and tag not in kept)]
