"""Words of the practitioner's pages that templates cannot make by themselves."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.analytics.caseload import Caseload, Row
from clients.analytics.change_words import change_words
from clients.analytics.client_page import Share
from clients.analytics.day_words import NAMED_DAYS, day_words, whole_date
from clients.analytics.flag_words import MOMENT, FlagLine, Link
from clients.analytics.lengths import length_words
from clients.analytics.session_page import ItemDone
from clients.analytics.timeline import Entry
from clients.models import Alert, Assignment, Client
from clients.rules.contraindications import Caution
from clients.rules.diff_words import Words
from clients.rules.office_hours import ANSWERS_WITHIN_DAYS
from clients.rules.schedule import Schedule
from clients.services.adjust import Swap
from routines.content import Gate
from routines.library.starter import vocabulary

register = template.Library()


@register.simple_tag
def caseload_columns() -> list[str]:
    """Return the headings of the caseload's columns."""
    return [
        _("Client"),
        _("Why they are here"),
        _("Last 14 days"),
        _("Pain before"),
        _("Last session"),
        _("Next step"),
    ]


@register.simple_tag
def absence_columns() -> list[str]:
    """Return the headings of the list of absences."""
    return [_("Who is away"), _("Who covers"), _("Days"), _("Change")]


@register.simple_tag
def pain_change(before: int | None, after: int | None) -> str:
    """Return pain before and after in words; an unanswered question is said to be unanswered."""
    if before is None and after is None:
        return _("pain not answered")
    shown = {"before": "–" if before is None else before, "after": "–" if after is None else after}
    return _("pain %(before)s before, %(after)s after") % shown


@register.simple_tag
def next_step(row: Row, may_treat: bool) -> dict[str, str]:
    """Return the text and address of a row's one button: what to do about this client next.

    may_treat: whether the person gives plans; an owner only looks.
    """
    if row.worst is not None and is_for(row.worst.step, may_treat):
        return {"text": row.worst.step.text, "url": link_url(row.worst.step)}
    client = row.client
    page = reverse("admin:client", args=[client.pk])
    if client.state in {Client.State.DISCHARGED, Client.State.ON_HOLD}:
        return {"text": _("Open"), "url": page}
    if not row.plan_name and may_treat:
        return {"text": _("Assign"), "url": reverse("admin:assign_to", args=[client.pk])}
    if client.state == Client.State.INVITED:
        return {"text": _("Invitation"), "url": f"{page}#invitation"}
    if row.last_session_id:
        return {"text": _("Review"), "url": reverse("admin:session", args=[row.last_session_id])}
    return {"text": _("Open"), "url": page}


@register.filter
def is_for(link: Link, may_treat: bool) -> bool:
    """Whether a link opens for somebody who gives plans, or for one who only looks."""
    return may_treat or link.name != "admin:assign_to"


@register.filter
def link_url(link: Link) -> str:
    """Return the address of a link inside the admin site."""
    address = reverse(link.name, args=link.args)
    return f"{address}?{link.query}" if link.query else address


@register.inclusion_tag("components/badge.html")
def alert_badge(alert: Alert) -> dict[str, Any]:
    """A badge that says how urgent an alert is, and whether it locks the plan."""
    tones = {Alert.Level.EMERGENCY: "danger", Alert.Level.SAME_DAY: "danger", Alert.Level.SOON: "warn"}
    locks = alert.locks and alert.cleared_at is None
    text = _("%(level)s, plan locked") % {"level": alert.get_level_display()} if locks else alert.get_level_display()
    return {"text": text, "tone": tones.get(Alert.Level(alert.level), "neutral"), "icon": "lock" if locks else "alert"}


def waiting_words(days: int) -> str:
    """Return how long a client has waited, for practitioners."""
    if days == 0:
        return _("waiting under 1 working day")
    return ngettext("waiting %(days)d working day", "waiting %(days)d working days", days) % {"days": days}


@register.inclusion_tag("components/badge.html")
def waiting_badge(days: int) -> dict[str, Any]:
    """A badge that says how many working days a client has waited for an answer; longer than promised is a warning."""
    late = days > ANSWERS_WITHIN_DAYS
    return {"text": waiting_words(days), "tone": "warn" if late else "info", "icon": "clock"}


@register.simple_tag
def page_query(page: Caseload, step: int) -> str:
    """Return the query of the page before (-1) or after (1)."""
    lead = {"lead": str(page.lead)} if page.lead is not None else {}
    return urlencode({"tab": page.tab, "q": page.query, **lead, "page": str(page.page + step)})


@register.simple_tag
def when(at: datetime | None, client: Client, today: date, *, in_link: bool = False) -> SafeString:
    """Return the moment in the client's own time; "" for none. in_link: the link around it has the focus."""
    if at is None:
        return SafeString("")
    return _moment(at.astimezone(ZoneInfo(client.time_zone)), today, has_focus=not in_link)


