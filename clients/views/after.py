"""After a session: one question a page, each answered by one tap or skipped, and "all done"."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clients.analytics.after import CAN_DO, EXERCISES, NOTE, done_page, questions_after
from clients.analytics.markers import markers_asked
from clients.analytics.plans import prescribed_for
from clients.analytics.push import phones_to_ask
from clients.errors import Invalid
from clients.forms import CanDoForm, ExercisePainForm, after_form
from clients.models import Client, Session
from clients.requests import ClientRequest
from clients.services.session import answer, can_change, item_pains_of
from clients.views.doors import client_page, session_of


@require_http_methods(["GET", "POST"])
@client_page
def after(request: ClientRequest, client: Client, session_id: Any, step: str = "") -> HttpResponse:
    """Put one question; POST keeps the answer, or none, and leads to the next."""
    session = session_of(client, session_id)
    now = timezone.now()
    if not can_change(session, now):
        return redirect("session_done", session.pk)
    steps = questions_after(session)
    step = step or steps[0]
    if step not in (*steps, NOTE, EXERCISES):
        raise Http404
    form = _form(step, request.POST if request.method == "POST" else None, session)
    if request.method == "POST" and ("skip" in request.POST or _keep(client, session, form, now=now)):
        return redirect(_address(session, steps, step, +1))
    place = steps.index(step) + 1 if step in steps else 0
    context = {
        "client": client,
        "session": session,
        "form": form,
        "step": step,
        "number": place,
        "steps": len(steps),
        "back": _address(session, steps, step, -1) if place > 1 else "",
    }
    return render(request, f"clients/after_{_template(step)}.html", context, status=400 if form.errors else 200)


def _form(step: str, data: Any, session: Session) -> Any:
    if step == EXERCISES:
        exercises = [(entry.item.pk, entry.title) for entry in prescribed_for(session)]
        return ExercisePainForm(data, exercises=exercises, told=item_pains_of(session))
    if step == CAN_DO:
        return CanDoForm(data, markers=markers_asked(session), ticked=session.can_do)
    return after_form(step, data, session)


def _given(form: Any) -> dict[str, Any]:
    """Return what a valid form answers, as the service takes it."""
    if isinstance(form, ExercisePainForm):
        return {"answers": {}, "item_pain": form.pains()}
    if isinstance(form, CanDoForm):
        return {"answers": {}, "markers": form.markers, "can_do": form.cleaned_data["can_do"]}
    return {"answers": {name: value for name, value in form.cleaned_data.items() if value is not None}}


def _keep(client: Client, session: Session, form: Any, *, now: datetime) -> bool:
    """Record the answers of the form; False with the errors in it where one cannot be read or kept."""
    if not form.is_valid():
        return False
    try:
        answer(client, session, now=now, **_given(form))
    except Invalid as error:
        for sentence in error.errors.values():
            form.add_error(None, sentence)
        return False
    return True


def _address(session: Session, steps: list[str], step: str, by: int) -> str:
    """Return the address of the question before (-1) or after (+1) this one; past the last it is the last page."""
    place = steps.index(step) + by if step in steps else len(steps)
    if place >= len(steps):
        return reverse("session_done", args=[session.pk])
    return reverse("after_session_step", args=[session.pk, steps[place]])


def _template(step: str) -> str:
    own = {"effort": "effort", "leg": "effort", NOTE: "note", EXERCISES: "exercises", CAN_DO: "can_do"}
    return own.get(step, "pain")


@require_GET
@client_page
def done(request: ClientRequest, client: Client, session_id: Any) -> HttpResponse:
    """All done: what it came to, and what is next."""
    session = session_of(client, session_id)
    if session.state != Session.State.FINISHED:
        return redirect("player", session.pk)
    now = timezone.now()
    context = {"client": client, "can_change": can_change(session, now), **done_page(session, now)}
    context["phones"] = phones_to_ask(client, now)
    return render(request, "clients/done.html", context)
