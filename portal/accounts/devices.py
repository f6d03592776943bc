"""The browsers that a person is signed in with, and signing one of them out from another."""

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.models import Device, User

# What tells a browser or a system apart in its User-Agent; the first that is found counts.
BROWSERS = (
    ("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"), ("OPR", "Opera"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """Return what a person calls this browser, such as "Chrome on Android"."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser")


def note_device(user: User, *, session_key: str, user_agent: str) -> None:
    """Remember the browser of a new session."""
    Device.objects.update_or_create(
        session_key=session_key, defaults={"user": user, "name": device_name(user_agent)[:60]}
    )


def device_of(user: User, *, session_key: str, user_agent: str) -> Device:
    """Return the browser of a session."""
    found = user.devices.filter(session_key=session_key).first()
    if found is None:
        note_device(user, session_key=session_key, user_agent=user_agent)
        found = user.devices.get(session_key=session_key)
    return found


def forget(session_key: str | None) -> None:
    """Forget the browser of a session that ends, and what was to be sent there."""
    Device.objects.filter(session_key=session_key or "").delete()


def devices_of(user: User) -> list[Device]:
    """Return the devices that this person is signed in with now, the newest first."""
    devices = {row.session_key: row for row in user.devices.all()}
    wanted = user.get_session_auth_hash()
    alive = {
        session.session_key
        for session in Session.objects.filter(session_key__in=list(devices), expire_date__gt=timezone.now())
        if constant_time_compare(str(session.get_decoded().get(HASH_SESSION_KEY, "")), wanted)
    }
    return [row for key, row in devices.items() if key in alive]


def forget_ended() -> int:
    """Delete the devices whose session is gone; return how many."""
    return Device.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]


def sign_out_device(device: Device, *, by: User) -> None:
    """End the session of one browser."""
    with transaction.atomic():
        Session.objects.filter(session_key=device.session_key).delete()
        audit.record("device_signed_out", device, by=by)
        device.delete()