@register.simple_tag
def flag_sentence(line: FlagLine, *, in_summary: bool = False) -> SafeString:
    """Return what a flag says, with the moment as `when` shows it. in_summary: the summary around it has the focus."""
    if line.at is None:
        return conditional_escape(line.sentence)
    before, _moment_here, after = line.sentence.partition(MOMENT)
    moment = _moment(line.at, line.today, has_focus=not in_summary, inside=True)
    return format_html("<span>{}{}{}</span>", before, moment, after)


def _moment(at: datetime, today: date, *, has_focus: bool, inside: bool = False) -> SafeString:
    """Return a moment of the client's own time.

    Beside "Today" and "Yesterday" stands the whole date, which a screen reader says and others see by pointing at the
    words, by a tap or with the keyboard; within a link, which a tap opens, phones show it at once.
    """
    words, stamp = day_words(at, today=today, inside=inside), at.isoformat(timespec="minutes")
    if (today - at.date()).days not in NAMED_DAYS:
        return format_html('<time datetime="{}">{}</time>', stamp, words)
    return format_html(
        '<time class="when" datetime="{}"{}>{}<span class="hidden-text when__whole"> {}</span></time>',
        stamp,
        SafeString(' tabindex="0"' if has_focus else ""),
        words,
        whole_date(at),
    )


@register.simple_tag
def share(counts: Share) -> str:
    """Return "4 of 5", and a dash where nothing was due."""
    if not counts.due:
        return "–"
    return _("%(done)s of %(due)s") % {"done": counts.done, "due": counts.due}


@register.filter
def tag_words(tag: str) -> str:
    """Return what a contraindication tag means."""
    return _(vocabulary().tags.get(tag, tag))


register.filter(change_words)


@register.simple_tag
def session_columns(may_treat: bool) -> list[str]:
    """Return the headings of a session's exercises; who treats the client may change them for the next time."""
    columns = [_("Exercise"), _("Prescribed"), _("Done"), _("Marks")]
    return [*columns, _("Next time")] if may_treat else columns


@register.simple_tag
def swaps_for_item(swaps: Mapping[int, Sequence[Swap]], item: ItemDone) -> Sequence[Swap]:
    """Return what may take the place of a session's exercise."""
    return swaps.get(item.exercise_id, ())


@register.simple_tag
def sessions_columns() -> list[str]:
    """Return the headings of a client's sessions."""
    return [_("Session"), _("Done"), _("Pain"), _("Effort"), _("Note")]


@register.simple_tag
def all_sessions_columns() -> list[str]:
    """Return the headings of all sessions of a client."""
    return [_("Session"), _("Prescribed"), _("Done"), _("Pain"), _("Effort"), _("Note")]


@register.filter
def share_words(fraction: float) -> str:
    """Return a session's fraction as a whole percent, rounded down."""
    return f"{int(fraction * 100)}\N{NO-BREAK SPACE}%"


@register.filter
def schedule_words(schedule: Mapping[str, Any]) -> str:
    """Return when a plan asks for sessions: "Monday, Thursday, 2 times a day, until 20 Dec 2026"."""
    read = Schedule.from_dict(schedule)
    words = Words(gettext=_, ngettext=ngettext)
    days = words.days_words(read.per_week if read.per_week is not None else sorted(read.weekdays))
    if read.kind == "walk":
        days = _("a walk on %(days)s") % {"days": days}
    parts = [days[:1].upper() + days[1:]]
    times = read.times_per_day
    if read.window is None:
        parts.append(ngettext("%(count)d time a day", "%(count)d times a day", times) % {"count": times})
    else:
        parts.append(ngettext("%(count)d break a day", "%(count)d breaks a day", times) % {"count": times})
        first, last = (at.isoformat(timespec="minutes") for at in read.window)
        parts.append(_("between %(first)s and %(last)s") % {"first": first, "last": last})
    if read.ends_on is not None:
        parts.append(_("until %(day)s") % {"day": date_format(read.ends_on, "j M Y")})
    if read.reminder_times:
        clocks = ", ".join(at.isoformat(timespec="minutes") for at in read.reminder_times)
        parts.append(_("reminders at %(times)s") % {"times": clocks})
    return ", ".join(parts)


@register.simple_tag
def pain_sentence(first: int | None, last: int | None, count: int) -> str:
    """Return the one sentence that says a pain chart."""
    if first is None or last is None:
        return _("No pain answers yet")
    return ngettext(
        "Pain before sessions: %(first)s at first, %(last)s at the latest, %(count)d session",
        "Pain before sessions: %(first)s at first, %(last)s at the latest, %(count)d sessions",
        count,
    ) % {"first": first, "last": last, "count": count}


@register.simple_tag
def length(row: Any) -> str:
    """Return how long an exercise of the editor takes, "" while that is not known."""
    return length_words(row.seconds) if row.words else ""


@register.simple_tag
def caution_title(caution: Caution) -> str:
    """Return the first words of a caution, by how serious it is."""
    if caution.scope == "approval":
        return _("Your approval is needed for this exercise.")
    if caution.scope == "routine":
        return _("This routine is not meant for:")
    words = {
        "block": _("Not possible with:"),
        "avoid": _("To be avoided with:"),
        "ask": _("Ask yourself first:"),
        "adapt": _("Adapt it for:"),
    }
    return words[caution.level]


