"""The thread between a client and the clinic: what was written, what is held back, and whether somebody waits."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.assignment import AssignmentVersion, PrescribedItem
from clients.models.client import Client
from clients.models.session import Session
from portal.accounts.models import Practice
from portal.accounts.roles import roles_of
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverChanged, NeverDeleted

TEXT_LIMIT = 2000  # characters; engineering bound
TITLE_LIMIT = 60  # characters; engineering bound


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> "MessageQuerySet":
        """Messages of the threads of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))


class Message(NeverChanged, NeverDeleted):
    """One entry of a client's thread. Never changed, never deleted by the product."""

    NEVER_CHANGED = _("A message is never changed. Write another one.")
    NEVER_DELETED = _("A message is never deleted.")

    class Kind(models.TextChoices):
        TEXT = "text", _("Message")
        REVIEW = "review", _("About a session")
        PLAN = "plan", _("About the plan")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="messages", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_from_client = models.BooleanField()
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.TEXT)
    text = models.TextField(max_length=TEXT_LIMIT, blank=True)
    key = models.UUIDField()  # made by the form that sent it, so that sending twice keeps one
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        null=True,  # null: speaks of no session
        related_name="+",
    )
    version = models.ForeignKey(
        AssignmentVersion,
        on_delete=models.PROTECT,
        null=True,  # null: speaks of no change of a plan
        related_name="+",
    )
    # {"notes": [{"item": id, "name": text, "text": text}]} about the exercises of a session; {"changes": [Change]} of a
    # plan, as clients.rules.plan_diff has them; {"about": {"item": id, "name": text}}: the exercise that a client asks
    # about, as it was named to them; empty for others
    detail = models.JSONField(default=dict, blank=True)
    sent_at = models.DateTimeField()

    objects = scoped("client__practice", MessageQuerySet)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="one_message_per_sent_form"),
            models.CheckConstraint(
                condition=~Q(kind="review") | Q(session__isnull=False), name="message_about_a_session_names_it"
            ),
            models.CheckConstraint(
                condition=~Q(kind="plan") | Q(version__isnull=False), name="message_about_a_plan_names_its_version"
            ),
        ]
        indexes = [models.Index(fields=["client", "-id"], name="message_by_client")]

    def __str__(self) -> str:
        return f"{self.kind} {self.sent_at:%Y-%m-%d}"


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: Any) -> "ThreadQuerySet":
        """Threads of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def waiting(self) -> "ThreadQuerySet":
        """Threads in which a client waits for an answer, the longest wait first."""
        return self.filter(waiting_since__isnull=False).order_by("waiting_since", "pk")


class Thread(models.Model):
    """How a client's thread stands: kept with each message, so that an inbox reads one row a client."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, primary_key=True, related_name="thread")
    last = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    waiting_since = models.DateTimeField(null=True, blank=True)  # null: nothing waits for the clinic's answer
    client_read_to = models.PositiveBigIntegerField(default=0)  # id of the last message that the client has opened
    client_unread = models.PositiveIntegerField(default=0)  # messages of the clinic since; shown on each page's bar
    staff_read_to = models.PositiveBigIntegerField(default=0)  # id of the last message that the clinic has opened

    objects = scoped("client__practice", ThreadQuerySet)

    class Meta:
        verbose_name = _("thread")
        indexes = [
            models.Index(fields=["waiting_since"], condition=Q(waiting_since__isnull=False), name="thread_waiting")
        ]

    def __str__(self) -> str:
        return f"thread {self.pk}"


class HeldNoteQuerySet(models.QuerySet["HeldNote"]):
    def visible_to(self, user: Any) -> "HeldNoteQuerySet":
        """Notes about the clients whom the person may see. Clients see the message that comes of them, not these."""
        if not roles_of(user):
            return self.none()
        return self.filter(session__client__in=Client.objects.visible_to(user))

    def held(self) -> "HeldNoteQuerySet":
        """Notes that have not left, oldest first."""
        return self.filter(sent_in=None).order_by("pk")


class HeldNote(models.Model):
    """One note of a practitioner's review of a session, held until all of the review leave as one message."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="held_notes")
    item = models.ForeignKey(
        PrescribedItem,
        on_delete=models.PROTECT,
        null=True,  # null: about the session as a whole
        related_name="+",
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    at = models.DateTimeField()
    sent_in = models.ForeignKey(
        Message,
        on_delete=models.PROTECT,
        null=True,  # null: still held
        related_name="+",
    )

    objects = scoped("session__client__practice", HeldNoteQuerySet)

    class Meta:
        verbose_name = _("held note")
        indexes = [models.Index(fields=["at"], condition=Q(sent_in=None), name="note_held")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class SavedReplyQuerySet(models.QuerySet["SavedReply"]):
    def visible_to(self, user: Any) -> "SavedReplyQuerySet":
        """The practice's replies, for whoever works in it."""
        return self.all() if roles_of(user) else self.none()


class SavedReply(models.Model):
    """A text that a practice's people send often."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="saved_replies")
    title = models.CharField(_("name"), max_length=TITLE_LIMIT)
    text = models.TextField(_("text"), max_length=TEXT_LIMIT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = scoped("practice", SavedReplyQuerySet)

    class Meta:
        verbose_name = _("saved reply")
        verbose_name_plural = _("saved replies")
        ordering = ["title", "pk"]
        constraints = [models.UniqueConstraint(fields=["practice", "title"], name="one_saved_reply_per_name")]

    def __str__(self) -> str:
        return self.title
