"""One persistent SMTP connection that tells apart what smtplib's sendmail() lumps together.

What matters to the reminder table is whether the message itself had gone out when something broke.
"""

import smtplib
import ssl
from collections.abc import Callable
from typing import Final

from django.conf import settings

from clients.notifications.channel import Letter, Refused, Unclear, Unreachable

CLOSING: Final = 421  # RFC 5321: the server closes this connection
GO_ON: Final = 354
OK: Final = 250
LONGEST_ANSWER: Final = 4096  # bytes of a line; RFC 5321 allows 512


class SmtpLine:
    """An SMTP connection, opened with the first letter and again after it broke."""

    def __init__(self) -> None:
        self.may_have_gone = False
        self._server: smtplib.SMTP | None = None
        self._pipelines = False

    def send(self, letter: Letter, *, before_data: Callable[[], None] | None = None) -> None:
        self.may_have_gone = False
        server = self._server or self._connect()
        try:
            self._envelope(server, letter)
            if before_data is not None:
                before_data()
            self._message(server, letter)
        except Refused:
            raise
        except BaseException:
            # Whatever it was, the conversation stands in the middle of a message and cannot go on.
            self._abandon()
            raise

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    def _abandon(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        try:
            server = kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT)
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"no connection: {type(error).__name__}") from error
        try:
            server.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                server.starttls(context=ssl.create_default_context())
                server.ehlo_or_helo_if_needed()
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except (smtplib.SMTPException, OSError) as error:
            server.close()
            raise Unreachable(f"no greeting: {type(error).__name__}") from error
        self._server = server
        self._pipelines = server.has_extn("pipelining")
        return server

    def _envelope(self, server: smtplib.SMTP, letter: Letter) -> None:
        """Have the server wait for the message. Raises Refused (and leaves it ready for another) or Unreachable."""
        commands = [f"MAIL FROM:<{letter.sender}>", f"RCPT TO:<{letter.to}>", "DATA"]
        try:
            if self._pipelines:
                server.send("".join(command + "\r\n" for command in commands).encode("ascii"))
                answers = [_answer(server) for _ in commands]
            else:
                answers = []
                for command in commands:
                    answers.append(server.docmd(command)[0])
                    if answers[-1] not in {OK, GO_ON}:
                        break
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"line broke: {type(error).__name__}") from error
        if CLOSING in answers:
            raise Unreachable("421")
        if answers == [OK, OK, GO_ON]:
            return
        self._refuse_envelope(server, answers)

    def _refuse_envelope(self, server: smtplib.SMTP, answers: list[int]) -> None:
        try:
            if answers[-1] == GO_ON:
                # A server that pipelines may wait for a message although it took no recipient: send it an empty one.
                server.send(b"\r\n.\r\n")
                _answer(server)
            server.rset()
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"line broke: {type(error).__name__}") from error
        if answers[0] != OK:
            # The server does not want this sender or this installation: no fault of the recipient, and mendable.
            raise Refused(f"sender {answers[0]}", permanent=False)
        if len(answers) > 1 and answers[1] != OK:
            permanent = answers[1] >= 500
            raise Refused(f"recipient {answers[1]}", permanent=permanent, address_is_bad=permanent)
        raise Refused(f"message {answers[-1]}", permanent=answers[-1] >= 500)

    def _message(self, server: smtplib.SMTP, letter: Letter) -> None:
        self.may_have_gone = True
        try:
            server.send(_quoted(letter.data))
            answer = _answer(server)
        except (smtplib.SMTPException, OSError) as error:
            raise Unclear(type(error).__name__) from error
        self.may_have_gone = False
        if answer == CLOSING:
            raise Unreachable("421")
        if answer != OK:
            raise Refused(f"message {answer}", permanent=answer >= 500)


def _quoted(data: bytes) -> bytes:
    """The message as DATA wants it: dots at line starts doubled, a dot alone at the end (RFC 5321, 4.5.2)."""
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    return (b"." if stuffed.startswith(b".") else b"") + stuffed + b".\r\n"


def _answer(server: smtplib.SMTP) -> int:
    """The code of the next answer. smtplib's own reader keeps the words too, which costs more than the sending.

    Raises SMTPServerDisconnected, and OSError where nothing came in time.
    """
    file = server.file
    if file is None:
        raise smtplib.SMTPServerDisconnected("not connected")
    while True:
        line = file.readline(LONGEST_ANSWER)
        if not line[:3].isdigit() or not line.endswith(b"\n"):
            raise smtplib.SMTPServerDisconnected("no answer")
        if line[3:4] != b"-":
            return int(line[:3])
