"""A caseload in counts, in words: the same tables for the page and for files. For practitioners."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from clients.analytics.overview import DAYS, Overview
from clients.exports.report import Document, Section, band_words, counted_words, period_words, share_words
from clients.models import Client
from clients.rules import adherence


def overview_sections(page: Overview) -> list[Section]:
    """Return the tables of the page: how many clients keep to their plans how far, and whose clients they are."""
    found = [_bands(page)]
    return [*found, _leads(page)] if len(page.leads) > 1 else found


def overview_document(page: Overview, *, today: date) -> Document:
    """Return what goes into a file: the page, and the line of each client that its figures are made of."""
    return Document(
        title=_("Overview"),
        period=period_words(today - timedelta(days=DAYS - 1), today),
        sections=[_states(page), *overview_sections(page), _lines(page)],
        notes=overview_notes(page),
        about=_("Clients of"),
    )


def overview_notes(page: Overview) -> list[str]:
    """Return how it is counted, where each line can be counted again, and the hash of the events if they were read."""
    lines = [
        _("Due so far; breaks, flare-ups and locked days ask for nothing. Days are each client’s own."),
        _("People tend to write down more than they did, so a share is an upper end. It says nothing about why: ask."),
        _(
            "In a file, a client’s line is the figure “Sessions done” of their report for the same days. The export of "
            "that report holds the events that it follows from; the hash of all of them together stands in the file."
        ),
    ]
    return lines if page.counted is None else [*lines, counted_words(page.counted.events, page.counted.hash)]


def _states(page: Overview) -> Section:
    rows = [[str(Client.State(state).label), str(count)] for state, count in page.states.items()]
    rows.append([_("Without a running plan"), str(len(page.without_plan))])
    return Section("states", _("Clients"), [_("Clients"), _("Count")], rows)


def _bands(page: Overview) -> Section:
    words = {
        "on_track": _("on track: 80 % and more"),
        "some": _("some: 50 to 79 %"),
        "needs_a_chat": _("needs a chat: below 50 %"),
        None: _("nothing was due"),
    }
    return Section(
        "bands",
        _("Keeping to the plan, last %(days)d days") % {"days": DAYS},
        [_("Band"), _("Clients"), _("Share of clients")],
        [[words[each.band], str(each.clients), share_words(adherence.percent(each.share))] for each in page.bands],
    )


def _leads(page: Overview) -> Section:
    return Section(
        "leads",
        _("By physiotherapist"),
        [_("Physiotherapist"), _("Clients"), _("Without a running plan")],
        [[lead.name, str(lead.clients), str(lead.without_plan)] for lead in page.leads],
    )


def _lines(page: Overview) -> Section:
    without = {client.pk for client in page.without_plan}
    columns = [
        _("Client"), _("State"), _("Physiotherapist"), _("Plan runs"), _("Done"), _("Due"), _("Share"), _("Band"),
    ]  # fmt: skip
    rows = []
    for client, done, due in page.lines:
        share = adherence.freq_week(done, due)
        rows.append(
            [
                client.full_name,
                str(client.get_state_display()),
                client.lead.get_full_name() or client.lead.email,
                _("no") if client.pk in without else _("yes"),
                str(done),
                str(due),
                share_words(adherence.percent(share)),
                band_words(adherence.band(share)),
            ]
        )
    return Section("clients", _("Each client, by name"), columns, rows)
