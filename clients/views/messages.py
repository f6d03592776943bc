"""A client's messages: the thread with the clinic, and what to do when it is urgent."""

import uuid
from datetime import datetime
from http import HTTPStatus

from django import forms
from django.contrib import messages as notices
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clients import safety_words
from clients.analytics.care import care_for
from clients.analytics.promise import answer_line, closed_line
from clients.analytics.thread import thread_page
from clients.errors import Invalid
from clients.models import Client, Thread
from clients.models.message import TEXT_LIMIT
from clients.requests import ClientRequest
from clients.services.messages import read_by_client, shows_care_first, write_to_clinic
from clients.views.doors import client_page


class WriteForm(forms.Form):
    """What is written, and the key that keeps one message however often the form is sent."""

    text = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write your message first.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
@client_page
def messages(request: ClientRequest, client: Client) -> HttpResponse:
    """The thread, and a message to the clinic; a script that sends gets its answer as JSON."""
    now = timezone.now()
    form = WriteForm(request.POST if request.method == "POST" else None, initial={"key": uuid.uuid4()})
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    if request.method == "POST" and form.is_valid():
        try:
            write_to_clinic(client, text=form.cleaned_data["text"], key=form.cleaned_data["key"], now=now)
        except Invalid as error:
            form.add_error("text", error.errors["text"])
        else:
            if wants_json:
                return JsonResponse({"care_first": shows_care_first(client)})
            notices.success(request, _("Sent."))
            return redirect("messages")
    if wants_json and form.errors:
        return JsonResponse({"detail": str(next(iter(form.errors.values()))[0])}, status=HTTPStatus.BAD_REQUEST)
    return _page(request, client, form, now)


def _page(request: ClientRequest, client: Client, form: WriteForm, now: datetime) -> HttpResponse:
    thread: Thread | None = getattr(client, "thread", None)
    before = request.GET.get("before", "")
    page = thread_page(
        client,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,  # fits the database's integers
        read_to=thread.client_read_to if thread else 0,
    )
    read_by_client(client)
    care = care_for(client) if shows_care_first(client) else None
    context = {
        "client": client,
        "page": page,
        "form": form,
        "answers": answer_line(client),
        "closed": closed_line(client, now),
        "care": care,
        "words": safety_words.words(),
    }
    if care:
        context["call"] = safety_words.cards(care.number, has_ended=False)[safety_words.CLEAR]
    return render(request, "clients/messages.html", context, status=HTTPStatus.BAD_REQUEST if form.errors else 200)
