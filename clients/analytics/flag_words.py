"""What a flag says, what its rule says, where its rows are, and what to do next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.analytics.alert_words import sentence as alert_sentence
from clients.analytics.day_words import dated_words, day_words
from clients.analytics.lately import Lately, SessionRow
from clients.models import Client
from clients.rules.flag_settings import Setting, Stored, settings_for
from clients.rules.flags import BY_ALERT, Flag

ROWS_NAMED = 3  # sessions that a flag links to one by one
MOMENT: Final = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands in a sentence where its moment is said
TONES: Final[Mapping[str, str]] = {"red": "danger", "amber": "warn", "blue": "info"}
ICONS: Final[Mapping[str, str]] = {
    "alert_urgent": "alert",
    "hurt_ended": "hurts",
    "pain_high": "alert",
    "pain_jump": "trend-up",
    "alert": "alert",
    "pain_rising": "trend-up",
    "missed": "clock",
    "silent": "clock",
    "not_started": "mail",
    "too_hard": "exercise",
    "question": "messages",
    "suggestion": "clipboard",
    "plan_ends": "plan",
    "too_easy": "trend-up",
}


@dataclass(frozen=True, slots=True)
class Link:
    """An address inside the admin site: name and arguments of a URL, and a query."""

    text: str
    name: str
    args: tuple[object, ...]
    query: str = ""


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One flag as it is read. rows: links to what it was made of. step: what to do next.

    sentence: with MOMENT where `at` is said, which is None for a flag of no one moment. at is in the client's own time,
    and today their day.
    """

    flag: Flag
    sentence: str
    at: datetime | None
    today: date
    rule: str
    rows: Sequence[Link]
    step: Link

    @property
    def text(self) -> str:
        """The sentence with its moment in words, as in "today 08:14"."""
        if self.at is None:
            return self.sentence
        return self.sentence.replace(MOMENT, day_words(self.at, today=self.today, inside=True))

    @property
    def tone(self) -> str:
        return TONES[self.flag.level]

    @property
    def icon(self) -> str:
        return ICONS[self.flag.key]

    @property
    def can_be_seen(self) -> bool:
        """Whether a mark hides it; an alert is cleared on its own page."""
        return self.flag.key not in BY_ALERT


def flag_lines(of: Lately) -> list[FlagLine]:
    """Return the client's flags in words, the most urgent first."""
    sessions = {str(row.id): row for row in of.sessions}
    return [
        FlagLine(
            flag=flag,
            sentence=_TEXTS[flag.key](flag, of, sessions),
            at=_at(flag, of, sessions),
            today=of.today,
            rule=rule_in_force(flag.key, of.settings[flag.key]),
            rows=_rows(flag, of, sessions),
            step=_step(flag, of),
        )
        for flag in of.flags
    ]


# --- what a flag says -----------------------------------------------------------------------------------------

_Sessions = Mapping[str, SessionRow]


def _at(flag: Flag, of: Lately, sessions: _Sessions) -> datetime | None:
    session = sessions.get(str(flag.values.get("session")))
    return session.at.astimezone(ZoneInfo(of.client.time_zone)) if session else None


def _where(flag: Flag, of: Lately, sessions: _Sessions) -> dict[str, object]:
    session = sessions[str(flag.values["session"])]
    hurt = of.hurts.get(str(session.id))
    return {"value": flag.values["value"], "exercise": hurt.exercise if hurt else "", "at": MOMENT}


