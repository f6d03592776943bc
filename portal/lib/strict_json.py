"""JSON that comes from outside, in a form or a call: as the standard has it, and within limits."""

import json
import math
from typing import Any, Final

MOST_LEVELS: Final = 60  # of lists and objects inside one another; what people write ends well before
LONGEST_FIELD: Final = 20_000  # characters of JSON in one field of a form
LONGEST_NUMBER: Final = 19  # characters of a whole number, sign included
LONGEST_PLACE: Final = 200  # characters of the place of a number, as far as it is said
_TOO_LARGE: Final = object()  # stands for such a number until its place is known


class LargeNumber(ValueError):
    """A number that no field takes. place: the names and places in lists that lead to it, such as "events.0.item"."""

    def __init__(self, place: str) -> None:
        super().__init__(f"number too large: {place}")
        self.place = place


def read(text: str, *, longest: int = LONGEST_FIELD) -> Any:
    """Return the value of a JSON text of at most `longest` characters. Raises ValueError, whatever is wrong with it.

    Refused are doubled names, NaN and infinite numbers, long whole numbers, more than MOST_LEVELS levels, NUL and
    halves of characters: what reads it next, or the database, would stumble over each. A number that is too large is a
    LargeNumber.
    """
    if len(text) > longest:
        raise ValueError("too long")
    if "\x00" in text or "\\u0000" in text:
        raise ValueError("NUL")
    large: list[str] = []

    def whole(digits: str) -> Any:
        return int(digits) if len(digits) <= LONGEST_NUMBER else refused(digits)

    def finite(digits: str) -> Any:
        number = float(digits)
        return number if math.isfinite(number) else refused(digits)

    def refused(digits: str) -> object:
        large.append(digits)
        return _TOO_LARGE

    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, parse_int=whole, parse_float=finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _check_levels(found)
    if large:
        raise LargeNumber(_place_of_large(found))
    json.dumps(found, ensure_ascii=False).encode()  # halves of characters fail here, with a kind of ValueError
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _check_levels(found: Any) -> None:
    level = [found]
    for _number in range(MOST_LEVELS + 1):
        inside = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        if not inside:
            return
        level = [value for values in inside for value in values]
    raise ValueError("nested too deeply")


def _place_of_large(found: Any) -> str:
    """Return where the first number that is too large stands, the outermost first; "" where it is all there is."""
    level = [("", found)]
    while level:
        inside = []
        for place, value in level:
            if value is _TOO_LARGE:
                return place[1 : LONGEST_PLACE + 1]
            pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            inside += [(f"{place}.{name}"[: LONGEST_PLACE + 1], each) for name, each in pairs]
        level = inside
    return ""
