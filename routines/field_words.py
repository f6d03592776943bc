"""The field of an exercise in the author's words: "segments[1].steps[0].breath" -> "Part 2, step 1: Breath"."""

import re
from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from routines.document_form import Spec
from routines.exercise_specs import (
    caution_specs,
    dose_specs,
    figure_specs,
    gate_specs,
    link_specs,
    segment_specs,
    source_specs,
    step_specs,
    word_specs,
)
from routines.library import starter

_TOKEN = re.compile(r"([A-Za-z_0-9]+)|\[([^\]]*)\]")


def field_words(path: str) -> str:
    """Return the words for a path of an exercise document; entries of lists may be numbers or names.

    A path that no form has (a practice's own note, say) stays as it is; "" is the exercise as a whole.
    """
    if not path:
        return _("The exercise")
    tokens = [key or f"[{index}]" for key, index in _TOKEN.findall(path)]
    specs: Callable[[], Sequence[Spec]] = _specs_of_the_whole
    places: list[str] = []
    leaf = ""
    for token in tokens:
        if token in _PARTS:
            words, specs = _PARTS[token]
            places.append(str(words()))
        elif token.startswith("[") and places and not leaf:
            places[-1] = _entry(places[-1], token[1:-1])
        elif not leaf and not token.startswith("["):
            leaf = next((spec.label for spec in specs() if spec.key == token), token)
    return ": ".join(text for text in (", ".join(filter(None, places)), leaf) if text)


def _specs_of_the_whole() -> Sequence[Spec]:
    return [*word_specs(), *source_specs()]


def _entry(words: str, name: str) -> str:
    if name.isdecimal():
        return f"{words} {int(name) + 1}"
    if name == "order":
        return _("%(part)s, their order") % {"part": words}
    known: Mapping[str, str] = starter.vocabulary().tags
    return f"{words} “{_(known[name]) if name in known else name}”"


_PARTS: Mapping[str, tuple[Callable[[], str], Callable[[], Sequence[Spec]]]] = {
    "segments": (lambda: _("Part"), segment_specs),
    "steps": (lambda: _("step"), lambda: [*step_specs(), *figure_specs()]),
    "gate": (lambda: _("condition"), gate_specs),
    "dose": (lambda: _("Dose"), dose_specs),
    "variations": (lambda: "", list),
    "easier": (lambda: _("Easier form"), lambda: link_specs([])),
    "harder": (lambda: _("Harder form"), lambda: link_specs([])),
    "contraindications": (lambda: _("Caution"), caution_specs),
}
