"""A session from its first exercise to "all done"."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clients.analytics.plans import name_of, prescribed_for
from clients.exports.opened import bite_bundle, opened_bundle
from clients.exports.prescription import in_bite
from clients.models import Client, Event, Session
from clients.requests import ClientRequest
from clients.rules.schedule import Schedule
from clients.services.session import tell, tick_item
from clients.views.checking_in import bite_asked
from clients.views.doors import client_page, session_of
from clients.views.safety import asked_before_start, asking_context


@require_GET
@client_page
def player(request: ClientRequest, client: Client, session_id: Any) -> HttpResponse:
    """The guided session, or the bite of it that holds a prescribed item. Without JavaScript a list of all to tick."""
    session = session_of(client, session_id)
    if session.state == Session.State.FINISHED:
        return redirect("session_done", session.pk)
    first = asked_before_start(request, client, session.version)
    if first is not None:
        return first
    prescribed = prescribed_for(session)
    events = list(Event.objects.filter(session=session).order_by("at", "pk"))
    bundle = opened_bundle(session, prescribed, events, name=name_of(session.assignment), now=timezone.now())
    bite = in_bite(prescribed, bite_asked(request) or 0, Schedule.from_dict(session.version.schedule).bite_min)
    if len(bite) < len(prescribed):
        bundle = bite_bundle(bundle, bite, prescribed, events)
    return render(
        request,
        "clients/player.html",
        {
            "client": client,
            "session": session,
            "bundle": bundle,
            "prescribed": prescribed,
            "safety": asking_context(client, has_ended=True),
            "done_items": {event.item_id for event in events if event.type == "set_done"},
        },
    )


@require_POST
@client_page
def mark_item(request: ClientRequest, client: Client, session_id: Any, item: int) -> HttpResponse:
    """Tick one exercise as done, for pages without JavaScript."""
    session = session_of(client, session_id)
    for entry in prescribed_for(session):
        if entry.item.pk == item:
            tick_item(client, session, entry, now=timezone.now())
            return redirect("player", session.pk)
    raise Http404


@require_POST
@client_page
def finish(request: ClientRequest, client: Client, session_id: Any) -> HttpResponse:
    """End the session, for pages without JavaScript."""
    session = session_of(client, session_id)
    if session.state != Session.State.FINISHED:
        tell(client, session.pk, now=timezone.now(), events=[("finished", {})])
    return redirect("after_session", session.pk)
