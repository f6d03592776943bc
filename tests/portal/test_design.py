"""The design system: colours can be read, pages stay small, every part can be looked at."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.test import override_settings

from portal import styleguide, styleguide_pages
from portal.templatetags.ui import icon

ROOT = settings.BASE_DIR
STATIC = ROOT / "portal" / "static" / "portal"
TEMPLATES = ROOT / "templates"
KILO = 1024


def _blocks() -> dict[str, dict[str, str]]:
    """Return the colour tokens of each block of tokens.css by the block's selector."""
    text = re.sub(r"/\*.*?\*/", "", (STATIC / "tokens.css").read_text(), flags=re.S)
    found: dict[str, dict[str, str]] = {}
    for selector, body in re.findall(r"([^{}]*)\{([^{}]*)\}", text):
        name = " ".join(selector.split())
        tokens = dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6});", body))
        found.setdefault(name, {}).update(tokens)
    return found


BLOCKS = _blocks()
BOTH = BLOCKS["html:root"]
LIGHT = {**BOTH, **BLOCKS['html:root, [data-theme="light"]']}
DARK = {**BOTH, **BLOCKS['[data-theme="dark"], html:root[data-theme="dark"]']}


def luminance(colour: str) -> float:
    """Return the relative luminance of #RRGGBB. Source: WCAG 2.2, "relative luminance"."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


# Source of the light and dark ratios: the table of tokens in the design notes.
PAIRS = [
    # token, on, light at least, dark at least
    ("ink", "bg", 13.8, 15.8),
    ("ink", "surface", 13.8, 13.0),
    ("ink-2", "bg", 6.6, 8.8),
    ("ink-2", "surface", 6.6, 8.8),
    ("ink-2", "sunk", 4.5, 4.5),
    ("ink-2", "sage", 4.5, 4.5),
    ("ink", "sage", 12.4, 7.0),
    ("ink", "apricot", 10.6, 7.0),
    ("ink", "sunk", 7.0, 7.0),
    ("ink", "amber-tint", 7.0, 7.0),
    ("ink", "info-tint", 7.0, 7.0),
    ("ink", "danger-tint", 7.0, 7.0),
    ("primary", "bg", 7.7, 10.8),
    ("primary", "surface", 7.0, 7.0),
    ("primary", "sage", 4.5, 4.5),
    ("on-primary", "primary", 8.2, 9.8),
    ("on-primary", "primary-press", 7.0, 7.0),
    ("line", "bg", 3.7, 3.0),
    ("line", "surface", 4.0, 4.0),
    ("danger", "danger-tint", 6.2, 4.5),
    ("danger", "surface", 4.5, 9.2),
    ("amber", "amber-tint", 7.1, 4.5),
    ("amber", "surface", 4.5, 11.2),
    ("info", "info-tint", 7.9, 4.5),
    ("info", "surface", 4.5, 9.7),
    ("focus", "bg", 9.4, 9.4),
    ("focus", "surface", 3.0, 3.0),
    ("fig", "sage", 3.0, 3.0),
    ("fig", "hill-1", 3.0, 3.0),
    ("fig", "hill-2", 3.0, 3.0),
    ("fig-2", "fig", 3.2, 1.0),
    ("stage-work-ink", "stage-work", 11.9, 11.9),
    ("stage-work-2", "stage-work", 7.0, 7.0),
    ("stage-work-cue", "stage-work", 8.1, 8.1),
    ("stage-work-ink", "stage-work-button", 7.0, 7.0),
    ("stage-work-track", "stage-work", 3.3, 3.3),
    ("stage-work-fig-2", "stage-work", 6.2, 6.2),
    ("stage-rest-ink", "stage-rest", 12.8, 11.0),
    ("stage-rest-2", "stage-rest", 6.8, 6.8),
    ("stage-rest-cue", "stage-rest", 4.5, 4.5),
    ("stage-rest-ink", "stage-rest-button", 7.0, 7.0),
    ("stage-rest-track", "stage-rest", 3.3, 3.3),
    ("stage-rest-fig", "stage-rest", 3.0, 3.0),
    ("stage-breathe-ink", "stage-breathe", 10.8, 10.8),
    ("stage-breathe-2", "stage-breathe", 7.0, 7.0),
    ("stage-breathe-cue", "stage-breathe", 7.3, 7.3),
    ("stage-breathe-ink", "stage-breathe-button", 7.0, 7.0),
    ("stage-breathe-track", "stage-breathe", 3.5, 3.5),
    ("stage-focus", "stage-work", 3.0, 3.0),
    ("stage-focus", "stage-breathe", 3.0, 3.0),
]


@pytest.mark.parametrize(("token", "on", "light", "dark"), PAIRS, ids=[f"{token} on {on}" for token, on, *_ in PAIRS])
def test_words_and_marks_stand_out_from_what_is_behind_them(token: str, on: str, light: float, dark: float) -> None:
    assert round(contrast(LIGHT[token], LIGHT[on]), 1) >= light
    assert round(contrast(DARK[token], DARK[on]), 1) >= dark


def test_the_two_dark_lists_are_the_same() -> None:
    text = re.sub(r"/\*.*?\*/", "", (STATIC / "tokens.css").read_text(), flags=re.S)
    wished = re.search(r'html:root:not\(\[data-theme="light"\]\) \{(.*?)\}', text, flags=re.S)
    chosen = re.search(r'\n  \[data-theme="dark"\],\n  html:root\[data-theme="dark"\] \{(.*?)\}', text, flags=re.S)
    assert wished
    assert chosen
    assert wished[1].split() == chosen[1].split()


def _templates(*, with_email: bool = False) -> list[Path]:
    return [
        path
        for path in sorted(TEMPLATES.rglob("*.html"))
        if with_email or path.relative_to(TEMPLATES).parts[0] not in ("email", "pdf")
    ]


@pytest.mark.parametrize("path", _templates(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_breaks_the_content_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "inline event handler"
    assert "javascript:" not in text
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text), "another host"
    for attributes in re.findall(r"<script([^>]*)>", text):
        assert "src=" in attributes or "application/json" in attributes or "nonce=" in attributes


def _drawn(sprite: str) -> list[str]:
    return re.findall(r'id="i-([\w-]+)"', (STATIC / sprite).read_text())


def _asked(paths: list[Path]) -> set[str]:
    """The icons that templates name."""
    return {
        name for path in paths for name in re.findall(r'(?:\bicon|\bicon_after)(?:=| )"([\w-]+)"', path.read_text())
    }


def test_every_icon_that_a_page_asks_for_is_drawn_once() -> None:
    drawn = _drawn("icons.svg") + _drawn("desk-icons.svg")
    code = "".join(path.read_text() for path in sorted((ROOT / "portal" / "templatetags").glob("*.py")))
    asked = _asked(_templates()) | set(re.findall(r'"(?:icon)": "([\w-]+)"', code))
    assert asked, "the pattern found nothing"
    assert asked <= set(drawn)
    assert len(drawn) == len(set(drawn))


DESK = ("clients/practitioner/", "routines/", "practice/", "admin/", "mfa/", "styleguide/", "components/desk_nav.html")


def test_a_page_of_clients_asks_for_no_icon_of_the_desk() -> None:
    """Phones keep the sprite of clients' pages alone: another would be missing without a network."""
    desk = {path for path in _templates() if path.relative_to(TEMPLATES).as_posix().startswith(DESK)}
    clients = _asked([path for path in _templates() if path not in desk])
    assert clients, "the pattern found nothing"
    assert not clients & set(_drawn("desk-icons.svg"))


