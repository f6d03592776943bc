"""Mail of a development server lands on disk, whole and readable."""

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from clients.notifications import Letter
from clients.notifications.email import BackendLine

FOLDER = "portal.lib.mail_folder.EmailBackend"


def files(settings: Any) -> list[Path]:
    return sorted(settings.MAIL_DIR.iterdir())


def test_any_mail_of_django_becomes_one_file(settings: Any) -> None:
    message = EmailMultiAlternatives("Hello", "Text", "a@x.example", ["b@x.example"])
    message.attach_alternative("<p>Text</p>", "text/html")
    assert get_connection(FOLDER).send_messages([message, message]) == 2
    found = files(settings)
    assert [path.suffix for path in found] == [".eml", ".eml"]
    read = message_from_bytes(found[0].read_bytes(), policy=policy.default)
    assert (read["Subject"], read["To"]) == ("Hello", "b@x.example")


@pytest.mark.parametrize("backend", [FOLDER, "django.core.mail.backends.locmem.EmailBackend"])
def test_our_letters_reach_a_backend_as_they_were_composed(settings: Any, backend: str, mailoutbox: Any) -> None:
    settings.EMAIL_BACKEND = backend
    data = (
        b"From: a@x.example\r\nTo: b@x.example\r\nSubject: s\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n'
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n--b--\r\n"
    )
    line = BackendLine()
    line.send(Letter("a@x.example", "b@x.example", data))
    line.close()
    if backend == FOLDER:
        assert files(settings)[0].read_bytes() == data
    else:
        assert mailoutbox[0].body == "Hello"
        assert mailoutbox[0].message()["Message-ID"] == "<1@x>"
