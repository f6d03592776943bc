"""What an author fills in about a self-care item or an article, laid out as a page, and read back from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from routines.document_form import Document, Input, Spec, indexes, inputs_of, read
from routines.exercise_form import EntryPart, Errors, Placed
from routines.exercise_specs import caution_specs
from routines.library import starter

CAUTIONS = "doing.contraindications"


@dataclass
class SectionPart(Placed):
    """A part of the text under its own heading."""

    inputs: list[Input]
    is_first: bool
    is_last: bool


@dataclass
class SelfCarePage:
    """A document laid out for the editor. others: errors that belong to no field."""

    words: list[Input]
    sections: list[SectionPart]
    support: list[Input]
    doing: list[Input]
    cautions: list[EntryPart]
    origin: list[Input]
    others: list[str] = field(default_factory=list)

    @property
    def inputs(self) -> list[Input]:
        """Every input of the page, in its order."""
        found = [*self.words, *(each for part in self.sections for each in part.inputs), *self.support, *self.doing]
        return [*found, *(each for part in self.cautions for each in part.inputs), *self.origin]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Everything that is wrong as (id of the field, sentence), in the order of the page."""
        found = [("", text) for text in self.others]
        return found + [(each.id, f"{each.spec.label}: {text}") for each in self.inputs for text in each.errors]


def evidence_words() -> dict[str, str]:
    """How well something is supported, from the best to the least, as authors call it."""
    return {
        "agrees": _("guidelines agree"),
        "plausible": _("plausible, little studied"),
        "mixed": _("studies disagree"),
        "tempered": _("smaller than people hope"),
    }


def _word_specs() -> list[Spec]:
    return [
        Spec("name", _("Name")),
        Spec("kind", _("Kind"), "choice", [("measure", _("Measure: something to do")), ("article", _("Article"))]),
        Spec("aim", _("What it is for"), "area"),
        Spec("how", _("How, in short"), "area", hint=_("What a session shows.")),
    ]


def _section_specs() -> list[Spec]:
    return [
        Spec("heading", _("Heading")),
        Spec("paragraphs", _("Text"), "lines", hint=_("One paragraph a line.")),
    ]


def _support_specs() -> list[Spec]:
    return [
        Spec("evidence", _("How well it is supported"), "choice", list(evidence_words().items())),
        Spec("evidence_words", _("How sure this is, in plain words"), "area"),
        Spec("cautions", _("Take care"), "lines", hint=_("One a line.")),
    ]


def _doing_specs() -> list[Spec]:
    return [
        Spec("seconds", _("Seconds"), "whole", hint=_("Empty where it cannot stand in a plan.")),
        Spec("equipment", _("Equipment"), "words", list(starter.vocabulary().equipment.items())),
    ]


def _origin_specs() -> list[Spec]:
    return [
        Spec("origin", _("Where it comes from"), "area"),
        Spec("reviewed_by", _("Physiotherapist who reviewed it")),
        Spec("reviewed_on", _("Reviewed on"), hint=_("As 2026-05-31.")),
    ]


def page_of(document: Document, errors: Errors) -> SelfCarePage:
    """Return the document as inputs, each with its errors."""
    sections = _list(document, "text")
    doing = document.get("doing")
    known = doing if isinstance(doing, Mapping) else {}
    page = SelfCarePage(
        words=inputs_of(document, _word_specs(), "", errors),
        sections=[
            SectionPart(
                path := f"text[{index}]",
                inputs_of(section, _section_specs(), path, errors),
                index == 0,
                index == len(sections) - 1,
            )
            for index, section in enumerate(sections)
        ],
        support=inputs_of(document, _support_specs(), "", errors),
        doing=inputs_of(known, _doing_specs(), "doing", errors),
        cautions=[
            EntryPart(path := f"{CAUTIONS}[{index}]", inputs_of(entry, caution_specs(), path, errors))
            for index, entry in enumerate(_list(known, "contraindications"))
        ],
        origin=inputs_of(document, _origin_specs(), "", errors),
    )
    shown = {text for each in page.inputs for text in each.errors}
    page.others = [
        f"{path}: {text}" if path else text for path, texts in errors.items() for text in texts if text not in shown
    ]
    return page


def document_of(names: Sequence[str], values: Callable[[str], Sequence[str]]) -> Document:
    """Return the document that was typed, right or wrong."""
    document = read([*_word_specs(), *_support_specs(), *_origin_specs()], values, "")
    document["slug"] = slugify(str(document.get("name", "")))[:80]
    sections = [read(_section_specs(), values, f"text[{index}]") for index in indexes(names, "text")]
    if sections:
        document["text"] = sections
    doing = read(_doing_specs(), values, "doing")
    cautions = [read(caution_specs(), values, f"{CAUTIONS}[{index}]") for index in indexes(names, CAUTIONS)]
    if cautions:
        doing["contraindications"] = cautions
    if doing:
        document["doing"] = doing
    return document


def new_self_care() -> Document:
    """Return the document that a new item starts from."""
    return {"kind": "measure", "evidence": "plausible", "text": [{}], "doing": {"seconds": 300}}


def _list(mapping: Mapping[str, Any], key: str) -> list[Any]:
    value = mapping.get(key)
    return value if isinstance(value, list) else []
