"""The player's words: complete, translatable, and the same that the browser tests read."""

import json
import re
from pathlib import Path
from string import Formatter

from django.utils import translation

from clients.player_text import player_text
from tests.rig import ROOT

VECTOR = ROOT / "tests" / "vectors" / "player_text.json"
MODULES = ROOT / "clients" / "static" / "clients" / "player"
TEMPLATES = ROOT / "templates" / "clients" / "player"
BANNED = re.compile(r"\b(cure[ds]?|should|patient|exercise should|guaranteed|failed|missed|streak)\b|!", re.IGNORECASE)


def english() -> dict[str, str]:
    with translation.override("en"):
        return player_text()


def test_the_browser_tests_read_the_words_that_the_page_sends() -> None:
    """To bring the file up to date: write english() into it."""
    assert json.loads(VECTOR.read_text()) == english()


def test_numbers_have_a_form_for_every_plural_category() -> None:
    forms = {key: text for key, text in english().items() if "." in key}
    assert {key.rpartition(".")[2] for key in forms} == {"one", "two", "few", "many", "other"}
    assert forms["seconds.one"] == "second"
    assert forms["seconds.other"] == "seconds"


def test_names_in_braces_are_plain_names_without_a_format() -> None:
    for key, text in english().items():
        for _, name, spec, conversion in Formatter().parse(text):
            assert not spec, key
            assert conversion is None, key
            assert name is None or name.isidentifier(), key


def test_clients_read_calm_words() -> None:
    for key, text in english().items():
        assert not BANNED.search(text), key
    for template in sorted(TEMPLATES.glob("*.html")):
        for sentence in re.findall(r'(?:translate|_\() ?"([^"]+)"', template.read_text()):
            assert not BANNED.search(sentence), f"{template.name}: {sentence}"


def test_the_modules_hold_no_sentence_of_their_own() -> None:
    """A string with two or more words and a capital at its start is for people, unless an error or a comment."""
    looks_like_text = re.compile(r"""["'`]([A-Z][a-z]+ [a-z’' ,]{3,}[^"'`]*)["'`]""")
    for module in sorted(Path(MODULES).glob("*.js")):
        code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", module.read_text(), flags=re.DOTALL)
        assert looks_like_text.findall(code) == [], module.name
