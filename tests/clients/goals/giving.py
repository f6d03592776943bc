"""What the tests of this folder give and note: walks, breaks, and one tap on Today."""

import re
from datetime import time, timedelta
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment
from clients.rules.schedule import Schedule
from clients.services.drafting import ItemDraft
from tests.clients.conftest import TODAY
from tests.clients.library import shelve

MONDAY = TODAY - timedelta(days=2)
MOVES = ("stand-and-reach", "seated-pelvic-tilt", "chin-tuck")

WALKS = Schedule("walk", MONDAY, per_week=3, reminder_times=(time(8),))
BREAKS = Schedule("breaks", MONDAY, weekdays=frozenset(range(5)), times_per_day=5, window=(time(9), time(17, 30)))


def draft(slug: str, **more: Any) -> ItemDraft:
    version = shelve(slug).current_version
    assert version is not None
    return ItemDraft(exercise_version=version, **more)


def form_of(page: str) -> str:
    """The id that the first form of a goal on the page carries."""
    found = re.search(r'name="session" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def note(phone: Browser, plan: Assignment, *, minutes: str = "", session: str = "", slot: int = 1) -> Any:
    session = session or form_of(phone.get(reverse("today")).content.decode())
    data = {"session": session, **({"minutes": minutes} if minutes else {})}
    return phone.post(reverse("note_goal", args=[plan.pk, slot]), data, follow=True)
