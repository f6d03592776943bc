"""How pages look on one device: theme, text size, motion, leading hand.

Kept in a cookie, because it belongs to the screen.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "appearance"
COOKIE_LIFE = timedelta(days=365)

THEMES = ("light", "dark")
TEXT_SIZES = ("115", "130", "150")  # percent of the size that the browser is set to
MOTIONS = ("less",)
HANDS = ("left",)


@dataclass(frozen=True)
class Appearance:
    """The choices of one device; "" means as the device itself is set."""

    theme: str = ""
    text: str = ""
    motion: str = ""
    hand: str = ""

    def __post_init__(self) -> None:
        for name, known in (("theme", THEMES), ("text", TEXT_SIZES), ("motion", MOTIONS), ("hand", HANDS)):
            value = getattr(self, name)
            if value and value not in known:
                raise ValueError(f"{name} is {value!r}; it is empty or one of {', '.join(known)}.")


def appearance_of(request: HttpRequest | None) -> Appearance:
    """Return the choices in the request's cookie; a cookie that makes no sense counts as none."""
    if request is None:
        return Appearance()
    theme, text, motion, hand = [*request.COOKIES.get(COOKIE, "").split(".")[:4], "", "", "", ""][:4]
    try:
        return Appearance(theme=theme, text=text, motion=motion, hand=hand)
    except ValueError:
        return Appearance()


def with_text(chosen: Appearance, text: str) -> Appearance:
    """Return the same with another text size. Raises ValueError for one that is not offered."""
    return replace(chosen, text=text)


def remember_appearance(response: HttpResponse, chosen: Appearance) -> None:
    """Put the choices into the response's cookie for a year."""
    response.set_cookie(
        COOKIE,
        f"{chosen.theme}.{chosen.text}.{chosen.motion}.{chosen.hand}",
        max_age=COOKIE_LIFE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
