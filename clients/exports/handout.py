"""A plan on paper: what the screen says, in large type, with a diary and a code to sign in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from clients.analytics.plans import Plan
from clients.exports.prescription import Prescribed
from clients.models import Client
from clients.rules.schedule import DAYS_A_WEEK, monday_of
from clients.safety_words import OwnHelp
from portal.lib.dates import day_and_month, full_day
from portal.lib.pdf import Paper, render_pdf

DIARY_WEEKS: Final = 2  # what fits on one page beside its rows; a longer plan is printed again at the next visit
FIGURES_AT_MOST: Final = 3  # side by side in one block of an exercise


class Figure(NamedTuple):
    """A picture of an exercise: SVG for paper, and its text alternative."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the plan itself does not say: words and pictures that pages make.

    facts: lines about days, length and kit. stop_signs: when to stop. help: the practice's own texts about whom to ask.
    sign_in: the address of the sign-in page, and `code` the same as a QR code (SVG). figures: pictures by the id of the
    prescribed item.
    """

    facts: Sequence[str]
    stop_signs: Sequence[str]
    help: OwnHelp | None
    sign_in: str
    code: str
    figures: Mapping[int, Sequence[Figure]]


def handout_pdf(plan: Plan, client: Client, around: Surroundings, *, paper: Paper, at: datetime) -> bytes:
    """Return the plan as a PDF for the paper, dated `at` (aware, in the client's zone)."""
    return render_pdf("handout.typ", handout(plan, client, around, paper=paper, on=at.date()), at=at)


def handout(plan: Plan, client: Client, around: Surroundings, *, paper: Paper, on: date) -> dict[str, Any]:
    """Return the handout as the template reads it, in the active language. on: the day it is printed."""
    name = client.lead.get_short_name()
    printed = full_day(on)
    return {
        "paper": paper,
        "language": (get_language() or "en").split("-")[0],
        "title": plan.name,
        "lead": gettext("For %(client)s, from %(name)s at %(clinic)s")
        % {"client": client.call_name, "name": name, "clinic": client.practice.name},
        "clinic": client.practice.name,
        "facts": list(around.facts),
        "note": _note(plan, name),
        "code": {
            "svg": around.code,
            "alt": gettext("Code with the address %(address)s") % {"address": around.sign_in},
            "words": gettext("Point your phone’s camera here to sign in"),
        },
        "help": _help(around.help),
        "stop_signs": [_sentence(gettext(sign)) for sign in around.stop_signs],
        "items": [
            _item(number, entry, around.figures.get(entry.item.pk, ())[:FIGURES_AT_MOST])
            for number, entry in enumerate(plan.prescribed, start=1)
        ],
        "diary": _diary(plan, on),
        "footer": gettext("%(clinic)s, printed on %(day)s") % {"clinic": client.practice.name, "day": printed},
        "page_of": gettext("Page {n} of {total}"),
        "words": {
            "stop": gettext("When to stop"),
            "stop_lead": gettext("Stop at once if you notice any of these:"),
            "stop_then": gettext(
                "Then get help: call your clinic, or the emergency number if it is bad. Nobody watches this paper or "
                "the website round the clock."
            ),
            "focus": gettext("Focus on"),
            "care": gettext("Take care"),
            "note": gettext("A note from %(name)s") % {"name": name},
            "closing": gettext("This is not a diagnosis. If you are unsure, ask your physiotherapist."),
        },
    }


def _help(own: OwnHelp | None) -> dict[str, Any] | None:
    if own is None:
        return None
    return {"worse": own.worse, "places": [{"title": place.title, "lines": list(place.lines)} for place in own.places]}


def _note(plan: Plan, name: str) -> dict[str, str] | None:
    if not plan.version.note:
        return None
    return {"title": gettext("A note from %(name)s") % {"name": name}, "text": plan.version.note}


def _item(number: int, entry: Prescribed, figures: Iterable[Figure]) -> dict[str, Any]:
    content, item = entry.content, entry.item
    marks = [gettext("You can leave this one out")] if item.optional else []
    if item.choice_group:
        marks.append(gettext("Choose one of these"))
    segments = entry.segments
    return {
        "number": number,
        "title": entry.title,
        "dose": entry.dose_words,
        "marks": marks,
        "aim": content.aim,
        "figures": [figure._asdict() for figure in figures],
        "parts": [
            {
                "title": segment.name if len(segments) > 1 else "",
                "steps": [step.text for step in segment.steps],
            }
            for segment in segments
        ],
        "focus": list(content.focus_points),
        "care": list(content.precautions),
        "note": entry.note,
    }


def _diary(plan: Plan, on: date) -> dict[str, Any] | None:
    """Return the empty weeks that follow, from the plan's first day where that is later; None after its end."""
    first = max(on, plan.schedule.starts_on)
    mondays = [monday_of(first) + timedelta(weeks=week) for week in range(DIARY_WEEKS)]
    mondays = [monday for monday in mondays if plan.schedule.ends_on is None or monday <= plan.schedule.ends_on]
    if not mondays:
        return None
    times = plan.schedule.times_per_day
    done = [gettext("Done")] if times == 1 else [gettext("Done, time %(n)d") % {"n": n + 1} for n in range(times)]
    if plan.schedule.kind == "walk":
        done.append(gettext("Minutes walked"))
    return {
        "title": gettext("My diary"),
        "lead": gettext("Tick what you did. Write your pain from 0 (no pain) to 10 (worst pain you can think of)."),
        "rows": [*done, gettext("Pain before"), gettext("Pain after")],
        "weeks": [
            {
                "title": gettext("Week from %(day)s") % {"day": day_and_month(monday)},
                "days": [date_format(monday + timedelta(days=day), "D j") for day in range(DAYS_A_WEEK)],
            }
            for monday in mondays
        ],
    }


def _sentence(text: str) -> str:
    """Return a line of a list with a capital letter at its start."""
    return text[:1].upper() + text[1:]
