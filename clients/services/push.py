"""Reminders on a client's own phone: setting them up, stopping them, and "Not now"."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clients.models import Client, PushSubscription
from clients.services.remind import plan_for
from portal.accounts import audit
from portal.accounts.models import Device, User
from portal.accounts.tenancy import all_practices
from portal.lib.rows import lock

PHONES = 10  # engineering bound: browsers of one client; beyond it the oldest go


@dataclass(frozen=True)
class Subscription:
    """What a browser tells of its subscription, checked by the form."""

    endpoint: str
    p256dh: str
    auth: str


class OtherKeys(Exception):
    """The address is in use with other keys: whoever sent it does not have that browser."""


@transaction.atomic
def remind_on(client: Client, told: Subscription, *, device: Device, by: User, now: datetime) -> PushSubscription:
    """Return the browser's subscription, with the reminders to come planned for it.

    Said again by the same client it changes nothing but the keys, and a refused one begins anew. On a phone that
    another person used it becomes this one's, whose keys are the same; the records of one person at several practices
    have it each. Raises OtherKeys.
    """
    lock(client)
    values = {"p256dh": told.p256dh, "auth": told.auth, "device": device}
    with all_practices():
        others = PushSubscription.objects.filter(endpoint=told.endpoint).exclude(client__user=by)
        if others.exclude(p256dh=told.p256dh, auth=told.auth).exists():
            raise OtherKeys
        others.delete()
    known = PushSubscription.objects.filter(client=client, endpoint=told.endpoint).first()
    if known is not None and known.refusals < PushSubscription.REFUSALS:
        PushSubscription.objects.filter(pk=known.pk).update(**values)
        return known
    PushSubscription.objects.filter(client=client, endpoint=told.endpoint).delete()
    made: PushSubscription = PushSubscription.objects.create(
        client=client, endpoint=told.endpoint, created_at=now, **values
    )
    newest = PushSubscription.objects.filter(client=client).order_by("-pk").values_list("pk", flat=True)[:PHONES]
    PushSubscription.objects.filter(client=client).exclude(pk__in=list(newest)).delete()
    audit.record("phone_reminders_on", client, by=by)
    plan_for(client)
    return made


@transaction.atomic
def stop_on(client: Client, endpoint: str, *, by: User) -> bool:
    """Stop reminders on one browser of the client; on any other address this does nothing.

    Return whether the person has reminders there still, as a client of another practice.
    """
    deleted, _ = PushSubscription.objects.filter(client=client, endpoint=endpoint).delete()
    if deleted:
        audit.record("phone_reminders_off", client, by=by)
    with all_practices():
        return bool(PushSubscription.objects.filter(endpoint=endpoint, client__user=by).exists())


def put_off(client: Client, *, now: datetime) -> None:
    """Remember "Not now": the question is not asked again for a while."""
    client.push_put_off_at = now
    client.save(update_fields=["push_put_off_at"])
