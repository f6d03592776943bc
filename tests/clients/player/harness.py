"""The player's page without a database: the real template, styles and modules, and an events address that checks.

Events are read by the same rules as on the real server. Knobs make the network bad: `answer_with` a status, `lose`
answers after they were kept; `token` is the only one that is taken. Also runs by
hand: DJANGO_SETTINGS_MODULE=portal.settings python -m tests.clients.player.harness 8620
"""

import gzip
import json
import mimetypes
import sys
import threading
from collections.abc import Callable
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import brotli

VECTORS = Path(__file__).parents[2] / "vectors" / "timelines"
SESSION = "5e551011-0000-4000-8000-000000000001"
CSP = (
    "default-src 'none'; script-src 'self' 'nonce-page'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
Bundle = dict[str, Any]  # JSON


def timeline(name: str) -> Bundle:
    """Return a golden timeline of the compiler."""
    loaded: Bundle = json.loads((VECTORS / f"{name}.json").read_text())["timeline"]
    return loaded


def item(number: int, name: str, **values: Any) -> Bundle:
    """Return an item of a bundle around a golden timeline."""
    compiled = timeline(name)
    steps = [phase["text"] for phase in compiled["phases"] if phase["step"] is not None]
    return {
        "id": number,
        "exercise": compiled["exercise"],
        "title": compiled["title"],
        "start": compiled["phases"][0]["text"],
        "dose_words": "2 each side, hold 8 seconds",
        "optional": False,
        "choice_group": None,
        "sides": "none",
        "equipment": ["mat"],
        "parts": {},
        "how": list(dict.fromkeys(steps)),
        "focus": [],
        "precautions": [],
        "note": "",
        "easier": None,
        "timeline": compiled,
        **values,
    }


def knee_squeezes(number: int = 1, **values: Any) -> Bundle:
    """Return the knee squeezes with the rocking switched on and an easier form."""
    return item(
        number,
        "knee-squeezes-with-rocking",
        equipment=["mat", "thick_blanket"],
        parts={"rocking": "Rocking variation"},
        focus=[
            "Put a thick blanket under you before any rocking. It protects the bones of the spine.",
            "Keep rocking slow, controlled and rhythmic - never throw your legs.",
            "Let your arms do the holding; keep your shoulders and neck soft.",
        ],
        precautions=["Hold behind the thigh instead of the shin if your knee is sore."],
        easier={
            "title": "Hamstring stretch with a strap",
            "exercise": "hamstring-strap",
            "text": "Do one leg at a time.",
            "dose_words": "2 each side",
            "timeline": timeline("hamstring-strap"),
        },
        **values,
    )


def bundle(items: list[Bundle] | None = None, **values: Any) -> Bundle:
    """Return a session as the server hands it to the player."""
    from clients import safety_words
    from clients.exports.bundle import brief
    from clients.player_text import player_text
    from routines.figures import figures_of_timelines

    items = items or [
        knee_squeezes(),
        item(2, "side-bridge-knees"),
        item(3, "glute-bridge"),
        item(4, "belly-breathing"),
    ]
    forms = [form for one in items for form in (one, one["easier"]) if form]
    return {
        "schema": 1,
        "account": "0123456789abcdef",
        "session": SESSION,
        "plan_version": 7,
        "on": "2026-11-22",
        "slot": 1,
        "name": "Morning back and hips",
        "minutes": 12,
        "kit": ["mat", "thick_blanket"],
        "kit_names": {"thick_blanket": "thick blanket"},
        "pain": {"green_max": 2, "amber_max": 5, "rise_stop": 3, "before": 2},
        "tags": [],
        "facts": {},
        "first_side": "left",
        "ask": [],
        "events_url": "/api/v1/events/",
        "done_url": "/done/",
        "today_url": "/today/",
        "practitioner": "Priya",
        "safety": {
            **safety_words.device_data([]),
            "account": "0123456789abcdef",
            "url": "/api/v1/safety/",
            "today_url": "/today/",
        },
        "items": [brief(one) for one in items],
        "figures": {
            **figures_of_timelines(form["timeline"] for form in forms),
            "items": {},
            "palette": "teal",
        },
        "events": [],
        "text": player_text(),
        **values,
    }


def page(data: Bundle, *, done_items: frozenset[int] = frozenset()) -> str:
    """Return the page of a session as the portal renders it."""
    from django.contrib.auth.models import AnonymousUser
    from django.template.loader import render_to_string
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.csp_nonce = "page"
    session = SimpleNamespace(pk=SESSION)
    return render_to_string(
        "clients/player.html",
        {"bundle": data, "session": session, "prescribed": [], "done_items": done_items},
        request=request,
    )


class PlayerServer:
    """Serves one session on loopback; what the player sends lies in `events`, by id, first content kept."""

    def __init__(self, port: int = 0) -> None:
        self.bundle = bundle()
        self.events: dict[str, Bundle] = {}
        self.answer_with: int | None = None
        self.token: str | None = None
        self.lose: Callable[[], bool] = lambda: False
        self.requests: list[dict[str, str]] = []
        self.problems: list[str] = []
        handler = type("Handler", (_Handler,), {"portal": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> "PlayerServer":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def take(self, body: bytes) -> dict[str, Any]:
        """Keep events as the real address does; returns the answer for each."""
        from clients.rules.events import EventError, read_event

        results = []
        for raw in json.loads(body)["events"]:
            try:
                read_event(raw)
            except EventError as error:
                self.problems.append(str(error))
                results.append({"id": raw.get("id"), "status": 400, "detail": str(error)})
                continue
            kept = self.events.setdefault(raw["id"], raw)
            results.append({"id": raw["id"], "status": 200 if kept == raw else 409, "detail": ""})
        return {"results": results}

    def types(self) -> list[str]:
        """Return the types of the events that arrived, in the order of device time."""
        return [event["type"] for event in sorted(self.events.values(), key=lambda event: event["at"])]


@lru_cache(maxsize=64)
def _packed(body: bytes) -> bytes:
    packed: bytes = brotli.compress(body)
    return packed


class _Handler(BaseHTTPRequestHandler):
    portal: PlayerServer

    def do_GET(self) -> None:
        from clients import served
        from portal import sheets
        from routines.figures import engine_url
        from routines.movement.bundle import engine_module

        path = urlsplit(self.path).path
        if path == "/session/":
            self._send(200, page({**self.portal.bundle, "events": list(self.portal.events.values())}).encode())
        elif path.startswith("/static/"):
            self._static(path.removeprefix("/static/"))
        elif path == engine_url():
            self._send(200, engine_module().encode(), "text/javascript", lasts=True)
        elif path.startswith("/code/") and path.endswith(".css"):
            self._send(200, sheets.common_sheet().encode(), "text/css", lasts=True)
        elif path.startswith("/code/"):
            self._send(200, served.module_of(served.PLAYER).encode(), "text/javascript", lasts=True)
        elif path in ("/today/", "/done/", "/help/", "/in/"):
            self._send(200, f"<!doctype html><html lang=en><title>{path}</title><h1>{path}</h1>".encode())
        else:
            self._send(404, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.portal.requests.append(dict(self.headers.items()))
        refused = self.portal.token not in (None, self.headers["X-CSRFToken"])
        if status := 403 if refused else self.portal.answer_with:
            self._send(status, b"{}", "application/json")
            return
        answer = self.portal.take(body)
        if self.portal.lose():
            self.close_connection = True
            return
        self._send(200, json.dumps(answer).encode(), "application/json")

    def _static(self, name: str) -> None:
        from django.contrib.staticfiles import finders

        from portal.static_files import tight

        found = finders.find(name)
        if not isinstance(found, str):
            self._send(404, b"")
            return
        kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "text/plain"
        self._send(200, tight(name, Path(found).read_bytes()), kind, lasts=True)

    def _send(self, status: int, body: bytes, kind: str = "text/html; charset=utf-8", *, lasts: bool = False) -> None:
        """Answer as the portal does; what `lasts` has its hash in its address there, and is compressed once."""
        from django.conf import settings

        taken = self.headers.get("Accept-Encoding", "") if kind.startswith(("text/", "image/svg")) else ""
        way = "br" if lasts and "br" in taken else "gzip" if "gzip" in taken else ""
        body = _packed(body) if way == "br" else gzip.compress(body, 6) if way else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if way:
            self.send_header("Content-Encoding", way)
        self.send_header("Content-Length", str(len(body)))
        if lasts and not settings.DEBUG:
            self.send_header("Cache-Control", "public, max-age=31536000, immutable")
        self.send_header("Content-Security-Policy", CSP)
        if kind.startswith("text/html") and status == 200:
            self.send_header("Set-Cookie", "csrftoken=first; Path=/; SameSite=Lax")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


if __name__ == "__main__":
    import django

    django.setup()
    with PlayerServer(int(sys.argv[1])) as running:
        print(f"{running.url}/session/")
        threading.Event().wait()