def _hurt_ended(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    words = _where(flag, of, sessions)
    if words["exercise"]:
        return _("“This hurts” ended a session during %(exercise)s, %(at)s") % words
    return _("“This hurts” ended a session, %(at)s") % words


def _pain_high(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    words = _where(flag, of, sessions)
    session = sessions[str(flag.values["session"])]
    if (session.worst or 0) < int(str(flag.values["value"])):
        return _("Pain %(value)s before a session, %(at)s") % words
    if words["exercise"]:
        return _("Pain %(value)s during %(exercise)s, %(at)s") % words
    return _("Pain %(value)s during a session, %(at)s") % words


def _pain_jump(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    words = _where(flag, of, sessions)
    if words["exercise"]:
        return _("Pain up %(value)s points during %(exercise)s, %(at)s") % words
    return _("Pain up %(value)s points in a session, %(at)s") % words


def _pain_rising(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    return _("Pain before sessions: %(first)s in the first week, now %(last)s") % flag.values


def _missed(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    count = int(str(flag.values["count"]))
    return ngettext("%(count)d planned session not done", "%(count)d planned sessions in a row not done", count) % {
        "count": count
    }


def _silent(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    count = int(str(flag.values["count"]))
    return ngettext("No session for %(count)d day", "No session for %(count)d days", count) % {"count": count}


def _not_started(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    count = int(str(flag.values["count"]))
    if of.client.state == Client.State.INVITED:
        return ngettext("Not started, invited %(count)d day ago", "Not started, invited %(count)d days ago", count) % {
            "count": count
        }
    return ngettext("No first session for %(count)d day", "No first session for %(count)d days", count) % {
        "count": count
    }


def _too_hard(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    return _("“Too hard” %(count)s times running") % flag.values


def _too_easy(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    return _("“Too easy” %(count)s times: ready for the next step") % flag.values


def _question(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    count = int(str(flag.values["count"]))
    return ngettext(
        "A message waits for %(count)d working day", "A message waits for %(count)d working days", count
    ) % {"count": count}


def _suggestion(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    count = int(str(flag.values["count"]))
    return ngettext("A rule suggests a change", "Rules suggest %(count)d changes", count) % {"count": count}


def _plan_ends(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    count = int(str(flag.values["count"]))
    if count == 0:
        return _("The plan ends today")
    return ngettext("The plan ends in %(count)d day", "The plan ends in %(count)d days", count) % {"count": count}


def _alert(flag: Flag, of: Lately, sessions: _Sessions) -> str:
    return alert_sentence(of.alerts[str(flag.values["row"])])


_Text = Callable[[Flag, Lately, _Sessions], str]
_TEXTS: Final[Mapping[str, _Text]] = {
    "alert_urgent": _alert,
    "hurt_ended": _hurt_ended,
    "pain_high": _pain_high,
    "pain_jump": _pain_jump,
    "alert": _alert,
    "pain_rising": _pain_rising,
    "missed": _missed,
    "silent": _silent,
    "not_started": _not_started,
    "too_hard": _too_hard,
    "question": _question,
    "suggestion": _suggestion,
    "plan_ends": _plan_ends,
    "too_easy": _too_easy,
}


# --- what its rule says ---------------------------------------------------------------------------------------


def rule_in_force(key: str, setting: Setting) -> str:
    """Return the rule as it is in force, and whether it was set for this one client."""
    words = rule_words(key, setting.numbers)
    return _("%(rule)s Set for this client.") % {"rule": words} if setting.is_own else words


def rule_words(key: str, numbers: Mapping[str, int]) -> str:
    """Return the rule with the numbers in force, as practitioners read it."""
    return _RULES[key]() % numbers


def own_rules_words(before: Stored, after: Stored, practice: Mapping[str, Setting]) -> str:
    """Return what changed in the rules of one client, sentences for each rule; practice: as it had them then."""
    old, new = settings_for(before, practice), settings_for(after, practice)
    return " ".join(
        _own_rule_words(key, old[key], new[key]) for key in new if (before.get(key) or {}) != (after.get(key) or {})
    )


def _own_rule_words(key: str, old: Setting, new: Setting) -> str:
    rule = rule_words(key, new.numbers)
    if not new.is_own:
        words = _("As in the practice again: %(rule)s") % {"rule": rule}
    elif not new.is_on:
        return _("Off for this client: %(rule)s") % {"rule": rule}
    else:
        words = _("On for this client: %(rule)s") % {"rule": rule}
    if not old.is_on:
        return _("%(words)s Before: off.") % {"words": words}
    changed = [str(number) for name, number in old.numbers.items() if number != new.numbers[name]]
    if not changed:
        return words
    return _("%(words)s Before: %(numbers)s.") % {"words": words, "numbers": ", ".join(changed)}


_RULES: Final[Mapping[str, Callable[[], str]]] = {
    "alert_urgent": lambda: _("A safety question was answered with yes, or “Stop” was pressed, and nobody cleared it."),
    "hurt_ended": lambda: _("“This hurts” ended a session in the last 14 days."),
    "pain_high": lambda: _("Pain of %(pain)s or more before or during a session of the last 14 days."),
    "pain_jump": lambda: _("Pain rose by %(points)s points or more within a session of the last 14 days."),
    "alert": lambda: _("An alert that can wait is open."),
    "pain_rising": lambda: _(
        "Pain before the last %(sessions)s answered sessions is at least %(points)s above the middle answer of the "
        "plan’s first week."
    ),
    "missed": lambda: _("At least %(sessions)s planned sessions in a row were not begun."),
    "silent": lambda: _("A plan runs, and there was no session for %(days)s days."),
    "not_started": lambda: _("No session yet, %(days)s days after the invitation or the start of the plan."),
    "too_hard": lambda: _("Effort of %(effort)s or more in the last %(times)s answered sessions (“Too hard” is 9)."),
    "question": lambda: _("A message of theirs has waited for more working days than %(days)s."),
    "suggestion": lambda: _("A rule of the plan suggests a change that nobody has answered."),
    "plan_ends": lambda: _("The last running plan ends within %(days)s days."),
    "too_easy": lambda: _("Effort of %(effort)s or less in the last %(times)s answered sessions (“Too easy” is 3)."),
}


# --- where its rows are, and what is next ---------------------------------------------------------------------


def _rows(flag: Flag, of: Lately, sessions: _Sessions) -> list[Link]:
    client = of.client
    if flag.key in BY_ALERT:
        return [Link(alert_sentence(of.alerts[key]), "admin:alert", (int(key),)) for key in flag.evidence]
    found = [sessions[key] for key in flag.evidence if key in sessions]
    if found:
        return [
            Link(
                dated_words(row.at.astimezone(ZoneInfo(client.time_zone))),
                "admin:session",
                (row.id,),
            )
            for row in found[:ROWS_NAMED]
        ]
    since = flag.values.get("since")
    if isinstance(since, date) and flag.key in {"missed", "silent"}:
        words = _("Sessions, none since %(day)s") % {"day": date_format(since, "D j M")}
        return [Link(words, "admin:client_timeline", (client.pk,), "kind=session")]
    if isinstance(since, date):
        words = _("Everything since %(day)s") % {"day": date_format(since, "D j M")}
        return [Link(words, "admin:client_timeline", (client.pk,))]
    if flag.key == "question":
        return [Link(_("The messages"), "admin:thread", (client.pk,))]
    words = _("The plan and its suggestions") if flag.key == "suggestion" else _("The plan")
    return [Link(words, "admin:client_plans", (client.pk,))]


def _step(flag: Flag, of: Lately) -> Link:
    client = of.client
    if flag.key in BY_ALERT:
        return Link(_("Open the alert"), "admin:alert", (int(str(flag.values["row"])),))
    if flag.key in {"missed", "silent"}:
        return Link(_("Get in touch"), "admin:thread", (client.pk,))
    if flag.key == "not_started":
        if client.state == Client.State.INVITED:
            return Link(_("Invite again"), "admin:client_invitation", (client.pk,))
        return Link(_("Get in touch"), "admin:thread", (client.pk,))
    if flag.key == "question":
        return Link(_("Reply"), "admin:thread", (client.pk,))
    if flag.key == "suggestion":
        return Link(_("Decide"), "admin:client", (client.pk,))
    if flag.key == "plan_ends":
        return Link(_("Plan the next step"), "admin:assign_to", (client.pk,), f"copy={flag.values['plan']}")
    return Link(_("Review"), "admin:session", (flag.evidence[0],))
