"""The phone beside a plan: what the client will see, made by the client's own templates."""

from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from clients.analytics.goals import goal_ahead, minutes_asked
from clients.analytics.plans import pauses_of
from clients.analytics.today import Card, Today, shown_of
from clients.analytics.week_strip import begins_on
from clients.models import Client
from clients.rules.schedule import Schedule, monday_of
from clients.views.practitioner.editor import PlanEditor


def phone_while_writing(editor: PlanEditor) -> str:
    """Return the markup of the phone for a plan that is being written, in the client's language."""
    form = editor.plan_form
    starts_on = form.cleaned_data.get("starts_on") if form.is_valid() else None
    day = max(starts_on or editor.today, editor.today)  # a plan that runs is seen as it will be from today
    cards = []
    entries = editor.entries
    schedule = form.cleaned_data.get("schedule") if form.is_valid() else None
    if schedule is not None:
        day = _first_day(editor, schedule, day)
    if editor.rows:
        cards.append(
            Card(
                assignment_id=0,
                name=form["name"].value() or "",
                on=day,
                slot=1,
                slots=form.cleaned_data.get("times_per_day") or 1 if form.is_valid() else 1,
                minutes=minutes_asked(entries[0]) if editor.goal == "walk" and entries else editor.minutes,
                exercises=editor.exercises,
                kit=editor.kit,
                state="ready",
                session_id=None,
                note="",
                shown=shown_of(entries),
                bites=len(editor.bites),
                goal=goal_ahead(schedule, entries) if schedule and schedule.is_goal else None,
            )
        )
    return _phone(editor.client, day, cards, entries=entries)


def _first_day(editor: PlanEditor, schedule: Schedule, day: date) -> date:
    """Return the first day from `day` on, today or later, on which the client finds a session of the plan to do."""
    if editor.running is None:
        return begins_on(schedule, day)
    counted = editor.running.sessions.filter(counted=True, occurrence_on__gte=monday_of(day))
    done = set(counted.values_list("occurrence_on", flat=True))
    after = day + timedelta(days=1) if day in done else day
    return begins_on(schedule, after, days_done=done, pauses=pauses_of(editor.running))


def phone_of_today(client: Client, page: Today) -> str:
    """Return the markup of the phone as the client's Today stands now."""
    return _phone(client, page.day, page.cards, page=page)


def _phone(client: Client, day: date, cards: list[Card], **more: Any) -> str:
    with translation.override(client.language):
        looks = {"is_at_desk": True, "client_record": client, "practice": client.practice}
        context = {"client": client, "day": day, "cards": cards, **looks, **more}
        return render_to_string("clients/practitioner/phone.html", context)
