"""The sore and the flare lane of a plan: as a clinician wrote them, or made by the defaults of the rule language.

Defaults only ever lower: optional parts and gated ones are dropped, easier forms take the place of exercises, and
nothing goes in that the client's tags speak against.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from clients.analytics.cautions import cautions_for
from clients.models import Client
from clients.rules import contraindications, lanes
from clients.rules.contraindications import Answer
from clients.services.drafting import NOTE_LIMIT, ItemDraft, approvals_in, drafts_of
from routines.content import ContentError
from routines.models import ExerciseVersion, Routine
from routines.queries import published_versions
from routines.reading import Fields

FLARE_ROUTINE = "first-aid-stiff-back"  # rule_language.lanes.flare
MADE_LANES = ("sore", "flare")

Lanes = Mapping[str, tuple[ItemDraft, ...]]


@dataclass(frozen=True, slots=True)
class _For:
    """Whom the lanes are made for, and what was answered to the cautions of their tags."""

    client: Client
    answers: Mapping[str, Answer]

    def suits(self, draft: ItemDraft) -> bool:
        """Whether nothing that is still open speaks against the exercise."""
        content = draft.exercise_version.content
        found = cautions_for(content, draft.opted_in, self.client.tags)
        return not contraindications.unsettled(found, self.answers)


def lanes_for(
    steady: Sequence[ItemDraft],
    *,
    client: Client,
    routine: Routine | None,
    answers: Mapping[str, Answer],
    written: Lanes | None = None,
) -> dict[str, tuple[ItemDraft, ...]]:
    """Return the items of the sore and the flare lane.

    written: lanes that the practitioner wrote for this plan, which stay as they are. Then come those that the
    routine's author wrote, then the defaults. The flare lane is empty where the library has no first-aid routine, or
    where the client's tags speak against it.
    """
    given = written or {}
    whom = _For(client, answers)
    authored = _authored(routine)
    found: dict[str, tuple[ItemDraft, ...]] = {}
    for lane in MADE_LANES:
        if lane in given:
            items = given[lane]
        elif lane in authored:
            items = tuple(draft for draft in authored[lane] if whom.suits(draft))
        elif lane == "sore":
            items = _sore(steady, whom, approvals=approvals_in(routine))
        else:
            items = _flare(whom)
        found[lane] = tuple(replace(draft, lane=lane) for draft in items)
    return found


def eased(draft: ItemDraft, *, client: Client, answers: Mapping[str, Answer]) -> ItemDraft:
    """Return the easier form of one exercise of the steady lane: another exercise where one suits the client, else
    three quarters of its dose without optional parts. Never more than was given.
    """
    link = draft.exercise_version.content.easier
    easier = published_versions({link.slug}) if link is not None and link.slug else {}
    made = _easier(draft, easier, _For(client, answers)) or _lowered(draft)
    return replace(made, optional=draft.optional, note=made.note or draft.note)


def _authored(routine: Routine | None) -> dict[str, tuple[ItemDraft, ...]]:
    """The lanes that the routine's own document gives, as items or as another routine."""
    documents = routine.document.get("lanes") or {} if routine is not None else {}
    found: dict[str, tuple[ItemDraft, ...]] = {}
    for lane in MADE_LANES:
        document = documents.get(lane)
        if not document:
            continue
        if document.get("routine"):
            other = _routine(document["routine"])
            found[lane] = drafts_of(other) if other is not None else ()
            continue
        versions = published_versions({item["exercise"] for item in document["items"]})
        found[lane] = tuple(
            ItemDraft(
                exercise_version=versions[item["exercise"]],
                dose=item.get("dose") or {},
                segments=tuple(item["segments"]) if item.get("segments") else None,
                optional=bool(item.get("optional")),
                choice_group=item.get("choice_group") or "",
                note=str(item.get("note") or "")[:NOTE_LIMIT],
            )
            for item in document["items"]
            if item["exercise"] in versions
        )
    return found


def _routine(slug: str) -> Routine | None:
    """The practice's own routine of this name, else the shared one."""
    rows = Routine.objects.in_use().filter(slug=slug, owner=None).order_by("practice_id")
    found = {row.practice_id is not None: row for row in rows}
    return found.get(True) or found.get(False)


def _flare(whom: _For) -> tuple[ItemDraft, ...]:
    routine = _routine(FLARE_ROUTINE)
    if routine is None:
        return ()
    not_for = Fields(routine.document, "", []).words("not_for_tags")
    if contraindications.for_client(whom.client.tags) or set(not_for) & set(whom.client.tags):
        return ()
    return tuple(draft for draft in drafts_of(routine) if whom.suits(draft))


def _sore(steady: Sequence[ItemDraft], whom: _For, *, approvals: Collection[str]) -> tuple[ItemDraft, ...]:
    kept = [draft for draft in steady if not draft.optional and draft.exercise_version.content.slug not in approvals]
    slugs = {draft.exercise_version.content.slug for draft in kept}
    links = {content.easier.slug for draft in kept if (content := draft.exercise_version.content).easier}
    easier = published_versions({slug for slug in links if slug} - slugs)
    made: list[ItemDraft] = []
    for draft in kept:
        sore = _easier(draft, easier, whom) or _lowered(draft)
        if sore.exercise_version.pk not in {each.exercise_version.pk for each in made} or sore.choice_group:
            made.append(sore)
    return tuple(made)


def _easier(draft: ItemDraft, easier: Mapping[str, ExerciseVersion], whom: _For) -> ItemDraft | None:
    """The easier exercise in place of this one at three quarters of its own dose, and never more than was given."""
    content = draft.exercise_version.content
    version = easier.get(content.easier.slug) if content.easier and content.easier.slug else None
    if version is None:
        return None
    own, given = version.content.dose, content.dose.override(**draft.dose)
    capped = lanes.no_more_than(own, given)
    lowered = lanes.at_percent(own.override(**capped), lanes.SORE_PERCENT)
    dose = {**capped, **lowered}
    found = ItemDraft(exercise_version=version, dose=dose, choice_group=draft.choice_group)
    try:
        own.override(**dose)
    except ContentError:
        return None
    return found if whom.suits(found) else None


def _lowered(draft: ItemDraft) -> ItemDraft:
    """The same exercise without its optional parts at three quarters; where that changes nothing, its easier way."""
    content = draft.exercise_version.content
    lowered = lanes.at_percent(content.dose.override(**draft.dose), lanes.SORE_PERCENT)
    note = draft.note
    if not lowered and content.easier is not None:
        note = content.easier.text[:NOTE_LIMIT]
    return replace(draft, dose={**draft.dose, **lowered}, opted_in=(), note=note)
