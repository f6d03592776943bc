"""Words of client pages that templates cannot make by themselves."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.analytics.after import AnswerChange
from clients.analytics.plans import Plan
from clients.analytics.stopped import Stopped
from clients.analytics.when_words import when_words
from clients.exports.prescription import bites_of, exercise_count, kit_name, kit_of, plan_seconds, whole_minutes
from clients.forms import EFFORT_CHOICES, LEG_CHOICES
from clients.models import Client, Message, Session
from clients.preference_forms import MOMENTS
from clients.rules.diff_words import ClientWords
from clients.rules.habits import OWN_WORDS, through_the_day
from clients.rules.helping import PainStory, WeekStory
from clients.rules.noted import How
from clients.rules.plan_diff import Change
from portal.lib import dates

register = template.Library()

PREVIEW = 80  # characters of a message on Today: two lines of a phone; engineering bound
A_MINUTE_AND_A_HALF = 90  # seconds below which a time is said in seconds


@register.filter
def kit_words(kit: Iterable[str]) -> str:
    """Return what is needed as one line: "You need: mat, pillow or cushion"; empty for no kit."""
    things = [kit_name(key) for key in kit]
    return _("You need: %(things)s") % {"things": ", ".join(things)} if things else ""


@register.filter
def about_minutes(minutes: int) -> str:
    """Return "About 12 minutes"."""
    return ngettext("About %(count)d minute", "About %(count)d minutes", minutes) % {"count": minutes}


@register.filter
def walks_words(walks: Iterable[tuple[Any, int]]) -> str:
    """Return "10 minutes and 15 minutes" for walks of so many minutes."""
    each = [ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes} for _key, minutes in walks]
    return get_text_list(each, _("and"))


register.filter("in_a_session", exercise_count)


@register.filter
def exercises_count(count: int) -> str:
    """Return "6 exercises"."""
    return ngettext("%(count)d exercise", "%(count)d exercises", count) % {"count": count}


@register.simple_tag
def stopped_words(stopped: Stopped) -> SafeString:
    """Return "You stopped at Bridge, set 2 of 3." in the player's words."""
    title = stopped.title
    if stopped.foreign:
        title = format_html('<span lang="{}">{}</span>', stopped.foreign, title)
    sentence = _("You stopped at {title}, set {set} of {sets}.") if stopped.sets > 1 else _("You stopped at {title}.")
    return format_html(sentence, title=title, set=stopped.set, sets=stopped.sets)


@register.filter
def first_words(message: Message) -> str:
    """Return how a message of the clinic begins, for one line; what it is about where nothing was written."""
    notes = message.detail.get("notes") or [{"text": ""}]
    written = Truncator(" ".join((message.text or notes[0]["text"]).split())).chars(PREVIEW)
    if written or message.kind != Message.Kind.PLAN:
        return written
    return _("%(name)s changed your plan") % {"name": message.author.get_short_name()}


@register.simple_tag
def done_of(done: int, planned: int) -> str:
    """Return "2 of 5 sessions done"; a sentence of its own where nothing is asked for."""
    if not planned:
        return _("Nothing you have to do this week")
    return _("%(done)d of %(planned)d sessions done") % {"done": done, "planned": planned}


register.filter("schedule_words", when_words)


@register.filter
def plan_minutes(plan: Plan) -> int:
    """Return the whole minutes that one session of the plan takes."""
    return whole_minutes(plan_seconds(plan.prescribed))


@register.filter
def plan_kit(plan: Plan) -> list[str]:
    """Return what a session of the plan needs, each thing once."""
    return kit_of(plan.prescribed)


@register.filter
def effort_words(effort: int | None) -> str:
    """Return the answer that stands for the effort (0-10), "" when there was none; an odd number is told as it is."""
    return (
        "" if effort is None else str(dict(EFFORT_CHOICES).get(str(effort), _("%(effort)s of 10") % {"effort": effort}))
    )


@register.filter
def answer_change(change: AnswerChange) -> str:
    """Return "Pain after: 1 instead of 2 (changed at 09:14)", in the time zone of the page."""
    names = {
        "pain_before": _("Pain before"),
        "pain_peak": _("Most pain"),
        "pain_after": _("Pain after"),
        "leg_symptoms": _("Your leg"),
        "leg_pain": _("Pain in your leg"),
        "effort": _("How hard it was"),
        "note": _("Your note"),
    }
    return _("%(what)s: %(now)s instead of %(was)s (changed at %(time)s)") % {
        "what": names[change.field],
        "now": _answer_words(change.field, change.now),
        "was": _answer_words(change.field, change.was),
        "time": time_format(timezone.localtime(change.at), "H:i"),
    }


