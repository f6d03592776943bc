"""An exercise as the client will meet it, made from what is typed; nothing is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache as cache_words
from itertools import groupby
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from routines.authoring.checks import Draft, Finding
from routines.authoring.checks import findings as findings_of
from routines.content import ContentError, ExerciseContent
from routines.document_form import Document, id_of
from routines.dose import dose_words
from routines.field_words import field_words
from routines.library import starter
from routines.looks import Look, draw, words_of
from routines.movement.renderer import FigureError
from routines.timeline import Phase, Timeline
from routines.timeline import compile as compile_timeline

STAGES = {"rest": "rest", "ready": "calm", "setup": "calm", "finish": "calm"}  # any other phase is work


@dataclass(frozen=True)
class Moment:
    """One phase of the timeline in words. at: "1:05" since the start."""

    at: str
    cue: str
    text: str
    seconds: str
    breath: str
    side: str
    stage: str


@dataclass(frozen=True)
class Part:
    """The moments of one segment, each said once. until: when its repeats end, "" where nothing repeats."""

    title: str
    moments: Sequence[Moment]
    until: str
    is_optional: bool


@dataclass(frozen=True)
class Remark:
    """One finding of the checks, with the field in words and its id on the page ("" for the exercise as a whole)."""

    level: str
    check: str
    field_id: str
    field: str
    message: str


@dataclass(frozen=True)
class Preview:
    """What stands beside the form. A document that cannot be compiled has no parts; its findings say why."""

    name: str
    dose: str
    length: str
    minutes: int
    kit: Sequence[str]
    picture: str
    parts: Sequence[Part]
    findings: Sequence[Remark]

    @property
    def errors(self) -> list[Remark]:
        return [each for each in self.findings if each.level == "error"]

    @property
    def warnings(self) -> list[Remark]:
        return [each for each in self.findings if each.level == "warning"]


def preview_of(document: Document, *, ladder: dict[str, str | None] | None = None) -> Preview:
    """Return the preview of a document, right or wrong. ladder: harder forms of the exercises beside it."""
    draft = Draft(document, starter.vocabulary(), ladder=ladder or {})
    findings = [_remark(each) for each in findings_of(draft, gettext=_)]
    if draft.content is None:
        draft = Draft(_filled(document))
    content, timeline = draft.content, draft.timeline
    if content is None or isinstance(timeline, ContentError):
        return Preview(str(document.get("name") or ""), "", "", 0, (), "", (), findings)
    opted_in = [each.key for each in content.segments if each.is_opt_in]
    try:
        whole = compile_timeline(content, opted_in=opted_in, gettext=cache_words(_))
    except ContentError:  # too long with every part that may be switched on
        whole = timeline
    words = starter.vocabulary().equipment
    return Preview(
        name=content.name,
        dose=dose_words(content.dose, content.sides, gettext=_, ngettext=ngettext),
        length=_clock(timeline.seconds),
        minutes=max(1, round(timeline.seconds / 60)),
        kit=[_(words.get(thing, thing)) for thing in content.equipment],
        picture=picture_of(content),
        parts=list(_parts(content, whole)),
        findings=findings,
    )


def _filled(document: Document) -> Document:
    """Return the document with an ellipsis for words that are not typed yet, so that the rest can be shown."""
    filled = {**document, "slug": "new", "category": document.get("category") or "new"}
    for key in ("name", "aim", "position"):
        filled[key] = document.get(key) or "…"
    filled["segments"] = [
        {**segment, "key": segment.get("key") or f"part-{index}", "name": segment.get("name") or "…"}
        | {"steps": [{**step, "text": step.get("text") or "…"} for step in segment.get("steps") or ()]}
        for index, segment in enumerate(document.get("segments") or ())
    ]
    if not document.get("body_regions"):
        filled["body_regions"] = ["whole_body"]
    return {key: value for key, value in filled.items() if key not in ("variations", "contraindications")}


def _remark(finding: Finding) -> Remark:
    path = field_of(finding.path)
    message = finding.message[:1].upper() + finding.message[1:]
    return Remark(finding.level, finding.check, id_of(path) if path else "", field_words(path), message)


def field_of(path: str) -> str:
    """Return the path of the form's field for the path of a finding: entries of lists of texts are lines of one."""
    head, bracket, rest = path.rpartition("[")
    return head if bracket and rest.endswith("]") and head in {"focus_points", "precautions", "also_known_as"} else path


def picture_of(content: ExerciseContent) -> str:
    """Return the still of the first figure that the exercise shows, as SVG; "" where there is none to draw."""
    try:
        words = words_of(content, 0, language=get_language() or "en")
        told: dict[str, Any] = {"title": words.title, "description": words.description} if words else {}
        return draw(content, Look(), prefix="preview", **told) or ""
    except FigureError:
        return ""  # a change that no longer fits the library's figure; saving names it


def _parts(content: ExerciseContent, timeline: Timeline) -> Iterator[Part]:
    ready, *phases = timeline.phases
    start = ready.seconds
    for key, group in groupby(phases, key=lambda phase: phase.segment):
        run = list(group)
        segment = content.segment(key or "")
        seen: set[tuple[object, ...]] = set()
        shown = []
        for phase in run:
            place = (phase.kind, phase.step, phase.side, phase.text)
            if place not in seen:
                seen.add(place)
                shown.append(_moment(phase, start))
        end = run[-1].at + run[-1].seconds - start
        yield Part(segment.name, shown, _clock(end) if len(shown) < len(run) else "", segment.is_opt_in)


def _moment(phase: Phase, start: float) -> Moment:
    breaths = {"in": _("breathe in"), "out": _("breathe out")}
    sides = {"left": _("left"), "right": _("right")}
    return Moment(
        at=_clock(phase.at - start),
        cue=phase.cue,
        text=phase.text,
        seconds=f"{phase.seconds:g}",
        breath=breaths.get(phase.breath, ""),
        side=sides.get(phase.side, ""),
        stage=STAGES.get(phase.kind, "work"),
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
