"""The rules of a plan: reading and switching them, trying others out, and answering what they suggest."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.access import can_treat
from clients.analytics.plan_rules_page import LIMITS, RuleRow, changed_rule, is_number, replay_history, rule_rows
from clients.analytics.visit_brief import visit_brief
from clients.errors import Invalid, WrongState
from clients.models import Assignment, Decision, Flare
from clients.services import apply
from clients.services.flares import end_flare
from clients.services.plan_rules import switch_rules
from clients.views.practitioner.client import plan_for
from clients.views.practitioner.door import back_to, desk, desk_page
from clients.views.practitioner.undo import DECLINED_FIELD, UNDO_FIELD
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest
from routines.content import Rule
from routines.models import Routine


@require_http_methods(["GET", "POST"])
@desk_page
def rules(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """Every rule of the plan in words, with its switches."""
    plan = plan_for(request, assignment_id)
    rows = rule_rows(plan)
    errors: dict[str, str] = {}
    if request.method == "POST":
        wanted = {
            row.row.rule_id: (
                row.fixed or f"on-{row.row.rule_id}" in request.POST,
                row.can_preapprove and f"ok-{row.row.rule_id}" in request.POST,
            )
            for row in rows
        }
        try:
            switched = switch_rules(plan, wanted=wanted, by=request.user)
        except Invalid as refused:
            errors = refused.errors
        else:
            messages.success(request, _("Saved.") if switched else _("Nothing was changed."))
            return redirect("admin:plan_rules", plan.pk)
    return desk(
        request,
        "clients/practitioner/rules.html",
        {**_context(request, plan), "groups": _groups(rows), "errors": errors, "tab": "rules"},
        status=400 if errors else 200,
    )


def _context(request: DeskRequest, plan: Assignment) -> dict[str, Any]:
    return {"plan": plan, "client": plan.client, "may_treat": can_treat(request.user, plan.client)}


def _groups(rows: list[RuleRow]) -> list[tuple[str, str, list[RuleRow]]]:
    """(title, what it means, rules) by authorisation."""
    titles = {
        "automatic": (
            _("At once"),
            _("These lower, hold, stop or tell. They apply at once, and you and the client see it."),
        ),
        "preapproved": (
            _("Only if you approve them beforehand"),
            _("These add something within a limit. Without your approval they are suggestions."),
        ),
        "practitioner": (
            _("Always your decision"),
            _("These are suggestions. Nothing changes until you accept one."),
        ),
    }
    return [
        (title, text, [row for row in rows if row.rule.authorisation == key]) for key, (title, text) in titles.items()
    ]


@require_GET
@desk_page
def what_if(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """What the client's last sessions would have come to under other numbers. Nothing is written."""
    plan = plan_for(request, assignment_id)
    rows = rule_rows(plan)
    errors: list[str] = []
    tried = {row.row.rule_id: _tried(row, request.GET, errors) for row in rows} if "try" in request.GET else {}
    found = replay_history(plan, rows, tried) if not errors else []
    fields = [
        (
            row,
            request.GET.get(f"on-{row.row.rule_id}") is not None if "try" in request.GET else row.row.is_on,
            [
                (place, name, op, request.GET.get(f"v{place}-{row.row.rule_id}", f"{value:g}"))
                for place, name, op, value in row.numbers
            ],
        )
        for row in rows
    ]
    context = {
        **_context(request, plan),
        "fields": fields,
        "found": found,
        "problems": [("", error) for error in errors],
        "changes": sum(1 for each in found if each.as_is != each.tried),
        "tab": "what_if",
    }
    return desk(request, "clients/practitioner/what_if.html", context, status=400 if errors else 200)


def _tried(row: RuleRow, values: Mapping[str, str], errors: list[str]) -> Rule | None:
    """The rule as it was typed; None where it was switched off. A number that is none is added to the errors."""
    if f"on-{row.row.rule_id}" not in values:
        return None
    numbers: dict[int, float] = {}
    for place, condition in enumerate(row.rule.when):
        text = values.get(f"v{place}-{row.row.rule_id}")
        if text is None or not is_number(condition):
            continue
        try:
            number = float(text.replace(",", "."))
            if not LIMITS[0] - 10 <= number <= LIMITS[1]:
                raise ValueError
        except ValueError:
            errors.append(_("%(rule)s: type a number from -10 to 100.") % {"rule": row.words})
            continue
        numbers[place] = int(number) if number == int(number) else number
    return changed_rule(row.rule, numbers)


