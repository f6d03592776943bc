"""The outbox of a development server: every message that would have left, as its reader would get it."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

SHOWN = 100

# The message is not one of our pages: mail carries its styles inline, and everything else in it stays switched off.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-top-navigation-by-user-activation"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message on disk."""

    name: str
    to: str
    subject: str
    written_at: datetime
    text: str
    has_html: bool


@login_not_required
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """List the newest messages. 404 where DEBUG is off."""
    _check_debug()
    paths = sorted(settings.MAIL_DIR.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    return render(request, "outbox.html", {"mails": [_read(path) for path in paths[:SHOWN]]})


@login_not_required
@require_GET
def message(request: HttpRequest, name: str) -> HttpResponse:
    """Show the HTML form of one message, in a sandbox. 404 where DEBUG is off."""
    _check_debug()
    path = settings.MAIL_DIR / f"{name}.eml"
    if not path.is_file():
        raise Http404
    part = _parsed(path).get_body(("html",))
    if part is None:
        raise Http404
    response = HttpResponse(part.get_content())
    response["Content-Security-Policy"] = MAIL_POLICY
    return response


def _check_debug() -> None:
    if not settings.DEBUG:
        raise Http404


def _parsed(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def _read(path: Path) -> Mail:
    parsed = _parsed(path)
    text = parsed.get_body(("plain",))
    return Mail(
        name=path.stem,
        to=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        written_at=datetime.fromtimestamp(path.stat().st_mtime, tz=UTC),
        text=text.get_content() if text is not None else "",
        has_html=parsed.get_body(("html",)) is not None,
    )
