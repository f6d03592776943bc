"""Who there is: people, practices, memberships, and what was done by whom."""

import zoneinfo
from datetime import date, datetime, time
from functools import cache
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from portal.accounts.tenancy import all_practices, everyone, scoped
from portal.lib.names import check_name


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all IANA time zones; read once, because the names lie in hundreds of files."""
    return frozenset(zoneinfo.available_timezones())


def check_time_zone(name: str) -> None:
    """Raise ValidationError unless the name is an IANA time zone."""
    if name not in time_zones():
        raise ValidationError(
            _("%(name)s is not a time zone. Choose one such as Europe/London."), params={"name": name}
        )


def working_week() -> list[int]:
    """Return Monday to Friday, as `date.weekday` counts."""
    return [0, 1, 2, 3, 4]


class UserManager(BaseUserManager["User"]):
    """Makes people, who are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new person; without a password they sign in by code only. Raises ValueError without an e-mail."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """A person, known by e-mail. What they may do follows from memberships and client records."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True, validators=[check_name])
    last_name = models.CharField(_("last name"), max_length=80, blank=True, validators=[check_name])
    language = models.CharField(_("language"), max_length=8, default="en-gb")
    is_active = models.BooleanField(_("active"), default=True)
    edits_shared_library = models.BooleanField(
        _("edits the shared library"),
        default=False,
        help_text=_("A grant for the whole installation. It opens no client data."),
    )
    morning_summary = models.BooleanField(default=True)  # staff: an e-mail on working days, where something waits
    red_flags_at_once = models.BooleanField(default=False)  # staff: an e-mail about each at once; alerts come anyhow
    joined_at = models.DateTimeField(auto_now_add=True)
    session_generation = models.PositiveIntegerField(default=0)  # raised to end every session of this person

    roles_by_practice: dict[int, frozenset["Role"]] | None = None  # as read for this request; None: not read yet

    objects = everyone("a person may belong to several practices", UserManager())

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_email")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What sessions are checked against: a new password or a new generation ends them all."""
        return salted_hmac(
            "portal.accounts.User.session",
            f"{self.session_generation}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def end_all_sessions(self) -> None:
        """Sign this person out of every browser, this one included."""
        User.objects.filter(pk=self.pk).update(session_generation=models.F("session_generation") + 1)
        self.refresh_from_db(fields=["session_generation"])
        self.devices.all().delete()

    @property
    def is_staff(self) -> bool:
        """True for whoever may try the staff door; what is behind it follows from their roles."""
        if not self.is_active:
            return False
        with all_practices():
            return self.edits_shared_library or Membership.objects.in_force().filter(user=self).exists()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """False: rights follow from rows (roles, caseload), never from Django's permission tables."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """False, for the same reason."""
        return False


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: Any) -> "PracticeQuerySet":
        """The practice in scope, for whoever works in it."""
        from portal.accounts.roles import roles_of

        return self.all() if roles_of(user) else self.none()


class Practice(models.Model):
    """A clinic: the tenant."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London", validators=[check_time_zone])
    language = models.CharField(_("language"), max_length=8, default="en-gb")
    sender_name = models.CharField(
        _("sender name in e-mail"),
        max_length=60,
        help_text=_("Others may see it on a locked screen. Choose a neutral name."),
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    colleagues_see_all_clients = models.BooleanField(_("colleagues see all clients"), default=False)
    figure_palette = models.CharField(  # a palette of routines/static/routines/movement/themes.js
        _("how figures look"),
        max_length=40,
        default="teal",
        help_text=_("For everybody who has not chosen for themselves. Clients choose under More."),
    )
    exercises_need_review = models.BooleanField(
        _("exercises need review"),
        default=False,
        help_text=_("A colleague who did not write it must look at an exercise before it is published."),
    )
    accent = models.CharField(  # of buttons and links on light pages; "": the product's own
        max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9A-F]{6}$")]
    )
    accent_dark = models.CharField(  # the same on dark pages; empty where `accent` is
        max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9A-F]{6}$")]
    )
    quiet_from = models.TimeField(default=time(21, 0))  # quiet hours of new clients, on their own clocks
    quiet_until = models.TimeField(default=time(8, 0))
    answers_from = models.TimeField(default=time(8, 0))  # messages are read from then, on the practice's clock
    answers_until = models.TimeField(default=time(18, 0))  # this instant is closed
    answer_days = models.JSONField(default=working_week)  # 0 is Monday; never empty
    shows_first_steps = models.BooleanField(default=True)  # until they are taken, or hidden
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("pk", PracticeQuerySet)

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answers_from__lt=models.F("answers_until")), name="practice_closes_after_it_opens"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def day_at(self, at: datetime) -> date:
        """Return the date on the practice's clock at an aware moment."""
        return at.astimezone(zoneinfo.ZoneInfo(self.time_zone)).date()

    @property
    def brand_key(self) -> str:
        """The practice's two colours as the address of their sheet names them; "" for the product's own."""
        return f"{self.accent}-{self.accent_dark}".replace("#", "").lower() if self.accent else ""


