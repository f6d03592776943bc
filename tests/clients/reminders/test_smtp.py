"""What the SMTP line makes of every way in which a mail server can answer, or not answer."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clients.notifications import Letter, Refused, Unclear, Unreachable
from clients.notifications.smtp import SmtpLine
from tests import rig

LETTER = Letter(
    "no-reply@portal.example", "carl@home.example", b"Message-ID: <1@x>\r\nSubject: s\r\n\r\n.dot\r\nend\r\n"
)


def point_at(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 1


@pytest.fixture
def line(settings: Any, mail_sink: rig.MailSink) -> Iterator[SmtpLine]:
    point_at(settings, mail_sink.port)
    opened = SmtpLine()
    yield opened
    opened.close()


def test_many_letters_go_over_one_connection_as_they_are(line: SmtpLine, mail_sink: rig.MailSink) -> None:
    for _ in range(3):
        line.send(LETTER)
    taken = mail_sink.accepted()
    assert [entry["to"] for entry in taken] == [["carl@home.example"]] * 3
    assert mail_sink.message(taken[0]) == LETTER.data.replace(b"\r\n.", b"\r\n..").decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("mood", "permanent", "address_is_bad"), [("451", False, False), ("550", True, True)], ids=["for now", "for good"]
)
def test_a_refusal_leaves_the_line_fit_for_the_next(
    line: SmtpLine, mail_sink: rig.MailSink, mood: str, permanent: bool, address_is_bad: bool
) -> None:
    mail_sink.behave(mood)
    with pytest.raises(Refused) as refused:
        line.send(LETTER)
    assert (refused.value.permanent, refused.value.address_is_bad) == (permanent, address_is_bad)
    assert "carl" not in refused.value.reason
    assert not line.may_have_gone
    mail_sink.behave()
    line.send(LETTER)
    assert len(mail_sink.accepted()) == 1


def test_a_server_that_hangs_up_politely_took_nothing_and_is_called_again(
    line: SmtpLine, mail_sink: rig.MailSink
) -> None:
    mail_sink.behave("421")
    with pytest.raises(Unreachable, match="421"):
        line.send(LETTER)
    assert not line.may_have_gone
    mail_sink.behave()
    line.send(LETTER)
    assert len(mail_sink.accepted()) == 1


@pytest.mark.parametrize("mood", ["drop", "stall"])
def test_no_answer_to_the_message_is_unclear_and_takes_no_longer_than_the_limit(
    line: SmtpLine, mail_sink: rig.MailSink, mood: str
) -> None:
    mail_sink.behave(mood)
    began = time.monotonic()
    with pytest.raises(Unclear):
        line.send(LETTER)
    assert time.monotonic() - began < 3
    mail_sink.behave()
    line.send(LETTER)


def test_a_server_that_never_greets_costs_the_limit_and_no_more(line: SmtpLine, mail_sink: rig.MailSink) -> None:
    mail_sink.behave("silent")
    began = time.monotonic()
    with pytest.raises(Unreachable):
        line.send(LETTER)
    assert time.monotonic() - began < 3


def test_nobody_listening_is_unreachable(settings: Any) -> None:
    point_at(settings, rig.free_port())
    with pytest.raises(Unreachable):
        SmtpLine().send(LETTER)


def test_the_mark_is_set_when_the_server_waits_for_the_message(line: SmtpLine, mail_sink: rig.MailSink) -> None:
    seen: list[int] = []
    line.send(LETTER, before_data=lambda: seen.append(len(mail_sink.log())))
    assert seen == [0]
    assert len(mail_sink.log()) == 1


def test_a_mark_that_fails_keeps_the_message_back(line: SmtpLine, mail_sink: rig.MailSink) -> None:
    def lost() -> None:
        raise Unreachable("lease lost")

    with pytest.raises(Unreachable, match="lease lost"):
        line.send(LETTER, before_data=lost)
    assert not line.may_have_gone
    line.send(LETTER)
    assert len(mail_sink.log()) == 1


Talk = Callable[[socket.socket], None]


@pytest.fixture
def scripted(settings: Any) -> Iterator[Callable[[dict[str, str]], SmtpLine]]:
    """A server that answers each command from a script, without pipelining."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []
    lines: list[SmtpLine] = []

    def serve(answers: dict[str, str]) -> SmtpLine:
        def talk() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rwb") as stream:
                stream.write(b"220 here\r\n")
                stream.flush()
                for raw in stream:
                    verb = raw[:4].decode().strip().upper()
                    stream.write((answers.get(verb, "250 ok") + "\r\n").encode())
                    stream.flush()
                    if verb == "DATA" and answers.get("DATA", "").startswith("354"):
                        while stream.readline() != b".\r\n":
                            pass
                        stream.write((answers.get("BODY", "250 taken") + "\r\n").encode())
                        stream.flush()
                    if verb == "QUIT":
                        return

        threads.append(threading.Thread(target=talk, daemon=True))
        threads[-1].start()
        point_at(settings, listener.getsockname()[1])
        lines.append(SmtpLine())
        return lines[-1]

    yield serve
    for each in lines:
        each.close()
    for thread in threads:
        thread.join(timeout=2)
    listener.close()


GOES = {"DATA": "354 go on"}


def test_a_server_without_pipelining_is_asked_step_by_step(scripted: Any) -> None:
    line = scripted(GOES)
    line.send(LETTER)
    line.send(LETTER)


@pytest.mark.parametrize(
    ("answers", "permanent", "address_is_bad"),
    [
        pytest.param({"MAIL": "530 sign in first"}, False, False, id="our sender is not wanted: mendable"),
        pytest.param({"RCPT": "450 mailbox busy"}, False, False, id="mailbox busy"),
        pytest.param({"RCPT": "550 nobody here"}, True, True, id="nobody here"),
        pytest.param({"DATA": "452 no room"}, False, False, id="no room"),
        pytest.param({**GOES, "BODY": "554 not this text"}, True, False, id="the text is not wanted"),
        pytest.param({**GOES, "BODY": "452 no room"}, False, False, id="no room after all"),
    ],
)
def test_each_refusal_is_understood(
    scripted: Any, answers: dict[str, str], permanent: bool, address_is_bad: bool
) -> None:
    line = scripted(answers)
    with pytest.raises(Refused) as refused:
        line.send(LETTER)
    assert (refused.value.permanent, refused.value.address_is_bad) == (permanent, address_is_bad)


def test_a_server_that_wants_a_name_gets_it_before_any_letter(scripted: Any, settings: Any) -> None:
    line = scripted(GOES)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "secret"
    with pytest.raises(Unreachable, match="greeting"):  # the script offers no way to sign in
        line.send(LETTER)
