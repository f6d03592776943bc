"""A session as the player opens it: the bundle with all that has to be looked up for it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.analytics.gates import gate_facts
from clients.analytics.legs import reads_legs_in
from clients.analytics.moments import pain_model
from clients.analytics.offers import day_json
from clients.exports.bundle import session_bundle
from clients.exports.prescription import Prescribed, all_work_asked, kit_of, plan_seconds, whole_minutes
from clients.models import Event, Session
from clients.player_text import player_text
from clients.rules import session as fold
from clients.rules.contraindications import for_exercise, unsettled
from routines.content import parse_exercise
from routines.queries import readable_by_slug


def opened_bundle(
    session: Session, prescribed: list[Prescribed], events: Sequence[Event], *, name: str, now: datetime
) -> dict[str, Any]:
    """Return the bundle of a session at the instant `now`, in the language in force. name: the plan's.

    The session may not be stored yet; its client, version and plan must be loaded. Runs in the practice scope.
    """
    slugs = {entry.content.easier.slug for entry in prescribed if entry.content.easier and entry.content.easier.slug}
    easier, foreign = readable_by_slug(slugs, get_language() or "")
    return session_bundle(
        session,
        prescribed,
        list(events),
        name=name,
        easier=_allowed(easier, session.client.tags, prescribed),
        foreign=foreign,
        facts=gate_facts(session.client, session),
        text=player_text(),
        levels=pain_model(session.version),
        day=day_json(session, now=now),
        asks_legs=reads_legs_in(session.assignment, prescribed),
    )


def bite_bundle(
    bundle: dict[str, Any], bite: Sequence[Prescribed], prescribed: Sequence[Prescribed], events: Iterable[Event]
) -> dict[str, Any]:
    """Return the bundle of a session with the exercises of one bite alone.

    As long as something of the session lies outside of it, the session does not end with it: it is left, as by somebody
    who carries on later, so that nothing counts as skipped and the share that was done is that of the whole.
    """
    items = {entry.item.pk for entry in bite}
    rows = (fold.Event(str(row.pk), row.type, row.at, row.item_id, row.data) for row in events)
    told = fold.fold(rows, all_work_asked(prescribed))
    settled = {item for item, share in told.item_fractions.items() if share == 1} | told.skipped.keys()
    groups = {entry.item.choice_group for entry in prescribed if entry.item.pk in settled} - {""}
    waits = any(
        not entry.item.optional and entry.item.pk not in items | settled and entry.item.choice_group not in groups
        for entry in prescribed
    )
    part = {
        **bundle,
        "items": [item for item in bundle["items"] if item["id"] in items],
        "minutes": whole_minutes(plan_seconds(bite)),
        "kit": kit_of(bite),
    }
    if not waits:
        return part
    text = {**bundle["text"], "finished_next": _("Back to today")}
    return {**part, "is_part": True, "done_url": bundle["today_url"], "text": text}


def _allowed(
    documents: Mapping[str, dict[str, Any]], tags: Collection[str], prescribed: Sequence[Prescribed]
) -> dict[str, dict[str, Any]]:
    """Return those that the client may change to without anybody being asked.

    An exercise that is to be avoided with one of these tags, or only given after a look, was never looked at for this
    client as an easier form; what the plan itself gives was.
    """
    given = {entry.content.slug for entry in prescribed}
    return {
        slug: document
        for slug, document in documents.items()
        if slug in given or not unsettled(for_exercise(parse_exercise(document), tags), {})
    }
