"""Giving a plan and changing it: exercises, days and words on one page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import check_can_treat
from clients.analytics.client_sentences import name_at_first, walk_name
from clients.analytics.lengths import length_words
from clients.analytics.moments import practice_model
from clients.analytics.today import local_day
from clients.errors import Invalid, WrongState
from clients.models import Assignment, AssignmentVersion, Client, PlanSketch, PrescribedItem
from clients.plan_forms import PlanForm
from clients.rules import contraindications
from clients.rules.contraindications import Answer
from clients.rules.schedule import TEMPLATE_FIELDS, Schedule
from clients.rules.schedule_reading import ScheduleError
from clients.services.assign import assign_routine, change_plan
from clients.services.drafting import ItemDraft, drafts_of
from clients.services.sketches import drop_sketch, keep_sketch
from clients.services.templates import save_as_template
from clients.views.practitioner.choosing import LOOK, a_walk, choose_routine
from clients.views.practitioner.client import plan_for
from clients.views.practitioner.door import client_for, desk, desk_page
from clients.views.practitioner.editor import ADD_FIELD, PlanEditor
from clients.views.practitioner.phone import phone_while_writing
from clients.views.practitioner.posting import posted
from portal.accounts.requests import DeskRequest
from portal.lib.numbers import whole_in
from routines.content import ContentError
from routines.models import Routine
from routines.views.picker import found_for, hits

TEMPLATE = "template"  # the button that saves a routine
WALKS_AT_FIRST = 3  # days a week, as the walking plan begins; source: clinical.md 3, rule 5
WEEKS_AT_FIRST = 4  # of a plan from nothing; source: screens.md 3.3
DRAFT = "draft"  # the button that keeps what was typed


@require_http_methods(["GET", "POST"])
@desk_page
def assign(request: DeskRequest, client_id: int) -> HttpResponse:
    """Choose a routine, adjust it, give it."""
    client = _to_treat(request, client_id)
    today = local_day(client, timezone.now())
    if request.method == "POST" and request.POST.get("do") == LOOK:
        return choose_routine(request, client)
    if request.method == "POST":
        editor = _posted_editor(request, client, today=today)
        if request.POST.get("do") == DRAFT:
            keep_sketch(client, by=editor.user, values=dict(request.POST.lists()), now=timezone.now())
            messages.success(request, _("The draft is kept. The client sees nothing of it."))
            return redirect("admin:client", client.pk)
        if request.POST.get("do") == TEMPLATE:
            return _save_template(request, editor)
        if request.POST.get("do") != "save":
            editor.act(request.POST.get("do", ""))
            return _editor_page(request, editor)
        return _save_new(request, editor)
    started = _started_editor(request, client, today=today)
    return _editor_page(request, started) if started else choose_routine(request, client)


@require_http_methods(["GET", "POST"])
@desk_page
def change(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """Change a plan: the next version."""
    plan = plan_for(request, assignment_id)
    client = _to_treat(request, plan.client_id)
    today = local_day(client, timezone.now())
    if request.method == "POST":
        editor = _posted_editor(request, client, today=today, running=plan)
        if request.POST.get("do") == TEMPLATE:
            return _save_template(request, editor)
        if request.POST.get("do") != "save":
            editor.act(request.POST.get("do", ""))
            return _editor_page(request, editor)
        return _save_change(request, editor, plan)
    version = plan.current_version
    if version is None:
        raise Http404
    initial = {**_initial_of(plan.name, Schedule.from_dict(version.schedule), version), "based_on": version.number}
    drafts, answers = _copy_of(version)
    editor = PlanEditor.start(
        initial, drafts, answers, client=client, user=request.user, today=today, routine=plan.routine, running=plan
    )
    return _editor_page(request, editor)


@require_POST
@desk_page
def preview(request: DeskRequest, client_id: int) -> JsonResponse:
    """Answer what the posted plan comes to, while it is being typed. The timeline is what counts.

    The query names the plan that is changed, if one is.
    """
    client = _to_treat(request, client_id)
    running = plan_for(request, whole_in(request.GET["plan"]) or 0) if "plan" in request.GET else None
    if running is not None and running.client_id != client.pk:
        raise Http404
    editor = _posted_editor(request, client, today=local_day(client, timezone.now()), running=running)
    return JsonResponse(
        {
            "items": [
                {
                    "length": length_words(row.seconds) if row.words else "",
                    "dose": row.words,
                    "errors": {name: " ".join(map(str, texts)) for name, texts in row.form.errors.items()},
                }
                for row in editor.rows
            ],
            "total": total_words(editor),
            "phone": phone_while_writing(editor),
            "budget": render_to_string("routines/remarks.html", {"remarks": editor.budget}),
            "questions": editor.question_keys,
            "reminders": len(editor.plan_form.reminder_names),
        }
    )


@require_POST
@desk_page
def find(request: DeskRequest, client_id: int) -> HttpResponse:
    """Find exercises for this client while somebody types; those that their tags forbid are left out."""
    return hits(request, _to_treat(request, client_id).tags)


def total_words(editor: PlanEditor) -> str:
    """Return "6 exercises, about 12 minutes"."""
    if not editor.rows:
        return _("No exercise yet")
    exercises = ngettext("%(count)d exercise", "%(count)d exercises", editor.exercises) % {"count": editor.exercises}
    minutes = ngettext("about %(count)d minute", "about %(count)d minutes", editor.minutes) % {"count": editor.minutes}
    return f"{exercises}, {minutes}"


# --- saving ---------------------------------------------------------------------------------------------------


def _save_new(request: DeskRequest, editor: PlanEditor) -> HttpResponse:
    error = None
    if editor.is_valid:
        form = editor.plan_form
        try:
            plan = assign_routine(
                editor.client,
                items=editor.drafts,
                schedule=form.cleaned_data["schedule"],
                by=editor.user,
                routine=editor.routine,
                name=form.cleaned_data["name"],
                pain_stop=form.stop(),
                note=form.cleaned_data["note"],
                answers=editor.answers,
                flare_approved=form.cleaned_data["flare_approved"],
            )
        except Invalid as refused:
            error = refused
        else:
            drop_sketch(editor.client, by=editor.user)
            return redirect("admin:plan_sent", plan.pk)
    editor.show(error)
    return _editor_page(request, editor, status=400)


def _save_template(request: DeskRequest, editor: PlanEditor) -> HttpResponse:
    """Keep the exercises and the rhythm as a routine of the person's own, and show it for its words."""
    error = None
    if editor.is_valid:
        form = editor.plan_form
        try:
            routine = save_as_template(
                editor.drafts,
                name=form.cleaned_data["name"],
                schedule=form.cleaned_data["schedule"],
                routine=editor.routine,
                by=editor.user,
                practice=editor.client.practice,
            )
        except ContentError as refused:
            error = Invalid({"": "; ".join(map(str, refused.problems))})
        else:
            messages.success(
                request, _("Saved as a routine of your own. Notes for the client were left out; look at its words.")
            )
            return redirect("admin:edit_routine", routine.pk)
    editor.show(error)
    return _editor_page(request, editor, status=400)


