"""The style guide: every component and page shell with made-up content, for staff and in development."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal import styleguide_pages, styleguide_parts
from portal.accounts.roles import practices_of
from portal.lib.appearance import THEMES

ROWS = settings.BASE_DIR / "templates" / "styleguide" / "rows"


def component_names() -> list[str]:
    """Return the names of all components, sorted."""
    return sorted(path.stem for path in Path(ROWS).glob("*.html"))


def _check_allowed(request: HttpRequest) -> None:
    if not (settings.DEBUG or practices_of(request.user)):
        raise Http404


def _theme(request: HttpRequest) -> str:
    theme = request.GET.get("theme", "light")
    if theme not in THEMES:
        raise Http404
    return theme


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in one theme."""
    _check_allowed(request)
    names = component_names()
    context: dict[str, Any] = {
        "title": _("Style guide"),
        "theme": _theme(request),
        "rows": [(name, f"styleguide/rows/{name}.html") for name in names],
        "pages": sorted(styleguide_pages.PAGES),
        **styleguide_parts.component_examples(),
    }
    return render(request, "styleguide/components.html", context)


@login_not_required
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one page template with a made-up context."""
    _check_allowed(request)
    if name not in styleguide_pages.PAGES:
        raise Http404
    template, make_context = styleguide_pages.PAGES[name]
    return render(request, template, make_context())
