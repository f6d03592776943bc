"""What decisions keep, and what they come to: every one replays to the same result from its stored inputs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from clients.rules import gates, lanes, language
from clients.rules.brief import Edit, Line, edit_for
from clients.rules.lanes import FULL, RETURN_SESSIONS, Pick, Today
from clients.rules.pain import PainModel
from routines.content.rules import RAISING

Json = Any  # a value of a JSON document, written by the functions below

LANE_KEY: Final = "lane"


def of_rule(readings: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """Return the inputs of a rule's decision."""
    return {"kind": "rule", "readings": [dict(reading) for reading in readings]}


def of_gate(gate: Mapping[str, Json], facts: Mapping[str, Json]) -> dict[str, Json]:
    """Return the inputs of a gate's decision; only the facts that gates read are kept."""
    return {"kind": "gate", "gate": dict(gate), "facts": dict(facts)}


def of_lane(today: Today, model: PainModel, *, chosen: str) -> dict[str, Json]:
    """Return the inputs of the decision about a day's lane, and which lane the client took."""
    return {
        "kind": "lane",
        "today": {"pain_before": today.pain_before, "flare": today.flare, "percent": today.percent},
        "levels": {"green_max": model.green_max, "amber_max": model.amber_max, "rise_stop": model.rise_stop},
        "chosen": chosen,
    }


def of_edit(edit: Edit) -> dict[str, Json]:
    """Return the inputs of a decision about what a visit brief proposes: the line that speaks for it, and its rows."""
    return {"kind": "brief", "line": edit.why.kind, "values": dict(edit.why.values), "rows": list(edit.why.rows)}


def gate_key(exercise: str, segment: str) -> str:
    """What decisions about one gated part are kept under."""
    return f"gate:{exercise}:{segment}"


def replay(inputs: Mapping[str, Json]) -> Json:
    """Return the result that the inputs give: True or False of a rule, a reason or None of a gate, a lane's Pick.

    Of a brief's line: the kind of edit that it proposes. Raises KeyError for inputs of a kind that this code does not
    know.
    """
    return _REPLAY[inputs["kind"]](inputs)


def _replay_rule(inputs: Mapping[str, Json]) -> bool:
    return language.replay(inputs["readings"])


def _replay_gate(inputs: Mapping[str, Json]) -> str | None:
    verdict = gates.evaluate(inputs["gate"], inputs["facts"])
    return verdict.reason if isinstance(verdict, gates.Withheld) else None


def _replay_lane(inputs: Mapping[str, Json]) -> Pick:
    return lanes.pick(Today(**inputs["today"]), PainModel(**inputs["levels"]))


def _replay_brief(inputs: Mapping[str, Json]) -> str:
    return edit_for(Line(inputs["line"], inputs["values"]))


def _replay_practitioner(_: Mapping[str, Json]) -> bool:
    """A person's word needs no reading."""
    return True


_REPLAY: Final = {
    "practitioner": _replay_practitioner,
    "brief": _replay_brief,
    "rule": _replay_rule,
    "gate": _replay_gate,
    "lane": _replay_lane,
}


def reduction_of(outcome: Mapping[str, Json]) -> tuple[int, int] | None:
    """Return (percent of the dose, sessions) that an outcome lowers to; None where it lowers no dose.

    An outcome that would not lower is none, whatever it says.
    """
    action, pct = outcome.get("action"), outcome.get("pct")
    if isinstance(pct, bool) or not isinstance(pct, (int, float)):
        return None
    percent = round(FULL - pct) if action == "reduce_dose" else round(pct) if action == "resume_at" else FULL
    sessions = outcome.get("sessions", RETURN_SESSIONS)
    return (percent, int(sessions)) if 1 <= percent < FULL else None


def raises(outcome: Mapping[str, Json]) -> bool:
    """Whether an outcome adds something, so that only a practitioner's word lets it happen."""
    return outcome.get("action") in RAISING