def _save_change(request: DeskRequest, editor: PlanEditor, plan: Assignment) -> HttpResponse:
    error = None
    if editor.is_valid:
        form = editor.plan_form
        before = plan.current_version_id
        try:
            version = change_plan(
                plan,
                items=editor.drafts,
                schedule=form.cleaned_data["schedule"],
                by=editor.user,
                effective_from=max(editor.today, plan.starts_on),
                based_on=whole_in(request.POST.get("based_on", "")) or 0,
                name=form.cleaned_data["name"],
                pain_stop=form.stop(),
                note=form.cleaned_data["note"],
                answers=editor.answers,
                why=form.cleaned_data["why"],
            )
        except Invalid as refused:
            error = refused
        except WrongState as passed_by:  # what was typed stays on the page
            editor.show(Invalid({"": str(passed_by)}))
            return _editor_page(request, editor, status=409)
        else:
            if version.pk != before:
                return redirect("admin:plan_sent", plan.pk)
            messages.success(request, _("Nothing was changed."))
            return redirect("admin:client", editor.client.pk)
    editor.show(error)
    return _editor_page(request, editor, status=400)


# --- starting -------------------------------------------------------------------------------------------------


def _to_treat(request: DeskRequest, client_id: int) -> Client:
    client = client_for(request, client_id)
    check_can_treat(request.user, client)
    return client


def _posted_editor(
    request: DeskRequest, client: Client, *, today: date, running: Assignment | None = None
) -> PlanEditor:
    routine = running.routine if running else _routine(request, request.POST.get("routine", ""))
    return PlanEditor(
        posted(request.POST), client=client, user=request.user, today=today, routine=routine, running=running
    )


def _routine(request: DeskRequest, wanted: str) -> Routine | None:
    """Return the routine with this id, None for ""; 404 for one that the person may not see."""
    if not wanted:
        return None
    routine: Routine | None = Routine.objects.visible_to(request.user).in_use().filter(pk=whole_in(wanted) or 0).first()
    if routine is None:
        raise Http404
    return routine


