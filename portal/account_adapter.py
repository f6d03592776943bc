"""How allauth behaves here: staff only, no sign-up, mail through the reminder table, limits counted in the database."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clients.models import Reminder
from clients.services.outbox import enqueue_now
from portal import staff_session
from portal.accounts import limits
from portal.accounts.models import Membership, Practice, User
from portal.accounts.tenancy import all_practices
from portal.lib.network import network_address
from portal.lib.sealing import keyed_hash, seal, unseal

WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS_AND_NETWORK = 10
TRIES_PER_ADDRESS = 50
TRIES_PER_NETWORK = 100
UNSAID = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class AccountAdapter(DefaultAccountAdapter):
    """Passwords are for staff; accounts are made by invitations only; no page tells whether an address is known."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a password that is about to be tried. Raises ValidationError beyond the limits."""
        email = str(credentials.get("email", "")).lower()
        if not may_try_password(request, email):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return the member of staff; None for a wrong password and for whoever is no staff."""
        user = super().authenticate(request, **credentials)
        return user if user is None or user.is_staff or not user.is_active else None

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """False within five minutes of the last password or second factor."""
        return not staff_session.confirmed_recently(self.request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return f"{settings.SITE_URL}{password_path(key)}"

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Put the link into the outbox; it goes to the person's own address, whatever was typed."""
        key = context["key"]
        enqueue_now(
            user,
            practice=practice_for_mail(user),
            stream=Reminder.Stream.SIGN_IN,
            subject_key=f"password:{keyed_hash('password mail', f'{key}{timezone.now()}')[:32]}",
            kind="password_reset",
            secret={"link": context["password_reset_url"]},
            now=timezone.now(),
            life=timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Refuse: web requests send nothing. Every message has its own function above."""
        raise NotImplementedError(f"{template_prefix} has no place in the outbox.")

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Say what happened, but not that somebody signed in or out: the page shows that."""
        if (args[0] if args else kwargs.get("message_template")) not in UNSAID:
            super().add_message(request, level, *args, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        return network_address(request) or "unknown"


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors sealed."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)


def may_try_password(request: HttpRequest, email: str) -> bool:
    """Count one try of a password; False where this address or this network had too many, known or not."""
    network = network_address(request)
    counts = (
        limits.take(f"password:network:{network}", limit=TRIES_PER_NETWORK, per=WINDOW),
        limits.take(f"password:address:{email}", limit=TRIES_PER_ADDRESS, per=WINDOW),
        limits.take(f"password:{email}:{network}", limit=TRIES_PER_ADDRESS_AND_NETWORK, per=WINDOW),
    )
    return all(counts)


def practice_for_mail(user: User) -> Practice:
    """Return the practice in whose name a member of staff gets mail: of their first membership.

    An editor of the shared library may have none; their mail goes out in the name of the installation's first practice.
    """
    with all_practices():
        first = Membership.objects.filter(user=user, is_active=True).select_related("practice").order_by("pk").first()
        return first.practice if first is not None else Practice.objects.order_by("pk")[0]


def password_path(key: str) -> str:
    """Return the path of the page that sets a new password. key is "<person>-<token>"."""
    uid, token = key.split("-", 1)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
