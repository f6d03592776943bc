"""Where a client stopped in the sessions that Today offers to carry on with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from clients.analytics.goals import ToldOf
from clients.analytics.lanes_today import PlanToday
from clients.exports.prescription import Prescribed, in_short_form
from clients.models import Session
from clients.rules.stopped_at import Exercise, stopped_at
from routines.content import ExerciseContent, parse_exercise
from routines.content.translation import SOURCE_LANGUAGE
from routines.queries import readable_by_slug
from routines.timeline import compile as compile_timeline

TOLD_BY = ("item_started", "set_done", "skipped", "swapped")


@dataclass(frozen=True, slots=True)
class Stopped:
    """The exercise that comes next, the language of its title where it is foreign, and the set of how many."""

    title: str
    foreign: str
    set: int
    sets: int


def stopped_in(plans: Sequence[PlanToday], ids: set[str], told: ToldOf) -> Mapping[str, Stopped]:
    """Return where the sessions with these ids were stopped, by id; those without a place that can be named are left
    out. told: what was told of them. Where an exercise was changed for an easier form, statements for these forms."""
    found = [(today, session) for today in plans for session in today.plan.sessions if str(session.pk) in ids]
    events = {
        str(session.pk): rows
        for _, session in found
        if (rows := [row for row in told.get(session.pk, ()) if row.type in TOLD_BY])
    }
    asked = {str(session.pk): _asked(today, session) for today, session in found if str(session.pk) in events}
    changed = {event.data["to"] for rows in events.values() for event in rows if event.type == "swapped"}
    documents, foreign = readable_by_slug(changed, get_language() or "") if changed else ({}, frozenset())
    easier = {slug: parse_exercise(document) for slug, document in documents.items()}
    places = {}
    for key, entries in asked.items():
        place = stopped_at(events[key], [_exercise(entry, easier) for entry in entries])
        if place is None:
            continue
        entry = entries[place.index]
        if place.is_easier and entry.content.easier and (form := easier.get(entry.content.easier.slug or "")):
            language = SOURCE_LANGUAGE if form.slug in foreign else ""
            places[key] = Stopped(form.name, language, place.set, place.sets)
        elif not place.is_easier:
            places[key] = Stopped(entry.title, entry.foreign, place.set, place.sets)
    return places


def _exercise(entry: Prescribed, easier: Mapping[str, ExerciseContent]) -> Exercise:
    """Return the exercise with its easier form, which is done at its own usual dose, where that is known."""
    link = entry.content.easier
    form = easier.get(link.slug) if link and link.slug else None
    phases = compile_timeline(form, gettext=gettext).phases if form else None
    return Exercise(entry.item.pk, entry.item.choice_group, entry.timeline.phases, phases)


def _asked(today: PlanToday, session: Session) -> Sequence[Prescribed]:
    """What the session asks for, which is not what its plan asks for now where that has changed since."""
    plan = today.plan
    if (session.version_id, session.lane, session.percent) == (plan.version.pk, today.lane, today.percent):
        return in_short_form(today.prescribed, session.short_form)
    entries = plan.written.prescribed(session.version_id, session.lane, session.percent)
    return in_short_form(entries, session.short_form)
