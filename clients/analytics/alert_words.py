"""What an alert says to practitioners, on pages behind sign-in."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, gettext_noop

from clients.models import Alert

# reason -> sentence; its slots are filled from the alert's detail.
SENTENCES: Final[Mapping[str, str]] = {
    "safety_emergency": gettext_noop("The safety check has an emergency answer. The plan is locked."),
    "safety_same_day": gettext_noop("The safety check has an answer to look at today. The plan is paused."),
    "safety_soon": gettext_noop("The safety check has an answer to talk about this week."),
    "stop_pressed": gettext_noop("“Stop” was pressed during a session."),
    "urgent_message": gettext_noop("A message has words of a warning sign. Read it now."),
    "rested": gettext_noop("Pain was above the plan's level before a session, and rest was chosen that day."),
    "sore_next_day": gettext_noop("The next day was sorer twice running."),
    "long_gap": gettext_noop("There was no session for three weeks or longer."),
    "leg_worse": gettext_noop("The leg got worse during a session."),
    "rule_tells": gettext_noop("A rule of the plan asks you to look at how it goes."),
    "flare_rests": gettext_noop("A flare-up was reported. The plan rests until it settles or you change it."),
    "second_flare": gettext_noop("A second flare-up was reported within four weeks."),
    "flare_not_settling": gettext_noop("Pain is still 6 or more after seven days of a flare-up."),
    "tag_added": gettext_noop(
        "“%(tag)s” speaks against part of “%(plan)s”: %(what)s. Change the plan, or confirm there that it stays."
    ),
    "exercise_withdrawn": gettext_noop(
        "“%(exercise)s” in “%(plan)s” was withdrawn from the library. The plan keeps it."
    ),
    "exercise_withdrawn_instead": gettext_noop(
        "“%(exercise)s” in “%(plan)s” was withdrawn from the library. The plan keeps it; instead: %(instead)s."
    ),
    "deletion_asked": gettext_noop(
        "The client asks to have their data deleted. Nothing has been deleted: decide what may be, and tell them."
    ),
    "tag_blocks": gettext_noop("“%(tag)s” speaks against every plan. No session can start while it stands."),
}


def sentence(alert: Alert) -> str:
    """Return what the alert says, in the language in force. Raises KeyError for a reason without a sentence."""
    return gettext(SENTENCES[alert.reason_key]) % alert.detail