def test_an_icon_stands_in_the_sprite_that_draws_it() -> None:
    assert 'href="/static/portal/icons.svg#i-home"' in icon("home")
    assert 'href="/static/portal/desk-icons.svg#i-qr"' in icon("qr")


def test_every_component_says_its_inputs_in_its_first_line() -> None:
    for path in (TEMPLATES / "components").glob("*.html"):
        first = path.read_text().split("\n", 1)[0]
        assert first.startswith("{# " + path.stem + " — "), path.stem


# The style guide. Its pages ask the database nothing, apart from who is looking.


@pytest.fixture
def shown(client: Browser) -> str:
    """The style guide as a developer sees it."""
    with override_settings(DEBUG=True):
        return client.get("/styleguide/").content.decode()


@pytest.mark.django_db
def test_every_component_has_a_row_in_the_style_guide(shown: str) -> None:
    rows = re.findall(r'data-component="([\w-]+)"', shown)
    assert rows == styleguide.component_names()
    assert {path.stem for path in (TEMPLATES / "components").glob("*.html")} <= set(rows)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(styleguide_pages.PAGES))
def test_every_page_can_be_looked_at_with_made_up_content(client: Browser, name: str) -> None:
    with override_settings(DEBUG=True):
        answer = client.get(f"/styleguide/{name}/")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert html.count("<h1") == 1
    assert re.search(r"<title>\s*\S", html)
    assert 'href="#main"' in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), "an id stands twice"


