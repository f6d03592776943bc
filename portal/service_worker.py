"""The app without a network: its service worker, and the pages that the worker keeps.

The worker is one text, put together from portal/worker and the player's own store and sync. Its version is a hash of
all that it keeps, so a browser takes a new one exactly when something changed. These pages hold no word about anybody:
they are the same for every client of a language, and what is a client's own comes from the store on the device.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from clients import safety_words, served
from clients.forms import EFFORT_CHOICES, LEG_CHOICES
from portal import sheets
from portal.lib.bundling import compact
from portal.templatetags.importmap import module_names, modules_of_pages
from routines.figures import engine_url

FOLDER: Final = Path(__file__).parent / "worker"
SENDING: Final = ("clients/player/store.js", "clients/player/sync.js")  # modules that the worker contains
FILES: Final = (
    "clients/player.css",
    "clients/offline.css",
    "clients/safety.css",
    "routines/media.css",
    "portal/icons.svg",
    "portal/mark.svg",
    "portal/manifest.webmanifest",
    "portal/fonts/atkinson-next-latin.woff2",
)
MODULES: Final = (
    "portal/modules.js",
    "clients/player/",
    "clients/safety/",
    "clients/offline/",
)
PAGES: Final = {"home": "home.html", "check_in": "check_in.html", "session": "session.html", "after": "after.html"}
# What the kept pages are made of, beside the files above.
SOURCES: Final = (
    "templates/base*.html",
    "templates/clients/offline/*.html",
    "templates/clients/player/*.html",
    "templates/components/*.html",
    "portal/locale/*/LC_MESSAGES/django.mo",
)

_EXPORT = re.compile(r"^export (?=async function |function |class |const )", re.MULTILINE)


def kept_files() -> list[str]:
    """Return the static names of all files that the worker keeps, sorted."""
    return sorted([*sheets.SHEETS, *FILES, *(name for name in module_names() if name.startswith(MODULES))])


def assets() -> list[str]:
    """Return the addresses of all files that the worker keeps: modules as the import map names them."""
    mapped = modules_of_pages()
    others = (name for name in kept_files() if name not in sheets.SHEETS)
    files = (mapped.get(f"#{name}", "") if name.endswith(".js") else static(name) for name in others)
    return [*sheets.addresses(), *filter(None, files), engine_url()]


def worker_text() -> str:
    """Return the service worker; where the app is switched off, one that takes itself off the device."""
    if not settings.OFFLINE_APP:
        return (FOLDER / "gone.js").read_text(encoding="utf-8")
    return _fresh_text() if settings.DEBUG else _text_made_once()


@cache
def _text_made_once() -> str:
    return _fresh_text()


def _fresh_text() -> str:
    code = "".join(_plain(_source(name)) for name in SENDING) + compact((FOLDER / "worker.js").read_text("utf-8"))
    kept: dict[str, Any] = {  # Any: a JSON document
        "hashed": not settings.DEBUG,
        "fixed": [settings.STATIC_URL, engine_url().rpartition("-")[0], served.folder()],
        "assets": assets(),
        "pages": {name: _address(name) for name in PAGES},
        "account": reverse("api:account"),
        "events": reverse("api:events"),
        "checks": reverse("api:safety_checks"),
    }
    digest = hashlib.sha256(json.dumps([kept, code], sort_keys=True).encode())
    for content in _contents():
        digest.update(hashlib.sha256(content).digest())
    app = json.dumps({"version": digest.hexdigest()[:16], **kept}, separators=(",", ":"))
    return f"const APP={app};\n{code}"


def _source(name: str) -> str:
    return Path(str(finders.find(name))).read_text(encoding="utf-8")


def _plain(module: str) -> str:
    """Return a module without imports as part of a classic script."""
    return compact(_EXPORT.sub("", module))


def _contents() -> list[bytes]:
    """Return what the version depends on, in a fixed order."""
    files = [Path(str(finders.find(name))) for name in kept_files()]
    sources = [path for pattern in SOURCES for path in sorted(Path(settings.BASE_DIR).glob(pattern))]
    return [path.read_bytes() for path in (*files, *sources)]


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Return the worker's text. Browsers ask for it again and again, and take it where a byte is new."""
    text = worker_text()
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    same = request.headers.get("If-None-Match") == tag
    response = HttpResponseNotModified() if same else HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    return response


def _address(name: str) -> str:
    return reverse("offline") if name == "home" else reverse("offline_page", args=[name.replace("_", "-")])


@login_not_required
@never_cache
@require_GET
def page(request: HttpRequest, name: str = "home") -> HttpResponse:
    """Return a page for the worker to keep, in the reader's language and look, and without a word about them.

    Works with a network too, for a session that was begun without one.
    """
    template = PAGES.get(name.replace("-", "_"))
    if template is None or not settings.OFFLINE_APP:
        raise Http404
    context = {
        "signs": safety_words.stop_signs(),
        "effort_choices": EFFORT_CHOICES,
        "leg_choices": LEG_CHOICES,
        # Who is looking, and what is to be said to them, stays out of a page that is kept.
        "client_record": None,
        "practice": None,
        "messages": (),
        "is_kept": True,
    }
    return render(request, f"clients/offline/{template}", context)