def _started_editor(request: DeskRequest, client: Client, *, today: date) -> PlanEditor | None:
    """Return the editor filled from a routine, an earlier plan or nothing, as the address says; None: not chosen."""
    who: dict[str, Any] = {"client": client, "user": request.user, "today": today}
    if "copy" in request.GET:
        earlier = (
            Assignment.objects.filter(client=client, pk=whole_in(request.GET["copy"]) or 0)
            .select_related("current_version", "routine")
            .first()
        )
        if earlier is None or earlier.current_version is None:
            raise Http404
        version = earlier.current_version
        drafts, answers = _copy_of(version)
        moved = _moved(Schedule.from_dict(version.schedule), _first_day_after(earlier, today))
        initial = _initial_of(earlier.name, moved, version)
        return PlanEditor.start(initial, drafts, answers, routine=_still_seen(request, earlier.routine), **who)
    if request.GET.get("routine"):
        routine = _routine(request, request.GET["routine"])
        if routine is None:
            raise Http404
        schedule = {name: value for name, value in routine.document["schedule"].items() if name in TEMPLATE_FIELDS}
        try:
            read = Schedule.from_template(schedule, starts_on=today)
        except ScheduleError:
            read = _every_day(today)
        if "kind" not in schedule and read.per_week is not None and routine.document.get("weekly_plan"):
            read = replace(read, kind="walk")
        initial = {**_initial_of(routine.name, read, None), "routine": routine.pk}
        return PlanEditor.start(initial, drafts_of(routine), {}, routine=routine, **who)
    if "draft" in request.GET:
        sketch = PlanSketch.objects.visible_to(request.user).filter(client=client).first()
        if sketch is None:
            raise Http404
        typed = MultiValueDict(sketch.values)
        return PlanEditor(typed, routine=_still_there(request, typed.get("routine", "")), **who)
    if request.GET.get("goal") == "walk":
        walk = a_walk(request)
        at_first = Schedule(kind="walk", starts_on=today, per_week=WALKS_AT_FIRST)
        return PlanEditor.start(_initial_of(walk_name(client.language), at_first, None), walk, {}, **who)
    if "empty" in request.GET:
        name = name_at_first(client.language)
        last_day = today + timedelta(weeks=WEEKS_AT_FIRST, days=-1)
        editor = PlanEditor.start(_initial_of(name, replace(_every_day(today), ends_on=last_day), None), (), {}, **who)
        editor.focus = ADD_FIELD
        return editor
    return None


def _still_there(request: DeskRequest, wanted: str) -> Routine | None:
    """Return the routine that a draft was begun with, None where there is none any more."""
    try:
        return _routine(request, wanted)
    except Http404:
        return None


def _every_day(today: date) -> Schedule:
    return Schedule(kind="weekdays", starts_on=today, weekdays=frozenset(range(7)))


def _first_day_after(earlier: Assignment, today: date) -> date:
    """The day after the last of a plan that still runs, else today: of one name, one plan runs at a time."""
    if earlier.state == Assignment.State.ENDED or earlier.ends_on is None:
        return today
    return max(today, earlier.ends_on + timedelta(days=1))


def _moved(schedule: Schedule, first: date) -> Schedule:
    """The same schedule and length, starting on the day given."""
    length = None if schedule.ends_on is None else schedule.ends_on - schedule.starts_on
    return replace(schedule, starts_on=first, ends_on=None if length is None else first + length)


def _still_seen(request: DeskRequest, routine: Routine | None) -> Routine | None:
    if routine is None or not Routine.objects.visible_to(request.user).in_use().filter(pk=routine.pk).exists():
        return None
    return routine


def _initial_of(name: str, schedule: Schedule, version: AssignmentVersion | None) -> dict[str, Any]:
    values: dict[str, Any] = {"name": name, "pain_stop": practice_model().amber_max, **PlanForm.initial_of(schedule)}
    if version is not None:
        values["pain_stop"] = version.pain_stop
        values["pain_stop_reason"] = version.pain_stop_reason
        values["pain_stop_review_on"] = version.pain_stop_review_on
        values["note"] = version.note
    return values


def _copy_of(version: AssignmentVersion) -> tuple[list[ItemDraft], Mapping[str, Answer]]:
    rows = list(
        PrescribedItem.objects.filter(version=version, lane="steady")
        .select_related("exercise_version__exercise")
        .order_by("position")
    )
    records = [*version.cautions, *(record for row in rows for record in row.cautions)]
    return [ItemDraft.from_row(row) for row in rows], contraindications.answers_from(records)


# --- pages ----------------------------------------------------------------------------------------------------


def _editor_page(request: DeskRequest, editor: PlanEditor, *, status: int = 200) -> HttpResponse:
    running = editor.running
    based_on = editor.post.get("based_on") or (
        running.current_version.number if running and running.current_version else ""
    )
    context = {
        "editor": editor,
        "is_late": status == 409,
        "client": editor.client,
        "running": running,
        "based_on": based_on,
        "total": total_words(editor),
        "phone": phone_while_writing(editor),
        "found": found_for(request, request.POST, editor.client.tags),
    }
    return desk(request, "clients/practitioner/assign.html", context, status=status)