def _answer_words(field: str, value: Any) -> str:
    if value in (None, ""):
        return _("not answered")
    choices: list[tuple[str, Any]] = {"effort": EFFORT_CHOICES, "leg_symptoms": LEG_CHOICES}.get(field, [])
    return str(dict(choices).get(str(value), value))


HOW_ICONS: dict[How, str] = {"guided": "play", "mixed": "list", "ticked": "check", "later": "history"}


@register.inclusion_tag("components/badge.html")
def how_badge(how: How) -> dict[str, Any]:
    """A badge that says how a session came into the record: the honest dose."""
    words: dict[How, str] = {
        "guided": _("Guided by the app"),
        "mixed": _("Part guided, part ticked"),
        "ticked": _("Ticked by you"),
        "later": _("Filled in later"),
    }
    return {"text": words[how], "tone": "neutral", "icon": HOW_ICONS[how]}


def how_word(how: How) -> str:
    """Return the same in one word, for lists."""
    words: dict[How, str] = {
        "guided": _("Guided"),
        "mixed": _("Part ticked"),
        "ticked": _("Ticked"),
        "later": _("Filled in later"),
    }
    return words[how]


@register.simple_tag
def habit_sentence(client: Any) -> str:
    """Return the if-then plan in the client's own words: "After I have lunch, in the kitchen."; "" for none."""
    moment = str(MOMENTS.get(getattr(client, "anchor", ""), "")) or getattr(client, "anchor_words", "")
    place = getattr(client, "anchor_place", "")
    if moment and place:
        return _("After I %(moment)s, in: %(place)s") % {"moment": moment, "place": place}
    if moment:
        return _("After I %(moment)s") % {"moment": moment}
    return _("In: %(place)s") % {"place": place} if place else ""


@register.simple_tag
def sore_sentence(client: Any) -> str:
    """Return what the client planned for a sore day, "" for nothing."""
    lines = {
        "short_form": _("Your own plan for a sore day: the short form."),
        "one_exercise": _("Your own plan for a sore day: one exercise only."),
        "rest": _("Your own plan for a sore day: rest, and try tomorrow."),
    }
    return lines.get(getattr(client, "if_sore", ""), "")


@register.simple_tag
def pain_course(story: PainStory | None, is_harder_week: bool = False) -> str:
    """Return the one sentence on pain before sessions, "" without an answer; and a calm word after a harder week."""
    if story is None:
        return ""
    if is_harder_week and story.course != "harder":  # which has its own word for the whole time
        return _("%(sentence)s A harder week. That happens.") % {"sentence": _course(story)}
    return _course(story)


def _course(story: PainStory) -> str:
    values = {"first": story.first, "last": story.last, "count": story.weeks}
    if story.course == "single":
        return _("Your pain before a session was %(first)s at first and %(last)s the last time.") % values
    if story.course == "same":
        return (
            ngettext(
                "Your pain before sessions stayed at about %(last)s over %(count)d week.",
                "Your pain before sessions stayed at about %(last)s over %(count)d weeks.",
                story.weeks,
            )
            % values
        )
    went = (
        ngettext(
            "Your pain before sessions went from about %(first)s to about %(last)s in %(count)d week.",
            "Your pain before sessions went from about %(first)s to about %(last)s in %(count)d weeks.",
            story.weeks,
        )
        % values
    )
    if story.course == "harder":
        return _("%(sentence)s A harder time. That happens.") % {"sentence": went}
    return went


@register.simple_tag
def weeks_sentence(story: WeekStory) -> str:
    """Return in how many weeks something was done: "You moved in 9 of 12 weeks."; "" where nothing was planned."""
    if not story.weeks:
        return ""
    return _("You did something in %(active)d of %(weeks)d weeks.") % {"active": story.active, "weeks": story.weeks}


