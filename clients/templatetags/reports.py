"""Words of the report pages that templates cannot make by themselves."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.analytics.overview import Overview
from clients.exports.report import Section, band_words, share_words
from clients.models import Client, ManagementTime
from clients.rules.reports import Report

register = template.Library()


@register.filter
def report_table(section: Section) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a section: cells with their headings, and the id of the session that the row is about."""
    for row, session in zip_longest(section.rows, section.sessions, fillvalue=""):
        cells = [{"column": name, "text": text} for name, text in zip(section.columns, row, strict=True)]
        yield {"cells": cells, "session": session}


@register.simple_tag
def report_band(report: Report) -> str:
    """Return the band of adherence, from what was timed to all that was told: "42 % to 71 %"."""
    sure, told = report.adherence.sure_percent, report.adherence.percent
    if sure is None or sure == told:
        return share_words(told)
    return _("%(sure)s to %(told)s") % {"sure": share_words(sure), "told": share_words(told)}


@register.simple_tag
def report_band_words(report: Report) -> str:
    """Return the name of the band that the share falls into."""
    return band_words(report.adherence.band)


@register.simple_tag
def report_sentence(report: Report) -> str:
    """Return how sure the share is: how many of the sessions done were timed, ticked, filled in later."""
    kept = report.adherence
    if not kept.due:
        return _("Nothing was due in these days.")
    return _("%(guided)d timed by the player, %(ticked)d ticked off, %(later)d filled in later.") % {
        "guided": kept.guided,
        "ticked": kept.ticked,
        "later": kept.later,
    }


@register.simple_tag
def overview_sentence(page: Overview) -> str:
    """Return the sessions done of due of all clients together."""
    if not page.due:
        return _("Nothing was due in these days.")
    return _("%(done)d of %(due)d sessions done (%(share)s), all clients together.") % {
        "done": page.done,
        "due": page.due,
        "share": share_words(page.percent),
    }


@register.simple_tag
def report_time(entry: ManagementTime, client: Client) -> str:
    """Return when an entry of the log began, on the client's clock, and what it was."""
    begun = entry.started_at.astimezone(ZoneInfo(client.time_zone))
    return f"{date_format(begun, 'j M Y H:i')}, {entry.what}"
