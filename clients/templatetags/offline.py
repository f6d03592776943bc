"""Parts of pages about the device without a network."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from clients.exports.bundle import account_key
from clients.exports.week import HAS_KEPT_KEY
from clients.models import Client
from clients.offline_text import queue_text
from clients.player_text import SAMPLES

register = template.Library()


def _addresses(client: Client) -> dict[str, str]:
    return {"account": account_key(client), "events": reverse("api:events"), "checks": reverse("api:safety_checks")}


@register.inclusion_tag("clients/offline/queue.html", takes_context=True)
def queue_line(context: Context, client: Client, reload: bool = False) -> dict[str, Any]:
    """Return the line about what this device still has to send. reload: the page shows sessions, and is made anew."""
    here = urlencode({"next": context["request"].path}) if "request" in context else ""
    sign_in = f"{reverse('sign_in')}?{here}" if here else reverse("sign_in")
    return {**_addresses(client), "sign_in": sign_in, "text": queue_text(), "reload": reload}


@register.inclusion_tag("clients/offline/unsent.html")
def unsent_line() -> dict[str, Any]:
    """Return the line of the sign-in page about what this phone still has to send."""
    return {"text": {key: text for key, text in queue_text().items() if key.startswith("sign_in")}}


@register.inclusion_tag("clients/offline/keep.html", takes_context=True)
def keep_here(context: Context, client: Client) -> dict[str, Any]:
    """Return what makes the device ready for days without a network."""
    worker = reverse("service_worker") if settings.OFFLINE_APP else ""
    has_kept = "request" in context and HAS_KEPT_KEY in context["request"].session
    return {"account": account_key(client), "worker": worker, "week": reverse("offline_week"), "has_kept": has_kept}


@register.simple_tag
def offline_addresses(client: Client) -> dict[str, str]:
    """Return the account's key and where its events and checks go."""
    return _addresses(client)


@register.simple_tag
def number_forms() -> dict[str, dict[str, str]]:
    """Return sentences with {n} by name and plural category."""
    return {
        "minutes": {name: ngettext("About {n} minute", "About {n} minutes", n) for name, n in SAMPLES.items()},
        "exercises": {name: ngettext("{n} exercise", "{n} exercises", n) for name, n in SAMPLES.items()},
    }
