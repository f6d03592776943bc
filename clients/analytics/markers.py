"""What a client can do: the markers that rules ask for, when they are asked, and in which words."""

import re
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from clients.analytics.plans import prescribed_for
from clients.analytics.speaking import rules_in_force
from clients.models import Session
from clients.rules.language import holds
from routines.content import Rule

# "glute-bridge 2x12", "bird-dog 5x8s per side steady", "bird-dog 2x5x8s": sets, repetitions, seconds held
_FORM: Final = re.compile(
    r"(?P<slug>[a-z][a-z0-9-]*) (?P<counts>\d+(?:x\d+){1,2})(?P<held>s)?(?P<side> per side)?(?P<steady> steady)?"
)
METRIC: Final = "can_do"


def markers_asked(session: Session) -> list[tuple[str, str]]:
    """Return (marker, words) of what the client is asked after the session, in the rules' order.

    Asked where a rule that is on reads them and enough sessions were done for it. session.version and .client must be
    loaded.
    """
    rules = [rule for _, rule in rules_in_force(session.assignment) if _markers_of(rule)]
    if not rules:
        return []
    done = Session.objects.filter(assignment=session.assignment, counted=True).count()
    names = {entry.content.slug: entry.title for entry in prescribed_for(session)}
    found = dict.fromkeys(marker for rule in rules if _is_time(rule, done) for marker in _markers_of(rule))
    return [(marker, marker_words(marker, names)) for marker in found]


def _markers_of(rule: Rule) -> list[str]:
    return [marker for each in rule.when if each.metric == METRIC for marker in each.value]


def _is_time(rule: Rule, done: int) -> bool:
    counts = [each for each in rule.when if each.metric == "sessions_completed"]
    return all(
        holds({"values": [done], "op": each.op, "value": each.value, "wanted": 1, "least": None}) for each in counts
    )


def marker_words(marker: str, names: Mapping[str, str]) -> str:
    """Return a marker in words: "Bird dog: 5 times, 8 seconds each, on each side, steady". names: slug -> name."""
    found = _FORM.fullmatch(marker)
    if found is None:
        return marker.replace("-", " ")
    counts = [int(each) for each in found["counts"].split("x")]
    held = counts.pop() if found["held"] else None
    parts = []
    if len(counts) == 2:
        parts.append(_("%(sets)s sets of %(reps)s") % {"sets": counts[0], "reps": counts[1]})
    else:
        parts.append(_("%(reps)s times") % {"reps": counts[0]})
    if held is not None:
        parts.append(_("%(seconds)s seconds each") % {"seconds": held})
    if found["side"]:
        parts.append(_("on each side"))
    if found["steady"]:
        parts.append(_("steady"))
    name = names.get(found["slug"]) or found["slug"].replace("-", " ").capitalize()
    return f"{name}: {', '.join(parts)}"
