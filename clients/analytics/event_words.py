"""Events of a session in the practitioner's words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from clients.analytics.markers import marker_words

Data = Mapping[str, Any]  # the JSON of an event, checked when it was recorded


def _score(value: int | None) -> str:
    return _("not answered") if value is None else str(value)


def skip_words(reason: str | None) -> str:
    """Return why something was skipped."""
    words = {
        "too_sore": _("too sore"),
        "no_time": _("no time"),
        "not_sure": _("not sure how"),
        "no_space": _("no space"),
        "unwell": _("unwell"),
        "other": _("another reason"),
    }
    return words.get(reason or "", _("no reason given"))


def _set_done(data: Data) -> str:
    side = {"left": _("left"), "right": _("right"), "both": _("both sides")}.get(data.get("side", ""), "")
    how = {"ticked": _("ticked off"), "later": _("added later")}.get(data.get("mode", ""), "")
    done = _("%(done)s of %(of)s in %(seconds)s seconds") % {
        "done": data.get("done"),
        "of": data.get("of"),
        "seconds": round(data.get("seconds") or 0),
    }
    number = _("set %(number)s") % {"number": data.get("set")}
    return ", ".join(part for part in (number, side, done, how) if part)


def _answer(words: str) -> Callable[[Data], str]:
    return lambda data: f"{words}: {_score(data.get('value'))}"


def leg_words(value: str | None) -> str:
    """Return an answer about leg symptoms."""
    words = {
        "none": _("none"),
        "same": _("the same"),
        "better": _("better"),
        "worse": _("worse"),
        "further_down": _("further down the leg"),
    }
    return words.get(value or "", _("not answered"))


def _legs(data: Data) -> str:
    return _("leg symptoms: %(value)s") % {"value": leg_words(data.get("value"))}


def _equipment(data: Data) -> str:
    thing = str(data.get("equipment", "")).replace("_", " ")
    if data.get("value"):
        return _("%(thing)s is in place") % {"thing": thing}
    return _("%(thing)s is not in place") % {"thing": thing}


def _skipped(data: Data) -> str:
    what = _("part “%(part)s” skipped") % {"part": data["segment"]} if data.get("segment") else _("skipped")
    return f"{what} ({skip_words(data.get('reason'))})"


def event_words(kind: str, data: Data, title: str) -> str:
    """Return one event as a phrase, with the exercise's name first where it belongs to one ("" for none)."""
    writers: dict[str, Callable[[Data], str]] = {
        "started": lambda data: _("short form started") if data.get("short") else _("session started"),
        "item_started": lambda data: _("started"),
        "set_done": _set_done,
        "rested": lambda data: _("rested for %(seconds)s seconds") % {"seconds": round(data.get("seconds") or 0)},
        "paused": lambda data: _("paused"),
        "resumed": lambda data: _("carried on"),
        "hurt": lambda data: _("“This hurts”, pain %(value)s") % {"value": _score(data.get("value"))},
        "swapped": lambda data: _("changed to %(exercise)s") % {"exercise": str(data.get("to")).replace("-", " ")},
        "skipped": _skipped,
        "pain_before": _answer(_("pain before")),
        "pain_peak": _answer(_("most pain during")),
        "pain_after": _answer(_("pain after")),
        "pain_next": _answer(_("pain on the next day")),
        "item_pain": _answer(_("pain in this exercise")),
        "leg_symptoms": _legs,
        "leg_pain": _answer(_("leg pain")),
        "can_do": lambda data: (
            (_("can do: %(what)s") if data.get("can", True) else _("cannot do yet: %(what)s"))
            % {"what": marker_words(str(data.get("value")), {})}
        ),
        "equipment_confirmed": _equipment,
        "side_first": lambda data: (
            _("began on the %(side)s") % {"side": _("left") if data.get("value") == "left" else _("right")}
        ),
        "effort": _answer(_("effort, 0 to 10")),
        "note": lambda data: _("wrote a note"),
        "left": lambda data: _("left the session"),
        "finished": lambda data: _("session finished"),
        "taken_back": lambda data: _("taken back: not done after all"),
        "edited": lambda data: _("answer changed: %(field)s") % {"field": str(data.get("field")).replace("_", " ")},
    }
    writer = writers.get(kind)
    text = writer(data) if writer else kind.replace("_", " ")
    return f"{title}: {text}" if title else text[:1].upper() + text[1:]
