"""Clients' pages and mails in other languages: complete, compiled, calm."""

import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.core.management import call_command

from portal import catalogues
from tests.rig import ROOT

LANGUAGES = catalogues.languages()

# clinical.md 1.3 in German: no promise of cure, no blame, nothing that frightens; and formal address throughout.
BANNED = re.compile(
    r"\b(heilt|heilen|geheilt|Heilung|garantiert|immer wirksam|einzige\w? Weg|beste\w? Weg|verschlissen|kaputt|"
    r"schlechte\w? Haltung|Fehlhaltung|schwache\w? Rumpf|Patient\w*|versäumt|verpasst|leider nicht geschafft|"
    r"du|dein\w*|dir|dich|euch|euer)\b",
    re.IGNORECASE,
)
LONGEST_SENTENCE = 20  # words; clinical content is held to the same


def texts_of(catalogue: Catalog) -> list[tuple[Message, str]]:
    return [
        (message, text)
        for message in catalogue
        if message.id
        for text in (message.string if isinstance(message.string, tuple) else [message.string])
    ]


def test_there_is_a_catalogue_beside_the_language_of_the_sources() -> None:
    assert LANGUAGES == ["de"]
    assert settings.LANGUAGE_CODE not in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_for_clients_has_its_text_and_is_compiled(language: str) -> None:
    """To mend it: python3 start.py messages, then write the texts it names into portal/locale, and run it again."""
    assert catalogues.findings(language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_calm_and_short(language: str) -> None:
    for message, text in texts_of(catalogues.read(language)):
        assert not BANNED.search(text), message.id
        for sentence in re.split(r"[.:?!]\s", text):
            assert len(sentence.split()) <= LONGEST_SENTENCE, sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_mail_is_not_broken_at_its_hyphen_on_narrow_pages(language: str) -> None:
    words = [(key, files) for key, files in catalogues.wanted().items() if any(map(is_of_a_page, files))]
    texts = catalogues.read(language)
    broken = [key for key, _ in words if "e-mail" in f"{key[0]} {texts[key[0]].string}".lower()]
    assert broken == []


def is_of_a_page(file: str) -> bool:
    return file.startswith(("templates/clients/", "templates/account", "clients/views/", "clients/preference_forms"))


def test_german_counts_are_spelt_one_way() -> None:
    """Doses say "5 Mal"; "5-mal" beside it on one page looks like a slip."""
    joined = [text for _message, text in texts_of(catalogues.read("de")) if re.search(r"[\d}ds]-mal\b", text)]
    assert joined == []


def with_a_copy(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    po = folder / "de" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    for suffix in (".po", ".mo"):
        po.with_suffix(suffix).write_bytes(catalogues.po_path("de").with_suffix(suffix).read_bytes())
    monkeypatch.setattr(settings, "LOCALE_PATHS", [folder])
    return po


def test_a_word_without_a_text_is_named_with_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalogues.wanted()
    monkeypatch.setattr(
        catalogues, "wanted", lambda: before | {("A page that is new", None): ["templates/clients/new.html"]}
    )
    assert 'no text for "A page that is new" (templates/clients/new.html)' in catalogues.findings("de")


def test_a_word_that_nothing_says_any_more_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalogues.wanted()
    monkeypatch.setattr(catalogues, "wanted", lambda: {key: value for key, value in before.items() if key[0] != "Save"})
    assert 'no source says "Save" any more' in catalogues.findings("de")


def test_an_unsure_text_is_named_and_never_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    po = with_a_copy(monkeypatch, tmp_path)
    text = po.read_text()
    assert '\nmsgid "Save"\n' in text
    po.write_text(text.replace('\nmsgid "Save"\n', '\n#, fuzzy\nmsgid "Save"\n'))
    found = [line.partition(" (templates")[0] for line in catalogues.findings("de")]
    assert {'unsure (fuzzy) text for "Save"', "django.mo is not what django.po says"} <= set(found)
    assert b"Speichern" not in catalogues.compiled(catalogues.read("de"))


def test_a_text_that_was_changed_without_compiling_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    po = with_a_copy(monkeypatch, tmp_path)
    po.write_text(po.read_text().replace('msgstr "Speichern"', 'msgstr "Sichern"'))
    assert "django.mo is not what django.po says" in catalogues.findings("de")


@pytest.mark.parametrize(
    ("id_", "text", "wrong"),
    [
        pytest.param("Hello %(name)s,", "Guten Tag,", "%(name)s is missing", id="a name left out"),
        pytest.param("Hello,", "Guten Tag %(name)s,", "%(name)s is unknown", id="a name invented"),
        pytest.param("{n} of 3", "{m} von 3", "{m} is unknown", id="a name in braces misspelt"),
    ],
)
def test_places_to_fill_in_are_the_same_in_both_languages(
    id_: str, text: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = Catalog(locale="de")
    catalogue.add(id_, text)
    monkeypatch.setattr(catalogues, "read", lambda language: catalogue)
    monkeypatch.setattr(catalogues, "wanted", lambda: {(id_, None): ["x.html"]})
    assert f'{wrong} in the text for "{id_}" (x.html)' in catalogues.findings("de")


def test_a_text_that_is_hard_to_read_is_named_as_advice_and_fails_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hard = "Please communicate your individual requirements regarding %(name)s to your administration immediately."
    easy = "Tell us what you need, and we will do it for you as soon as we can."
    monkeypatch.setattr(
        catalogues, "wanted", lambda: {(hard, None): ["templates/a.html"], ((easy, easy), None): ["templates/b.html"]}
    )
    monkeypatch.setattr(catalogues, "findings", lambda language: [])
    call_command("messages", check=True)
    said = capsys.readouterr().out
    assert re.search(r'grade 24\.9: "Please communicate .*" \(templates/a\.html\)', said)
    assert "templates/b.html" not in said


def test_refreshing_what_is_up_to_date_changes_no_byte(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    po = with_a_copy(monkeypatch, tmp_path)
    catalogues.refresh("de")
    before = po.read_bytes(), po.with_suffix(".mo").read_bytes()
    catalogues.refresh("de")
    assert (po.read_bytes(), po.with_suffix(".mo").read_bytes()) == before


def test_what_only_staff_meet_is_named_by_paths_that_exist() -> None:
    files = [path.relative_to(ROOT).as_posix() for folder in catalogues.SOURCE_FOLDERS for path in _files(folder)]
    for pattern in catalogues.OTHER_WORDS:
        assert any(fnmatch(name, pattern) for name in files), pattern


def _files(folder: str) -> Any:
    return (path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".html", ".txt"))
