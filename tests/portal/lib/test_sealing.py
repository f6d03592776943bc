"""Sealed texts and keyed hashes."""

from typing import Any

import pytest

from portal.lib.sealing import Unreadable, keyed_hash, seal, unseal


def test_a_sealed_text_opens_again_and_shows_nothing() -> None:
    sealed = seal("ABC234 für Zoë")
    assert "ABC234" not in sealed
    assert unseal(sealed) == "ABC234 für Zoë"
    assert seal("same") != seal("same")


def test_a_changed_text_and_a_foreign_key_do_not_open(settings: Any) -> None:
    sealed = seal("secret")
    middle = len(sealed) // 2
    for wrong in (sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :], "", "nonsense"):
        with pytest.raises(Unreadable):
            unseal(wrong)
    settings.SECRET_KEY = "another " * 8
    with pytest.raises(Unreadable):
        unseal(sealed)


def test_a_text_sealed_before_the_key_changed_still_opens(settings: Any) -> None:
    sealed = seal("secret")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another " * 8
    assert unseal(sealed) == "secret"


def test_hashes_of_different_uses_and_keys_differ(settings: Any) -> None:
    first = keyed_hash("code", "ABC234")
    assert len(first) == 64
    assert first == keyed_hash("code", "ABC234")
    assert first != keyed_hash("browser", "ABC234")
    settings.SECRET_KEY = "another " * 8
    assert first != keyed_hash("code", "ABC234")
