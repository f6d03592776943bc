"""What messages say: neutral words only, since others may read them on a locked screen or in a shared inbox.

Subjects and texts name no health matter, no exercise, no score and no missed session. Source: clinical.md 7.2, 7.3.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, gettext_noop, ngettext

SESSION_SUBJECT: Final = gettext_noop("Your routine is ready")

# The last one after a week without an answer.
ASKING_SUBJECT: Final = gettext_noop("Your reminders take a break")
ASKING_TEXT: Final = gettext_noop(
    "Your reminders take a break from today. Would another time or another plan suit you better? "
    "Open your account and tell us. They start again after your next session, or when you ask for them."
)

# The follow-up of a day on which nothing was done yet: an offer, once a week at most.
FOLLOW_UP_TEXTS: Final = (
    gettext_noop("Your routine is still here, if now suits you better. A few minutes count too."),
    gettext_noop("Would a short session fit in now? Five minutes are enough. Another day is fine too."),
    gettext_noop("There is still time today, and no need to hurry. Do one part or all of it, as you like."),
)

WEEKLY_SUBJECT: Final = gettext_noop("Your week is ready to look at")
WEEKLY_TEXT: Final = gettext_noop("Your week is ready to look at. Open your account to see it.")

# stream -> (why somebody gets its mail, words of the link to the settings, words of the link that stops it)
FOOTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "session": (
        gettext_noop("You get this because reminders are switched on in your account."),
        gettext_noop("Change the time or pause"),
        gettext_noop("Stop these reminders"),
    ),
    "follow_up": (
        gettext_noop("You get this because a second reminder is switched on in your account. Once a week at most."),
        gettext_noop("Change this or pause"),
        gettext_noop("Stop second reminders"),
    ),
    "weekly": (
        gettext_noop("You get this because you switched the note on Sundays on in your account."),
        gettext_noop("Change this or pause"),
        gettext_noop("Stop these notes"),
    ),
}

# One a day in turn: the same words every day are soon not seen any more.
SESSION_TEXTS: Final = (
    gettext_noop("Your routine is ready. The short form counts too."),
    gettext_noop("Your session is ready when you are. A few minutes are enough."),
    gettext_noop("Here is the reminder you asked for. Do as much as suits you today."),
    gettext_noop("Your routine is ready. You choose the pace."),
    gettext_noop("Now may be a good time for your session. Later today is fine too."),
    gettext_noop("Your session for today is ready. Every part of it counts."),
    gettext_noop("A moment for yourself: your routine is ready."),
    gettext_noop("Your routine is ready. If today is not a good day, take it up another day."),
)

# The client's own if-then plan, in words that anybody may read. An unknown key says nothing.
ANCHOR_LINES: Final[Mapping[str, str]] = {
    "getting_up": gettext_noop("You planned it for after getting up."),
    "brushing_teeth": gettext_noop("You planned it for after brushing your teeth."),
    "kettle": gettext_noop("You planned it for while the kettle boils."),
    "lunch": gettext_noop("You planned it for after lunch."),
    "getting_home": gettext_noop("You planned it for after getting home."),
    "before_bed": gettext_noop("You planned it for before bed."),
}
# What a client does when sore, said without the word: a mail is read by others.
IF_SORE_LINES: Final[Mapping[str, str]] = {
    "short_form": gettext_noop("If today is a hard day, your plan is the short form."),
    "one_exercise": gettext_noop("If today is a hard day, your plan is one small part."),
    "rest": gettext_noop("If today is a hard day, your plan is to rest and try tomorrow."),
}
IF_MISSED_LINES: Final[Mapping[str, str]] = {
    "later_today": gettext_noop("If now does not fit, your plan is later today."),
    "evening": gettext_noop("If now does not fit, your plan is this evening."),
    "tomorrow": gettext_noop("If today does not fit, your plan is tomorrow."),
}

# kind -> (subject, text, words of the button). A code has no button.
ONE_TIME: Final[Mapping[str, tuple[str, str, str]]] = {
    "code": (
        gettext_noop("Your sign-in code"),
        gettext_noop("Type this code on the page where you asked for it. It works once and for 10 minutes."),
        "",
    ),
    "client_invitation": (
        gettext_noop("Your invitation"),
        gettext_noop("Your account is ready. The button opens it. It works once and for 72 hours."),
        gettext_noop("Open my account"),
    ),
    "staff_invitation": (
        gettext_noop("Your invitation"),
        gettext_noop("Your account for staff is ready. The button opens it. It works once and for 72 hours."),
        gettext_noop("Open my account"),
    ),
    "password_reset": (
        gettext_noop("Choose a new password"),
        gettext_noop("You asked for a new password. If you did not, you need not do anything."),
        gettext_noop("Choose a password"),
    ),
    "alert": (
        gettext_noop("Please sign in"),
        gettext_noop("A safety check needs review. Sign in to see it."),
        gettext_noop("Sign in"),
    ),
    "flag": (
        gettext_noop("Please sign in"),
        gettext_noop("Somebody needs you. Sign in to see who."),
        gettext_noop("Sign in"),
    ),
    "note": (
        gettext_noop("A note for you"),
        gettext_noop("There is a note for you. Sign in to read it."),
        gettext_noop("Sign in"),
    ),
    "message": (
        gettext_noop("You have a new message"),
        gettext_noop("You have a new message. Sign in to read it."),
        gettext_noop("Read it"),
    ),
}
# What comes because somebody typed the address, who may have meant another. All else is to be read.
ASKED_FOR: Final = frozenset({"code", "client_invitation", "staff_invitation", "password_reset"})

# Stand-ins for what differs from mail to mail, in characters that no text uses.
SLOTS: Final = ("name", "minutes", "line", "href", "code", "stop", "done", "later")
_SLOT: Final = {slot: f"\ue000{slot}\ue001" for slot in SLOTS}
_MARKED: Final = re.compile("\ue000([a-z]+)\ue001")
_MARKS: Final = str.maketrans("", "", "\ue000\ue001")


@dataclass(frozen=True, slots=True)
class Wording:
    """One message with slots, cut at them: text and HTML are literals and names of slots in turn.

    Joining the pieces is a hundred times quicker than rendering a template.
    """

    subject: str
    text: tuple[str, ...]
    html: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return (text, HTML) with the slots filled; values are escaped for HTML. Raises KeyError for one left out."""
        escaped = {slot: html.escape(value) for slot, value in values.items()}
        return _join(self.text, values), _join(self.html, escaped)


