"""Messages as practitioners work with them: who waits, the thread beside what the client does, saved replies."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.access import can_note, can_treat
from clients.analytics.alert_page import alert_lines
from clients.analytics.client_page import client_page
from clients.analytics.lately import flag_settings, lately_of
from clients.analytics.promise import hours_of
from clients.analytics.thread import inbox, thread_page, waited
from clients.analytics.timeline import latest_notes
from clients.errors import Invalid
from clients.models import Client, SavedReply, Thread
from clients.models.message import TEXT_LIMIT, TITLE_LIMIT
from clients.services.messages import QUICK, read_by_staff, send_message, settle
from clients.services.replies import remove_reply, save_reply
from clients.views.practitioner.door import client_for, desk, desk_page
from clients.views.refused import show_errors, status_of
from portal.accounts import audit
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest
from portal.lib.numbers import whole_in

TABS = ("waiting", "all")


class ReplyForm(forms.Form):
    """What is written to a client."""

    text = forms.CharField(
        label=gettext_lazy("Message"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 5})
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class SavedReplyForm(forms.Form):
    """A text that is sent often."""

    title = forms.CharField(label=gettext_lazy("Name"), max_length=TITLE_LIMIT)
    text = forms.CharField(label=gettext_lazy("Text"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 4}))


@require_GET
@desk_page
def inbox_page(request: DeskRequest) -> HttpResponse:
    """Threads in which a client waits, the longest wait first; the other tab shows all."""
    now = timezone.now()
    hours = hours_of(request.practice)
    tab = request.GET.get("tab", "")
    chosen = tab if tab in TABS else TABS[0]
    names = {"waiting": _("Waiting"), "all": _("All")}
    visible = Thread.objects.visible_to(request.user)
    counts = {"waiting": visible.waiting().count(), "all": visible.count()}
    context = {
        "rows": inbox(request.user, now=now, hours=hours, tab=chosen),
        "tab": chosen,
        "tabs": [
            {
                "text": names[name],
                "url": f"{reverse('admin:inbox')}?{urlencode({'tab': name})}",
                "current": name == chosen,
                "count": counts[name],
            }
            for name in TABS
        ],
    }
    return desk(request, "clients/practitioner/inbox.html", context)


@require_http_methods(["GET", "POST"])
@desk_page
def thread(request: DeskRequest, client_id: int) -> HttpResponse:
    """One client's thread with the composer; POST sends. That it was opened is kept."""
    client = client_for(request, client_id)
    now = timezone.now()
    replies = list(SavedReply.objects.visible_to(request.user))
    if request.method == "POST":
        form = ReplyForm(request.POST)
        if form.is_valid():
            try:
                send_message(
                    client,
                    by=request.user,
                    text=form.cleaned_data["text"],
                    key=form.cleaned_data["key"],
                    now=now,
                )
            except Invalid as error:
                show_errors(form, error)
            else:
                messages.success(request, _("Sent. A notice goes out in five minutes, without a word of it."))
                return redirect("admin:thread", client.pk)
    else:
        form = ReplyForm(initial={"key": uuid.uuid4(), "text": _chosen(request, client, replies)})
    audit.opened(client, by=request.user)
    standing = Thread.objects.filter(client=client).first()
    page = thread_page(
        client,
        before=whole_in(request.GET.get("before", "")),
        read_to=standing.staff_read_to if standing else 0,
    )
    read_by_staff(client, by=request.user)
    of = lately_of(client, now=now, settings=flag_settings())
    may_note = can_note(request.user, client)
    context = {
        "client": client,
        "page": page,
        "form": form,
        "quick": [(f"quick-{place}", text) for place, text in enumerate(QUICK)],
        "replies": replies,
        "days": waited(standing.waiting_since if standing else None, now, hours_of(client.practice)),
        "at_a_glance": client_page(of, now=now),
        "alerts": alert_lines(of.alerts.values()),
        "may_treat": may_note or can_treat(request.user, client),
        "may_note": may_note,
        "notes": latest_notes(client, by=request.user) if may_note else [],
    }
    return desk(request, "clients/practitioner/thread.html", context, status=status_of(form))


def _chosen(request: DeskRequest, client: Client, replies: list[SavedReply]) -> str:
    """Return the text of the saved reply that a link asks for; nothing for one that is not there."""
    wanted = request.GET.get("reply", "")
    texts: dict[str, Any] = {str(reply.pk): reply.text for reply in replies}
    with translation.override(client.language):
        texts |= {f"quick-{place}": _(text) for place, text in enumerate(QUICK)}
    return str(texts.get(wanted, ""))


@require_POST
@desk_page
def settle_thread(request: DeskRequest, client_id: int) -> HttpResponse:
    """Say that nothing in the thread needs an answer."""
    client = client_for(request, client_id)
    settle(client, by=request.user)
    messages.success(request, _("Nothing of %(name)s waits any more.") % {"name": client.full_name})
    return redirect("admin:inbox")


@require_http_methods(["GET", "POST"])
@desk_page
def saved_replies(request: DeskRequest) -> HttpResponse:
    """The practice's saved replies; the same name replaces the text."""
    form = SavedReplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_reply(request.practice, by=request.user, **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("admin:saved_replies")
    context = {"form": form, "replies": SavedReply.objects.visible_to(request.user), "quick": QUICK}
    return desk(request, "clients/practitioner/saved_replies.html", context, status=status_of(form))


@require_POST
@desk_page
def remove_saved_reply(request: DeskRequest, reply_id: int) -> HttpResponse:
    """Take a reply off the list."""
    reply = find_for(request.user, SavedReply.objects.all(), pk=reply_id)
    remove_reply(reply, by=request.user)
    messages.success(request, _("Removed. What was sent with it stays."))
    return redirect("admin:saved_replies")
