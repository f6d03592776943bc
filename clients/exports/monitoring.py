"""The evidence of monitoring in words: the same tables for the page and for files. For practitioners."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.exports.report import NONE, Document, Section, counted_words, day_words, period_words
from clients.models import ManagementTime
from clients.rules.monitoring import Evidence, MonitoringFacts, Month, Threshold, Verdict, Window


def verdict_words(verdict: Verdict) -> str:
    """Return whether the evidence meets what is set for a code, and what is missing. Never what may be claimed."""
    threshold = verdict.threshold
    slots = {"key": threshold.key, "found": _found(verdict), "set": _set(threshold)}
    if verdict.is_met:
        return _("Evidence meets the threshold set for %(key)s: %(found)s (set: %(set)s).") % slots
    text = _("Evidence does not meet the threshold set for %(key)s: %(found)s (set: %(set)s).") % slots
    if threshold.takes(verdict.count) and verdict.lacks_live:
        return f"{text} " + _("There is no live contact by phone or video in the log.")
    if verdict.last_start is not None:
        day = {"day": day_words(verdict.last_start)}
        return f"{text} " + _("It can still be met, with data on every day from %(day)s on at the latest.") % day
    return text


def _found(verdict: Verdict) -> str:
    count = verdict.count
    if verdict.threshold.clock == "month":
        return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
    return ngettext("%(count)d day with data", "%(count)d days with data", count) % {"count": count}


def _set(threshold: Threshold) -> str:
    slots = {"least": threshold.at_least, "most": threshold.at_most}
    text = _("%(least)d and more") % slots if threshold.at_most is None else _("%(least)d to %(most)d") % slots
    return _("%(range)s, and a live contact") % {"range": text} if threshold.live else text


def monitoring_sections(facts: MonitoringFacts, found: Evidence) -> list[Section]:
    """Return the tables: periods and months with their evidence, the days behind them, the log behind them."""
    return [
        Section("periods", _("30-day periods"), [_("Period"), _("Days with data"), _("Evidence")], _periods(found)),
        Section("months", _("Calendar months"), [_("Month"), _("Minutes"), _("Live"), _("Evidence")], _months(found)),
        Section("days", _("Days with data"), [_("Day"), _("Events"), _("By type")], _days(found.windows)),
        Section(
            "log",
            _("Management time"),
            [_("From"), _("To"), _("Who"), _("Contact"), _("What")],
            _log(found.months, facts.zone),
        ),
    ]


def _periods(found: Evidence) -> list[list[str]]:
    return [
        [
            f"{day_words(window.first)} – {day_words(window.last)}",
            str(len(window.days)),
            " ".join(map(verdict_words, window.verdicts)),
        ]
        for window in reversed(found.windows)
    ]


def _months(found: Evidence) -> list[list[str]]:
    return [
        [
            date_format(month.first, "F Y"),
            str(month.minutes),
            str(len(month.live)),
            " ".join(map(verdict_words, month.verdicts)),
        ]
        for month in reversed(found.months)
    ]


def data_names() -> dict[str, str]:
    """Return what makes a day one with data, by the type of its events."""
    return {
        "set_done": _("sets done"),
        "pain_before": _("pain before"),
        "pain_peak": _("most pain during"),
        "pain_after": _("pain after"),
        "pain_next": _("pain on the next day"),
        "item_pain": _("pain in an exercise"),
        "hurt": _("“This hurts”"),
        "leg_symptoms": _("leg symptoms"),
        "leg_pain": _("leg pain"),
        "effort": _("effort"),
    }


def _days(windows: Sequence[Window]) -> list[list[str]]:
    names = data_names()
    return [
        [
            day_words(day),
            str(sum(types.values())),
            ", ".join(f"{names[kind]} {count}" for kind, count in types.items()),
        ]
        for window in reversed(windows)
        for day, types in reversed(window.days)
    ]


def _log(months: Sequence[Month], zone: str) -> list[list[str]]:
    there = ZoneInfo(zone)
    words = dict(ManagementTime.Contact.choices)
    return [
        [
            date_format(entry.started_at.astimezone(there), "j M Y H:i"),
            date_format(entry.ended_at.astimezone(there), "H:i"),
            entry.who,
            str(words.get(entry.contact, NONE)),
            entry.what,
        ]
        for month in reversed(months)
        for entry in reversed(month.times)
    ]


def monitoring_notes(found: Evidence) -> list[str]:
    """Return how it is counted, and what it does not say."""
    return [
        _(
            "This is evidence, not advice: what may be claimed is for the clinic and its payer to settle, and so is "
            "whether this software counts as a device for a code."
        ),
        _(
            "A day with data is a day on the client’s calendar on which at least one set was told as done or one "
            "question about pain, leg or effort was answered."
        ),
        _("30-day periods are counted from the first day chosen; minutes are counted by calendar month."),
        _(
            "Minutes are whole ones of the month’s sum; where entries of one person overlap, the time counts once. "
            "Live contact is a call by phone or video; messages are none."
        ),
        counted_words(found.events, found.events_hash),
    ]


def monitoring_document(facts: MonitoringFacts, found: Evidence, *, last: date) -> Document:
    """Return the evidence as it goes into a file; last is the day on which it was made."""
    return Document(
        title=_("Monitoring evidence"),
        period=period_words(facts.first, last),
        sections=monitoring_sections(facts, found),
        notes=monitoring_notes(found),
    )