def _cut(text: str) -> tuple[str, ...]:
    return tuple(_MARKED.split(text))


def _join(pieces: tuple[str, ...], values: Mapping[str, str]) -> str:
    filled = list(pieces)
    filled[1::2] = [values[slot] for slot in pieces[1::2]]
    return "".join(filled)


@lru_cache(maxsize=1024)
def minutes_line(minutes: int | None, language: str) -> str:
    """Return "It takes about 12 minutes.", or nothing where the length is not known."""
    if minutes is None:
        return ""
    with translation.override(language):
        return ngettext("It takes about %(count)d minute.", "It takes about %(count)d minutes.", minutes) % {
            "count": minutes
        }


@lru_cache(maxsize=4096)
def session_wording(
    number: int,
    *,
    language: str,
    sender: str,
    more_url: str,
    anchor: str = "",
    if_sore: str = "",
    if_missed: str = "",
) -> Wording:
    """The session reminder in a language, from a practice's sender name; `number` chooses the text in turn.

    anchor, if_sore, if_missed: the client's own if-then plan, of clients.rules.habits; "" for none.
    """
    with translation.override(language):
        lines = [
            SESSION_TEXTS[number % len(SESSION_TEXTS)],
            ANCHOR_LINES.get(anchor),
            IF_SORE_LINES.get(if_sore),
            IF_MISSED_LINES.get(if_missed),
        ]
        line = " ".join(gettext(line) for line in lines if line)
        return _planned("session", SESSION_SUBJECT, line, gettext("Start"), language, sender, more_url)


