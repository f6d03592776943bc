"""A client's messages: the thread with the clinic, and what to do when it is urgent."""

import uuid
from datetime import datetime
from http import HTTPStatus

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clients import safety_words
from clients.analytics.care import help_for
from clients.analytics.plans import exercise_of
from clients.analytics.promise import answer_line, closed_line
from clients.analytics.thread import thread_page
from clients.errors import Invalid
from clients.exports.prescription import Prescribed
from clients.models import Client, Thread
from clients.models.message import TEXT_LIMIT
from clients.requests import ClientRequest
from clients.services.messages import read_by_client, shows_care_first, write_to_clinic
from clients.views.doors import client_page
from clients.views.refused import show_errors
from portal.lib.numbers import MOST, whole_in


class WriteForm(forms.Form):
    """What is written, the exercise that it is about, and the key that keeps one message however often it is sent."""

    text = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Write your message first."),
            "max_length": gettext_lazy(
                "Your message has %(show_value)d characters. Keep it to %(limit_value)d, or send two messages."
            ),
        },
    )
    about = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST,
        widget=forms.HiddenInput,
        error_messages={
            name: gettext_lazy("This exercise is not in your plan. Open it from your plan again.")
            for name in ("invalid", "min_value", "max_value")
        },
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
@client_page
def messages(request: ClientRequest, client: Client) -> HttpResponse:
    """The thread, and a message to the clinic; a script that sends gets its answer as JSON."""
    now = timezone.now()
    initial = {"key": uuid.uuid4(), "about": request.GET.get("about")}
    form = WriteForm(request.POST if request.method == "POST" else None, initial=initial)
    about = _asked_about(client, form)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    if request.method == "POST" and form.is_valid():
        try:
            write_to_clinic(client, now=now, **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            if wants_json:
                return JsonResponse({"care_first": shows_care_first(client)})
            notices.success(request, _("Sent."))
            return redirect("messages")
    if wants_json and form.errors:
        return JsonResponse({"detail": str(next(iter(form.errors.values()))[0])}, status=HTTPStatus.BAD_REQUEST)
    return _page(request, client, form, about, now)


def _asked_about(client: Client, form: WriteForm) -> Prescribed | None:
    """Return the exercise that the form is about; None for none and for what is no id. Raises Http404 for another's."""
    named = whole_in(str(form["about"].value() or ""))
    if named is None:
        return None
    about = exercise_of(client, named)
    if about is None:
        raise Http404
    return about


def _page(
    request: ClientRequest, client: Client, form: WriteForm, about: Prescribed | None, now: datetime
) -> HttpResponse:
    thread: Thread | None = getattr(client, "thread", None)
    page = thread_page(
        client,
        before=whole_in(request.GET.get("before", "")),
        read_to=thread.client_read_to if thread else 0,
    )
    read_by_client(client)
    care = help_for(client) if shows_care_first(client) else None
    context = {
        "client": client,
        "page": page,
        "form": form,
        "about": about,
        "answers": answer_line(client),
        "closed": closed_line(client, now),
        "care": care,
        "words": safety_words.words(),
    }
    if care:
        context["call"] = care.cards(has_ended=False)[safety_words.CLEAR]
        context["own_help"] = care.own()
    return render(request, "clients/messages.html", context, status=HTTPStatus.BAD_REQUEST if form.errors else 200)
