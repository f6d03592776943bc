"""What the documents promise is there."""

import re

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from tests.rig import ROOT

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "HAZARDS.md")
README = (ROOT / "README.md").read_text()
START = (ROOT / "start.py").read_text()


def test_the_table_of_the_environment_is_what_settings_read() -> None:
    settings = (ROOT / "portal" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z][A-Z_]+)"', settings))
    rows = re.findall(r"^\| (`[A-Z].*?) \|", README, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert told == read


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_in_the_documents_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    started = set(re.findall(r"python3 start\.py ([a-z]+)", text))
    assert {name for name in started if f'    "{name}": ' not in START} == set()
    managed = set(re.findall(r"(?:start\.py manage|manage\.py) ([a-z_]+)", text))
    assert managed <= set(get_commands())
    targets = set(re.findall(r"^([a-z ]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = set(re.findall(r"`make ([a-z]+)", text))
    assert made <= {word for target in targets for word in target.split()}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_the_documents_name_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    named = set(re.findall(r"`((?:portal|routines|clients|templates|tests|\.ci)/[\w./-]+)`", text))
    named |= set(re.findall(r"\]\(([\w./-]+)\)", text))
    made_when_asked = {"tests/journeys/screens/"}
    assert {name for name in named if not (ROOT / name).exists()} <= made_when_asked


def test_every_page_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"\*\*(/\w+/)\*\*", README))
    assert {"/demo/", "/outbox/"} <= named
    missing = set()
    for path in named:
        try:
            resolve(path)
        except Resolver404:
            missing.add(path)
    assert missing == set()


def test_the_two_commands_of_the_readme_come_first() -> None:
    commands = re.findall(r"^    (python3 start\.py \w+)", README, re.MULTILINE)
    assert commands == ["python3 start.py run", "python3 start.py test"]