@require_POST
@desk_page
def accept(request: DeskRequest, decision_id: int) -> HttpResponse:
    """Accept what a rule suggests: the plan's next version, or the way to another routine."""
    decision = _decision(request, decision_id)
    chosen = request.POST.getlist("exercise") if "choose" in request.POST else None
    try:
        apply.accept(decision, by=request.user, now=timezone.now(), exercises=chosen)
    except Invalid as refused:
        messages.error(request, " ".join(refused.errors.values()))
        return _back(request, decision)
    if decision.outcome["action"] == "suggest_routine":
        return _to_routine(request, decision)
    return _answered(request, decision)


@require_POST
@desk_page
def decline(request: DeskRequest, decision_id: int) -> HttpResponse:
    """Decline what a rule suggests."""
    decision = _decision(request, decision_id)
    apply.decline(decision, by=request.user, now=timezone.now())
    return _answered(request, decision)


@require_POST
@desk_page
def answer_edit(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """Accept or decline an edit that the client's visit brief proposes now, and go back to the brief."""
    plan = plan_for(request, assignment_id)
    now = timezone.now()
    edit = visit_brief(plan.client, by=request.user, now=now).edit_of(
        plan.pk, kind=request.POST.get("kind", ""), exercise=request.POST.get("exercise", "")
    )
    if edit is None:
        raise WrongState(_("This is not proposed any more. Look at the brief again."))
    try:
        decision = apply.answer_edit(
            plan, edit, accepts=request.POST.get("answer") == "accept", by=request.user, now=now
        )
    except Invalid as refused:
        messages.error(request, " ".join(dict.fromkeys(refused.errors.values())))
        return redirect(back_to(request, reverse("admin:brief", args=[plan.client_id])))
    return _answered(request, decision)


@require_POST
@desk_page
def undo(request: DeskRequest, decision_id: int) -> HttpResponse:
    """Take back what a rule lowered, or that a suggestion was declined just now."""
    decision = _decision(request, decision_id)
    if decision.state in {Decision.State.DECLINED, Decision.State.SUGGESTED}:
        apply.undo_decline(decision, by=request.user, now=timezone.now())
        messages.success(request, _("Taken back. It waits for an answer again."))
        return _back(request, decision)
    apply.undo(decision, by=request.user, now=timezone.now())
    messages.success(request, _("Taken back. The dose that you approved counts again."))
    return _back(request, decision)


def _decision(request: DeskRequest, decision_id: int) -> Decision:
    rows = Decision.objects.select_related("assignment__client__practice")
    decision: Decision = find_for(request.user, rows, pk=decision_id)
    return decision


def _answered(request: DeskRequest, decision: Decision) -> HttpResponse:
    """Say what came of the answer, where it was given."""
    if decision.state == Decision.State.DECLINED:
        messages.success(request, _("Declined. Nothing changes."))
        return _back(request, decision, **{DECLINED_FIELD: decision.pk})
    if decision.version_id is None:
        messages.success(request, _("Accepted."))
        return _back(request, decision)
    messages.success(request, _("Accepted. The plan has a new version."))
    return _back(request, decision, **{UNDO_FIELD: decision.version_id})


def _back(request: DeskRequest, decision: Decision, **undo: int) -> HttpResponse:
    """Go back to where the answer was given. undo: what may be taken back there, as `undo_offer` reads it."""
    back = back_to(request, reverse("admin:client", args=[decision.assignment.client_id]))
    return redirect(f"{back}?{urlencode(undo)}" if undo else back)


def _to_routine(request: DeskRequest, decision: Decision) -> HttpResponse:
    """Go on to giving the routine that was suggested."""
    client_id = decision.assignment.client_id
    routine = Routine.objects.visible_to(request.user).in_use().filter(slug=decision.outcome.get("routine")).first()
    address = reverse("admin:assign_to", args=[client_id])
    messages.success(request, _("Accepted. Give the new plan here, and end the old one when it is time."))
    return redirect(f"{address}?routine={routine.pk}" if routine is not None else address)


@require_POST
@desk_page
def flare_end(request: DeskRequest, flare_id: int) -> HttpResponse:
    """End a flare-up: the plans start again at three quarters."""
    flare: Flare = find_for(request.user, Flare.objects.select_related("client__practice"), pk=flare_id)
    end_flare(flare, by=request.user, now=timezone.now())
    messages.success(request, _("The flare-up is over. The next two sessions are at three quarters."))
    return redirect("admin:client", flare.client_id)