@lru_cache(maxsize=256)
def asking_wording(*, language: str, sender: str, more_url: str) -> Wording:
    """The last reminder before they stop: it asks what would suit better."""
    with translation.override(language):
        button = gettext("Open my account")
        return _planned("session", ASKING_SUBJECT, gettext(ASKING_TEXT), button, language, sender, more_url, done="")


@lru_cache(maxsize=1024)
def follow_up_wording(number: int, *, language: str, sender: str, more_url: str) -> Wording:
    """The follow-up of a session reminder; `number` chooses the text in turn."""
    with translation.override(language):
        line = gettext(FOLLOW_UP_TEXTS[number % len(FOLLOW_UP_TEXTS)])
        return _planned("follow_up", SESSION_SUBJECT, line, gettext("Start"), language, sender, more_url)


@lru_cache(maxsize=256)
def weekly_wording(*, language: str, sender: str, more_url: str) -> Wording:
    """The note that a week is ready to look at."""
    with translation.override(language):
        button = gettext("Look at my week")
        return _planned("weekly", WEEKLY_SUBJECT, gettext(WEEKLY_TEXT), button, language, sender, more_url, done="")


def _planned(
    stream: str, subject: str, line: str, button: str, language: str, sender: str, more_url: str, **more: str
) -> Wording:
    """A message of a stream that is planned ahead, in the language that is active."""
    because, change_words, stop_words = (gettext(words) for words in FOOTS[stream])
    context = {
        "line": line,
        "button": button,
        "because": because,
        "change_words": change_words,
        "stop_words": stop_words,
        "sender": sender,
        "more_url": more_url,
        "language": language,
    }
    return _wording("session", gettext(subject), {**context, **more})


@lru_cache(maxsize=1024)
def one_time_wording(kind: str, *, language: str, sender: str) -> Wording:
    """A message with a code or a link, for one use. Raises KeyError for an unknown kind."""
    subject, line, button = ONE_TIME[kind]
    with translation.override(language):
        return _wording(
            "one_time",
            gettext(subject),
            {
                "line": gettext(line),
                "button": gettext(button) if button else "",
                "has_code": not button,
                "may_be_left": kind in ASKED_FOR,
                "sender": sender,
                "language": language,
            },
        )


def session_push(number: int, *, language: str, anchor: str = "") -> tuple[str, str]:
    """Return title and text of the session reminder on a phone: words of the mail.

    Of the client's own plan it names the moment of the day alone, which anybody may read on a locked screen.
    """
    with translation.override(language):
        lines = [SESSION_TEXTS[number % len(SESSION_TEXTS)], ANCHOR_LINES.get(anchor)]
        return gettext(SESSION_SUBJECT), " ".join(gettext(line) for line in lines if line)


def follow_up_push(number: int, *, language: str) -> tuple[str, str]:
    """Return title and text of the follow-up on a phone."""
    with translation.override(language):
        return gettext(SESSION_SUBJECT), gettext(FOLLOW_UP_TEXTS[number % len(FOLLOW_UP_TEXTS)])


def asking_push(*, language: str) -> tuple[str, str]:
    """Return title and text of the last reminder on a phone before they stop."""
    with translation.override(language):
        return gettext(ASKING_SUBJECT), gettext(ASKING_TEXT)


@lru_cache(maxsize=256)
def digest_wording(*, language: str, sender: str, more_url: str) -> Wording:
    """A colleague's morning summary; `line` holds its counts and initials."""
    with translation.override(language):
        return _wording(
            "digest",
            gettext("Your morning summary"),
            {
                "button": gettext("Open the caseload"),
                "sender": sender,
                "more_url": more_url,
                "language": language,
            },
        )


def _wording(template: str, subject: str, context: dict[str, object]) -> Wording:
    given = {key: value.translate(_MARKS) if isinstance(value, str) else value for key, value in context.items()}
    context = {**_SLOT, **given, "subject": subject}
    text = render_to_string(f"email/{template}.txt", context).strip() + "\n"
    return Wording(subject, _cut(text), _cut(render_to_string(f"email/{template}.html", context)))