@pytest.mark.django_db
def test_a_stranger_does_not_see_the_style_guide(client: Browser) -> None:
    with override_settings(DEBUG=False):
        assert client.get("/styleguide/").status_code == 404
        assert client.get("/styleguide/today/").status_code == 404


def test_an_error_page_stands_without_a_request() -> None:
    for name in ("400", "403", "404", "413", "429", "500"):
        html = render_to_string(f"{name}.html")
        assert "<h1" in html
        assert "{{" not in html


# Budgets, gzipped, in bytes. Source: the table of budgets in the design notes.


def _packed(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


CLIENT_CSS = ("tokens.css", "base.css", "components.css")
FONT = "fonts/atkinson-next-latin.woff2"


def test_the_style_sheets_of_a_client_page_stay_small() -> None:
    assert _packed(*CLIENT_CSS) <= 8 * KILO


def test_the_style_sheets_of_a_practitioner_page_stay_small() -> None:
    assert _packed(*CLIENT_CSS, "charts.css", "desk.css", "workspace.css") <= 11 * KILO


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "html_limit", "first_visit"),
    [
        pytest.param("sign-in", 6, 60, id="signing in"),
        pytest.param("today", 10, 80, id="Today"),
        pytest.param("plan", 10, 80, id="the plan"),
        pytest.param("progress", 10, 80, id="progress"),
    ],
)
def test_a_first_visit_stays_within_its_budget(client: Browser, name: str, html_limit: int, first_visit: int) -> None:
    with override_settings(DEBUG=True):
        html = client.get(f"/styleguide/{name}/").content
    packed = len(gzip.compress(html, 9))
    assert packed <= html_limit * KILO
    used = set(re.findall(rb'(?:href|src)="/static/portal/([\w./-]+)', html)) - {b"apple-touch-icon.png"}
    total = packed
    for file in {name.decode() for name in used} | {FONT}:
        body = (STATIC / file).read_bytes()
        total += len(body if file.endswith((".woff2", ".png")) else gzip.compress(body, 9))
    assert total <= first_visit * KILO
    assert len(used) + 1 <= 10, "requests"


@pytest.mark.parametrize("name", ["session", "one_time"])
def test_a_letter_is_small_and_needs_nothing_from_elsewhere(name: str) -> None:
    context = {
        "language": "en-gb",
        "subject": "Your routine is ready",
        "name": "Margaret",
        "line": "Your routine is ready. The short form counts too.",
        "minutes": "It takes about 12 minutes.",
        "button": "Start",
        "href": "https://example.org/today/",
        "sender": "Riverside",
        "more_url": "https://example.org/more/",
        "stop": "https://example.org/stop/",
        "has_code": False,
        "code": "",
    }
    html = render_to_string(f"email/{name}.html", context)
    assert len(html.encode()) <= 30 * KILO
    assert "<img" not in html
    assert "url(" not in html
    assert html.count('class="button"') == 1
    assert "padding:15px" in html, "the button is 26 px of text and 2 x 15 px of space"
    text = render_to_string(f"email/{name}.txt", context)
    assert "https://example.org/today/" in text
