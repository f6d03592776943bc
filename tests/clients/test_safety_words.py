"""What clients read about safety and pain: golden wording in each language, readable at nine to eleven, calm."""

import re
from itertools import pairwise

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from clients.player_text import player_text
from clients.safety_words import CARDS, CLEAR, NOT_WATCHED, WORDS, CareCard, cards, questions, sentences
from clients.templatetags.client_words import pain_sentences
from routines.library import starter
from tests.rig import ROOT
from tests.routines.test_library import BANNED

GOLDEN = ROOT / "tests" / "golden"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
FRIGHTENS = re.compile(
    r"\b(should|must|paraly\w+|wheelchair|death|die|permanent|danger\w*|fail\w*|missed|wrong|fault|blame)\b|!", re.I
)
PAIN_KEYS = ("hurts", "hurts_thanks", "withheld_pain", "withheld_pain_unknown", "stopped_title", "stopped_text")
HIGHEST_GRADE = 6  # school grade of Flesch and Kincaid; eleven years, clinical.md 4.4


def told(language: str) -> list[str]:
    """Every sentence about safety and pain that a client may read, in one language."""
    with translation.override(language):
        pain = [line for pair in pain_sentences(5, "Priya") for line in pair]
        player = player_text()
        return list(
            dict.fromkeys([*(gettext(each) for each in sentences()), *pain, *(player[key] for key in PAIN_KEYS)])
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wording_is_that_of_the_golden_file(language: str) -> None:
    """A change of wording is read by a clinician. To bring the file up to date: write "\\n".join(told(language))."""
    assert (GOLDEN / f"safety.{language}.txt").read_text().splitlines() == told(language)


def test_every_language_has_as_many_sentences() -> None:
    counts = [len(told(language)) for language in LANGUAGES]
    assert all(abs(one - other) <= 2 for one, other in pairwise(counts)), counts


def syllables(word: str) -> int:
    """Count the sounds of a word roughly: groups of vowels, a silent e at the end left out."""
    groups = len(re.findall(r"[aeiouy]+", word))
    return max(1, groups - (word.endswith("e") and not word.endswith("le") and groups > 1))


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text."""
    said = [part for part in re.split(r"[.!?:]\s*", text) if part.strip()]
    words = re.findall(r"[a-z]+", text.lower())
    return 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_grade_is_that_of_known_texts() -> None:
    assert grade("The cat sat on the mat.") < 1
    assert grade("Physiotherapeutic rehabilitation necessitates multidisciplinary consideration.") > 20


def whole(*parts: str) -> str:
    return " ".join(part if part.endswith((".", "?", ":")) else f"{part}." for part in parts)


def whole_card(card: CareCard) -> str:
    return whole(card.title, *card.first, *card.then)


@pytest.mark.parametrize("level", CARDS)
def test_a_card_is_read_at_nine_to_eleven(level: str) -> None:
    card = cards("999", has_ended=True)[level]
    assert grade(whole_card(card)) <= HIGHEST_GRADE


def test_questions_and_the_words_around_them_are_read_at_nine_to_eleven() -> None:
    assert grade(whole(*WORDS.values())) <= HIGHEST_GRADE
    for question in questions([]):
        assert grade(question.ask) <= HIGHEST_GRADE + 2, question.ask  # a medical word counts as many sounds
        for _value, words in question.options:
            assert len(words.split()) <= 16, words


def test_no_sentence_is_long() -> None:
    for text in told("en-gb"):
        for part in re.split(r"[.?:,]\s", text):
            assert len(part.split()) <= 20, part


def test_nothing_frightens_blames_or_promises() -> None:
    for text in told("en-gb"):
        assert not FRIGHTENS.search(text), text
        for banned in BANNED:
            assert not re.search(rf"\b{re.escape(banned)}\b", text, re.IGNORECASE), text


def test_every_card_says_that_nobody_watches_round_the_clock() -> None:
    for level, (_title, lines) in CARDS.items():
        assert (NOT_WATCHED in lines) is (level != CLEAR), level


@pytest.mark.parametrize(
    ("level", "wanted", "words"),
    [
        ("emergency", "stop the session", "Your session has ended"),
        ("emergency", "call the emergency number of your country now", "Get help now"),
        ("emergency", "do not drive yourself if faint", "Do not drive if you feel faint"),
        ("same_day", "stop the session", "Your session has ended"),
        ("same_day", "see a doctor or urgent care today", "a doctor or urgent care today"),
        ("soon", "not an emergency, but tell your doctor or physiotherapist this week", "This is not an emergency."),
        ("soon", "gentle routine may continue", "You can go on with gentle sessions."),
    ],
)
def test_each_card_shows_what_the_library_asks_for(level: str, wanted: str, words: str) -> None:
    assert wanted in starter.safety().actions[level].show
    card = cards("999", has_ended=True)[level]
    assert words in whole_card(card)


def test_the_number_is_the_one_that_was_signed() -> None:
    assert cards("112", has_ended=True)["emergency"].call == "Call 112"
    assert cards("1 1 2", has_ended=True)["emergency"].tel == "112"
    assert cards("", has_ended=True)["emergency"].tel == ""
    assert "call the emergency number of your country" in whole_card(cards("", has_ended=True)["same_day"])
