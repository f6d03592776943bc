"""The safety check on pages: the questions, the care card, and "Stop" for pages without the player."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import safety_words
from clients.analytics.care import care_for, help_for
from clients.analytics.locks import check_due, why_not_start
from clients.exports.bundle import safety_bundle
from clients.models import AssignmentVersion, Client, Session
from clients.requests import ClientRequest
from clients.rules import safety as rules
from clients.rules.safety import read_check
from clients.safety_forms import SafetyForm
from clients.services.safety import IdTaken, keep_check
from clients.services.session import tell
from clients.views.doors import client_page, session_of
from routines.library import starter

STRONG_PAIN = "asked_because_of_pain"  # session key: the answer that brought the questions is not in the record yet


def asked_before_start(
    request: ClientRequest, client: Client, version: AssignmentVersion | None
) -> HttpResponse | None:
    """Return where a client is led who may not start this plan now: the care card, or the questions that are due.

    version: of the plan; None for something beside every plan.
    """
    if why_not_start(client, version):
        return redirect("care_card")
    if check_due(client, now=timezone.now()):
        return redirect(f"{reverse('safety_check')}?{urlencode({'next': request.path})}")
    return None


def ask_because_of_pain(request: ClientRequest) -> HttpResponse:
    """Lead a client with strong pain to the questions, and back to the check-in; why stands in no address."""
    request.session[STRONG_PAIN] = True
    return redirect(f"{reverse('safety_check')}?{urlencode({'next': request.path})}")


@require_http_methods(["GET", "POST"])
@client_page
def safety_check(request: ClientRequest, client: Client) -> HttpResponse:
    """Ask the questions; POST keeps the answers and leads on to what they ask for."""
    now = timezone.now()
    onward = _onward(request)
    trigger = _trigger(request, client, now)
    asked = safety_words.questions(client.tags)
    form = SafetyForm(request.POST or None, asked=asked)
    if request.method == "POST" and form.is_valid():
        sent: dict[str, Any] = {  # Any: the values of a JSON document
            "id": _check_id(request),
            "trigger": trigger,
            "place": "page",
            "version": rules.version_of(starter.safety().questions),
            "session": None,
            "answers": form.answers,
            "level": None,
            "at": now.isoformat(),
        }
        try:
            keep_check(client, read_check(starter.safety().questions, sent), now=now)
        except IdTaken:
            # The form was sent before, at another moment: what was answered now is another check.
            sent["id"] = str(uuid.uuid4())
            keep_check(client, read_check(starter.safety().questions, sent), now=now)
        return redirect(f"{reverse('care_card')}?{urlencode({'next': onward})}" if onward else "care_card")
    words = safety_words.words()
    context = {
        **asking_context(client, form, has_ended=trigger == "stop"),
        "form": form,
        "why": words.get("asked_after_stop" if trigger == "stop" else trigger, ""),
        "check_id": _check_id(request),
        "onward": onward,
        "trigger": trigger,
        "data": {**safety_bundle(client), "trigger": trigger},
    }
    return render(request, "clients/safety_check.html", context, status=400 if form.errors else 200)


def asking_context(client: Client, form: SafetyForm | None = None, *, has_ended: bool) -> dict[str, Any]:
    """Return what templates/clients/safety/asking.html shows: the questions and the card of each level.

    has_ended: they are asked in a session, which their answers end.
    """
    form = form or SafetyForm(asked=safety_words.questions(client.tags))
    return {
        "client": client,
        "asked": form.shown,
        "words": safety_words.words(),
        "cards": help_for(client).cards(has_ended=has_ended).values(),
    }


@require_GET
@client_page
def care_card(request: ClientRequest, client: Client) -> HttpResponse:
    """What to do now, after the last check; while a plan is locked, that of the check that locked it."""
    care = care_for(client)
    context = {
        "client": client,
        "care": care,
        "card": care.help.cards(has_ended=care.has_ended)[care.level],
        "words": safety_words.words(),
        "onward": "" if care.is_locked else _onward(request),
    }
    return render(request, "clients/care_card.html", context)


@require_POST
@client_page
def stop(request: ClientRequest, client: Client, session_id: Any) -> HttpResponse:
    """End the session, tell the practitioner, and ask the questions; for pages without the player."""
    session = session_of(client, session_id)
    if session.state != Session.State.FINISHED:
        tell(client, session.pk, now=timezone.now(), events=[("stopped", {}), ("finished", {})])
    return redirect("safety_check")


def _trigger(request: ClientRequest, client: Client, now: datetime) -> str:
    """Return why the questions are asked: as the form says that was shown, else by what is due."""
    told = request.POST.get("trigger", "")
    if told in rules.TRIGGERS:
        return told
    because_of_pain = request.session.pop(STRONG_PAIN, False)
    return check_due(client, now=now) or ("pain" if because_of_pain else "link")


def _check_id(request: ClientRequest) -> str:
    """Return the id that the form carries, so that sending it twice keeps one check; otherwise a new one."""
    try:
        return str(uuid.UUID(request.POST.get("check", "")))
    except ValueError:
        return str(uuid.uuid4())


def _onward(request: ClientRequest) -> str:
    """Return the page of this site to go on to, or nothing."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else ""
