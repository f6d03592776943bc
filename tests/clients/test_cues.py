"""What is announced and said in the knee squeezes, line by line: the golden files of each language."""

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from routines.content import parse_exercise
from routines.content.translation import client_texts, from_pairs, translated
from routines.dose import dose_words
from routines.library import starter
from routines.timeline import compile as compile_timeline
from tests.clients.player import harness
from tests.conftest import cannot_run
from tests.rig import ROOT

GOLDEN = ROOT / "tests" / "golden"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
SLUG = "knee-squeezes"


def knee_squeezes(language: str) -> dict[str, Any]:
    """The exercise's document in a language, whole or not at all."""
    document = next(each for each in starter.exercises_file().document["exercises"] if each["slug"] == SLUG)
    source = client_texts("exercise", document)
    for words in starter.translations():
        if words.language == language:
            whole = translated(document, source, from_pairs(source, words.texts("exercises")[SLUG]))
            assert whole is not None, f"{language}: the translation has a gap"
            return whole
    return document


def session(language: str) -> dict[str, Any]:
    """A session of the knee squeezes with the rocking variation, as the player gets it."""
    with translation.override(language):
        content = parse_exercise(knee_squeezes(language))
        compiled = compile_timeline(content, opted_in={"rocking"}, gettext=gettext).to_json()
        return harness.bundle(
            [
                {
                    **harness.knee_squeezes(),
                    "title": content.name,
                    "dose_words": dose_words(content.dose, content.sides, gettext=gettext, ngettext=ngettext),
                    "easier": None,
                    "timeline": compiled,
                }
            ],
            name=content.name,
        )


def heard(language: str) -> list[str]:
    """Every announcement, sentence, tone and stroke of the session with its second."""
    if not shutil.which("node"):
        cannot_run("node is not installed (Debian: apt install nodejs)")
    run = subprocess.run(
        ["node", "tests/clients/player/heard.mjs"],
        cwd=ROOT,
        input=json.dumps({"bundle": session(language), "language": language}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cues_are_those_of_the_golden_file(language: str) -> None:
    """A change is read line by line. To bring the file up to date: write "\\n".join(heard(language))."""
    assert (GOLDEN / f"cues.{language}.txt").read_text().splitlines() == heard(language)


def channel(*names: str) -> Callable[[str], bool]:
    return lambda line: line[8:17].strip() in names


def test_both_languages_say_the_same_at_the_same_second() -> None:
    """Only the words differ: instants, channels, tones and strokes are one."""
    told = [[line[:17] for line in heard(language)] for language in LANGUAGES]
    assert all(one == told[0] for one in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_can_be_said_before_the_next_one_is_due(language: str) -> None:
    """Cues stay short: what is said in one second of the session fits into the twelve seconds that a voice holds."""
    for line in filter(channel("say", "say fully"), heard(language)):
        assert len(line[19:]) <= 220, line