@register.simple_tag
def amount(number: int, is_timed: bool) -> str:
    """Return "20 times", which stays in one line, or "5 minutes" and "40 seconds" for seconds."""
    if not is_timed:
        words = ngettext("%(count)d time", "%(count)d times", number) % {"count": number}
        return words.replace(" ", "\N{NO-BREAK SPACE}")
    if number < A_MINUTE_AND_A_HALF:
        return ngettext("%(count)d second", "%(count)d seconds", number) % {"count": number}
    minutes = round(number / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


@register.simple_tag
def session_facts(session: Session, how: How | None) -> str:
    """Return one line on a session: how it was noted, whether it was left, minutes where timed, pain, how hard."""
    facts = [how_word(how)] if how is not None else []
    if session.state != Session.State.FINISHED:
        facts.append(_("Stopped part of the way"))
    if how == "guided" and session.finished_at is not None:
        minutes = max(1, round((session.finished_at - session.started_at).total_seconds() / 60))
        facts.append(ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes})
    if session.pain_before is not None and session.pain_after is not None:
        values = {"before": session.pain_before, "after": session.pain_after}
        facts.append(_("Pain %(before)s before, %(after)s after") % values)
    elif session.pain_before is not None:
        facts.append(_("Pain %(before)s before") % {"before": session.pain_before})
    if session.effort is not None:
        facts.append(effort_words(session.effort))
    return " · ".join(facts) if facts else _("No questions answered")


@register.filter
def of_key(values: Mapping[Any, Any], key: Any) -> Any:
    """Return the value of a key, None where there is none."""
    return values.get(key)


@register.simple_tag
def plan_bites(plan: Plan, client: Client, day: date) -> list[dict[str, Any]]:
    """Return the plan in small bites: {"when", "where", "minutes", "titles", "start"}; empty where it is short already.

    One hangs on the client's own moment, the others on moments around it, all in the order of the day. "start" is the
    address that starts a bite on the day (local date), "" where the plan has nothing left to do on it.
    """
    entries, found = bites_of(plan.prescribed, plan.schedule.bite_min)
    own = client.anchor or (OWN_WORDS if client.anchor_words else "")
    own_at = time.fromisoformat(min(client.reminder_times)) if client.reminder_times else None
    places = {
        "floor": _("On the floor"),
        "chair": _("On a chair"),
        "standing": _("Standing"),
        "anywhere": _("Where you like"),
    }
    starts = ""
    if (go := plan.next_go(day)) is not None:
        slot, begun = go
        starts = reverse("player", args=[begun.pk]) if begun else reverse("check_in", args=[plan.assignment.pk, slot])
    return [
        {
            "when": habit_sentence(client) if moment == own else _("After I %(moment)s") % {"moment": MOMENTS[moment]},
            "where": " · ".join(places[place] for place in bite.places),
            "minutes": whole_minutes(bite.seconds),
            "titles": [(entries[index].title, entries[index].foreign) for index in bite.parts],
            "start": starts and f"{starts}?bite={entries[bite.parts[0]].item.pk}",
        }
        for bite, moment in zip(found, through_the_day(len(found), own=own, own_at=own_at), strict=True)
    ]


@register.simple_tag
def day_query(address: str, day: date) -> str:
    """Return the address for a session of that day rather than of today."""
    return f"{address}?day={day.isoformat()}"


@register.filter
def long_day(day: date) -> str:
    """Return "Friday 27 November"."""
    return dates.long_day(day)


@register.filter
def day_and_month(day: date) -> str:
    """Return "27 November"."""
    return dates.day_and_month(day)


@register.filter
def full_day(day: date) -> str:
    """Return "27 November 2026"."""
    return dates.full_day(day)


@register.filter
def local_day(at: datetime) -> date:
    """Return the day of an instant in the zone in force."""
    return timezone.localtime(at).date()


@register.filter
def local_day_words(at: datetime) -> str:
    """Return the day of an instant in the zone in force: "Friday 27 November"."""
    return dates.long_day(local_day(at))


@register.filter
def change_sentences(changes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what a new version of the plan changed, a sentence each, for the client."""
    words = ClientWords(gettext=_, ngettext=ngettext, day_words=dates.full_day)
    return [words.sentence(Change.from_dict(change)) for change in changes]


@register.simple_tag
def pain_sentences(stop: int, name: str) -> list[tuple[str, str]]:
    """Return what each pain number from 0 to 10 means, as (title, advice); `stop` is the highest that is all right."""
    words = [_("no pain"), *[_("mild")] * 3, *[_("medium")] * 3, *[_("strong")] * 3, _("the worst pain")]
    go = _("You can exercise today. %(name)s's advice: stop if it goes above %(stop)s.") % {"name": name, "stop": stop}
    rest = _("That is above %(stop)s, where %(name)s asks you to stop. Rest today, or do only a little.") % {
        "name": name,
        "stop": stop,
    }
    return [
        (_("%(number)s is %(word)s.") % {"number": number, "word": word}, go if number <= stop else rest)
        for number, word in enumerate(words)
    ]