@register.filter
def gate_words(gate: Gate) -> str:
    """Return the conditions of a gate in words, the way a practitioner reads them."""
    known = vocabulary()
    parts = []
    if gate.pain_before_max is not None:
        parts.append(_("pain before the session is %(pain)s or less") % {"pain": gate.pain_before_max})
    if gate.pain_during_max is not None:
        parts.append(_("pain in the last 3 sessions was %(pain)s or less") % {"pain": gate.pain_during_max})
    if gate.pain_next_day_delta_max is not None:
        parts.append(_("pain rose by %(points)s at most by the next day") % {"points": gate.pain_next_day_delta_max})
    if gate.sessions_completed_min is not None:
        least = gate.sessions_completed_min
        parts.append(
            ngettext("%(count)d session of it is done", "%(count)d sessions of it are done", least) % {"count": least}
        )
    if gate.effort_max is not None:
        parts.append(_("effort in the last 2 sessions was %(effort)s or less") % {"effort": gate.effort_max})
    if gate.leg_symptoms is not None:
        parts.append(_("leg symptoms are better") if gate.leg_symptoms == "better" else _("leg symptoms are not worse"))
    if gate.equipment_confirmed:
        thing = known.equipment.get(gate.equipment_confirmed, gate.equipment_confirmed.replace("_", " "))
        parts.append(_("the client ticks that this is in place: %(thing)s") % {"thing": _(thing)})
    text = "; ".join(parts)
    if gate.excluded_tags:
        tags = ", ".join(tag.replace("_", " ") for tag in gate.excluded_tags)
        text = f"{text}. " + _("Never with: %(tags)s") % {"tags": tags}
    return f"{text}."


@register.simple_tag
def plan_tabs(plan: Assignment, current: str) -> list[dict[str, Any]]:
    """Return the pages of one plan as tabs."""
    pages = (
        ("lanes", _("Lanes"), "admin:plan_lanes"),
        ("rules", _("Rules"), "admin:plan_rules"),
        ("what_if", _("What if"), "admin:what_if"),
    )
    return [
        {"text": text, "url": reverse(name, args=[plan.pk]), "current": key == current, "count": None}
        for key, text, name in pages
    ]


@register.simple_tag
def client_tabs(client: Client, current: str) -> list[dict[str, Any]]:
    """Return the pages of one client as tabs."""
    pages = (
        ("overview", _("Overview"), "admin:client"),
        ("sees", _("Sees today"), "admin:client_sees"),
        ("timeline", _("Timeline"), "admin:client_timeline"),
        ("plans", _("Plan"), "admin:client_plans"),
        ("sessions", _("Sessions"), "admin:client_sessions"),
        ("notes", _("Notes"), "admin:client_notes"),
        ("goals", _("Goals"), "admin:client_goals"),
        ("brief", _("Visit brief"), "admin:brief"),
        ("report", _("Report"), "admin:client_report"),
        ("people", _("People"), "admin:client_people"),
        ("details", _("Details"), "admin:client_details"),
    )
    return [
        {"text": text, "url": reverse(name, args=[client.pk]), "current": key == current, "count": None}
        for key, text, name in pages
    ]


@register.simple_tag
def timeline_filters(client: Client, kinds: Sequence[str], current: str) -> list[dict[str, Any]]:
    """Return the filters of a client's timeline: what each shows, its address, and whether it is the one chosen."""
    words = {
        "session": _("Sessions"),
        "message": _("Messages"),
        "plan": _("Plans"),
        "alert": _("Alerts"),
        "flag": _("Flags"),
        "flare": _("Flare-ups"),
        "rule": _("Rules"),
        "visit": _("Visits"),
        "note": _("Notes"),
    }
    address = reverse("admin:client_timeline", args=[client.pk])
    everything = {"text": _("Everything"), "url": address, "current": not current}
    return [everything] + [
        {"text": words[kind], "url": f"{address}?kind={kind}", "current": kind == current} for kind in kinds
    ]


@register.filter
def entry_url(entry: Entry) -> str:
    """Return the address of what a timeline's entry is about, "" for none."""
    return reverse(entry.page, args=[entry.key]) if entry.page else ""


@register.filter
def entry_icon(kind: str) -> str:
    """Return the icon of a kind of entry."""
    icons = {
        "session": "exercise",
        "message": "messages",
        "plan": "plan",
        "alert": "alert",
        "flag": "eye",
        "flare": "leaf",
        "rule": "list",
        "note": "note",
    }
    return icons.get(kind, "person")


@register.simple_tag
def what_if_columns() -> list[str]:
    """Return the headings of the what-if's table."""
    return [_("Day"), _("Rule"), _("As it is"), _("Tried out")]


@register.filter
def stage_words(stage: str) -> str:
    """Return the moment at which a rule spoke."""
    return {
        "check_in": _("at the check-in"),
        "session": _("after the session"),
        "next_day": _("the next day"),
        "flare": _("in a flare-up"),
    }[stage]
