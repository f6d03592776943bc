"""Every sentence about safety that a client reads, in one place: questions, care cards, and what stands around them.

Questions and zones are the library's own texts (routines.yaml, safety); the rest stands here. The golden files of the
tests hold all of them in each language, so that none changes unseen. Source of what has to be said: clinical.md 4.4.

What a practice says itself (`CareText`) has one place of its own for each level. It stands behind the emergency number
wherever it stands, takes no sentence away, and without a number it is left out.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop

from clients.rules import safety as rules
from routines.content.library_items import LEVELS, SafetyQuestion
from routines.library import starter

CLEAR: Final = "clear"  # the card for a check without a finding

NOT_WATCHED: Final = gettext_noop("This service is not watched round the clock.")

WORDS: Final[Mapping[str, str]] = {
    "title": gettext_noop("Safety check"),
    "lead": gettext_noop("Tick all that fit you now. If you are not sure, tick “I am not sure”."),
    "not_a_diagnosis": gettext_noop("This is not a diagnosis. It helps us to see who needs help soon."),
    "not_watched": NOT_WATCHED,
    "none": gettext_noop("None of these"),
    "not_sure": gettext_noop("I am not sure"),
    "yes": gettext_noop("Yes"),
    "no": gettext_noop("No"),
    "choose": gettext_noop("Choose an answer."),
    "send": gettext_noop("Send my answers"),
    "kept_here": gettext_noop("You are offline. Your answers are kept on this phone. Your clinic gets them later."),
    "is_sent": gettext_noop("Your clinic has your answers."),
    "stop": gettext_noop("Stop"),
    "stopped": gettext_noop("Your session has ended. What you did is kept."),
    "stop_told": gettext_noop("We tell your physiotherapist that you stopped."),
    "on_hold": gettext_noop("Your plan is on hold"),
    "on_hold_why": gettext_noop("Your physiotherapist opens it again after a talk with you."),
    "what_to_do": gettext_noop("What to do now"),
    "call": gettext_noop("Call %(number)s"),
    "call_any": gettext_noop("Call the emergency number of your country"),
    "print": gettext_noop("Print this page"),
    "to_today": gettext_noop("Back to Today"),
    "go_on": gettext_noop("Go on"),
    "stop_signs": gettext_noop("Stop at once if you notice one of these:"),
    "then_check": gettext_noop("Then do the safety check."),
    "onboarding": gettext_noop("A few questions come before your first session."),
    "four_weeks": gettext_noop("We ask these questions every four weeks."),
    "flare": gettext_noop("In a flare-up these questions come first."),
    "pain": gettext_noop("Your pain is strong today, so these questions come first."),
    "message_title": gettext_noop("Do not wait for an answer here"),
    "message_why": gettext_noop("Some of your words can be a sign that needs help soon. We cannot tell from here."),
    "message_much_worse": gettext_noop("If you feel very unwell, call for help now."),
    "message_told": gettext_noop("Your physiotherapist is told to read your message."),
    "asked_after_stop": gettext_noop("You stopped a session, so we ask these questions."),
    "where_to_get_help": gettext_noop("Where to get help"),
}

MUCH_WORSE: Final = gettext_noop("If you feel much worse, call %(number)s at once.")

# level -> (title, sentences). %(number)s is the number that the practice has signed.
CARDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "emergency": (
        gettext_noop("Get help now"),
        (
            gettext_noop("What you told us needs help at once."),
            gettext_noop("Do not wait for a message from us."),
            gettext_noop("Do not drive if you feel faint."),
            gettext_noop("Your session has ended. What you did is kept."),
            gettext_noop("Your plan is locked until your physiotherapist has talked with you."),
            NOT_WATCHED,
        ),
    ),
    "same_day": (
        gettext_noop("See a doctor today"),
        (
            gettext_noop("What you told us needs a doctor or urgent care today."),
            MUCH_WORSE,
            gettext_noop("Your session has ended. What you did is kept."),
            gettext_noop("Your plan is paused until your physiotherapist has looked at this."),
            gettext_noop("Do not wait for a message from us."),
            NOT_WATCHED,
        ),
    ),
    "soon": (
        gettext_noop("Talk to someone this week"),
        (
            gettext_noop("This is not an emergency."),
            gettext_noop("Tell your doctor or physiotherapist about it this week."),
            gettext_noop("You can go on with gentle sessions."),
            gettext_noop("We cannot tell you what it is. A doctor or physiotherapist can."),
            NOT_WATCHED,
        ),
    ),
    CLEAR: (
        gettext_noop("Thank you"),
        (
            gettext_noop("You ticked none of the signs."),
            gettext_noop("If one of them starts, come back to the safety check."),
        ),
    ),
}
ANY_NUMBER: Final = gettext_noop("the emergency number of your country")

# level -> (what stands above the practice's own text, how many sentences of the card come before it)
PLACES: Final[Mapping[str, tuple[str, int]]] = {
    "emergency": (gettext_noop("Where to go in an emergency"), 3),
    "same_day": (gettext_noop("Who to ask the same day"), 2),
    "soon": (gettext_noop("Who to ask this week"), 2),
}
NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Place:
    """The practice's own text of one level: what stands above it, and its lines, as it was signed."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CareCard:
    """What is to be done, in words. call: the words of the button; tel: what it dials, empty where none is signed.

    first: sentences before the practice's own text, then: those behind it. places: that text; at most one.
    """

    level: str
    title: str
    first: tuple[str, ...]
    places: tuple[Place, ...]
    then: tuple[str, ...]
    call: str
    tel: str


