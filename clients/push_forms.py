"""What a browser sends of its push subscription."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models.push import LONGEST_ENDPOINT
from clients.rules.push import why_not_endpoint
from portal.lib import vapid

AUTH_BYTES = 16
WRONG_ENDPOINTS = {
    "long": _("The address is longer than 2048 characters."),
    "plain": _("The address has characters that no web address has."),
    "https": _("The address does not begin with https."),
    "login": _("The address holds a name or a password."),
    "port": _("The address names a port."),
    "host": _("The address is not one of the public internet."),
}


class EndpointForm(forms.Form):
    """The address of a push subscription. It is filled in by a script, never shown."""

    endpoint = forms.CharField(strip=False)

    def clean_endpoint(self) -> str:
        """Refuse an address to which this portal must not send."""
        endpoint = str(self.cleaned_data["endpoint"])
        wrong = why_not_endpoint(endpoint, longest=LONGEST_ENDPOINT)
        if wrong:
            raise forms.ValidationError(WRONG_ENDPOINTS[wrong])
        return endpoint


class SubscriptionForm(EndpointForm):
    """A push subscription: the address and its keys."""

    p256dh = forms.CharField(strip=False, max_length=88)
    auth = forms.CharField(strip=False, max_length=24)

    def clean_p256dh(self) -> str:
        """Refuse anything but a point of the curve."""
        text = str(self.cleaned_data["p256dh"])
        if not vapid.is_public_key(_bytes(text)):
            raise forms.ValidationError(_("This is not a key of a browser."))
        return text

    def clean_auth(self) -> str:
        """Refuse anything but 16 bytes."""
        text = str(self.cleaned_data["auth"])
        if len(_bytes(text)) != AUTH_BYTES:
            raise forms.ValidationError(_("This secret does not have 16 bytes."))
        return text


def _bytes(text: str) -> bytes:
    try:
        return vapid.decoded(text)
    except ValueError:
        return b""
