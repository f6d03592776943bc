"""Web push: one neutral payload, encrypted for the browser (RFC 8291) and signed for its push service (RFC 8292).

The payload is Declarative Web Push, which Safari shows without a worker; other browsers hand it to ours. The packages
that encrypt are read with the first message, so that web processes never hold them.
"""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parseaddr
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Thread
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from clients.notifications.channel import PushLetter, Refused, Unclear
from clients.rules.push import meaning_of, wait_of
from portal.lib import vapid

TIMEOUT_S: Final = 10.0  # for all of one message, from the name to the answer; safety.md R09
MAGIC: Final = 8030  # what makes a payload declarative
TOPIC: Final = "session"  # a newer reminder takes the place of one that a device has not fetched or shown


def payload_of(title: str, text: str, *, language: str, address: str) -> bytes:
    """Return the payload of a notification that opens the address."""
    shown = {"title": title, "body": text, "lang": language, "dir": "ltr", "navigate": address, "tag": TOPIC}
    return json.dumps({"web_push": MAGIC, "notification": shown}, ensure_ascii=False).encode()


class PushLine:
    """Sends to any push service, one request a message. A service that did not answer in time is left for this line."""

    def __init__(self) -> None:
        self.may_have_gone = False
        self._silent: set[str] = set()

    def send(self, letter: PushLetter, *, before_data: Callable[[], None] | None = None) -> None:
        """Encrypt and send one message."""
        from pywebpush import WebPushException, webpush

        self.may_have_gone = False
        host = urlsplit(letter.endpoint).netloc
        if host in self._silent:
            raise Refused("push service silent", permanent=False)
        post = _Post(self, host, before_data)
        try:
            webpush(
                {"endpoint": letter.endpoint, "keys": {"p256dh": letter.p256dh, "auth": letter.auth}},
                letter.payload.decode(),
                vapid_private_key=vapid.private_key(),
                vapid_claims={"sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"},
                headers={"Topic": TOPIC, "Urgency": "normal"},
                ttl=letter.ttl,
                timeout=TIMEOUT_S,
                requests_session=post,  # it asks no more of a session
            )
        except WebPushException:
            if post.answer is None:
                raise
        if post.answer is not None:
            _judge(post.answer)

    def leave(self, host: str) -> None:
        """Send nothing more to a service that is silent."""
        self._silent.add(host)

    def close(self) -> None:
        """Nothing stays open between messages."""


class _Answer(NamedTuple):
    """What of a push service's answer counts; also what pywebpush reads of it."""

    status_code: int
    retry_after: str
    reason: str = ""
    text: str = ""
    headers: Mapping[str, str] = {}


class _Post:
    """What pywebpush posts with: one request that follows no redirect, reads no body and is over in time, whatever
    comes. The other end is chosen by whoever registered, so it may answer byte by byte."""

    def __init__(self, line: PushLine, host: str, before: Callable[[], None] | None) -> None:
        self.line = line
        self.host = host
        self.before = before
        self.answer: _Answer | None = None

    def post(self, url: str, *, data: bytes, headers: Mapping[str, str], timeout: float) -> _Answer:
        """Return the answer. Raises Refused where nothing went out, and Unclear where no answer came."""
        request = _Request(url, data, dict(headers), timeout)
        if self.before is not None:
            self.before()
        self.line.may_have_gone = True
        began = time.monotonic()
        request.start()
        request.join(timeout)
        took = time.monotonic() - began
        self.answer, has_gone = request.answer, request.has_gone
        self.line.may_have_gone = self.answer is None and has_gone
        if request.is_alive() or (self.answer is None and took >= timeout):  # its own time-out may end it in time
            self.line.leave(self.host)
        if self.answer is not None:
            return self.answer
        if has_gone:
            raise Unclear("push not answered")
        raise Refused("no push service", permanent=False)


class _Request(Thread):
    """One request in a thread of its own, which is left alone when its time is over: it ends with its next time-out."""

    def __init__(self, url: str, data: bytes, headers: dict[str, str], timeout: float) -> None:
        super().__init__(daemon=True)
        self.url = urlsplit(url)
        self.data = data
        self.headers = headers
        self.timeout = timeout
        self.has_gone = False
        self.answer: _Answer | None = None

    def run(self) -> None:
        """Send, and keep the answer if one comes."""
        kind = HTTPSConnection if self.url.scheme == "https" else HTTPConnection
        connection = kind(self.url.hostname or "", self.url.port, timeout=self.timeout)
        try:
            connection.connect()
            self.has_gone = True
            path = self.url.path + (f"?{self.url.query}" if self.url.query else "")
            connection.request("POST", path or "/", self.data, self.headers)
            answer = connection.getresponse()
            self.answer = _Answer(answer.status, answer.headers.get("Retry-After", ""))
        except (OSError, HTTPException, ValueError):
            pass  # what became of it is told by has_gone and answer
        finally:
            connection.close()


def _judge(answer: _Answer) -> None:
    """Raise Refused unless the message was taken."""
    reason, meaning = f"push {answer.status_code}", meaning_of(answer.status_code)
    if meaning == "again":
        raise Refused(reason, permanent=False, wait=wait_of(answer.retry_after, now=datetime.now(UTC)))
    if meaning != "sent":
        raise Refused(reason, permanent=True, address_is_bad=meaning == "gone", forbidden=meaning == "forbidden")
