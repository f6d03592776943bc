"""What must agree inside one exercise, between its parts. Pure."""

from __future__ import annotations

from routines.content.shapes import ExerciseContent, Link, Segment, Step
from routines.dose import Dose
from routines.reading import Problem, join


def inconsistencies(content: ExerciseContent, *, path: str = "") -> list[Problem]:
    """Return what does not fit together in an exercise whose single fields are right; empty when all fits."""
    found: list[Problem] = []
    keys = [segment.key for segment in content.segments]
    if not any(segment.repeat == "per_dose" and not segment.is_opt_in for segment in content.segments):
        found.append(Problem("segments", "none follows the dose; give one segment repeat: per_dose and no gate"))
    for index, segment in enumerate(content.segments):
        place = f"segments[{index}]"
        if segment.key in keys[:index]:
            found.append(Problem(f"{place}.key", f"{segment.key!r} is used twice; each segment has its own key"))
        found += _segment_problems(content, segment, place)
    found += [Problem(f"dose.{problem.path}", problem.message) for problem in dose_problems(content, content.dose)]
    found += _tempo_problems(content)
    found += _link_problems(content, "easier", content.easier) + _link_problems(content, "harder", content.harder)
    seen: set[str] = set()
    for index, contraindication in enumerate(content.contraindications):
        if contraindication.tag in seen:
            text = f"{contraindication.tag!r} is listed twice; keep the stricter one"
            found.append(Problem(f"contraindications[{index}].tag", text))
        seen.add(contraindication.tag)
    return [Problem(join(path, problem.path), problem.message) for problem in found]


def dose_problems(content: ExerciseContent, dose: Dose) -> list[Problem]:
    """Return why a dose that is right in itself does not suit this exercise; paths are fields of the dose."""
    found: list[Problem] = []
    steps = [step for segment in _repeated(content) for step in segment.steps]
    has_hold = any(step.phase == "hold" for step in steps)
    if dose.mode == "hold" and not has_hold:
        found.append(Problem("mode", "mode hold needs a step of phase hold in a repeated segment"))
    if dose.hold_s and not has_hold:
        found.append(Problem("hold_s", "has no step to follow it; add a step of phase hold or use 0"))
    if dose.mode == "time":
        for segment in content.segments:
            if segment.repeat == "per_dose" and [step.phase for step in segment.steps] != ["move"]:
                text = f"mode time needs one step of phase move, and no other, in segment {segment.key}"
                found.append(Problem("mode", text))
        if dose.tempo is not None:
            found.append(Problem("tempo", "means nothing in mode time; leave it out"))
    fixed = {segment.key: segment for segment in content.segments if segment.repeat == "fixed"}
    for key, reps in dose.segment_reps.items():
        counted = fixed.get(key)
        if counted is None:
            text = f"no segment {key!r} has a fixed count; use one of: {', '.join(fixed) or 'none here'}"
            found.append(Problem(f"segment_reps.{key}", text))
        elif counted.reps_range and not counted.reps_range[0] <= reps <= counted.reps_range[1]:
            low, high = counted.reps_range
            text = f"{reps} is outside the range of this segment; use {low} to {high}"
            found.append(Problem(f"segment_reps.{key}", text))
    return found


def phase_seconds(segment: Segment, phase: str) -> float:
    """Return the seconds that the steps of one phase take in one repetition of a segment."""
    return sum(step.seconds for step in segment.steps if step.phase == phase)


def _repeated(content: ExerciseContent) -> list[Segment]:
    return [segment for segment in content.segments if segment.repeat != "once"]


def _segment_problems(content: ExerciseContent, segment: Segment, place: str) -> list[Problem]:
    found: list[Problem] = []
    if segment.repeat == "fixed" and segment.reps is None:
        found.append(Problem(f"{place}.reps", "is missing; a segment with repeat: fixed says how often"))
    if segment.repeat == "once" and segment.reps is not None:
        found.append(Problem(f"{place}.reps", "means nothing with repeat: once; leave it out"))
    if segment.repeat == "per_dose" and segment.reps not in (None, content.dose.reps):
        text = f"is {segment.reps} but dose.reps is {content.dose.reps}; make them the same or leave it out"
        found.append(Problem(f"{place}.reps", text))
    if segment.reps_range and segment.reps and not segment.reps_range[0] <= segment.reps <= segment.reps_range[1]:
        found.append(Problem(f"{place}.reps_range", f"does not hold the default of {segment.reps}; widen it"))
    if content.sides == "none" and segment.sides not in (None, "none"):
        found.append(Problem(f"{place}.sides", "is sided but the exercise is not; set the exercise's sides as well"))
    if segment.gate and segment.gate.equipment_confirmed not in (None, *content.equipment):
        text = f"{segment.gate.equipment_confirmed!r} is not in the exercise's equipment; add it there"
        found.append(Problem(f"{place}.gate.equipment_confirmed", text))
    for index, step in enumerate(segment.steps):
        text = _step_problem(content, segment, step)
        if text:
            found.append(Problem(f"{place}.steps[{index}].seconds", text))
    return found


def _step_problem(content: ExerciseContent, segment: Segment, step: Step) -> str:
    dose = content.dose
    if segment.repeat == "once":
        return ""
    if step.phase == "hold" and step.seconds != dose.hold_s:
        return f"the hold lasts {step.seconds:g} but dose.hold_s is {dose.hold_s}; make them the same"
    if segment.repeat == "per_dose" and dose.mode == "time" and step.seconds != dose.duration_s:
        return f"the bout lasts {step.seconds:g} but dose.duration_s is {dose.duration_s}; make them the same"
    return ""


def _tempo_problems(content: ExerciseContent) -> list[Problem]:
    tempo = content.dose.tempo
    if tempo is None or content.dose.mode == "time":
        return []
    following = [segment for segment in content.segments if segment.repeat == "per_dose"]
    if len(following) != 1:
        return [Problem("dose.tempo", "can only follow a single segment with repeat: per_dose; leave it out")]
    seconds = [phase_seconds(following[0], phase) for phase in ("move", "hold", "return", "rest")]
    if seconds != list(tempo):
        steps = "-".join(f"{value:g}" for value in seconds)
        return [Problem("dose.tempo", f"is {tempo} but the steps take {steps}; make them the same")]
    return []


def _link_problems(content: ExerciseContent, name: str, link: Link | None) -> list[Problem]:
    if link is not None and link.slug == content.slug:
        return [Problem(f"variations.{name}.slug", "links to the exercise itself; leave the slug out")]
    return []
