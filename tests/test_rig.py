"""The throw-away servers do what fault tests believe they do."""

import smtplib
import socket
from collections.abc import Callable

import pytest

from tests import rig


def send(sink: rig.MailSink, number: int, *, wait_s: float = 2) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=wait_s) as line:
        line.sendmail("a@example.org", ["b@example.org"], f"Message-ID: <{number}@test>\r\nSubject: x\r\n\r\nHello\r\n")


def test_a_sink_keeps_what_it_takes(mail_sink: rig.MailSink) -> None:
    send(mail_sink, 1)
    (entry,) = mail_sink.log()
    assert (entry["id"], entry["to"], entry["outcome"]) == ("<1@test>", ["b@example.org"], "ok")
    assert "Hello" in mail_sink.message(entry)


@pytest.mark.parametrize(
    ("mood", "error", "kept"),
    [
        pytest.param("451", lambda error: error.smtp_code == 451, False, id="refused for now"),
        pytest.param("421", lambda error: error.smtp_code == 421, False, id="refused and hung up"),
        pytest.param("550", lambda error: error.recipients["b@example.org"][0] == 550, False, id="refused for good"),
        pytest.param("drop", lambda error: "timed out" not in str(error), True, id="taken without a word"),
        pytest.param("stall", lambda error: "timed out" in str(error), False, id="never answered"),
        pytest.param("silent", lambda error: "timed out" in str(error), None, id="never greeted"),
    ],
)
def test_a_sink_in_a_mood_does_what_the_mood_says(
    mail_sink: rig.MailSink, mood: str, error: Callable[[Exception], bool], kept: bool | None
) -> None:
    mail_sink.behave(mood)
    with pytest.raises(smtplib.SMTPException) as raised:
        send(mail_sink, 1, wait_s=0.5)
    assert error(raised.value), raised.value
    assert len(mail_sink.accepted()) == int(bool(kept))
    assert len(mail_sink.log()) == (0 if kept is None else 1)
    mail_sink.behave()
    send(mail_sink, 2)
    assert mail_sink.log()[-1]["outcome"] == "ok", "a mood ends when it is told to"


def test_a_share_of_a_mood_leaves_the_rest_in_peace(mail_sink: rig.MailSink) -> None:
    mail_sink.behave("451 30")
    refused = 0
    for number in range(200):
        try:
            send(mail_sink, number)
        except smtplib.SMTPDataError:
            refused += 1
    assert 35 <= refused <= 85, "about 60 of 200"
    assert len(mail_sink.accepted()) == 200 - refused


def test_a_sink_that_only_counts_counts() -> None:
    with rig.MailSink(only_count=True) as sink:
        for number in range(3):
            send(sink, number)
        rig.wait_for(lambda: sink.counted() == 3, within_s=5, what="three counted")
        assert sink.log() == []


def test_a_frozen_server_takes_connections_and_says_nothing_until_it_thaws(mail_sink: rig.MailSink) -> None:
    mail_sink.freeze()
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(mail_sink, 1, wait_s=0.5)
    mail_sink.thaw()
    send(mail_sink, 2)


def test_a_killed_server_is_gone_at_once_and_can_be_started_again(mail_sink: rig.MailSink) -> None:
    mail_sink.kill()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", mail_sink.port), timeout=1):
        pass
    mail_sink.start()
    send(mail_sink, 1)


def test_what_is_awaited_in_vain_is_named() -> None:
    with pytest.raises(AssertionError, match=r"not within 0\.1 s: the moon"):
        rig.wait_for(lambda: False, within_s=0.1, what="the moon")