@dataclass(frozen=True, slots=True)
class OwnHelp:
    """The practice's own texts outside a card, behind the number. places: the most serious level first, never empty.

    call, tel: as of a CareCard, tel never empty; worse: the same in a sentence, for paper.
    """

    call: str
    tel: str
    worse: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question on the page. options: (value, words), one symptom each, "none" and "not sure" last."""

    id: str
    level: str
    ask: str
    options: tuple[tuple[str, str], ...]
    advice: str

    @property
    def is_plain(self) -> bool:
        """Whether it is answered with yes or no."""
        return len(self.options) == PLAIN_OPTIONS


PLAIN_OPTIONS: Final = 3  # yes, no, not sure


def words() -> dict[str, str]:
    """Return what stands around the questions, by key, in the language in force."""
    return {key: gettext(text) for key, text in WORDS.items()}


def cards(number: str, *, has_ended: bool, texts: Mapping[str, str] = NO_TEXTS) -> dict[str, CareCard]:
    """Return the care card of each level and of CLEAR. number: as signed, empty where nothing is signed.

    has_ended: the answers ended a session, so that the card says what became of it. texts: the practice's own, by
    level, in the language in force; none is shown without a number.
    """
    return {level: _card(level, number, has_ended=has_ended, texts=texts) for level in CARDS}


def _card(level: str, number: str, *, has_ended: bool, texts: Mapping[str, str]) -> CareCard:
    title, lines = CARDS[level]
    places = _places(number, {level: texts.get(level, "")})
    before = PLACES[level][1] if places else len(lines)
    first, then = lines[:before], lines[before:]
    if places and level == "soon":
        first = (*first, MUCH_WORSE)  # this card has no button: the number is said before anybody else is named
    filled = _filled(number)
    return CareCard(
        level=level,
        title=gettext(title),
        first=_said(first, filled, has_ended=has_ended),
        places=places,
        then=_said(then, filled, has_ended=has_ended),
        call=_call(number),
        tel=_tel(number),
    )


def _said(lines: Iterable[str], filled: Mapping[str, str], *, has_ended: bool) -> tuple[str, ...]:
    return tuple(gettext(line) % filled for line in lines if has_ended or line != WORDS["stopped"])


def _filled(number: str) -> dict[str, str]:
    return {"number": number or gettext(ANY_NUMBER)}


def _call(number: str) -> str:
    return gettext(WORDS["call"]) % _filled(number) if number else gettext(WORDS["call_any"])


def _tel(number: str) -> str:
    return number.replace(" ", "")


def _places(number: str, texts: Mapping[str, str]) -> tuple[Place, ...]:
    """Return what the practice says itself, the most serious level first; nothing where no number is signed."""
    return tuple(
        Place(gettext(title), tuple(texts[level].split("\n")))
        for level, (title, _before) in PLACES.items()
        if number and texts.get(level)
    )


def own_help(number: str, texts: Mapping[str, str]) -> OwnHelp | None:
    """Return the number and the practice's own texts, in the language in force; None where it has signed no text."""
    places = _places(number, texts)
    if not places:
        return None
    return OwnHelp(call=_call(number), tel=_tel(number), worse=gettext(MUCH_WORSE) % _filled(number), places=places)


def questions(tags: Collection[str]) -> tuple[AskedQuestion, ...]:
    """Return the questions for a client with these tags, in the language in force."""
    return tuple(_asked(each) for each in rules.asked(starter.safety().questions, tags))


def _asked(question: SafetyQuestion) -> AskedQuestion:
    plain = question.symptoms == ("yes",)
    symptoms = [(str(place), _sentence(gettext(text))) for place, text in enumerate(question.symptoms)]
    none = gettext(WORDS["no" if plain else "none"])
    return AskedQuestion(
        id=question.id,
        level=question.level,
        ask=gettext(question.ask),
        options=(
            *([("0", gettext(WORDS["yes"]))] if plain else symptoms),
            (rules.NONE, none),
            (rules.NOT_SURE, gettext(WORDS["not_sure"])),
        ),
        advice=gettext(question.advice) if question.advice else "",
    )


def stop_signs() -> list[str]:
    """Return the signs with which to stop, in the language in force."""
    return [_sentence(gettext(sign)) for sign in starter.safety().stop_signs]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def device_data(tags: Collection[str]) -> dict[str, Any]:
    """Return what a device needs to decide by itself: questions with their levels, and which levels lock."""
    return {
        "version": rules.version_of(starter.safety().questions),
        "levels": list(LEVELS),
        "locking": [level for level in LEVELS if rules.locks(level)],
        "questions": [{"id": each.id, "level": each.level} for each in rules.asked(starter.safety().questions, tags)],
        "words": {key: gettext(WORDS[key]) for key in ("choose", "kept_here", "is_sent")},
    }


def library_sentences() -> tuple[str, ...]:
    """Return the library's own sentences about safety that clients read, as they are written there."""
    safety = starter.safety()
    asked = [[each.ask, *([] if each.symptoms == ("yes",) else each.symptoms)] for each in safety.questions]
    advice = [each.advice for each in safety.questions if each.advice]
    return (*(text for question in asked for text in question), *advice, *safety.stop_signs)


def sentences() -> Iterable[str]:
    """Yield every sentence that a client may read about safety, each once, in English."""
    on_cards = [text for title, lines in CARDS.values() for text in (title, *lines)]
    own = [*WORDS.values(), ANY_NUMBER, *on_cards, *(title for title, _before in PLACES.values())]
    return dict.fromkeys([*library_sentences(), *own])
