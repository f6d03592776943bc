"""The reminder table: plan, outbox and log in one. Source: safety.md, rules 8 to 15."""

from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from portal.accounts.models import Practice
from portal.accounts.tenancy import everyone, scoped

LATER: Final = "later"  # the subject of a session reminder that a client asked for, in place of the time of the plan
RED_FLAG = "red:"  # and a session's id: the subject of a letter about a red flag
# And the id of a client, a person or a PushSubscription: who a message is for.
TO_CLIENT: Final = "client:"
TO_PERSON: Final = "user:"
TO_PHONE: Final = "push:"
OCCASION: Final = ("recipient", "stream", "subject_key", "local_date", "slot", "channel")  # of which one is sent
COMES_AT: Final = Coalesce("next_try", "due_at")  # when one that waits is sent: quiet hours and refusals put it off


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: Any) -> "ReminderQuerySet":
        """Messages to the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))


class Reminder(models.Model):
    """One message to one person at one time through one channel."""

    class Stream(models.TextChoices):
        SIGN_IN = "sign_in", _("Sign-in code")
        INVITATION = "invitation", _("Invitation")
        SESSION = "session", _("Session reminder")
        FOLLOW_UP = "follow_up", _("Second reminder of a day")
        WEEKLY = "weekly", _("Weekly note")
        ALERT = "alert", _("Alert")
        MESSAGE = "message", _("Notice of a message")
        DIGEST = "digest", _("Morning summary")

    class State(models.TextChoices):
        PENDING = "pending", _("Planned")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Perhaps sent")  # the connection broke after the message went out
        SKIPPED = "skipped", _("Not sent")
        FAILED = "failed", _("Refused")
        QUARANTINED = "quarantined", _("Set aside after crashes")

    # The composite indexes below serve both keys; every index less makes a claim cheaper.
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        null=True,  # null: to a person (`recipient`), such as a sign-in code or a link for staff
        related_name="reminders",
        db_index=False,
    )
    recipient = models.CharField(max_length=64)  # "client:17", "user:4" or "push:3": who, in the unique key
    stream = models.CharField(max_length=12, choices=Stream.choices)
    subject_key = models.CharField(max_length=64)  # about what: "session", "later", "week", "code:<id>", ...
    local_date = models.DateField()  # the recipient's date, so that a doubled hour cannot make two
    slot = models.PositiveSmallIntegerField(default=1)
    channel = models.CharField(max_length=8, default="email")
    wall_time = models.TimeField(null=True, blank=True)  # null: at once; otherwise the recipient's clock
    time_zone = models.CharField(max_length=64, default="UTC")
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)  # answers received
    crashes = models.PositiveSmallIntegerField(default=0)  # lapsed leases while this row was being sent
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_by = models.CharField(max_length=64, blank=True)
    sending_since = models.DateTimeField(null=True, blank=True)
    data_at = models.DateTimeField(null=True, blank=True)  # just before the message itself goes out
    copies = models.PositiveSmallIntegerField(default=0)  # how many may have arrived; a refusal takes one back
    next_try = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    sealed = models.TextField(blank=True)  # encrypted one-time content; erased after sending
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # length of the session; null: not told
    reason = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("practice", ReminderQuerySet)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages sent")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=OCCASION,
                name="one_reminder_per_occasion",
            ),
        ]
        indexes = [
            models.Index(fields=["stream", "due_at"], condition=Q(state="pending"), name="reminder_pending_due"),
            models.Index(fields=["lease_until"], condition=Q(state__in=["sending", "unknown"]), name="reminder_leased"),
            models.Index(fields=["client", "-id"], name="reminder_by_client"),
            models.Index(fields=["practice", "-id"], name="reminder_by_practice"),
        ]

    def __str__(self) -> str:
        return str(self.get_stream_display())


class StreamChoice(models.Model):
    """A recipient's no to one stream of messages. A row means: do not send."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="refused_streams")
    stream = models.CharField(max_length=12, choices=Reminder.Stream.choices)
    refused_at = models.DateTimeField(auto_now_add=True)
    how = models.CharField(max_length=20)  # "link", "one_click" or "settings"

    objects = scoped("client__practice")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "stream"], name="one_refusal_per_stream")]


class Heartbeat(models.Model):
    """When a loop was last alive."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict, blank=True)

    objects = everyone("loops serve all practices")

    class Meta:
        verbose_name = _("heartbeat")
