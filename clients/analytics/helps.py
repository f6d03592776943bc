"""Quick helps beside the plan: exercises of the library, for the same player. All but warmth take 2 to 5 minutes."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy

from clients.exports.prescription import Prescribed, plan_seconds, prescribe, whole_minutes
from clients.models import Client, PrescribedItem, Session
from clients.rules.contraindications import for_exercise
from routines.queries import published_versions, translations_in

SHORT_WALK_S: Final = 240  # seconds; with its beginning and end about the five minutes of screens, "Self-care"


@dataclass(frozen=True, slots=True)
class Help:
    """One quick help: what it is called, and its exercises by slug with what differs from their own dose."""

    slug: str
    name: Any  # a lazy translation
    icon: str
    exercises: Mapping[str, Mapping[str, int]]


HELPS: Final = (
    Help("slow-breathing", gettext_lazy("Slow breathing"), "breathe", {"belly-breathing": {}}),
    Help(
        "on-a-chair",
        gettext_lazy("Stretch on a chair"),
        "chair",
        {"seated-pelvic-tilt": {}, "seated-trunk-turn": {}, "desk-forward-rest": {}},
    ),
    Help("legs-up", gettext_lazy("Rest with your legs on a chair"), "lie", {"legs-on-chair-rest": {}}),
    Help("on-your-side", gettext_lazy("Rest on your side"), "lie", {"side-lying-rest": {}}),
    Help("warmth", gettext_lazy("Warm pack"), "warmth", {"warm-pack": {}}),  # as long as the library says
    Help("short-walk", gettext_lazy("A short walk"), "walk", {"walking": {"duration_s": SHORT_WALK_S}}),
)
BREAK_MOVES: Final = (  # each under a minute; source: routines.yaml, desk-breaks
    "stand-and-reach",
    "standing-back-bend",
    "shoulder-blade-squeeze",
    "seated-trunk-turn",
    "seated-pelvic-tilt",
    "chin-tuck",
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A help as one client is offered it."""

    help: Help
    prescribed: tuple[Prescribed, ...]

    @property
    def minutes(self) -> int:
        return whole_minutes(plan_seconds(self.prescribed))


def helps_for(client: Client, slug: str = "", *, in_words: bool = True) -> list[Offered]:
    """Return the helps that nothing speaks against for this client, in their order; `slug` asks for one.

    in_words=False is for pages that name helps and say nothing of their exercises: it spares a statement.

    A help with an exercise that the library warns of for one of the client's tags is left out: nobody has asked the
    practitioner about it. So is one whose exercises are not published. Runs in the practice scope.
    """
    wanted = [each for each in HELPS if slug in ("", each.slug)]
    items = _items({name for each in wanted for name in each.exercises}, client, in_words=in_words)
    found = []
    for each in wanted:
        if all(name in items for name in each.exercises):
            entries = tuple(
                _entry(items[name], number, client, dose)
                for number, (name, dose) in enumerate(each.exercises.items(), start=1)
            )
            found.append(Offered(each, entries))
    return found


def break_moves(client: Client) -> list[Prescribed]:
    """Return the moves for a break that nothing speaks against for this client."""
    items = _items(set(BREAK_MOVES), client)
    return [
        _entry(items[name], number, client, {}) for number, name in enumerate(BREAK_MOVES, start=1) if name in items
    ]


def _items(slugs: Collection[str], client: Client, *, in_words: bool = True) -> dict[str, Any]:
    """Return (version, translation or None) of each published exercise that no tag of the client speaks against."""
    versions = published_versions(slugs)
    own = translations_in(get_language() or "", {version.pk for version in versions.values()}) if in_words else {}
    return {
        slug: (version, own.get(version.pk))
        for slug, version in versions.items()
        if not for_exercise(version.content, client.tags)
    }


def _entry(item: tuple[Any, Any], number: int, client: Client, dose: Mapping[str, int]) -> Prescribed:
    """Return an exercise compiled as if it stood in a plan, though no row of any plan holds it."""
    version, translation = item
    stand_in = PrescribedItem(id=number, position=number, exercise_version=version, dose=dict(dose))
    return prescribe(stand_in, first_side=client.first_side, translation=translation)


def stand_in_session(client: Client, on: date) -> Session:
    """Return a session that is never saved, for the player: a help is extra and counts in no plan."""
    return Session(pk=uuid.uuid4(), client=client, version_id=0, occurrence_on=on, slot=1)
