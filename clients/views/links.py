"""Pages behind links in messages, which work without signing in. A GET changes nothing: scanners follow links."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clients.models import Reminder
from clients.notifications import links
from clients.services import marking, streams

Told = TypeVar("Told")


@csrf_exempt  # mail programs post here without having been here before (RFC 8058); the token is the right
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button. POST stops the stream and answers 200, for the button and for mail programs alike."""
    client_id, stream = _opened(links.read_unsubscribe_token, token)
    if request.method != "POST":
        return render(request, "clients/unsubscribe.html", {"done": False, "stream": stream})
    is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    if not streams.refuse_stream(client_id, stream, how=streams.ONE_CLICK if is_one_click else streams.LINK):
        raise Http404
    if is_one_click:
        is_note = stream == Reminder.Stream.WEEKLY
        words = _("These notes are stopped.") if is_note else _("These reminders are stopped.")
        return HttpResponse(words, content_type="text/plain; charset=utf-8")
    return render(request, "clients/unsubscribe.html", {"done": True, "stream": stream})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mark_done(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks whether the sessions of a reminder are to be marked as done; POST marks them, once."""
    client_id, on, slot = _opened(links.read_done_token, token)
    act = marking.mark_done if request.method == "POST" else marking.standing
    state, is_today = act(client_id, on, slot, now=timezone.now())
    return render(request, "clients/mark_done.html", {"state": state, "is_today": is_today})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def put_off(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks whether the sessions of a reminder come later, wait until tomorrow or are left out; POST keeps it."""
    client_id, on, slot = _opened(links.read_put_off_token, token)
    now = timezone.now()
    if request.method == "POST":
        asked = marking.put_off_once(client_id, on, slot, choice=request.POST.get("choice", ""), now=now)
    else:
        asked = marking.put_off_standing(client_id, on, slot, now=now)
    return render(request, "clients/put_off.html", {"asked": asked})


def _opened(read: Callable[[str], Told], token: str) -> Told:
    """Return what the token of a link tells. Raises Http404 for one that was not made here."""
    try:
        return read(token)
    except links.UnknownLink as error:
        raise Http404 from error
