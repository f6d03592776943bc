"""Every figure that a report, the evidence of monitoring and an overview print: a row for each, and counted again."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from django.template.loader import render_to_string
from django.utils.html import strip_tags

from clients.analytics.overview import Counted, Lead, Overview
from clients.exports.monitoring import monitoring_sections
from clients.exports.overview import overview_document
from clients.exports.report import Section, sections
from clients.models import Client
from clients.rules import monitoring, report_data
from clients.rules.monitoring import evidence
from clients.rules.overview import distribution
from clients.rules.reports import report
from clients.rules.schedule import Span
from clients.templatetags.reports import overview_sentence
from portal.accounts.models import User
from tests.clients.rules import test_monitoring as watching
from tests.clients.rules.test_reports import BRIDGE, MONDAY, PLANK, SUNDAY, Diary, desk, facts, plan, told

BOTH = (BRIDGE, PLANK)
TICKED, LATER = (BRIDGE, 10, "ticked"), (BRIDGE, 10, "later")


def diary() -> Diary:
    """Two weeks: sessions of each evidence, a busy day, one left, one skipped, breaks, and answers of every kind."""
    kept = Diary()
    kept.add(
        0,
        (BRIDGE, 10, "guided"),
        (PLANK, 60, "guided"),
        asked=BOTH,
        pain_before=6,
        pain_peak=7,
        pain_after=5,
        pain_next=6,
        effort=7,
    )
    kept.add(1, TICKED, pain_before=5, pain_peak=5, pain_after=None)
    kept.add(2, LATER, pain_before=None)
    kept.add(3, (BRIDGE, 5, "guided"), pain_before=4)
    kept.add(4, (BRIDGE, 4, "guided"), finished=False, pain_before=3)
    kept.add(7, (BRIDGE, 10, "guided"), pain_before=3, pain_next=2, lane="flare")
    kept.add(8, asked=BOTH)
    kept.add(7, (BRIDGE, 10, "guided"), slot=2).add(7, TICKED, slot=3)
    kept.events.append(told("s06", "skipped", 5, 1, reason="too_sore", scope="item"))
    kept.events.append(told("s06", "skipped", 6, 2, reason=None, scope="item"))
    for slot in (1, 2):
        kept.add(0, TICKED, plan=9, slot=slot)
    return kept


HISTORY = facts(diary(), plan(pauses=(Span(MONDAY + timedelta(days=9), MONDAY + timedelta(days=13)),)), desk())

NINE = datetime(2026, 11, 3, 9, tzinfo=UTC)
WATCHED = watching.facts(
    *(watching.told(day) for day in range(16)),
    watching.told(0, hour=13, kind="set_done", done=4, of=4, seconds=60),
    *(watching.told(day) for day in (30, 31, 32)),
    times=(
        watching.spent(1, NINE - timedelta(days=7), 12),
        watching.spent(2, NINE, 15, contact="video"),
        watching.spent(3, NINE + timedelta(minutes=10), 10),
        watching.spent(4, NINE + timedelta(days=30), 10, contact="phone", who="Omar"),
    ),
    today=date(2026, 12, 3),
)

# section -> its rows as they are read, each figure counted by hand from the diary above.
REPORT = {
    "figures": [
        "Sessions done | 5 | 9 | 55 % | some",
        "of these timed | 3 | 9 | 33 % |",
        "of these ticked | 1 | 9 | 11 % |",
        "of these filled in later | 1 | 9 | 11 % |",
        "Dose, in sessions’ worth | 5.5 | 9 | 61 % |",
        "Weeks above the plan | 1 | 2 |  |",
        "Breaks through the day, counted apart | 2 | 20 | 10 % |",
    ],
    "weeks": ["2 Nov 2026 | 3 | 7 | 42 % | 1 | 1 | 1 | 3.5 | no", "9 Nov 2026 | 2 | 2 | 100 % | 2 | 0 | 0 | 2 | yes"],
    "breaks": ["2 Nov 2026 | 2 | 10 | 20 % | 0 | 2 | 0", "9 Nov 2026 | 0 | 10 | 0 % | 0 | 0 | 0"],
    "pain": [
        "Before | 5 | 11 | 6 | 3 | 3 | 6",
        "Most during | 2 | 11 | 7 | 5 | 5 | 7",
        "After | 1 | 11 | 5 | 5 | 5 | 5",
        "Next day | 2 | 11 | 6 | 2 | 2 | 6",
    ],
    "exercises": ["Bridge | 11 | 89 | 110 | 80 %", "Plank | 2 | 2 | 4 | 50 %"],
    "skipped": ["no reason given | 1", "too sore | 1"],
    "sessions": [
        "2 Nov 2026 | Back | whole plan | finished | 100 % | timed | 6 | 7 | 5 | 6 | 7",
        "2 Nov 2026 | Desk | whole plan | finished | 100 % | ticked | – | – | – | – | –",
        "2 Nov 2026 | Desk | whole plan | finished | 100 % | ticked | – | – | – | – | –",
        "3 Nov 2026 | Back | whole plan | finished | 100 % | ticked | 5 | 5 | – | – | –",
        "4 Nov 2026 | Back | whole plan | finished | 100 % | later | – | – | – | – | –",
        "5 Nov 2026 | Back | whole plan | finished | 50 % | – | 4 | – | – | – | –",
        "6 Nov 2026 | Back | whole plan | open | 40 % | – | 3 | – | – | – | –",
        "9 Nov 2026 | Back | flare lane | finished | 100 % | timed | 3 | – | – | 2 | –",
        "9 Nov 2026 | Back | whole plan | finished | 100 % | timed | – | – | – | – | –",
        "9 Nov 2026 | Back | whole plan | finished | 100 % | ticked | – | – | – | – | –",
        "10 Nov 2026 | Back | whole plan | finished | 0 % | – | – | – | – | – | –",
    ],
}
GLANCE = (
    "Sessions done 5 of 9 Breaks through the day 2 of 20 Share 33 % to 55 % Band some "
    "Pain before: first answer, latest answer 6 → 3 3 timed by the player, 1 ticked off, 1 filled in later."
)
OVERVIEW = {
    "states": ["Invited | 0", "Active | 4", "On hold | 0", "Discharged | 2", "Without a running plan | 1"],
    "bands": [
        "on track: 80 % and more | 1 | 25 %",
        "some: 50 to 79 % | 1 | 25 %",
        "needs a chat: below 50 % | 1 | 25 %",
        "nothing was due | 1 | 25 %",
    ],
    "leads": ["Priya | 2 | 0", "Omar | 2 | 1"],
    "clients": [
        "A | Active | Priya | yes | 8 | 10 | 80 % | on track",
        "B | Active | Priya | yes | 5 | 10 | 50 % | some",
        "C | Active | Omar | yes | 4 | 10 | 40 % | needs a chat",
        "D | Active | Omar | no | 0 | 0 | – | –",
    ],
}
DAY_TEXTS = [f"{day} Nov 2026" for day in (21, 20, 19, 4, 3, 2, 1)] + [f"{day} Oct 2026" for day in range(31, 20, -1)]


def _verdict(met: bool, key: str, found: str, wanted: str) -> str:
    word = "meets" if met else "does not meet"
    return f"Evidence {word} the threshold set for {key}: {found} (set: {wanted})."


SOME, MOST = "2 to 15", "16 to 30"
TEN, TWENTY = "10 to 19, and a live contact", "20 and more, and a live contact"
NO_CALL = "There is no live contact by phone or video in the log."
# Both clocks, and both tiers of each: met, above it, not reached, reached without a call.
MONITORING = {
    "periods": [
        (
            f"19 Nov 2026 – 18 Dec 2026 | 3 | {_verdict(True, '98985', '3 days with data', SOME)} "
            f"{_verdict(False, '98977', '3 days with data', MOST)} "
            "It can still be met, with data on every day from 6 Dec 2026 on at the latest."
        ),
        (
            f"20 Oct 2026 – 18 Nov 2026 | 16 | {_verdict(False, '98985', '16 days with data', SOME)} "
            f"{_verdict(True, '98977', '16 days with data', MOST)}"
        ),
    ],
    "months": [
        (
            f"December 2026 | 10 | 1 | {_verdict(True, '98979', '10 minutes', TEN)} "
            f"{_verdict(False, '98980', '10 minutes', TWENTY)}"
        ),
        (
            f"November 2026 | 20 | 1 | {_verdict(False, '98979', '20 minutes', TEN)} "
            f"{_verdict(True, '98980', '20 minutes', TWENTY)}"
        ),
        (
            f"October 2026 | 12 | 0 | {_verdict(False, '98979', '12 minutes', TEN)} {NO_CALL} "
            f"{_verdict(False, '98980', '12 minutes', TWENTY)}"
        ),
    ],
    "days": [*(f"{day} | 1 | pain before 1" for day in DAY_TEXTS), "20 Oct 2026 | 2 | pain before 1, sets done 1"],
    "log": [
        "3 Dec 2026 09:00 | 09:10 | Omar | live by phone | Looked at the sessions",
        "3 Nov 2026 09:10 | 09:20 | Priya | no call | Looked at the sessions",
        "3 Nov 2026 09:00 | 09:15 | Priya | live by video | Looked at the sessions",
        "27 Oct 2026 09:00 | 09:12 | Priya | no call | Looked at the sessions",
    ],
}


def rows_of(found: Sequence[Section]) -> Mapping[str, list[str]]:
    """The sections as the tables above have them."""
    return {
        section.key: [" | ".join(row).replace("\N{NO-BREAK SPACE}", " ").rstrip() for row in section.rows]
        for section in found
    }


def test_every_figure_of_a_report_is_that_of_its_row() -> None:
    """No section and no row is without one; and the exported events give them all again."""
    exported = json.loads(json.dumps(report_data.to_document(HISTORY)))
    for counted in (report(HISTORY), report(report_data.from_document(exported))):
        assert rows_of(sections(counted)) == REPORT
        glance = {"report": counted}
        shown = render_to_string("clients/practitioner/report_glance.html", glance)
        assert strip_tags(shown.replace("</dt>", " ")).split() == GLANCE.split()  # a no-break space parts too


def test_every_figure_of_the_evidence_is_that_of_its_row() -> None:
    exported = json.loads(json.dumps(monitoring.to_document(WATCHED)))
    for counted in (WATCHED, monitoring.from_document(exported)):
        assert rows_of(monitoring_sections(counted, evidence(counted))) == MONITORING


def test_every_figure_of_an_overview_is_that_of_its_row() -> None:
    """The counts of clients follow from the lines of the clients, and each of these is the figure of a report."""
    priya, omar = (User(pk=number, first_name=name) for number, name in enumerate(("Priya", "Omar"), start=1))
    lines = [(8, 10), (5, 10), (4, 10), (0, 0)]
    clients = [
        Client(pk=number, first_name=name, lead=lead, state="active")
        for number, (name, lead) in enumerate(zip("ABCD", (priya, priya, omar, omar), strict=True), start=1)
    ]
    page = Overview(
        states={**dict.fromkeys(Client.State.values, 0), "active": 4, "discharged": 2},
        bands=distribution(lines),
        done=17,
        due=30,
        without_plan=clients[3:],
        leads=[Lead("Priya", 2, 0), Lead("Omar", 2, 1)],
        lines=[(client, *counts) for client, counts in zip(clients, lines, strict=True)],
        counted=Counted(7, "0" * 64),
    )
    document = overview_document(page, today=SUNDAY)
    assert rows_of(document.sections) == OVERVIEW
    assert overview_sentence(page).replace("\N{NO-BREAK SPACE}", " ") == (
        "17 of 30 sessions done (56 %), all clients together."
    )
    assert document.notes[-1] == f"Counted from 7 events. SHA-256 of the event list: {'0' * 64}"
