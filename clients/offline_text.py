"""The sentences about a device without a network that its modules show, by key, as in clients.player_text."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.player_text import plural_forms

_TEXT: Final[dict[str, Promise]] = {
    "sign_in_checks": _("Sign in to send your safety answers. They are saved on this phone."),
    "checks_wait": _("Your safety answers wait to be sent. They are saved on this phone."),
    "refused": _("A part could not be taken. We kept a copy on your phone."),
}


def _counted(n: int) -> dict[str, str]:
    return {
        "sign_in": ngettext("Sign in to send {n} saved session.", "Sign in to send {n} saved sessions.", n),
        "wait": ngettext("{n} saved session waits to be sent.", "{n} saved sessions wait to be sent.", n),
        "wait_offline": ngettext(
            "You are offline. {n} saved session waits to be sent.",
            "You are offline. {n} saved sessions wait to be sent.",
            n,
        ),
    }


def queue_text() -> dict[str, str]:
    """Return every sentence about what waits to be sent, in the language of the request."""
    return {key: str(text) for key, text in _TEXT.items()} | plural_forms(_counted)
