"""The practice's own colour: checked against every ground that it is read on, and served as a sheet of tokens."""

import re
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from portal.lib.colour import READABLE, contrast, mix

KEY = re.compile(r"([0-9a-f]{6})-([0-9a-f]{6})")
A_YEAR = 31_536_000  # seconds


@dataclass(frozen=True)
class Theme:
    """grounds: what the accent is read on, by token of portal/tokens.css; "on-primary" stands on it."""

    grounds: dict[str, str]
    pressed: str  # a pressed button goes towards this colour, away from what is written on it
    share: float


LIGHT = Theme(
    {"bg": "#FBF7F0", "surface": "#FFFFFF", "sunk": "#F3ECE0", "sage": "#E2EEE7", "on-primary": "#FFFFFF"},
    "#000000",
    0.22,
)
DARK = Theme(
    {"bg": "#0D1716", "surface": "#162422", "sunk": "#20312E", "sage": "#1B332E", "on-primary": "#06231D"},
    "#FFFFFF",
    0.3,
)


def weakest(colour: str, theme: Theme) -> float:
    """Return the lowest contrast that the colour has on a ground of the theme."""
    return min(contrast(colour, ground) for ground in theme.grounds.values())


def for_dark_pages(colour: str) -> str:
    """Return the colour, as much lighter as dark pages need."""
    shades = (mix(colour, "#FFFFFF", step / 20) for step in range(21))
    return next(shade for shade in shades if weakest(shade, DARK) >= READABLE)


def sheet_of(light: str, dark: str) -> str:
    """Return the style sheet that puts the two colours in place of the product's own."""

    def rules(colour: str, theme: Theme) -> str:
        return f"{{--primary:{colour};--primary-press:{mix(colour, theme.pressed, theme.share)}}}"

    dark_rules = rules(dark, DARK)
    return (
        f'html:root,[data-theme="light"]{rules(light, LIGHT)}'
        f'@media screen and (prefers-color-scheme:dark){{html:root:not([data-theme="light"]){dark_rules}}}'
        f'@media screen{{[data-theme="dark"],html:root[data-theme="dark"]{dark_rules}}}'
    )


@login_not_required
@cache_control(public=True, max_age=A_YEAR, immutable=True)
@require_GET
def brand(request: HttpRequest, key: str) -> HttpResponse:
    """Return the sheet of the two colours that the address names: of no practice, so it may be kept for good."""
    found = KEY.fullmatch(key)
    if found is None:
        raise Http404
    light, dark = (f"#{colour.upper()}" for colour in found.groups())
    return HttpResponse(sheet_of(light, dark), content_type="text/css; charset=utf-8")
