"""E-mail: a letter's bytes from a fixed head and a filled text, and the line that takes them.

Python's email package needs a millisecond to build one message, several times what sending takes. So the head is
one template, and the two bodies are encoded by the C codec.
"""

import binascii
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import Header
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from clients.notifications import links
from clients.notifications.channel import Letter, Line, Refused, Unreachable
from clients.notifications.smtp import SmtpLine
from clients.notifications.wording import Wording

SMTP_BACKEND: Final = "django.core.mail.backends.smtp.EmailBackend"
ADDRESS: Final = re.compile(r"[^\s<>@\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")


def new_message_id() -> str:
    """Return a Message-ID, made once per row so that every copy carries the same."""
    return f"<{secrets.token_hex(16)}@{links.site_host()}>"


def compose(
    wording: Wording,
    values: Mapping[str, str],
    *,
    to: str,
    sender_name: str,
    message_id: str,
    at: datetime,
    stop_token: str = "",
) -> Letter:
    """Return the letter in bytes. `at` is aware. stop_token adds the unsubscribe headers of RFC 8058.

    Raises Refused (permanent) for an address that cannot stand in a header.
    """
    address = _plain_address(to)
    text, page = wording.fill(values)
    boundary = f"=_{message_id[1:33]}"
    sender = _envelope_sender(settings.DEFAULT_FROM_EMAIL)
    head = _head(wording.subject, sender_name, sender)
    unsubscribe = _unsubscribe_headers(stop_token) if stop_token else ""
    lines = (
        f"{head}To: {address}\r\nMessage-ID: {message_id}\r\nDate: {_date(int(at.timestamp()))}\r\n{unsubscribe}"
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    )
    parts = b"".join(_part(boundary, subtype, body) for subtype, body in (("plain", text), ("html", page)))
    return Letter(sender, address, lines.encode("ascii") + parts + f"--{boundary}--\r\n".encode("ascii"))


def _part(boundary: str, subtype: str, body: str) -> bytes:
    """One body. Plain ASCII goes as it is, its lines being short by their templates; anything else is encoded."""
    encoding = "7bit" if body.isascii() else "quoted-printable"
    head = (
        f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    lines = "\r\n".join(body.splitlines()).encode()
    return head.encode("ascii") + (lines if body.isascii() else binascii.b2a_qp(lines, istext=True)) + b"\r\n"


@lru_cache(maxsize=64)
def _date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, tz=UTC))


def _plain_address(address: str) -> str:
    local, at, domain = address.rpartition("@")
    try:
        plain = address if domain.isascii() else f"{local}{at}{domain.encode('idna').decode('ascii')}"
        plain.encode("ascii")
    except UnicodeError as error:
        raise Refused("address is not plain", permanent=True, address_is_bad=True) from error
    if not ADDRESS.fullmatch(plain):
        raise Refused("address is not plain", permanent=True, address_is_bad=True)
    return plain


@lru_cache(maxsize=1024)
def _head(subject: str, sender_name: str, sender: str) -> str:
    """The headers that all mails of a subject and a sender share."""
    clean = "".join(letter for letter in sender_name if letter.isprintable() and letter not in '"\\')
    name = f'"{clean}"' if clean.isascii() else Header(clean, "utf-8").encode()
    title = subject if subject.isascii() else Header(subject, "utf-8").encode()
    lines = [
        f"From: {name} <{sender}>",
        f"Subject: {title}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ]
    return "".join(line.replace("\n", "\r\n") + "\r\n" for line in lines)


@lru_cache(maxsize=8)
def _envelope_sender(configured: str) -> str:
    return parseaddr(configured)[1]


def _unsubscribe_headers(token: str) -> str:
    targets = [f"<{links.unsubscribe_url(token)}>"]
    if settings.UNSUBSCRIBE_MAILBOX:
        targets.append(f"<mailto:{settings.UNSUBSCRIBE_MAILBOX}?subject={token}>")
    # A header line may be folded between its targets only: the addresses are longer than the usual 78.
    joined = ",\r\n ".join(targets)
    return f"List-Unsubscribe: {joined}\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


class BackendLine:
    """A line over a mail backend of Django: files in development, the list in memory in tests."""

    def __init__(self) -> None:
        self.may_have_gone = False
        self._connection = get_connection()

    def send(self, letter: Letter, *, before_data: Callable[[], None] | None = None) -> None:
        self.may_have_gone = False
        if before_data is not None:
            before_data()
        try:
            self._connection.send_messages([_Ready(letter)])
        except OSError as error:
            raise Unreachable(type(error).__name__) from error

    def close(self) -> None:
        self._connection.close()


class _Ready(EmailMultiAlternatives):
    """Our bytes in the shape that Django's backends take."""

    def __init__(self, letter: Letter) -> None:
        self._parsed = message_from_bytes(letter.data, policy=policy.SMTP)
        text, page = (part.get_content() for part in self._parsed.iter_parts())
        super().__init__(str(self._parsed["Subject"]), text, str(self._parsed["From"]), [letter.to])
        self.extra_headers = {
            name: str(value) for name, value in self._parsed.items() if name not in {"From", "To", "Subject"}
        }
        self.attach_alternative(page, "text/html")

    def message(self) -> object:  # type: ignore[override]  # as it was composed, not a SafeMIMEText built anew
        return self._parsed


def open_line() -> Line:
    """Return a line for the mail that the settings name: SMTP, or another backend of Django."""
    return SmtpLine() if settings.EMAIL_BACKEND == SMTP_BACKEND else BackendLine()
