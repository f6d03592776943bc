"""The engine as one text: for browsers as a module, for QuickJS as an expression."""

from functools import cache
from pathlib import Path

from portal.lib.bundling import bundled, digest

STATIC = Path(__file__).resolve().parent.parent / "static" / "routines"
PREFIX = "#routines/"
ENTRY = "movement/index.js"


@cache
def engine_module(entry: str = ENTRY, *, root: Path = STATIC) -> str:
    """Return the engine as one ES module with the exports of `entry`."""
    return bundled(entry, root=root, prefix=PREFIX).module()


@cache
def engine_function(entry: str = ENTRY, *, root: Path = STATIC) -> str:
    """Return the engine as a classic expression whose value is an object with the exports of `entry`."""
    return bundled(entry, root=root, prefix=PREFIX).function()


@cache
def engine_hash(entry: str = ENTRY, *, root: Path = STATIC) -> str:
    """Return a short hash of the engine's text; pictures and URLs made with it change when it changes."""
    return digest(engine_module(entry, root=root))
