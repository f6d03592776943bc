"""How much of an exercise: the dose, its limits, its words. Pure: no Django, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from routines.reading import ContentError, Fields, Problem

MODES = ("reps", "hold", "time")
SIDES = ("none", "alternating", "each")

# Limits of the software, not clinical advice: they keep a slip of the finger ("100" for "10 0") from making a
# session that no one could do or no page could show. What is right for a client is the practitioner's
# decision.
MAX_SETS = 20  # engineering bound
MAX_REPS = 100  # engineering bound
MAX_SECONDS = 3600  # seconds of one hold, rest or timed bout; engineering bound
MAX_PER_DAY = 24  # engineering bound
MAX_LOAD_KG = 500  # engineering bound


class Tempo(NamedTuple):
    """Seconds of the four parts of one repetition: move, hold, return, pause. Written `3-5-3-0`."""

    move: int
    hold: int
    back: int
    pause: int

    def __str__(self) -> str:
        return "-".join(str(seconds) for seconds in self)


@dataclass(frozen=True, slots=True)
class Dose:
    """Sets, repetitions and seconds of one exercise, and how often it is done.

    `reps` are per side for a sided exercise. All seconds are whole seconds. `mode` says what is counted:
    repetitions ("reps"), holds of `hold_s` ("hold") or bouts of `duration_s` ("time"). `rest_s` lies between
    sets. `effort_0_10` is the lowest and highest effort aimed at, both included, on the product's own 0-10
    words. `hold_range_s` is the range, both ends included, that the author of the exercise allows for
    `hold_s`. `segment_reps` replaces the repeats of segments with a fixed count, by segment key.
    """

    mode: str
    sets: int
    reps: int
    hold_s: int = 0
    rest_s: int = 0
    duration_s: int | None = None  # None: this exercise is not counted in time
    tempo: Tempo | None = None  # None: the steps keep their own seconds
    per_day: int | None = None  # None: left to the schedule of the routine
    days_per_week: int | None = None  # None: left to the schedule of the routine
    effort_0_10: tuple[int, int] | None = None  # None: no target effort
    load_kg: float | None = None  # None: no added load
    hold_range_s: tuple[int, int] | None = None  # None: the author gives no range
    segment_reps: Mapping[str, int] = field(default_factory=dict)
    note: str | None = None

    def override(self, **changes: Any) -> Dose:  # Any: values come from forms and files and are checked here
        """Return this dose with some fields replaced; None takes an optional field away.

        The hold of the tempo follows `hold_s`, and `hold_s` follows a tempo given alone.
        Raises ContentError naming each field that is unknown, zero where it must not be, or absurd.
        """
        document = self.to_document()
        if "hold_s" in changes and "tempo" not in changes and self.tempo is not None:
            hold = changes["hold_s"]
            if isinstance(hold, int) and not isinstance(hold, bool):
                changes = {**changes, "tempo": str(self.tempo._replace(hold=max(hold, 0)))}
        elif "tempo" in changes and "hold_s" not in changes and isinstance(changes["tempo"], str):
            tempo = _tempo_of(changes["tempo"])
            if tempo is not None:
                changes = {**changes, "hold_s": tempo.hold}
        return parse_dose({**document, **changes})

    def to_document(self) -> dict[str, Any]:
        """Return the plain form, as written in YAML, without the fields that say nothing."""
        values: dict[str, Any] = {
            "mode": self.mode,
            "sets": self.sets,
            "reps": self.reps,
            "hold_s": self.hold_s,
            "hold_range_s": list(self.hold_range_s) if self.hold_range_s else None,
            "rest_s": self.rest_s,
            "duration_s": self.duration_s,
            "tempo": str(self.tempo) if self.tempo else None,
            "load_kg": self.load_kg,
            "segment_reps": dict(self.segment_reps) or None,
            "per_day": self.per_day,
            "days_per_week": self.days_per_week,
            "effort_0_10": list(self.effort_0_10) if self.effort_0_10 else None,
            "note": self.note,
        }
        return {key: value for key, value in values.items() if value is not None}


def parse_dose(document: object, path: str = "dose") -> Dose:
    """Return the dose of a plain document; raises ContentError with every problem and its remedy."""
    problems: list[Problem] = []
    dose = read_dose(Fields(document, path, problems))
    if problems:
        raise ContentError(problems)
    return dose


def read_dose(fields: Fields) -> Dose:
    """Return the dose that `fields` hold; problems are added to the reader's list."""
    segment_reps: dict[str, int] = {}
    inner = fields.mapping_or_none("segment_reps")
    if inner is not None:
        segment_reps = {key: inner.whole(key, 1, MAX_REPS, unit="repetitions") for key, _ in inner.items()}
    dose = Dose(
        mode=fields.choice("mode", MODES),
        sets=fields.whole("sets", 1, MAX_SETS, unit="sets"),
        reps=fields.whole("reps", 1, MAX_REPS, unit="repetitions"),
        hold_s=fields.whole("hold_s", 0, MAX_SECONDS, 0, unit="seconds"),
        rest_s=fields.whole("rest_s", 0, MAX_SECONDS, 0, unit="seconds"),
        duration_s=fields.whole_or_none("duration_s", 1, MAX_SECONDS, unit="seconds"),
        tempo=_read_tempo(fields),
        per_day=fields.whole_or_none("per_day", 1, MAX_PER_DAY, unit="times a day"),
        days_per_week=fields.whole_or_none("days_per_week", 1, 7, unit="days a week"),
        effort_0_10=fields.span("effort_0_10", 0, 10),
        load_kg=fields.number_or_none("load_kg", 0.1, MAX_LOAD_KG, unit="kg"),
        hold_range_s=fields.span("hold_range_s", 1, MAX_SECONDS),
        segment_reps=segment_reps,
        note=fields.text_or_none("note"),
    )
    fields.close()
    _check_together(fields, dose)
    return dose


