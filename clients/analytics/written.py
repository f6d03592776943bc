"""What versions of plans ask for, read once for all their lanes and doses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q
from django.utils.translation import get_language

from clients.exports.prescription import Prescribed, prescribe
from clients.models import AssignmentVersion, Client, PrescribedItem
from clients.rules.lanes import FULL
from routines.content.translation import is_source
from routines.queries import phrases_in, with_words, words_of


@dataclass(frozen=True, slots=True)
class Written:
    """Items by version and lane, in their order, with the words of the language in force."""

    client: Client
    rows: Mapping[tuple[int, str], Sequence[PrescribedItem]]
    phrases: Mapping[int, Mapping[str, str]]  # by version: what its routine says

    def has(self, version: int, lane: str) -> bool:
        """Whether the version has anything to do in the lane."""
        return (version, lane) in self.rows

    def prescribed(self, version: int, lane: str = "steady", percent: int = FULL) -> list[Prescribed]:
        """Return the items of one lane of a version, compiled for the client at a percent of their dose, in order."""
        return [
            prescribe(
                item,
                first_side=self.client.first_side,
                percent=percent,
                translation=words_of(item),
                phrases=self.phrases.get(version, {}),
            )
            for item in self.rows.get((version, lane), ())
        ]


def written_for(client: Client, wanted: Q, *, phrases: Mapping[int, Mapping[str, str]] | None = None) -> Written:
    """Return the items that `wanted` names; phrases: by version, where the caller has read them. Fixed statements."""
    language = get_language() or ""
    found = PrescribedItem.objects.filter(wanted).select_related("exercise_version")
    rows = list(with_words(found, "exercise_version", language).order_by("version_id", "lane", "position"))
    return Written(
        client=client,
        rows={key: list(items) for key, items in groupby(rows, key=lambda row: (row.version_id, row.lane))},
        phrases=_phrases_of({item.version_id for item in rows}, language) if phrases is None else phrases,
    )


def _phrases_of(versions: set[int], language: str) -> dict[int, Mapping[str, str]]:
    """Return what the routine of each version of a plan says in the language, by the version's id."""
    if is_source(language):
        return {}
    routine_of = dict(
        AssignmentVersion.objects.filter(pk__in=versions, assignment__routine__isnull=False).values_list(
            "pk", "assignment__routine_id"
        )
    )
    words = phrases_in(language, set(routine_of.values()))
    return {version: words[routine] for version, routine in routine_of.items() if routine in words}
