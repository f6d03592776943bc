"""Modules of clients' pages that are served whole: one file each, made of many when it is first asked for."""

from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from portal.lib.bundling import Bundle, bundled, digest

PLAYER: Final = "clients/player/player.js"
# Entries that pages name in data-module and that would each fetch a chain of others.
ENTRIES: Final = (PLAYER, "clients/offline/here.js")
_ROOT = Path(__file__).resolve().parent / "static" / "clients"


@cache
def _bundle(entry: str) -> Bundle:
    return bundled(entry.removeprefix("clients/"), root=_ROOT, prefix="#clients/")


@cache
def module_of(entry: str) -> str:
    """Return an entry with all that it imports, as one ES module."""
    return _bundle(entry).module()


@cache
def by_digest() -> dict[str, str]:
    """Return the texts by the short hash that is in their addresses."""
    return {digest(module_of(entry)): module_of(entry) for entry in ENTRIES}


def address_of(entry: str) -> str:
    """Return where an entry is. While developing it is the file itself, so that a change is seen at once."""
    return static(entry) if settings.DEBUG else reverse("client_module", args=[digest(module_of(entry))])


def folder() -> str:
    """Return how the addresses of all entries begin."""
    return reverse("client_module", args=["0"]).removesuffix("0.js")


def parts() -> set[str]:
    """Return the static names of the modules that the entries are made of, themselves left out."""
    return {f"clients/{path}" for entry in ENTRIES for path in _bundle(entry).done} - set(ENTRIES)
