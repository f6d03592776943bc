"""When a plan asks for something, in the client's words."""

from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.rules.schedule import DAYS_A_WEEK, Schedule


def when_words(schedule: Schedule) -> str:
    """Return which days and how often: "Monday, Wednesday and Friday", "Every day, 2 times a day".

    Of a goal: "A walk on any 3 days of the week", "5 breaks a day from 09:00 to 17:30, Monday and Friday".
    """
    if schedule.kind == "walk":
        days = ngettext(
            "A walk on any %(count)d day of the week", "A walk on any %(count)d days of the week", schedule.days_a_week
        ) % {"count": schedule.days_a_week}
    elif schedule.per_week is not None:
        days = ngettext("Any %(count)d day of the week", "Any %(count)d days of the week", schedule.per_week) % {
            "count": schedule.per_week
        }
    elif len(schedule.weekdays) == DAYS_A_WEEK:
        days = _("Every day")
    else:
        days = get_text_list([str(WEEKDAYS[day]) for day in sorted(schedule.weekdays)], _("and"))
    if schedule.window is not None:
        first, last = (at.isoformat(timespec="minutes") for at in schedule.window)
        count = schedule.times_per_day
        words = ngettext(
            "%(count)d break a day from %(first)s to %(last)s: %(days)s",
            "%(count)d breaks a day from %(first)s to %(last)s: %(days)s",
            count,
        )
        return words % {"count": count, "first": first, "last": last, "days": days}
    if schedule.times_per_day == 1:
        return days
    return _("%(days)s, %(count)d times a day") % {"days": days, "count": schedule.times_per_day}
