"""What the server hands the player: one dictionary, in the page and offline."""

import hmac
import json
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from clients import safety_words
from clients.exports.prescription import Prescribed, kit_name, kit_of, plan_seconds, whole_minutes
from clients.models import Client, Event, Session
from clients.rules.pain import PainModel
from routines.content import ExerciseContent, parse_exercise
from routines.content.self_care import CATEGORY
from routines.content.translation import SOURCE_LANGUAGE
from routines.dose import dose_words
from routines.looks import for_player
from routines.timeline import compile as compile_timeline

SCHEMA = 1
REPEATS_IN = frozenset({"rep", "set", "side"})


def account_key(client: Client) -> str:
    """Return an opaque key for the account, which names the store on the device."""
    return hmac.new(settings.SECRET_KEY.encode(), f"account:{client.pk}".encode(), "sha256").hexdigest()[:16]


def session_bundle(
    session: Session,
    prescribed: list[Prescribed],
    events: list[Event],
    *,
    name: str,
    easier: dict[str, dict[str, Any]],
    facts: dict[str, Any],
    text: dict[str, str],
    levels: PainModel,
    day: dict[str, Any],
    asks_legs: bool = False,
    foreign: Collection[str] = frozenset(),
) -> dict[str, Any]:
    """Return the session as the player reads it.

    name: the plan's, in the reader's words. easier: documents of exercises by slug that stand in for harder ones;
    foreign: those of them that are not in the reader's language. facts: what gates read beside today's answers. text:
    the player's own words by key, already translated. levels: the plan's pain model. day: what the lane of the day is
    picked from, and what the rules leave out of it (analytics.offers.day_json). asks_legs: whether the questions
    afterwards include the leg. session.client, .version and the client's lead must be loaded.
    """
    client = session.client
    items = [_item(entry, easier, foreign) for entry in prescribed]
    return {
        "schema": SCHEMA,
        "account": account_key(client),
        "session": str(session.pk),
        "plan_version": session.version_id,
        "on": session.occurrence_on.isoformat(),
        "slot": session.slot,
        "name": name,
        "minutes": whole_minutes(plan_seconds(prescribed)),
        "kit": kit_of(prescribed),
        "kit_names": {thing: kit_name(thing) for thing in kit_of(prescribed)},
        "pain": {
            "green_max": levels.green_max,
            "amber_max": levels.amber_max,
            "rise_stop": levels.rise_stop,
            "before": session.pain_before,
        },
        "tags": client.tags,
        "day": {"lane": session.lane, "percent": session.percent, **day},
        "facts": facts,
        "first_side": client.first_side,
        "ask": ["pain_after", "pain_peak", *(["leg_symptoms"] if asks_legs else []), "effort", "note"],
        "events_url": reverse("api:events"),
        "done_url": reverse("after_session", args=[session.pk]),
        "today_url": reverse("today"),
        "practitioner": client.lead.get_short_name(),
        # Next to the words on the page: a sentence that stands in both is sent once.
        "safety": safety_bundle(client),
        "text": text,
        "items": [brief(item) for item in items],
        "figures": for_player(
            _timelines(items),
            [(entry.item.pk, _contents(entry, easier), entry.item.adapted) for entry in prescribed],
            palette=client.figure_palette or client.practice.figure_palette,
        ),
        "events": [event_json(event) for event in events],
    }


def safety_bundle(client: Client) -> dict[str, Any]:
    """Return what a device needs to ask the safety questions and to decide without a network."""
    return {
        **safety_words.device_data(client.tags),
        "account": account_key(client),
        "url": reverse("api:safety_checks"),
        "today_url": reverse("today"),
    }


def event_json(event: Event) -> dict[str, Any]:
    """Return a stored event in the shape in which devices send it."""
    return {
        "id": str(event.pk),
        "session": str(event.session_id),
        "type": event.type,
        "item": event.item_id,
        "at": event.at.isoformat(),
        "app": event.app_version,
        "data": event.data,
    }


def _item(entry: Prescribed, easier: dict[str, dict[str, Any]], foreign: Collection[str]) -> dict[str, Any]:
    content, item = entry.content, entry.item
    first = entry.timeline.phases[0]
    return {
        "id": item.pk,
        "exercise": content.slug,
        "title": content.name,
        "lang": entry.foreign or None,
        "self_care": content.category == CATEGORY,
        "start": first.text,
        "dose_words": entry.dose_words,
        "optional": item.optional,
        "choice_group": item.choice_group or None,
        "sides": content.sides,
        "equipment": list(content.equipment),
        "parts": {segment.key: _part_name(segment.name) for segment in content.segments if segment.gate},
        "how": [step.text for segment in entry.segments for step in segment.steps],
        "focus": list(content.focus_points),
        "precautions": list(content.precautions),
        "note": entry.note,
        "easier": _easier(entry, easier, foreign),
        "timeline": entry.timeline.to_json(),
    }


def brief(item: dict[str, Any]) -> dict[str, Any]:
    """Return the item with the phases of its timelines told by what changes; wholePhases in plan.js turns it back."""
    easier = item["easier"]
    return {
        **item,
        "timeline": _brief_timeline(item["timeline"]),
        "easier": easier and {**easier, "timeline": _brief_timeline(easier["timeline"])},
    }


def _brief_timeline(timeline: dict[str, Any]) -> dict[str, Any]:
    """Return the timeline with each phase reduced to what is not as in the one before it, and follows from the rest.

    `i` is its place, and `at` the sum of the seconds before it. A phase that comes again in another repetition, set or
    side is told by `as`, how many places before it the same stands, and by what else has changed from there.
    """
    phases = [{key: value for key, value in phase.items() if key not in ("i", "at")} for phase in timeline["phases"]]
    told: list[dict[str, Any]] = []
    places: dict[str, int] = {}
    for place, phase in enumerate(phases):
        same = json.dumps({key: value for key, value in phase.items() if key not in REPEATS_IN}, sort_keys=True)
        back = place - places.get(same, place - 1)  # 1: the one before, as for a phase that was not there yet
        places[same] = place
        earlier = phases[place - back] if place else {}
        changed = {key: value for key, value in phase.items() if key not in earlier or earlier[key] != value}
        told.append({"as": back, **changed} if back > 1 else changed)
    return {**timeline, "phases": told}


def _timelines(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the compiled timelines of these items and of their easier forms."""
    return [form["timeline"] for item in items for form in (item, item["easier"]) if form]


def _part_name(name: str) -> str:
    """Return a segment's name without a remark in brackets, for use in sentences."""
    return name.partition(" (")[0]


def _contents(entry: Prescribed, easier: dict[str, dict[str, Any]]) -> list[ExerciseContent]:
    """Return the exercise and its easier form, where there is one."""
    link = entry.content.easier
    document = easier.get(link.slug) if link and link.slug else None
    return [entry.content, parse_exercise(document)] if document else [entry.content]


def _easier(entry: Prescribed, easier: dict[str, dict[str, Any]], foreign: Collection[str]) -> dict[str, Any] | None:
    """Return the easier exercise at its own default dose; None where the library links none."""
    link = entry.content.easier
    if link is None or link.slug is None or link.slug not in easier:
        return None
    content = parse_exercise(easier[link.slug])
    return {
        "exercise": content.slug,
        "title": content.name,
        "lang": SOURCE_LANGUAGE if content.slug in foreign else None,
        "text": link.text,
        "dose_words": dose_words(content.dose, content.sides, gettext=gettext, ngettext=ngettext),
        "timeline": compile_timeline(content, gettext=gettext).to_json(),
    }
