"""Small charts as server-made SVG, each with a sentence for people who do not see it."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clients import charts
from clients.models import Session
from clients.rules import adherence
from portal.lib.dates import brief_day

register = template.Library()


# A caseload draws fifty of each of the next two, so neither has a template, which would take ten times as long.
@register.simple_tag
def day_bars(states: Iterable[charts.DayState]) -> SafeString:
    """Draw one bar a day, oldest first: done, part, planned or rest."""
    drawn = charts.day_bars(list(states))
    label = _("%(done)s of %(due)s planned days done in %(days)s days") % {
        "done": drawn.done,
        "due": drawn.due,
        "days": len(drawn.bars),
    }
    return format_html(
        '<svg class="chart-days" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}" '
        'focusable="false">{3}</svg>',
        drawn.width,
        drawn.height,
        label if drawn.due else _("Nothing planned in these days"),
        mark_safe("".join(map(_bar, drawn.bars))),  # noqa: S308  made by format_html below
    )


@cache
def _bar(bar: charts.Bar) -> SafeString:
    return format_html(
        '<rect class="chart-days__{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>',
        *(bar.state, bar.x, bar.y, bar.width, bar.height, 2 if bar.state == "rest" else 3),
    )


@register.simple_tag
def sparkline(values: Iterable[int | None]) -> SafeString:
    """Draw pain answers (0-10 or None), oldest first, and the last of them as a number."""
    drawn = charts.sparkline(list(values))
    line: str | SafeString = ""
    if drawn.last is not None:
        line = format_html(
            '<path class="chart-spark__line" d="{}"/><circle class="chart-spark__last" cx="{}" cy="{}" r="4"/>',
            *(drawn.path, drawn.last.x, drawn.last.y),
        )
    return format_html(
        '<span class="chart-spark"><svg viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}" '
        'focusable="false"><path class="chart-spark__middle" d="M0 {3}H{0}"/>{4}</svg>'
        '<b aria-hidden="true">{5}</b></span>',
        *(drawn.width, drawn.height, _spark_words(drawn), drawn.middle, line),
        "–" if drawn.last is None else drawn.last.value,
    )


def _spark_words(drawn: charts.Sparkline) -> str:
    if drawn.first is None or drawn.last is None:
        return _("No pain answers yet")
    if drawn.direction == "unknown":
        return _("Pain: %(value)s, one answer") % {"value": drawn.last.value}
    words = {"up": _("up"), "down": _("down"), "level": _("the same")}
    return _("Pain over %(count)s answers: from %(first)s to %(last)s, %(direction)s") % {
        "count": len(drawn.points),
        "first": drawn.first.value,
        "last": drawn.last.value,
        "direction": words[drawn.direction],
    }


@register.inclusion_tag("components/week_bars.html")
def week_bars(weeks: Sequence[charts.Week], label: str) -> dict[str, Any]:
    """Draw done of planned for each week; `label` is the one sentence that says it."""
    return {"drawn": charts.week_bars(weeks), "label": label}


@register.inclusion_tag("components/pain_chart.html")
def pain_chart(days: Sequence[charts.PainDay], label: str) -> dict[str, Any]:
    """Draw pain before (line) and after (dots) each session; `label` is the one sentence that says it."""
    return {"drawn": charts.pain_chart(days), "label": label}


SESSIONS_DRAWN = 24  # more dots than these touch each other on a phone
WEEKS_DRAWN = 6


@register.inclusion_tag("components/week_bars.html")
def progress_weeks(weeks: Sequence[adherence.Week]) -> dict[str, Any]:
    """Draw the last weeks of a client's own progress, oldest first."""
    shown = [week for week in weeks if week.due or week.done][-WEEKS_DRAWN:]
    columns = [charts.Week(brief_day(week.monday), week.done, week.due) for week in shown]
    counts = ", ".join(_("%(done)s of %(due)s") % {"done": week.done, "due": week.due} for week in shown)
    label = _("Sessions done in the last weeks, oldest first: %(counts)s") % {"counts": counts}
    return {"drawn": charts.week_bars(columns), "label": label if shown else _("No sessions yet")}


@register.inclusion_tag("components/pain_chart.html")
def progress_pain(sessions: Sequence[Session]) -> dict[str, Any]:
    """Draw pain before and after the last sessions; `sessions` come newest first."""
    answered = [each for each in sessions if each.pain_before is not None or each.pain_after is not None]
    days = [
        charts.PainDay(brief_day(each.occurrence_on), each.pain_before, each.pain_after)
        for each in reversed(answered[:SESSIONS_DRAWN])
    ]
    before = [day.before for day in days if day.before is not None]
    if not before:
        return {"drawn": charts.pain_chart(days), "label": _("No pain answers yet")}
    label = _("Pain before sessions, from %(first)s to %(last)s over %(count)s sessions") % {
        "first": before[0],
        "last": before[-1],
        "count": len(days),
    }
    return {"drawn": charts.pain_chart(days), "label": label}
