"""One practice of the tests, and rows of it whose texts hold its canary."""

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone

from clients.models import Client
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices

# Texts that machines read: a canary there would break the row, and no page shows them.
TECHNICAL = {
    "action", "app_version", "browser_hash", "category", "channel", "choice_group", "code_hash", "content_hash",
    "content_type", "country", "digest", "part", "sha256", "stored_as", "identifier", "routine_slug", "signed_by",
    "emergency_number", "how", "invite_hash", "key_hash", "kind", "lane", "language", "lease_by", "level",
    "message_id", "moment_key", "object_id", "object_type", "password", "position", "questions_version", "reason_key",
    "recipient", "request_id", "rule_id", "rule_key", "sealed", "slug", "state", "subject_key", "tag", "time_zone",
    "token_hash", "type", "value", "word",
}  # fmt: skip


@dataclass
class World:
    """One practice. `rows` holds one instance of each model that belongs to a practice, by "app.Model"."""

    canary: str
    practice: Practice
    practitioner: User
    owner: User
    editor: User
    client: Client
    rows: dict[str, Any] = field(default_factory=dict)
    waiting: Any = None  # a client who is invited, with the token of their link
    waiting_token: str = ""
    joining_token: str = ""
    passkey: Any = None  # of the client, as the device is
    device: Any = None

    def __getitem__(self, model: type[models.Model]) -> Any:
        return self.rows[model._meta.label]

    @property
    def private(self) -> str:
        """The canary in what belongs to the one client, which only they, their physiotherapist and the owner see."""
        return f"{self.canary}-private"

    @property
    def today(self) -> Any:
        return timezone.now().date()


def planted(model: type[models.Model], canary: str, **values: Any) -> Any:
    """Return a saved row whose texts, unless given, all hold the canary."""
    for column in model._meta.concrete_fields:
        is_text = isinstance(column, models.CharField | models.TextField) and not column.choices
        if is_text and column.name not in values and column.name not in TECHNICAL and column.editable:
            values[column.name] = f"{canary} {column.name}"[: column.max_length or 200]
    row = model(**values)
    row.save()
    return row


def make_record(world: World, email: str, canary: str, **values: Any) -> Client:
    """Return a client of the practice with the canary in all texts."""
    user = values.pop("user") if "user" in values else User.objects.create_user(email)
    values = {"state": Client.State.ACTIVE, "lead": world.practitioner, **values}
    with all_practices():
        return planted(
            Client, canary, practice=world.practice, user=user, email=email, time_zone="Europe/London", **values
        )
