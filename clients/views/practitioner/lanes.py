"""The three lanes of a plan side by side: as they were made, or as the practitioner writes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import can_treat, check_can_treat
from clients.analytics.offers import is_flare_approved
from clients.analytics.plans import prescribed_in
from clients.analytics.today import local_day
from clients.errors import Invalid
from clients.exports.prescription import Prescribed, plan_seconds, whole_minutes
from clients.models import Assignment, AssignmentVersion
from clients.rules import contraindications
from clients.rules.schedule import Schedule
from clients.services.assign import PainStop, change_plan
from clients.services.drafting import ItemDraft, written_lanes_of
from clients.services.lane_drafts import MADE_LANES
from clients.views.practitioner.client import plan_for
from clients.views.practitioner.door import desk, desk_page
from portal.accounts.requests import DeskRequest
from portal.lib.numbers import whole_in
from routines.finding.finder import Found
from routines.views.picker import BUTTON, found_for, offered_version

PICKS = frozenset({"pick", "find"})  # buttons that show the picker; a page of hits has no button of that name
AMOUNTS = {"reps": ("sets", "reps"), "hold": ("sets", "reps", "hold_s"), "time": ("sets", "duration_s")}


@dataclass(frozen=True)
class Column:
    """One lane on the page."""

    lane: str
    title: str
    text: str
    prescribed: list[Prescribed]
    is_written: bool
    typed: Mapping[str, str] = field(default_factory=dict)  # the lane's form as it was sent, while one picks

    @property
    def minutes(self) -> int:
        return whole_minutes(plan_seconds(self.prescribed))

    @property
    def is_editable(self) -> bool:
        return self.lane in MADE_LANES

    @property
    def rows(self) -> list[tuple[Prescribed, bool, list[tuple[str, str, Any]]]]:
        """Each exercise with whether it stays, and (field, label, amount) of what may be changed."""
        labels = {"sets": _("Sets"), "reps": _("Repetitions"), "hold_s": _("Hold, seconds"), "duration_s": _("Seconds")}
        return [
            (
                entry,
                not self.typed or f"keep-{entry.item.pk}" in self.typed,
                [
                    (name, labels[name], self.typed.get(f"{name}-{entry.item.pk}", getattr(entry.dose, name) or 0))
                    for name in AMOUNTS[entry.dose.mode]
                ],
            )
            for entry in self.prescribed
        ]


@require_http_methods(["GET", "POST"])
@desk_page
def lanes(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """See the three lanes; write one, or have it made anew from the plan."""
    plan = plan_for(request, assignment_id)
    version = plan.current_version
    if version is None:
        raise Http404
    errors: dict[str, str] = {}
    found: Found | None = None
    if request.method == "POST":
        check_can_treat(request.user, plan.client)
        if request.POST.get("lane") in MADE_LANES and request.POST.get("do", "find") in PICKS:
            found = found_for(request, request.POST, plan.client.tags)
    if request.method == "POST" and found is None:
        try:
            saved = _save(request, plan, version)
        except Invalid as refused:
            errors = refused.errors
        else:
            messages.success(request, _("Saved. It counts from today.") if saved else _("Nothing was changed."))
            return redirect("admin:plan_lanes", plan.pk)
    context = {
        "plan": plan,
        "client": plan.client,
        "may_treat": can_treat(request.user, plan.client),
        "columns": _columns(plan, version, request.POST if found is not None or errors else {}),
        "found": found,
        "picking": request.POST.get("lane") if found is not None else "",
        "flare_approved": is_flare_approved(plan),
        "based_on": version.number,
        "problems": [("", text) for text in errors.values()],
        "tab": "lanes",
    }
    return desk(request, "clients/practitioner/lanes.html", context, status=400 if errors else 200)


def _columns(plan: Assignment, version: AssignmentVersion, typed: Mapping[str, str]) -> list[Column]:
    """The three lanes; the one whose form was sent and not saved shows what was typed."""
    words = {
        "steady": (_("Usual day"), _("The plan as it is.")),
        "sore": (_("Sore day"), _("Offered above the plan's pain level. The client may choose it on any day.")),
        "flare": (_("Flare-up"), _("Only after the client's own button, and only if you approved it.")),
    }
    return [
        Column(
            lane,
            *words[lane],
            prescribed_in(version, plan.client, lane=lane),
            lane in version.written_lanes,
            typed if typed.get("lane") == lane else {},
        )
        for lane in ("steady", *MADE_LANES)
    ]


def _save(request: DeskRequest, plan: Assignment, version: AssignmentVersion) -> bool:
    lane, button = request.POST.get("lane", ""), request.POST.get("do", "")
    if lane not in MADE_LANES or not (button in {"write", "make"} or button.startswith(BUTTON)):
        raise Invalid({"lane": _("Choose the lane for a sore day or for a flare-up.")})
    wanted = written_lanes_of(version)
    if button == "make":
        wanted.pop(lane, None)
    else:
        wanted[lane] = _written(request.POST, version, lane)
    if button.startswith(BUTTON):
        wanted[lane] += (ItemDraft(exercise_version=offered_version(request.user, button.removeprefix(BUTTON))),)
    rows = list(version.items.filter(lane="steady").select_related("exercise_version__exercise").order_by("position"))
    records = [*version.cautions, *(record for row in version.items.all() for record in row.cautions)]
    made = change_plan(
        plan,
        items=[ItemDraft.from_row(row) for row in rows],
        schedule=Schedule.from_dict(version.schedule),
        by=request.user,
        effective_from=max(local_day(plan.client, timezone.now()), version.effective_from),
        based_on=whole_in(request.POST.get("based_on", "")) or 0,
        pain_stop=PainStop(version.pain_stop, version.pain_stop_reason, version.pain_stop_review_on),
        note=version.note,
        answers=contraindications.answers_from(records),
        lanes=wanted,
    )
    return made.pk != version.pk


def _written(values: Mapping[str, str], version: AssignmentVersion, lane: str) -> tuple[ItemDraft, ...]:
    """The lane as it was typed: exercises that were kept, each with its amounts."""
    rows = version.items.filter(lane=lane).select_related("exercise_version__exercise").order_by("position")
    drafts = []
    for row in rows:
        if f"keep-{row.pk}" not in values:
            continue
        draft = ItemDraft.from_row(row)
        dose: dict[str, Any] = dict(draft.dose)  # Any: a dose's plain form
        own = row.exercise_version.content.dose.override(**row.dose)
        for name in AMOUNTS[own.mode]:
            text = values.get(f"{name}-{row.pk}", "")
            if not text.isdecimal() or len(text) > 4:
                raise Invalid({f"{name}-{row.pk}": _("Type whole numbers.")})
            if int(text) != (getattr(own, name) or 0):
                dose[name] = int(text)
        drafts.append(replace(draft, dose=dose))
    return tuple(drafts)
