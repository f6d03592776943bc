"""A client's own data as a file."""

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder


def write_own_data(parts: Iterable[tuple[str, Any]], file: IO[bytes]) -> None:
    """Write the parts (analytics.own_data.own_data) as one JSON object, UTF-8.

    A part that is an iterator becomes a list, written entry by entry, each on a line of its own.
    """
    file.write(b"{")
    for place, (name, value) in enumerate(parts):
        file.write(f"{',' if place else ''}\n{json.dumps(name)}: ".encode())
        if not isinstance(value, Iterator):
            file.write(_json(value))
            continue
        file.write(b"[")
        for number, entry in enumerate(value):
            file.write(b",\n" if number else b"\n")
            file.write(_json(entry))
        file.write(b"]")
    file.write(b"\n}\n")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder).encode()
