"""A client's own settings."""

from typing import Any

from django.db import transaction

from clients.models import Client, Reminder
from clients.services.calendar import note_change
from clients.services.remind import plan_for
from clients.services.streams import accept_stream
from portal.accounts import audit
from portal.accounts.models import User

FIELDS = (
    "name_to_use",
    "language",
    "time_zone",
    "reminder_channel",
    "reminders_paused_until",
    "reminder_times",
    "follow_up",
    "weekly_note",
    "quiet_from",
    "quiet_until",
    "minutes_a_day",
    "figure_palette",
    "anchor",
    "anchor_words",
    "anchor_place",
    "if_sore",
    "if_missed",
)
ASKED_FOR_BY = (
    ("reminder_channel", Reminder.Stream.SESSION, Client.Channel.EMAIL),
    ("follow_up", Reminder.Stream.FOLLOW_UP, True),
    ("weekly_note", Reminder.Stream.WEEKLY, True),
)
SHOWN_IN_CALENDAR = frozenset({"time_zone", "reminder_times"})


@transaction.atomic
def change_settings(client: Client, *, values: dict[str, Any], by: User) -> Client:
    """Return the client with the given settings saved, and pending reminders moved with them.

    values may hold any of FIELDS; raises KeyError for another. The values themselves come checked from the form.
    Asking for a kind of message takes an earlier "stop" of it back.
    """
    changed = [name for name in values if getattr(client, name) != values[name]]
    for name in values:
        if name not in FIELDS:
            raise KeyError(name)
        setattr(client, name, values[name])
    if changed:
        client.save(update_fields=changed)
        if SHOWN_IN_CALENDAR.intersection(changed):
            note_change(client)
        audit.record("settings_changed", client, by=by, detail={"fields": sorted(changed)})
    for name, stream, asked_for in ASKED_FOR_BY:
        if values.get(name) == asked_for:
            accept_stream(client, stream, by=by)
    if changed:
        plan_for(client)
    return client
