"""A report in words: the same sections for the page, the tables and the paper. For practitioners."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.analytics.event_words import skip_words
from clients.rules import adherence
from clients.rules.reports import Report, WeekLine
from portal.lib.dates import full_day
from portal.lib.pdf import Paper, render_pdf
from portal.lib.spreadsheets import Rows

NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class Head:
    """Whom the report is about, or whose clients; where and when it was made; `zone` is that of its days."""

    subject: str
    clinic: str
    zone: str
    made_at: datetime  # aware, in that zone


@dataclass(frozen=True, slots=True)
class Section:
    """One table: a key for addresses, a title, headings, and rows of texts as long as the headings.

    sessions: the id of the session that each row is about, empty where rows are about none.
    """

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    sessions: Sequence[str] = ()


def period_words(first: date, last: date) -> str:
    """Return "21 October 2026 to 17 November 2026", or the one day."""
    if first == last:
        return full_day(first)
    return _("%(first)s to %(last)s") % {"first": full_day(first), "last": full_day(last)}


def band_words(band: adherence.Band | None) -> str:
    """Return a band of adherence in words; a dash where nothing was due. Source: clinical.md 6.3."""
    if band is None:
        return NONE
    return {"on_track": _("on track"), "some": _("some"), "needs_a_chat": _("needs a chat")}[band]


def share_words(percent: int | None) -> str:
    """Return a whole percent, a dash where nothing was due."""
    return NONE if percent is None else f"{percent}\N{NO-BREAK SPACE}%"


def tenths(amount: Fraction) -> str:
    """Return an amount with one place, rounded down so that no more is said than was done: "9.5", "10"."""
    whole, part = divmod(int(amount * 10), 10)
    return f"{whole}.{part}" if part else str(whole)


def sections(report: Report) -> list[Section]:
    """Return the tables of a report, in the order in which they are read."""
    found = [_figures(report), _weeks(report)]
    if report.break_weeks:
        found.append(_breaks(report))
    found += [_pain(report), _exercises(report)]
    if report.skipped:
        rows = [[skip_words(reason), str(count)] for reason, count in report.skipped.items()]
        found.append(Section("skipped", _("Exercises skipped"), [_("Reason"), _("Times")], rows))
    return [*found, _sessions(report)]


def notes(report: Report) -> list[str]:
    """Return how the figures are counted, and the hash of the events that they follow from."""
    apart = (
        [_("Breaks through the day are counted in the same way, beside the sessions.")] if report.break_weeks else []
    )
    return [
        _(
            "Due so far: days that are still to come, breaks, days in a flare-up and days locked by a safety check ask "
            "for nothing."
        ),
        _(
            "Each week of a plan counts at most as many sessions as it asked for. A session is done from 80 % of its "
            "dose on."
        ),
        _(
            "Timed: the player timed the sets. Ticked: sets were ticked off. Later: filled in afterwards. People tend "
            "to write down more than they did, so what was timed is the sure end of the band."
        ),
        _(
            "Sessions’ worth: the parts of all sessions added up. Above the plan: more than 1.3 times as many sessions "
            "as the week asked for."
        ),
        *apart,
        _("Pain is from 0 to 10. A dash means that nobody answered. Nothing is averaged."),
        counted_words(report.events, report.events_hash),
    ]


def counted_words(events: int, of: str) -> str:
    """Return how many events figures follow from, and the hash of their list."""
    return _("Counted from %(count)d events. SHA-256 of the event list: %(hash)s") % {"count": events, "hash": of}


def _figures(report: Report) -> Section:
    kept, dose, breaks = report.adherence, report.dose, report.breaks
    due = str(kept.due)

    def part(name: str, count: int) -> list[str]:
        share = adherence.percent(Fraction(count, kept.due)) if kept.due else None
        return [name, str(count), due, share_words(share), ""]

    rows = [
        [_("Sessions done"), str(kept.done), due, share_words(kept.percent), band_words(kept.band)],
        part(_("of these timed"), kept.guided),
        part(_("of these ticked"), kept.ticked),
        part(_("of these filled in later"), kept.later),
        [_("Dose, in sessions’ worth"), tenths(dose.done), str(dose.due), share_words(dose.percent), ""],
        [_("Weeks above the plan"), str(dose.weeks_over), str(len(report.weeks)), "", ""],
    ]
    if report.break_weeks:
        name = _("Breaks through the day, counted apart")
        rows.append([name, str(breaks.done), str(breaks.due), share_words(breaks.percent), ""])
    return Section("figures", _("Figures"), [_("Figure"), _("Count"), _("Of"), _("Share"), _("Band")], rows)


def _weeks(report: Report) -> Section:
    rows = [[*_week(week), tenths(week.dose), _("yes") if week.over else _("no")] for week in report.weeks]
    return Section("weeks", _("Week by week"), [*_week_columns(), _("Dose"), _("Above")], rows)


def _breaks(report: Report) -> Section:
    title = _("Breaks through the day, week by week")
    return Section("breaks", title, _week_columns(), [_week(week) for week in report.break_weeks])


def _week_columns() -> list[str]:
    return [_("Week from"), _("Done"), _("Due"), _("Share"), _("Timed"), _("Ticked"), _("Later")]


def _week(week: WeekLine) -> list[str]:
    kept = week.adherence
    return [
        day_words(week.monday),
        *map(str, (kept.done, kept.due)),
        share_words(kept.percent),
        *map(str, (kept.guided, kept.ticked, kept.later)),
    ]


def _pain(report: Report) -> Section:
    names = {
        "pain_before": _("Before"),
        "pain_peak": _("Most during"),
        "pain_after": _("After"),
        "pain_next": _("Next day"),
    }
    columns = [_("Pain"), _("Answered"), _("Sessions"), _("First"), _("Latest"), _("Lowest"), _("Highest")]
    rows = [
        [
            names[line.moment],
            str(line.answered),
            str(line.sessions),
            *map(_score, (line.first, line.last, line.lowest, line.highest)),
        ]
        for line in report.pain
    ]
    return Section("pain", _("Pain"), columns, rows)


def _exercises(report: Report) -> Section:
    columns = [_("Exercise"), _("Sessions"), _("Done"), _("Asked for"), _("Share")]
    rows = [
        [line.title, str(line.sessions), tenths(line.done), str(line.asked), share_words(line.percent)]
        for line in report.exercises
    ]
    return Section("exercises", _("Exercises, in repetitions or holds of the sessions begun"), columns, rows)


def _sessions(report: Report) -> Section:
    lanes = {"steady": _("whole plan"), "sore": _("sore-day lane"), "flare": _("flare lane")}
    states = {"open": _("open"), "left": _("left"), "finished": _("finished")}
    sure = {None: NONE, "guided": _("timed"), "ticked": _("ticked"), "later": _("later")}
    columns = [
        _("Day"), _("Plan"), _("Lane"), _("State"), _("Done"), _("Told"),
        _("Pain before"), _("Most"), _("After"), _("Next day"), _("Effort"),
    ]  # fmt: skip
    rows = [
        [
            day_words(line.on),
            line.plan,
            lanes.get(line.lane, line.lane),
            states.get(line.state, line.state),
            share_words(line.percent),
            sure[line.evidence],
            *(_score(line.pain[moment]) for moment in ("pain_before", "pain_peak", "pain_after", "pain_next")),
            _score(line.effort),
        ]
        for line in report.sessions
    ]
    return Section("sessions", _("Sessions"), columns, rows, [line.id for line in report.sessions])


def _score(value: int | None) -> str:
    return NONE if value is None else str(value)


def day_words(day: date) -> str:
    """Return a day as tables show it: "2 Nov 2026"."""
    return date_format(day, "j M Y")


@dataclass(frozen=True, slots=True)
class Document:
    """What goes into a file: a title, the days it is about, its tables, and how they are counted.

    about: what stands before the name in the head, "" for the one client whom it is about.
    """

    title: str
    period: str
    sections: Sequence[Section]
    notes: Sequence[str]
    about: str = ""


def report_document(report: Report) -> Document:
    return Document(_("Report"), period_words(report.first, report.last), sections(report), notes(report))


def as_rows(document: Document, head: Head) -> Rows:
    """Return the document as one sheet: its head, then each table under its title, then how it is counted."""
    rows: Rows = [
        [document.title, document.period],
        [document.about or _("Client"), head.subject],
        [_("Clinic"), head.clinic],
        [_("Days in"), head.zone],
        [_("Made at"), head.made_at.isoformat(timespec="minutes")],
    ]
    for section in document.sections:
        rows += [[], [section.title], list(section.columns), *map(list, section.rows)]
    return [*rows, [], [_("How it is counted")], *([note] for note in document.notes)]


def as_pdf(document: Document, head: Head, *, paper: Paper) -> bytes:
    """Return the document on paper, dated as it was made."""
    made = {"clinic": head.clinic, "day": full_day(head.made_at.date())}
    data = {
        "paper": paper,
        "language": (get_language() or "en").split("-")[0],
        "title": f"{document.title}: {head.subject}",
        "lead": _("%(period)s, days in %(zone)s") % {"period": document.period, "zone": head.zone},
        "author": head.clinic,
        "sections": [
            {"title": section.title, "columns": list(section.columns), "rows": [list(row) for row in section.rows]}
            for section in document.sections
            if section.rows
        ],
        "notes": {"title": _("How it is counted"), "lines": list(document.notes)},
        "footer": _("%(clinic)s, made on %(day)s") % made,
        "page_of": _("Page {n} of {total}"),
    }
    return render_pdf("report.typ", data, at=head.made_at)


def as_json(document: Mapping[str, Any]) -> bytes:
    """Return the facts that figures follow from, as clients.rules writes them."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
