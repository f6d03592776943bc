"""What clients are told about when somebody reads their messages."""

from datetime import datetime

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from clients.rules import office_hours
from clients.rules.office_hours import Hours
from portal.accounts.models import Practice


def hours_of(practice: Practice) -> Hours:
    """Return when the practice reads messages."""
    return Hours(
        zone=practice.time_zone,
        days=frozenset(practice.answer_days),
        starts=practice.answers_from,
        ends=practice.answers_until,
    )


def answer_line(client: Client) -> str:
    """Return who answers within how many working days."""
    return ngettext(
        "%(name)s usually answers within %(days)d working day.",
        "%(name)s usually answers within %(days)d working days.",
        office_hours.ANSWERS_WITHIN_DAYS,
    ) % {"name": client.lead.get_short_name(), "days": office_hours.ANSWERS_WITHIN_DAYS}


def closed_line(client: Client, now: datetime) -> str:
    """Return when messages are read again while the clinic is closed, in its own time; nothing while it is open."""
    hours = hours_of(client.practice)
    if office_hours.is_open(now, hours):
        return ""
    opens = office_hours.opens_at(now, hours)
    return _("Nobody reads messages right now. From %(day)s, %(time)s they are read again.") % {
        "day": date_format(opens, "l"),
        "time": time_format(opens, "TIME_FORMAT"),
    }
