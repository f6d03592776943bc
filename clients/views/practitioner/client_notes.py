"""The notes about one client: what was put into words elsewhere, and what colleagues write for each other."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import can_note, check_can_note
from clients.analytics.timeline import notes
from clients.errors import Invalid
from clients.models import ClientNote
from clients.models.client_note import NOTE_LIMIT
from clients.services.client_notes import withdraw_note, write_note
from clients.views.practitioner.client import paged
from clients.views.practitioner.door import desk, desk_page
from clients.views.refused import show_errors, status_of
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest


class NoteForm(forms.Form):
    """A note for colleagues; how long it may be is the service's to say, which counts a line's end as one."""

    text = forms.CharField(
        label=gettext_lazy("Note for colleagues"),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": NOTE_LIMIT}),
        error_messages={"required": gettext_lazy("Write the note first.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
@desk_page
def client_notes(request: DeskRequest, client_id: int) -> HttpResponse:
    """What was put into words about one client, newest first, a page at a time, and the form for a further note."""
    found, before, today = paged(request, client_id)
    if request.method == "POST":
        check_can_note(request.user, found)
    form = NoteForm(request.POST or None, initial={"key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            write_note(found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The note is kept."))
            return redirect("admin:client_notes", found.pk)
    context = {
        "page": notes(found, by=request.user, before=before),
        "client": found,
        "today": today,
        "form": form,
        "is_own": found.user_id == request.user.pk,
        "may_write": can_note(request.user, found),
    }
    return desk(request, "clients/practitioner/notes.html", context, status=status_of(form))


@require_POST
@desk_page
def withdraw(request: DeskRequest, note_id: int) -> HttpResponse:
    """Mark a note as wrong; it stays, with who withdrew it."""
    found = ClientNote.objects.select_related("client__practice", "client__lead")
    note: ClientNote = find_for(request.user, found, pk=note_id)
    withdraw_note(note, by=request.user, now=timezone.now())
    messages.success(request, _("The note is withdrawn. It stays here, marked as such."))
    return redirect("admin:client_notes", note.client_id)