class Role(models.TextChoices):
    """What a person is in a practice. One person may hold several."""

    PRACTITIONER = "practitioner", _("Practitioner")
    OWNER = "owner", _("Practice owner")
    EDITOR = "editor", _("Library editor")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self) -> "MembershipQuerySet":
        """Memberships that count today: accepted, and theirs, the person's and the practice's switches are all on."""
        return self.filter(is_active=True, accepted_at__isnull=False, user__is_active=True, practice__is_active=True)

    def visible_to(self, user: Any) -> "MembershipQuerySet":
        """Colleagues of one practice know of each other."""
        from portal.accounts.roles import roles_of

        return self.all() if roles_of(user) else self.none()


class Membership(models.Model):
    """One role of one person in one practice."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    is_active = models.BooleanField(_("active"), default=True)
    accepted_at = models.DateTimeField(  # null: invited; until then the practice knows the address only
        _("joined"), null=True, default=timezone.now, editable=False
    )
    invite_hash = models.CharField(  # SHA-256 of the open invitation's token, hexadecimal; empty: none is open
        max_length=64, blank=True, editable=False
    )
    invite_expires_at = models.DateTimeField(null=True, editable=False)  # null: no invitation is open
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("practice", MembershipQuerySet)

    class Meta:
        verbose_name = _("person in the practice")
        verbose_name_plural = _("people in the practice")
        constraints = [
            models.UniqueConstraint(fields=["practice", "user", "role"], name="one_membership_per_role"),
            models.UniqueConstraint(
                fields=["invite_hash"], condition=~models.Q(invite_hash=""), name="one_membership_per_invitation"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.known_as} ({self.get_role_display()})"

    @property
    def known_as(self) -> str:
        """The person's name; only the address that was typed here until they have joined."""
        return str(self.user) if self.accepted_at else self.user.email


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: Any) -> "AuditEventQuerySet":
        """All of the practice's entries, for its owner."""
        from portal.accounts.roles import roles_of

        return self.all() if Role.OWNER in roles_of(user) else self.none()


class AuditEvent(models.Model):
    """Who did what to what. Append-only, written in the same transaction as the change."""

    practice = models.ForeignKey(
        Practice,
        on_delete=models.PROTECT,
        null=True,  # null: outside any practice, such as a wrong code at the sign-in door
        related_name="+",
        db_index=False,  # each of the indexes below serves it
    )
    actor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,  # null: the system itself
        related_name="+",
    )
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("kind of object"), max_length=60)
    object_id = models.CharField(_("object"), max_length=64)
    detail = models.JSONField(default=dict, blank=True)  # ids, states and counts; never names or answers
    request_id = models.CharField(max_length=36, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = scoped("practice", AuditEventQuerySet)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["practice", "-id"], name="audit_by_practice"),
            models.Index(fields=["practice", "action", "-id"], name="audit_by_action"),
            models.Index(fields=["practice", "object_id", "object_type", "-id"], name="audit_by_object"),
            models.Index(
                fields=["practice", "request_id"], condition=~models.Q(request_id=""), name="audit_by_request"
            ),
        ]

    def __str__(self) -> str:
        return self.action.replace("_", " ")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError(_("An audit entry is never changed."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise ValidationError(_("An audit entry is never deleted."))


class RateLimit(models.Model):
    """How often something was tried in the window that began at `since`. Counted by one UPDATE."""

    key_hash = models.CharField(max_length=64, primary_key=True)  # hash: keys hold addresses of people
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    objects = everyone("counts tries by browser or address, before anyone is known")

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        indexes = [models.Index(fields=["since"], name="limit_by_age")]


class Passkey(models.Model):
    """A key that a person's device keeps, to sign in without a code or a password at the door where it was added."""

    class Door(models.TextChoices):
        CLIENT = "client", _("clients' door")
        STAFF = "staff", _("staff door")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    door = models.CharField(max_length=6, choices=Door.choices)
    name = models.CharField(_("name"), max_length=60)  # of the device, such as "Safari on iPhone"
    credential_id = models.CharField(max_length=1364, unique=True)  # base64url of at most 1,023 bytes
    credential = models.BinaryField()  # attested credential data: the public key and its algorithm
    signed = models.BigIntegerField(default=0)  # the device's own counter; 0: it keeps none
    added_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)  # null: never

    objects = everyone("belongs to a person, and is asked for before anyone is signed in")

    class Meta:
        ordering = ["added_at"]

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """A browser that somebody is signed in with. Without its session, it is one that was."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    since = models.DateTimeField(auto_now_add=True)

    objects = everyone("belongs to a person, who may be in several practices")

    class Meta:
        ordering = ["-since"]

    def __str__(self) -> str:
        return self.name
