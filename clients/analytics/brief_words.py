"""A visit brief in words: the lines on the page, and the plain text that is pasted into a record."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.analytics.decision_words import adjust_words
from clients.analytics.event_words import skip_words
from clients.rules.brief import COMPARED, Brief, Edit, History, Line, Value


class Answers(NamedTuple):
    """Sentences about suggestions: those that wait, and those that were accepted or declined since the last visit."""

    waiting: Sequence[str] = ()
    accepted: Sequence[str] = ()
    declined: Sequence[str] = ()


def line_words(line: Line) -> str:
    """Return the sentence of a line."""
    return _WORDS[line.kind]({name: _shown(value) for name, value in line.values.items()}, line.values)


def edit_words(edit: Edit) -> str:
    """Return what a proposed edit would do, as an order that a practitioner gives."""
    return adjust_words(edit.kind, edit.why.values["name"])


def period_words(history: History) -> str:
    """Return the days that the brief is about."""
    today = _day(history.today)
    if history.since is None:
        return _("Up to %(today)s, before the first visit") % {"today": today}
    return _("Since the visit on %(since)s, up to %(today)s") % {"since": _day(history.since), "today": today}


def plain_note(of: Brief, history: History, answers: Answers) -> str:
    """Return the note for the record: plain text, lines of its own, no name and no address."""
    parts = [
        (_("Changed"), [line_words(line) for line in of.changed]),
        (_("Exercises"), [line_words(line) for line in of.exercises]),
        (_("To ask"), [line_words(line) for line in of.ask]),
        (_("Proposed, not answered"), [*(edit_words(edit) + "." for edit in of.edits), *answers.waiting]),
        (_("Proposed and accepted"), answers.accepted),
        (_("Proposed and declined"), answers.declined),
    ]
    blocks = [_("Home exercise. %(period)s.") % {"period": period_words(history)}]
    blocks += ["\n".join([f"{title}:", *(f"- {each}" for each in lines)]) for title, lines in parts if lines]
    return "\n\n".join(blocks) + "\n"


def _day(day: date) -> str:
    return date_format(day, "j M Y")


def _shown(value: Value) -> object:
    return date_format(value, "j M") if isinstance(value, date) else value


_Shown = Mapping[str, object]
_Raw = Mapping[str, Value]


def _count(values: _Raw, name: str = "count") -> int:
    return int(str(values[name]))


def _next_day(shown: _Shown, raw: _Raw) -> str:
    text = ngettext(
        "Sorer the next day after %(count)s of %(answered)s session.",
        "Sorer the next day after %(count)s of %(answered)s sessions.",
        _count(raw, "answered"),
    )
    if _count(raw, "unanswered"):
        text += " " + _("%(unanswered)s not answered.")
    return text % shown


def _never_done(shown: _Shown, raw: _Raw) -> str:
    if raw["reason"]:
        return _("%(name)s: not done in %(count)s of %(count)s sessions, mostly “%(why)s”.") % {
            **shown,
            "why": skip_words(str(raw["reason"])),
        }
    return _("%(name)s: not done in %(count)s of %(count)s sessions.") % shown


def _pain_few(shown: _Shown, raw: _Raw) -> str:
    return (
        ngettext(
            "Pain before sessions: %(last)s (%(answers)s answer).",
            "Pain before sessions: %(last)s at the last one (%(answers)s answers).",
            _count(raw, "answers"),
        )
        % shown
    )


_WORDS: Final[Mapping[str, Callable[[_Shown, _Raw], str]]] = {
    "sessions_compared": lambda shown, raw: (
        ngettext(
            "%(done)s of %(due)s sessions done; %(done_before)s of %(due_before)s in the %(days)s day before.",
            "%(done)s of %(due)s sessions done; %(done_before)s of %(due_before)s in the %(days)s days before.",
            _count(raw, "days"),
        )
        % shown
    ),
    "sessions": lambda shown, raw: _("%(done)s of %(due)s sessions done.") % shown,
    "nothing_due": lambda shown, raw: _("No session was due."),
    "pain_down": lambda shown, raw: (
        _(
            "Pain before sessions: down from %(first)s to %(last)s, the middle of the first %(ends)s and of the last "
            "%(ends)s of %(answers)s answers."
        )
        % {**shown, "ends": COMPARED}
    ),
    "pain_up": lambda shown, raw: (
        _(
            "Pain before sessions: up from %(first)s to %(last)s, the middle of the first %(ends)s and of the last "
            "%(ends)s of %(answers)s answers."
        )
        % {**shown, "ends": COMPARED}
    ),
    "pain_same": lambda shown, raw: (
        _(
            "Pain before sessions: %(last)s as at first, the middle of the first %(ends)s and of the last %(ends)s of "
            "%(answers)s answers."
        )
        % {**shown, "ends": COMPARED}
    ),
    "pain_few": _pain_few,
    "pain_unanswered": lambda shown, raw: _("Pain before sessions was not answered."),
    "strong": lambda shown, raw: (
        ngettext(
            "Worst pain %(worst)s, on %(on)s.",
            "Worst pain %(worst)s, on %(on)s; 7 or more in %(count)s sessions.",
            _count(raw),
        )
        % shown
    ),
    "next_day": _next_day,
    "in_flare": lambda shown, raw: _("Flare-up since %(first)s, day %(day)s.") % shown,
    "flare": lambda shown, raw: _("Flare-up from %(first)s to %(last)s.") % shown,
    "plan_changed": lambda shown, raw: _("Plan changed on %(on)s: %(what)s") % shown,
    "ask_hurt": lambda shown, raw: (
        ngettext(
            "What happened in %(exercise)s on %(on)s, when “This hurts” was pressed?",
            "“This hurts” was pressed in %(count)s sessions, last in %(exercise)s on %(on)s. What happened?",
            _count(raw),
        )
        % shown
    ),
    "ask_next_day": lambda shown, raw: (
        _("How was the day after %(on)s? Pain was %(points)s points above that before the session.") % shown
    ),
    "ask_note": lambda shown, raw: _("They wrote on %(on)s: “%(note)s”") % shown,
    "ask_silence": lambda shown, raw: _("What got in the way? No session for %(days)s days, since %(since)s.") % shown,
    "ask_skips": lambda shown, raw: (
        ngettext(
            "The reason “%(why)s” was given once. What would help?",
            "The reason “%(why)s” was given %(count)s times. What would help?",
            _count(raw),
        )
        % {**shown, "why": skip_words(str(raw["reason"]))}
    ),
    "ask_hard": lambda shown, raw: _("What made the last %(count)s sessions too hard?") % shown,
    "ask_easy": lambda shown, raw: (
        _("The last %(count)s sessions were too easy. Are they ready for the next step?") % shown
    ),
    "ask_never": lambda shown, raw: (
        _("Is %(exercise)s clear? It was asked for %(count)s times and never done.") % shown
    ),
    "ask_helped": lambda shown, raw: _("What helped? Pain before sessions went from %(first)s to %(last)s.") % shown,
    "painful": lambda shown, raw: (
        ngettext(
            "%(name)s: more pain than before in %(count)s of %(sessions)s session.",
            "%(name)s: more pain than before in %(count)s of %(sessions)s sessions.",
            _count(raw, "sessions"),
        )
        % shown
    ),
    "never_done": _never_done,
}
