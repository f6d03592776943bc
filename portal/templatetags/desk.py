"""Parts of the practitioner's pages: the side bar, tables, tabs. Shared by our own pages and the stock admin."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clients.models import Thread

MOST_WAITING = 99
# The place in the side bar to which a page belongs whose address does not begin with the place's own: what follows
# the address of the admin site, by the icon of the place.
BELONGING = {
    "caseload": ("client/", "session/", "alert/", "absences/", "summary/", "flag-rules/", "pain-levels/"),
    "messages": ("replies/",),
    "plan": ("assign/", "plan/"),
    "list": ("routines/routine/",),
    "exercise": ("exercise/", "library/"),
    "archive": ("clients/", "routines/", "accounts/", "self-care/"),
    "people": ("client/new/",),
}

register = template.Library()


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _waiting(context: Context) -> int:
    """How many clients wait for an answer to a message, of those whom the person may see; MOST_WAITING at most.

    A page that knows it already gives it as `messages_waiting`. Read and never counted, so that it costs the same
    however many wait.
    """
    known = context.get("messages_waiting")
    if known is not None:
        return min(int(known), MOST_WAITING)
    request = context.get("request")
    if request is None:
        return 0
    return len(Thread.objects.visible_to(request.user).waiting().values_list("pk")[:MOST_WAITING])


def _places(context: Context) -> list[dict[str, Any]]:
    """Return what this person may open: our own pages, then the lists that the admin site grants them."""
    granted = {
        (app["app_label"], model["object_name"]): model.get("admin_url") or ""
        for app in context.get("available_apps") or []
        for model in app["models"]
    }
    sees_clients = ("clients", "Client") in granted
    counts = {"messages": _waiting(context) if sees_clients else 0}
    places = [
        (_("Caseload"), "caseload", _address("admin:caseload") if sees_clients else ""),
        (_("Messages"), "messages", _address("admin:inbox") if sees_clients else ""),
        (_("Overview"), "progress", _address("admin:overview") if sees_clients else ""),
        (_("Clients"), "people", granted.get(("clients", "Client"), "")),
        (_("Plans"), "plan", granted.get(("clients", "Assignment"), "")),
        (_("Routines"), "list", _address("admin:routine_list") if ("routines", "Routine") in granted else ""),
        (_("Exercises"), "exercise", granted.get(("routines", "Exercise"), "")),
        (_("Translations"), "globe", _address("admin:translations") if ("routines", "Exercise") in granted else ""),
        (_("Safety set-up"), "care", _address("admin:safety_setup") if sees_clients else ""),
        (_("Practice"), "practice", _address("admin:practice") if ("accounts", "Practice") in granted else ""),
        (_("Records"), "archive", _address("admin:records")),
        (_("Account"), "shield", _address("mfa_index")),
    ]
    return [
        {"label": label, "icon": icon, "url": url, "count": counts.get(icon, 0)} for label, icon, url in places if url
    ]


@register.simple_tag(takes_context=True)
def desk_nav(context: Context) -> SafeString:
    """Return the side bar. Current is the place whose address, or one that belongs to it, begins the page's."""
    request = context.get("request")
    path = request.path if request is not None else ""
    home = _address("admin:index")
    if path == home:
        path = _address("admin:caseload")
    items = _places(context)
    begins = {home + rest: item["url"] for item in items for rest in BELONGING.get(item["icon"], ())}
    begins |= {item["url"]: item["url"] for item in items}
    current = begins.get(max((begin for begin in begins if path.startswith(begin)), key=len, default=""))
    return render_to_string(
        "components/desk_nav.html",
        {
            "items": [{**item, "current": item["url"] == current} for item in items],
            "at_search": path == _address("admin:search"),
            "home": home,
            "user": getattr(request, "user", None),
            "practice": context.get("practice"),
            "has_several_practices": context.get("has_several_practices", False),
        },
        request=request,
    )


@register.simple_block_tag
def table(content: SafeString, *, caption: str, columns: Iterable[str], cards: bool = True) -> SafeString:
    """Return a table in a region that scrolls by itself; the block holds the rows.

    The first cell of a row is <th scope="row">. With `cards` each row becomes a card on narrow screens, where a
    cell shows the text of its data-label.
    """
    return render_to_string(
        "components/table.html",
        {"content": content, "caption": caption, "columns": list(columns), "cards": cards},
    )


@register.simple_tag
def tabs(items: Iterable[Mapping[str, Any]], label: str) -> SafeString:
    """Return links that look like tabs; each item: {"text", "url", "current": bool, "count": int | None}."""
    return render_to_string("components/tabs.html", {"items": list(items), "label": label})


@register.filter
def labelled(cells: Iterable[SafeString], headers: Iterable[Mapping[str, Any]]) -> list[SafeString]:
    """Return the cells of a row of a change list, each with the name of its column in data-label; the box that
    chooses a row says so.

    cells: HTML as Django's change list makes it, "<td ...>" or "<th ...>"; headers: the columns, in the same order.
    """
    return [
        format_html(
            '{} data-label="{}"{}',
            SafeString(cell[:3]),
            capfirst(strip_tags(header["text"]) or _("Choose")),
            SafeString(cell[3:]),
        )
        for cell, header in zip(cells, headers, strict=True)
    ]
