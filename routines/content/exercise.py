"""Reading an exercise from its plain document, as written in YAML. Pure."""

from __future__ import annotations

from routines.content.consistency import inconsistencies
from routines.content.media import read_media
from routines.content.shapes import (
    BREATHS,
    DIFFICULTIES,
    LEG_SYMPTOMS,
    LIMBS,
    ORIGINS,
    PHASES,
    REPEATS,
    Contraindication,
    ExerciseContent,
    Gate,
    Link,
    Segment,
    Step,
)
from routines.content.vocabulary import LEVELS, Vocabulary
from routines.dose import MAX_REPS, MAX_SECONDS, SIDES, read_dose
from routines.reading import REQUIRED, ContentError, Fields, Problem


def parse_exercise(document: object, *, vocabulary: Vocabulary | None = None, path: str = "") -> ExerciseContent:
    """Return the exercise of a plain document, as written in YAML.

    With a vocabulary its words are checked as well; stored versions are read without one, since a word may
    have left the vocabulary after they were published. Raises ContentError with every problem, its path and
    remedy.
    """
    problems: list[Problem] = []
    content = _read_exercise(Fields(document, path, problems), vocabulary)
    if problems:
        raise ContentError(problems)
    return content


def _read_exercise(fields: Fields, vocabulary: Vocabulary | None) -> ExerciseContent:
    known = vocabulary
    tags = tuple(known.tags) if known else None
    slug = fields.slug("slug")
    name = fields.text("name", longest=100)
    also_known_as = fields.texts("also_known_as", longest=100)
    category = fields.text("category", longest=40)
    if known and category and category not in known.categories:
        fields.problem("category", f"{category!r} is not a known category; use one of: {', '.join(known.categories)}")
    aim = fields.text("aim")
    position = fields.text("position", longest=60)
    regions = fields.words("body_regions", tuple(known.body_regions) if known else None, kind="body region")
    equipment = fields.words("equipment", tuple(known.equipment) if known else None, kind="piece of equipment")
    difficulty = fields.whole("difficulty", *DIFFICULTIES)
    sides = fields.choice("sides", SIDES)
    dose = read_dose(fields.mapping("dose"))
    segments = tuple(_read_segment(inner, tags) for inner in fields.mappings("segments", REQUIRED))
    links = fields.mapping_or_none("variations")
    easier = _read_link(links, "easier", tags) if links else None
    harder = _read_link(links, "harder", tags) if links else None
    if links:
        links.close()
    contraindications = tuple(_read_contraindication(inner, tags) for inner in fields.mappings("contraindications"))
    content = ExerciseContent(
        slug=slug,
        name=name,
        also_known_as=also_known_as,
        category=category,
        aim=aim,
        position=position,
        body_regions=regions,
        equipment=equipment,
        difficulty=difficulty,
        sides=sides,
        dose=dose,
        segments=segments,
        focus_points=fields.texts("focus_points"),
        precautions=fields.texts("precautions"),
        easier=easier,
        harder=harder,
        contraindications=contraindications,
        tags=fields.words("tags"),
        basis=fields.text_or_none("basis"),
        dose_source=fields.text_or_none("dose_source"),
        self_care=fields.words("self_care"),
        seed=fields.free_mapping("seed"),
        estimated_seconds=fields.whole_or_none("estimated_seconds", 1, 24 * MAX_SECONDS, unit="seconds"),
        media=read_media(fields),
        figures=fields.free_mapping("figures", depth=12, most=6000) or {},
    )
    fields.close()
    if not fields.problems:
        fields.problems.extend(inconsistencies(content, path=fields.path))
    return content


def _read_segment(fields: Fields, tags: tuple[str, ...] | None) -> Segment:
    gate = fields.mapping_or_none("gate")
    segment = Segment(
        key=fields.slug("key"),
        name=fields.text("name", longest=100),
        repeat=fields.choice("repeat", REPEATS),
        sides=fields.choice("sides", SIDES) if "sides" in fields else None,
        reps=fields.whole_or_none("reps", 1, MAX_REPS, unit="repetitions"),
        reps_range=fields.span("reps_range", 1, MAX_REPS),
        reps_note=fields.text_or_none("reps_note"),
        optional=fields.flag("optional"),
        gate=read_gate(gate, tags) if gate else None,
        steps=tuple(_read_step(inner) for inner in fields.mappings("steps", REQUIRED)),
    )
    fields.close()
    if fields.raw("steps", None) == []:
        fields.problem("steps", "has none; add at least one, or remove the part")
    return segment


def _read_step(fields: Fields) -> Step:
    step = Step(
        text=fields.text("text"),
        phase=fields.choice("phase", PHASES),
        breath=fields.choice("breath", BREATHS),
        seconds=fields.number("seconds", 0.5, MAX_SECONDS, unit="seconds"),
        limb=fields.choice("limb", LIMBS, "none"),
        pose=fields.free_mapping("pose"),
        cue=fields.text_or_none("cue", longest=40),
        origin=fields.choice("origin", ORIGINS) if "origin" in fields else None,
        origin_note=fields.text_or_none("origin_note"),
        media=read_media(fields),
    )
    fields.close()
    return step


def read_gate(fields: Fields, tags: tuple[str, ...] | None) -> Gate:
    """Return the gate that `fields` hold; `tags` are the known contraindication tags, None for any."""
    gate = Gate(
        pain_before_max=fields.whole_or_none("pain_before_max", 0, 10),
        pain_during_max=fields.whole_or_none("pain_during_max", 0, 10),
        pain_next_day_delta_max=fields.whole_or_none("pain_next_day_delta_max", -10, 10),
        sessions_completed_min=fields.whole_or_none("sessions_completed_min", 1, 1000, unit="sessions"),
        effort_max=fields.whole_or_none("effort_max", 0, 10),
        leg_symptoms=fields.choice("leg_symptoms", LEG_SYMPTOMS) if "leg_symptoms" in fields else None,
        equipment_confirmed=fields.text_or_none("equipment_confirmed", longest=40),
        excluded_tags=fields.words("excluded_tags", tags, kind="tag"),
        practitioner_approval=fields.flag("practitioner_approval"),
        seed_condition=fields.text_or_none("seed_condition"),
    )
    fields.close()
    if not set(gate.to_document()) - {"seed_condition"}:
        fields.problem("", "a gate that asks nothing; add a condition such as pain_before_max, or remove it")
    return gate


def _read_link(links: Fields, key: str, tags: tuple[str, ...] | None) -> Link | None:
    fields = links.mapping_or_none(key)
    if fields is None:
        return None
    gate = fields.mapping_or_none("gate")
    link = Link(
        name=fields.text("name", longest=100),
        text=fields.text("text"),
        slug=fields.slug("slug") if "slug" in fields else None,
        gate=read_gate(gate, tags) if gate else None,
    )
    fields.close()
    if key == "harder" and gate is None:
        fields.problem("gate", "is missing; a harder form always says when it may be tried")
    if key == "easier" and gate is not None:
        fields.problem("gate", "an easier form is open to everyone; remove the gate")
    return link


def _read_contraindication(fields: Fields, tags: tuple[str, ...] | None) -> Contraindication:
    tag = fields.choice("tag", tags) if tags else fields.text("tag", longest=40)
    found = Contraindication(tag, fields.choice("level", LEVELS), fields.text_or_none("note"))
    fields.close()
    return found
