"""What a client is to do now, after what they told in a safety check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from clients import safety_words
from clients.models import Alert, CareText, Client, SafetyCheck, SafetySetup, Session
from clients.rules import safety as rules
from clients.rules.contraindications import for_client
from clients.safety_words import CLEAR, CareCard, OwnHelp
from portal.lib import sealing
from routines.library import starter

AT_ONCE = timedelta(minutes=1)  # in which the server ends what was open when the answers came


@dataclass(frozen=True, slots=True)
class LocalHelp:
    """number: the emergency number of the client's country as signed, empty where none is. texts: what the practice
    says itself to clients of that country in the client's language, by level; empty without a number.
    """

    number: str
    texts: Mapping[str, str]

    def cards(self, *, has_ended: bool) -> dict[str, CareCard]:
        """Return the care card of each level, in the language in force. has_ended: the answers ended a session."""
        return safety_words.cards(self.number, has_ended=has_ended, texts=self.texts)

    def own(self) -> OwnHelp | None:
        """Return what stands outside cards, in the language in force; None where the practice has signed no text."""
        return safety_words.own_help(self.number, self.texts)


def help_for(client: Client) -> LocalHelp:
    """Return whom the client calls and asks. Runs in the practice scope."""
    setup = SafetySetup.objects.filter(practice=client.practice_id).first()
    number = setup.number_for(client.country) if setup else ""
    if not number:
        return LocalHelp("", safety_words.NO_TEXTS)
    signed = CareText.objects.filter(
        practice=client.practice_id, country=client.country, language=client.language
    ).first()
    return LocalHelp(number, signed.texts if signed else safety_words.NO_TEXTS)


@dataclass(frozen=True, slots=True)
class Care:
    """level: of the card, CLEAR where nothing is open. help: whom to call and to ask where the client lives.

    on_hold: a tag with which nothing starts; there is no check to speak of. advice: what a question says beside its
    level. after_stop: the last check followed "Stop". has_ended: it ended a session.
    """

    level: str
    is_locked: bool
    on_hold: bool
    help: LocalHelp
    advice: tuple[str, ...]
    after_stop: bool
    has_ended: bool


def care_for(client: Client) -> Care:
    """Return what the client is to do: by the most serious alert that locks, else by the last check."""
    level: str | None = None
    for locking in Alert.objects.locking().filter(client=client).values_list("level", flat=True):
        level = rules.more_serious(level, locking)
    is_locked = level is not None
    last = SafetyCheck.objects.filter(client=client).order_by("-received_at").first()
    if last is not None and not is_locked and Alert.objects.open().filter(subject_key=f"check:{last.pk}").exists():
        level = last.level
    return Care(
        level=level or CLEAR,
        is_locked=is_locked,
        on_hold=level is None and bool(for_client(client.tags)),
        help=help_for(client),
        advice=_advice(last) if last is not None and last.level == level else (),
        after_stop=last is not None and last.trigger == SafetyCheck.Trigger.STOP,
        has_ended=last is not None and _has_ended_a_session(last),
    )


def _has_ended_a_session(check: SafetyCheck) -> bool:
    if check.session_key is not None or check.trigger == SafetyCheck.Trigger.STOP:
        return True
    since = check.at.replace(microsecond=0)  # events keep milliseconds
    return Session.objects.filter(client=check.client_id, finished_at__range=(since, since + AT_ONCE)).exists()


def _advice(check: SafetyCheck) -> tuple[str, ...]:
    try:
        answers = check.answers
    except sealing.Unreadable:
        return ()
    return tuple(
        question.advice
        for question in starter.safety().questions
        if question.advice and rules.is_yes(answers.get(question.id, ()))
    )
