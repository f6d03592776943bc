"""What a decision says: a sentence for the practitioner, and one for the client."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.analytics.event_words import leg_words
from clients.analytics.markers import marker_words
from clients.models import Decision
from clients.rules import decisions
from clients.rules.pain import DEFAULT
from routines.content import Rule
from routines.content.rules import parse_window

Json = Any  # the JSON of a decision, written by clients.rules.decisions
Names = Mapping[str, str]  # slug of an exercise or routine -> its name

UNCERTAIN: Final = "–"
SIGNS: Final[Mapping[str, str]] = {"<": "<", "<=": "≤", "==": "=", ">=": "≥", ">": ">"}


def sentence(decision: Decision, names: Names) -> str:
    """Return what was decided and why: "Rocking was left out because pain before was 5." """
    what = _what(decision.outcome, names)
    why = _why(decision.inputs)
    if not why:
        return _("%(what)s.") % {"what": what}
    return _("%(what)s because %(why)s.") % {"what": what, "why": why}


def rule_words(rule: Rule, names: Names) -> str:
    """Return a rule as it stands on the page of rules: when, then what."""
    conditions = [_condition(each.metric, each.op, each.value, each.window) for each in rule.conditions]
    if rule.left_off is not None:
        conditions.append(_("“%(part)s” was left off when the plan was given") % {"part": _part(rule.left_off[1])})
    when = _(" and ").join(conditions)
    outcome = {"action": rule.action, **rule.details}
    what = _DOES[rule.action](outcome, names) if rule.action in _DOES else _what(outcome, names)
    return _("When %(when)s: %(what)s.") % {"when": when, "what": _lower(what)}


def _part(key: str) -> str:
    return key.replace("_", " ")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


# --- what -----------------------------------------------------------------------------------------------------


def _what(outcome: Mapping[str, Json], names: Names) -> str:
    return _WHAT[outcome["action"]](outcome, names)


def _name(slug: Json, names: Names) -> str:
    return names.get(str(slug), str(slug).replace("-", " "))


def _sessions(outcome: Mapping[str, Json]) -> str:
    lowered = decisions.reduction_of(outcome)
    percent, count = lowered or (100, 0)
    return ngettext(
        "The next %(count)d session is at %(percent)d %%", "The next %(count)d sessions are at %(percent)d %%", count
    ) % {"count": count, "percent": percent}


def _lane(outcome: Mapping[str, Json], names: Names) -> str:
    lanes = {"steady": _("whole plan"), "sore": _("sore-day lane"), "flare": _("flare lane")}
    words = {"lane": lanes.get(outcome["lane"], ""), "percent": outcome.get("percent", 100)}
    if outcome.get("reason") == "client_chose":
        return _("The client chose the %(lane)s") % words
    if words["percent"] < 100:
        return _("The session was done at %(percent)d %%") % words
    return _("The session was done in the %(lane)s") % words


def _dose(outcome: Mapping[str, Json], names: Names) -> str:
    name = _name(outcome["exercise"], names) if outcome.get("exercise") else _("Exercises that felt easy")
    if "to" in outcome:
        text, amount = _("%(name)s: %(amount)s"), _amount(outcome["field"], outcome["to"])
    elif outcome.get("by_pct"):
        text, amount = _("%(name)s: %(amount)s more"), _share(outcome["field"], outcome["by_pct"])
    else:
        text, amount = _("%(name)s: %(amount)s more"), _amount(outcome["field"], outcome.get("by", 0))
    words = {"name": name, "amount": amount}
    if outcome.get("max"):
        return _("%(what)s (at most %(max)s)") % {"what": text % words, "max": outcome["max"]}
    return text % words


def _amount(field: str, count: float) -> str:
    """Return so much of a field of the dose: "1 repetition", "2.5 kg"."""
    form = 1 if count == 1 else 2
    texts = {
        "reps": ngettext("%(count)s repetition", "%(count)s repetitions", form),
        "sets": ngettext("%(count)s set", "%(count)s sets", form),
        "hold_s": ngettext("%(count)s second of hold", "%(count)s seconds of hold", form),
        "duration_s": ngettext("%(count)s second", "%(count)s seconds", form),
        "load_kg": "%(count)s\N{NO-BREAK SPACE}kg",
    }
    return texts[field] % {"count": f"{count:g}"}


def _share(field: str, percent: float) -> str:
    """Return a share of what a field of the dose is now: "10 % of the weight"."""
    texts = {
        "reps": _("%(percent)s %% of the repetitions"),
        "sets": _("%(percent)s %% of the sets"),
        "hold_s": _("%(percent)s %% of the hold"),
        "duration_s": _("%(percent)s %% of the time"),
        "load_kg": _("%(percent)s %% of the weight"),
    }
    return texts[field] % {"percent": f"{percent:g}"}


def _schedule(outcome: Mapping[str, Json], names: Names) -> str:
    if outcome.get("field") == "every_minutes":
        return _("A break every %(count)s minutes") % {"count": outcome.get("to")}
    if outcome.get("field") == "sessions_per_day":
        return _("One more session a day, at most %(max)s") % {"max": outcome.get("max", UNCERTAIN)}
    return _("Sessions on %(count)s days a week") % {"count": outcome.get("to", UNCERTAIN)}


def adjust_words(kind: str, name: Json) -> str:
    """Return what a change of one exercise does, as an order that a practitioner gives."""
    text = _("Make “%(name)s” easier") if kind == "easier" else _("Take “%(name)s” out of the plan")
    return text % {"name": name}


def _week(outcome: Mapping[str, Json], text: str) -> str:
    if "week" not in outcome:
        return text
    return _("%(text)s (week %(week)s: %(minutes)s minutes on %(days)s days)") % {"text": text, **outcome}


def _parts(outcome: Mapping[str, Json], names: Names) -> str:
    parts = ", ".join(_name(each, names).capitalize() for each in outcome["segments"])
    return _("%(parts)s was left out") % {"parts": parts}


def _says(text: Callable[[], str]) -> Callable[[Mapping[str, Json], Names], str]:
    return lambda outcome, names: text()


_WHAT: Final[Mapping[str, Callable[[Mapping[str, Json], Names], str]]] = {
    "left_out": lambda outcome, names: _("%(part)s was left out") % {"part": outcome["part"]},
    "skip_segments": _parts,
    "lane": _lane,
    "reduce_dose": lambda outcome, names: _sessions(outcome),
    "resume_at": lambda outcome, names: _sessions(outcome),
    "hold_dose": _says(lambda: _("The dose stays as it is")),
    "repeat_week": lambda outcome, names: _week(outcome, _("The week is repeated")),
    "advance_week": lambda outcome, names: _week(outcome, _("On to the next week of the plan")),
    "alert_practitioner": _says(lambda: _("You were told")),
    "stop_exercise": _says(lambda: _("The exercise was stopped")),
    "stop_exercise_offer_rest": _says(lambda: _("The exercise was stopped and rest was offered")),
    "red_flag_pathway": _says(lambda: _("The safety check was shown")),
    "offer_short_form": _says(lambda: _("A short form was offered")),
    "switch_routine_temporarily": _says(lambda: _("The flare lane took over")),
    "rest_plan": _says(lambda: _("The plan rests and you were told")),
    "adjust": lambda outcome, names: adjust_words(outcome["kind"], _name(outcome["exercise"], names)),
    "change_dose": _dose,
    "change_schedule": _schedule,
    "offer_segment": lambda outcome, names: (
        _("Switch on “%(part)s” of %(name)s")
        % {"part": _part(outcome["segment"]), "name": _name(outcome["exercise"], names)}
    ),
    "offer_item": lambda outcome, names: (
        _("%(name)s becomes part of every session") % {"name": _name(outcome["exercise"], names)}
    ),
    "suggest_routine": lambda outcome, names: _("Move on to “%(name)s”") % {"name": _name(outcome["routine"], names)},
}


# As a rule says it, where a decision tells of it afterwards.
_DOES: Final[Mapping[str, Callable[[Mapping[str, Json], Names], str]]] = {
    "skip_segments": lambda outcome, names: (
        _("%(parts)s is left out") % {"parts": ", ".join(_name(each, names) for each in outcome["segments"])}
    ),
    "alert_practitioner": _says(lambda: _("You are told")),
    "stop_exercise": _says(lambda: _("The exercise stops")),
    "stop_exercise_offer_rest": _says(lambda: _("The exercise stops and rest is offered")),
    "red_flag_pathway": _says(lambda: _("The safety check is shown")),
    "offer_short_form": _says(lambda: _("A short form is offered")),
    "switch_routine_temporarily": _says(lambda: _("The flare lane takes over")),
}


# --- why ------------------------------------------------------------------------------------------------------


def _why(inputs: Mapping[str, Json]) -> str:
    return _WHY[inputs["kind"]](inputs)


def _why_rule(inputs: Mapping[str, Json]) -> str:
    reasons = [_reading(reading) for reading in inputs["readings"]]
    return _(" and ").join(reasons) if len(reasons) <= 2 else "; ".join(reasons)


def _why_gate(inputs: Mapping[str, Json]) -> str:
    reason = decisions.replay(inputs)
    facts = inputs["facts"]
    known = {
        "pain_too_high": _("pain before was %(value)s") % {"value": facts.get("pain_before")},
        "pain_unknown": _("pain before was not answered"),
        "pain_during_too_high": _("pain during was %(value)s in a recent session")
        % {"value": facts.get("pain_during_max3")},
        "pain_during_unknown": _("pain during was not answered in a recent session"),
        "next_day_worse": _("the next day was sorer in a recent session"),
        "next_day_unknown": _("the next day was not answered in a recent session"),
        "effort_too_high": _("effort was %(value)s in a recent session") % {"value": facts.get("effort_max2")},
        "effort_unknown": _("effort was not answered in a recent session"),
        "too_few_sessions": _("%(value)s sessions were done so far") % {"value": facts.get("sessions_completed")},
        "leg_symptoms_worse": _("the leg was worse"),
        "leg_symptoms_not_better": _("the leg was not better"),
        "leg_symptoms_unknown": _("the leg was not answered for"),
        "equipment_missing": _("the equipment was not in place"),
        "equipment_unknown": _("the equipment was not confirmed"),
        "excluded_tag": _("something to watch for speaks against it"),
        "not_approved": _("it was not approved"),
    }
    return known.get(str(reason), _("a condition was not met"))


def _why_lane(inputs: Mapping[str, Json]) -> str:
    offered = decisions.replay(inputs)
    if offered.lane != inputs["chosen"]:
        return ""
    today = inputs["today"]
    known = {
        "pain_high": _("pain before was %(value)s") % {"value": today["pain_before"]},
        "flare": _("a flare-up was reported"),
        "reduced": _("an earlier decision lowered it"),
    }
    return known.get(offered.reason, "")


def _why_brief(inputs: Mapping[str, Json]) -> str:
    values = inputs["values"]
    if inputs["line"] == "painful":
        text = ngettext(
            "pain was higher than before in %(count)s of %(sessions)s session",
            "pain was higher than before in %(count)s of %(sessions)s sessions",
            values["sessions"],
        )
    else:
        text = _("it was not done in %(count)s of %(count)s sessions")
    return text % values


_WHY: Final[Mapping[str, Callable[[Mapping[str, Json]], str]]] = {
    "rule": _why_rule,
    "gate": _why_gate,
    "lane": _why_lane,
    "brief": _why_brief,
    "practitioner": lambda inputs: _("a practitioner ended the flare-up"),
}


def metric_words(metric: str) -> str:
    """Return the name of a metric, as in "pain before"."""
    return {
        "pain_before": _("pain before"),
        "pain_during": _("the most pain during"),
        "pain_next_day_delta": _("the change by the next day"),
        "pain_rise_in_session": _("the rise of pain in the session"),
        "leg_symptoms": _("the leg"),
        "leg_pain": _("leg pain"),
        "effort": _("effort"),
        "sessions_completed": _("the number of sessions done"),
        "skipped_in_a_row": _("the number of days left out in a row"),
        "adherence_pct": _("the share done in percent"),
        "weekly_days_done_pct": _("the share of days done in percent"),
        "breaks_per_day_avg": _("breaks a day"),
        "weeks_in_routine": _("weeks with this plan"),
        "days_in_routine": _("days with this plan"),
        "days_since_last_session": _("days since the last session"),
        "flare_reported": _("a flare-up"),
        "flare_days": _("days of the flare-up"),
        "can_do": _("what the client can do"),
        "red_flag": _("a warning sign"),
    }[metric]


# What is counted, said as people say it: a number, not the name of a metric.
_COUNTS: Final[Mapping[str, Callable[[float], str]]] = {
    "sessions_completed": lambda value: (
        ngettext("%(count)d session was done", "%(count)d sessions were done", int(value)) % {"count": value}
    ),
    "adherence_pct": lambda value: _("%(share)d %% of the sessions were done") % {"share": value},
    "weekly_days_done_pct": lambda value: _("%(share)d %% of the days were done") % {"share": value},
    "weeks_in_routine": lambda value: (
        ngettext("this plan has run for %(count)d week", "this plan has run for %(count)d weeks", int(value))
        % {"count": value}
    ),
    "days_in_routine": lambda value: (
        ngettext("this plan has run for %(count)d day", "this plan has run for %(count)d days", int(value))
        % {"count": value}
    ),
    "days_since_last_session": lambda value: (
        ngettext("the last session was %(count)d day ago", "the last session was %(count)d days ago", int(value))
        % {"count": value}
    ),
    "skipped_in_a_row": lambda value: (
        ngettext("%(count)d day was left out", "%(count)d days in a row were left out", int(value)) % {"count": value}
    ),
}


def _reading(reading: Mapping[str, Json]) -> str:
    metric = reading["metric"]
    if metric == "flare_reported":
        return _("a flare-up was reported")
    if metric == "red_flag":
        return _("a warning sign was answered")
    if metric == "left_off":
        return _("“%(part)s” was left off when the plan was given") % {"part": _part(reading["part"])}
    wanted = max(reading["wanted"], 1)
    read = reading["values"][-wanted:]
    if metric in _COUNTS and len(read) == 1 and isinstance(read[0], (int, float)):
        return _COUNTS[metric](read[0])
    values = ", ".join(_value(metric, value) for value in read)
    return _("%(metric)s was %(values)s") % {"metric": metric_words(metric), "values": values or UNCERTAIN}


def _value(metric: str, value: Json) -> str:
    if value is None:
        return _("not answered")
    if metric == "leg_symptoms":
        return leg_words(value)
    if isinstance(value, list):
        return "; ".join(marker_words(str(each), {}) for each in value) or UNCERTAIN
    if metric in {"pain_next_day_delta", "pain_rise_in_session"}:
        return f"{value:+d}" if value else "0"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _condition(metric: str, op: str, value: Json, window: str | None) -> str:
    name = metric_words(metric)
    if metric == "flare_reported":
        return _("a flare-up is reported")
    if metric == "red_flag":
        return _("a warning sign is answered")
    if isinstance(value, (list, tuple)):
        shown = "; ".join(leg_words(each) if metric == "leg_symptoms" else marker_words(each, {}) for each in value)
        text = _("%(metric)s is one of: %(values)s") if op == "in" else _("%(metric)s: %(values)s")
        return text % {"metric": name, "values": shown}
    named = {
        "green_max": _("the comfortable level"),
        "amber_max": _("the plan's upper pain level"),
        "next_day_ok_delta": str(DEFAULT.next_day_ok_delta),
    }
    text = f"{name} {SIGNS[op]} {named.get(str(value), value)}"
    return f"{text} ({window_words(window)})" if window else text


def window_words(text: str | None) -> str:
    """Return a window in words: "last 3 sessions"."""
    window = parse_window(text)
    count = window.count
    if window.kind == "sessions" and window.least < count:
        return _("%(least)d of the last %(count)d sessions") % {"least": window.least, "count": count}
    known = {
        "sessions": ngettext("last %(count)d session", "last %(count)d sessions", count),
        "days_running": ngettext("%(count)d day running", "%(count)d days running", count),
        "days": ngettext("last %(count)d day", "last %(count)d days", count),
        "weeks": ngettext("last %(count)d week", "last %(count)d weeks", count),
        "now": "",
    }
    return known[window.kind] % {"count": count} if window.kind != "now" else ""
