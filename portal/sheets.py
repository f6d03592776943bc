"""The style sheets that every page of clients begins with, served as one file."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

from portal.lib.bundling import digest
from portal.lib.lasting import lasting_answer
from portal.static_files import tight_css

SHEETS: Final = ("portal/tokens.css", "portal/base.css", "portal/components.css")
_BESIDE = re.compile(r"""url\("(?!data:)([^"]+)"\)""")


@cache
def common_sheet() -> str:
    """Return the sheets one after the other, tightened; what they name beside them by its address."""
    return "".join(map(_read, SHEETS))


def _read(name: str) -> str:
    source = Path(str(finders.find(name))).read_text(encoding="utf-8")
    folder = name.rpartition("/")[0]
    return _BESIDE.sub(lambda match: f'url("{static(f"{folder}/{match[1]}")}")', tight_css(source))


def current_digest() -> str:
    """Return the hash in the address of the sheets."""
    return digest(common_sheet())


def addresses() -> list[str]:
    """Return where the sheets are. While developing they stay apart, so that a change is seen at once."""
    if settings.DEBUG:
        return [static(name) for name in SHEETS]
    return [reverse("common_sheet", args=[current_digest()])]


@login_not_required
@require_GET
def sheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Return the sheets as one. Its address holds its hash, so a browser may keep it for good."""
    if digest != current_digest():
        raise Http404
    return lasting_answer(request, common_sheet(), "text/css")