def _check_together(fields: Fields, dose: Dose) -> None:
    if dose.mode == "hold" and dose.hold_s == 0:
        fields.problem("hold_s", "a hold of 0 seconds is no hold; give the seconds or use mode reps")
    if dose.mode == "time" and dose.duration_s is None:
        fields.problem("duration_s", "is missing; mode time needs the seconds of one bout")
    if dose.mode != "time" and dose.duration_s is not None:
        fields.problem("duration_s", f"means nothing in mode {dose.mode}; leave it out or use mode time")
    if dose.tempo is not None and dose.tempo.hold != dose.hold_s:
        fields.problem("tempo", f"holds {dose.tempo.hold} seconds but hold_s is {dose.hold_s}; make them the same")
    if dose.hold_range_s is not None and not dose.hold_range_s[0] <= dose.hold_s <= dose.hold_range_s[1]:
        low, high = dose.hold_range_s
        fields.problem("hold_s", f"{dose.hold_s} is outside the range of this exercise; use {low} to {high} seconds")


def _read_tempo(fields: Fields) -> Tempo | None:
    value = fields.text_or_none("tempo", longest=30)
    tempo = _tempo_of(value) if value else None
    if value and tempo is None:
        fields.problem("tempo", f"{value!r} is not move-hold-return-pause in whole seconds, as in 3-5-3-0")
    return tempo


def _tempo_of(text: str) -> Tempo | None:
    parts = text.split("-")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    seconds = Tempo(*(int(part) for part in parts))
    return seconds if seconds.move >= 1 and max(seconds) <= MAX_SECONDS else None


def _same(text: str) -> str:
    return text


def _english_plural(singular: str, plural: str, count: int) -> str:
    return singular if count == 1 else plural


def dose_words(
    dose: Dose,
    sides: str,
    *,
    gettext: Callable[[str], str] = _same,
    ngettext: Callable[[str, str, int], str] = _english_plural,
) -> str:
    """Return the dose in a client's words, as in "2 each side, hold 8 seconds".

    `sides` is none, alternating or each. `gettext` and `ngettext` translate; without them the words are
    English.
    """

    def seconds_words(seconds: int) -> str:
        minutes, rest = divmod(seconds, 60)
        if minutes and not rest:
            return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}

    sided = sides != "none"
    parts: list[str] = []
    if dose.mode == "time":
        parts.append(seconds_words(dose.duration_s or 0))
        times = dose.sets * dose.reps
        if times > 1:
            bouts = {"count": times, "each": parts.pop()}
            parts.append(ngettext("%(count)d time %(each)s", "%(count)d times %(each)s", times) % bouts)
        if sided:
            parts[0] = gettext("%(amount)s each side") % {"amount": parts[0]}
    else:
        counts = {"sets": dose.sets, "reps": dose.reps}
        if dose.sets > 1 and sided:
            text = ngettext("%(sets)d set of %(reps)d each side", "%(sets)d sets of %(reps)d each side", dose.sets)
        elif dose.sets > 1:
            text = ngettext("%(sets)d set of %(reps)d", "%(sets)d sets of %(reps)d", dose.sets)
        elif sided:
            text = ngettext("once each side", "%(reps)d each side", dose.reps)
        elif dose.reps == 1 and dose.hold_s:
            text = ""
        else:
            text = ngettext("once", "%(reps)d times", dose.reps)
        if text:
            parts.append(text % counts)
        if dose.hold_s:
            parts.append(gettext("hold %(seconds)s") % {"seconds": seconds_words(dose.hold_s)})
    if dose.load_kg:
        parts.append(gettext("with %(kilograms)s kg") % {"kilograms": f"{dose.load_kg:g}"})
    if dose.sets > 1 and dose.rest_s:
        parts.append(gettext("rest %(seconds)s between sets") % {"seconds": seconds_words(dose.rest_s)})
    return ", ".join(parts)
