"""Parts of the practitioner's pages: the side bar, tables, tabs. Shared by our own pages and the stock admin."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _places(context: Context) -> list[dict[str, Any]]:
    """Return what this person may open: our own pages, then the lists that the admin site grants them."""
    granted = {
        (app["app_label"], model["object_name"]): model.get("admin_url") or ""
        for app in context.get("available_apps") or []
        for model in app["models"]
    }
    places = [
        (_("Caseload"), "caseload", _address("admin:caseload") if ("clients", "Client") in granted else ""),
        (_("Messages"), "messages", _address("admin:inbox") if ("clients", "Client") in granted else ""),
        (_("Overview"), "progress", _address("admin:overview") if ("clients", "Client") in granted else ""),
        (_("Clients"), "people", granted.get(("clients", "Client"), "")),
        (_("Plans"), "plan", granted.get(("clients", "Assignment"), "")),
        (_("Routines"), "list", _address("admin:routine_list") if ("routines", "Routine") in granted else ""),
        (_("Exercises"), "exercise", granted.get(("routines", "Exercise"), "")),
        (_("Translations"), "globe", _address("admin:translations") if ("routines", "Exercise") in granted else ""),
        (_("Safety set-up"), "care", _address("admin:safety_setup") if ("clients", "Client") in granted else ""),
        (_("Practice"), "practice", _address("admin:practice") if ("accounts", "Practice") in granted else ""),
        (_("Records"), "archive", _address("admin:records")),
        (_("Account"), "shield", _address("mfa_index")),
    ]
    return [{"label": label, "icon": icon, "url": url} for label, icon, url in places if url]


@register.simple_tag(takes_context=True)
def desk_nav(context: Context) -> SafeString:
    """Return the side bar; the place with the longest address that begins the page's own is the current one."""
    request = context.get("request")
    path = request.path if request is not None else ""
    if path == _address("admin:index"):
        path = _address("admin:caseload")
    items = _places(context)
    here = [item["url"] for item in items if path.startswith(item["url"])]
    current = max(here, key=len, default="")
    return render_to_string(
        "components/desk_nav.html",
        {
            "items": [{**item, "current": item["url"] == current} for item in items],
            "at_search": path == _address("admin:search"),
            "home": _address("admin:index"),
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
    """Return the cells of a row of a change list, each with the name of its column in data-label.

    cells: HTML as Django's change list makes it, "<td ...>" or "<th ...>"; headers: the columns, in the same order.
    """
    return [
        format_html('{} data-label="{}"{}', SafeString(cell[:3]), capfirst(header["text"]), SafeString(cell[3:]))
        for cell, header in zip(cells, headers, strict=True)
    ]
