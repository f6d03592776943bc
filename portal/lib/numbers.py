"""Whole numbers that arrive as text, in an address or a form."""

from typing import Final

MOST_DIGITS: Final = 18  # engineering bound: all of them fit the 64 bits of an id
MOST: Final = 10**MOST_DIGITS - 1


def whole_in(text: str) -> int | None:
    """Return the whole number, 0 to MOST, that the text says in decimal digits; None for any other text.

    Without the bound a longer one would be a fault: Python refuses to read thousands of digits, SQLite to compare more
    than 64 bits.
    """
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def page_in(text: str, *, most: int = 999) -> int:
    """Return the number of a page, 1 to `most`; 1 for what names none."""
    return number if 0 < (number := whole_in(text) or 0) <= most else 1
