"""What a device may tell: the shape of an event, checked field by field.

Pure: values in, values out. The vocabulary stands here once; the API, the services and the fold read it.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from clients.rules.lanes import FULL, LANES

Data = dict[str, Any]  # Any: the values of a JSON document, checked by the readers below

SKIP_REASONS: Final = ("too_sore", "no_time", "not_sure", "no_space", "unwell", "other")
SKIP_SCOPES: Final = ("item", "segment")
MODES: Final = ("guided", "ticked", "later")
SIDES: Final = ("left", "right", "both", "none")
LEG_SYMPTOMS: Final = ("none", "same", "better", "worse", "further_down")
EDITABLE: Final = ("pain_before", "pain_peak", "pain_after", "effort", "leg_symptoms", "leg_pain", "note")
NOTE_LIMIT: Final = 500  # characters, as the form offers; engineering bound
UNITS_LIMIT: Final = 10_000  # engineering bound on counts; far above any dose
SECONDS_LIMIT: Final = 24 * 3600  # a session belongs to one day; engineering bound
APP_VERSION_LIMIT: Final = 20  # engineering bound
REST_DAY: Final = "rest_day"
MAX_OFFSET: Final = timedelta(hours=14)  # the widest offset of any time zone; engineering bound

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_MARKER = re.compile(r"[a-z0-9][a-z0-9 _-]{0,79}")


class EventError(ValueError):
    """An event that cannot be read. `problems` maps a field to a sentence that says what to send instead."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in self.problems.items()))


@dataclass(frozen=True, slots=True)
class EventIn:
    """One event as a device sent it.

    at: the device's clock, with its offset. item: the prescribed item, None for the whole session. content_hash:
    SHA-256 of everything but the id, hexadecimal.
    """

    id: uuid.UUID
    session: uuid.UUID
    type: str
    item: int | None
    at: datetime
    app: str
    data: Data
    content_hash: str

    @property
    def utc_offset_min(self) -> int:
        """Minutes east of UTC on the device at that moment."""
        offset = self.at.utcoffset()
        return int(offset.total_seconds() // 60) if offset is not None else 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one event: 200 kept (now or before), 400 not readable, 404 not yours, 409 id taken."""

    id: str
    status: int
    detail: str = ""
    problems: dict[str, str] = field(default_factory=dict)


def _score(value: Any) -> Any:
    """0 to 10, or None for "not answered"."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10:
        raise ValueError("Send a whole number from 0 to 10, or null for no answer.")
    return value


def _whole(limit: int) -> Any:
    def read(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= limit:
            raise ValueError(f"Send a whole number from 0 to {limit}.")
        return value

    return read


def _seconds(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= SECONDS_LIMIT:
        raise ValueError(f"Send seconds from 0 to {SECONDS_LIMIT}.")
    return value


def _one_of(*choices: str) -> Any:
    def read(value: Any) -> Any:
        if value not in choices:
            raise ValueError(f"Choose one of {', '.join(choices)}.")
        return value

    return read


def _optional(reader: Any) -> Any:
    return lambda value: None if value is None else reader(value)


def _matching(pattern: re.Pattern[str], example: str) -> Any:
    def read(value: Any) -> Any:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(f"Send a short name such as {example}.")
        return value

    return read


def _truth(value: Any) -> Any:
    if not isinstance(value, bool):
        raise ValueError("Send true or false.")
    return value


def _text(value: Any) -> Any:
    if not isinstance(value, str) or len(value) > NOTE_LIMIT:
        raise ValueError(f"Send a text of at most {NOTE_LIMIT} characters.")
    return value


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise ValueError("Send a date such as 2026-11-22.") from error


def _percent(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= FULL:
        raise ValueError(f"Send a whole number from 1 to {FULL}.")
    return value


_segment = _matching(_KEY, "single")

# type -> {field of data: reader}; a field whose reader stands in _MAY_BE_ABSENT may be left out.
TYPES: Final[dict[str, dict[str, Any]]] = {
    # lane and percent: what the rules, or the client, made of this day; absent: the whole plan. short: the client took
    # the short form that a rule offered.
    "started": {
        "version": _whole(2**53),
        "on": _day,
        "slot": _whole(50),
        "lane": _one_of(*LANES),
        "percent": _percent,
        "short": _truth,
    },
    # The client rests on a day whose session was offered gently; it belongs to no session.
    REST_DAY: {"assignment": _whole(2**53), "on": _day, "slot": _whole(50), "pain": _score},
    "item_started": {},
    "set_done": {
        "segment": _segment,
        "set": _whole(1000),
        "side": _one_of(*SIDES),
        "done": _whole(UNITS_LIMIT),
        "of": _whole(UNITS_LIMIT),
        "seconds": _seconds,
        "mode": _one_of(*MODES),
        "told": _truth,  # true: the client said how long it took, and the seconds are what counts
    },
    "rested": {"seconds": _seconds},
    "paused": {},
    "resumed": {},
    "hurt": {"value": _score},
    "swapped": {"to": _matching(_SLUG, "single-knee-to-chest")},
    "skipped": {
        "reason": _optional(_one_of(*SKIP_REASONS)),
        "scope": _one_of(*SKIP_SCOPES),
        "segment": _optional(_segment),
    },
    "pain_before": {"value": _score},
    "pain_peak": {"value": _score},
    "pain_after": {"value": _score},
    "pain_next": {"value": _score},
    "item_pain": {"value": _score},
    "leg_symptoms": {"value": _optional(_one_of(*LEG_SYMPTOMS))},
    "leg_pain": {"value": _score},
    # can: false takes a tick back; absent: it was ticked.
    "can_do": {"value": _matching(_MARKER, "glute-bridge 2x12"), "can": _truth},
    "equipment_confirmed": {"equipment": _matching(_KEY, "thick_blanket"), "value": _truth},
    "side_first": {"value": _one_of("left", "right")},
    "effort": {"value": _score},
    "note": {"text": _text},
    "left": {},
    "stopped": {},
    "finished": {},
    # The client did not do it after all: what was done up to here counts no more. Nothing is deleted.
    "taken_back": {},
    "edited": {"field": _one_of(*EDITABLE), "value": lambda v: v},
}
MAY_BE_ABSENT: Final = frozenset(
    {
        ("skipped", "segment"),
        ("skipped", "reason"),
        ("started", "lane"),
        ("started", "percent"),
        ("started", "short"),
        ("can_do", "can"),
        ("set_done", "told"),
    }
)
NEED_ITEM: Final = frozenset({"item_started", "set_done", "swapped", "skipped", "item_pain"})
FIELDS: Final = frozenset({"id", "session", "type", "item", "at", "app", "data"})


def read_event(raw: Any) -> EventIn:
    """Return the event that a device sent. Raises EventError naming every field that is wrong."""
    if not isinstance(raw, dict):
        raise EventError({"event": "Send an object with id, session, type, at and data."})
    problems: dict[str, str] = {
        str(name)[:40]: f"Unknown field. Known fields: {', '.join(sorted(FIELDS))}." for name in raw.keys() - FIELDS
    }
    id_ = uuid_in(raw, "id", problems)
    session = uuid_in(raw, "session", problems)
    at = instant_in(raw.get("at"), problems)
    kind = raw.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        problems["type"] = f"Choose one of {', '.join(sorted(TYPES))}."
        raise EventError(problems)
    item = raw.get("item")
    if item is not None and (isinstance(item, bool) or not isinstance(item, int) or not 0 < item < 2**63):
        problems["item"] = "Send the number of an exercise of the plan, or null."
    if item is None and kind in NEED_ITEM:
        problems["item"] = f"Say which exercise of the plan {kind} belongs to."
    app = raw.get("app", "")
    if not isinstance(app, str) or len(app) > APP_VERSION_LIMIT:
        problems["app"] = f"Send the app's version, at most {APP_VERSION_LIMIT} characters."
    data = _data(kind, raw.get("data", {}), problems)
    if problems or id_ is None or session is None or at is None:
        raise EventError(problems)
    content = {"session": str(session), "type": kind, "item": item, "at": at.isoformat(), "app": app, "data": data}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return EventIn(id_, session, kind, item, at, app, data, digest)


def uuid_in(raw: Mapping[str, Any], field: str, problems: dict[str, str]) -> uuid.UUID | None:
    """Return the UUID of a field; None with a problem added where it is none."""
    value = raw.get(field)
    try:
        if not isinstance(value, str) or len(value) > 36:
            raise ValueError
        return uuid.UUID(value)
    except ValueError:
        problems[field] = "Send a UUID such as 0b0e7d0e-1c1f-4a8e-9d3b-5f0f6a1c2d3e."
        return None


def instant_in(value: Any, problems: dict[str, str]) -> datetime | None:
    """Return the time of the field `at`, with the device's offset; None with a problem added where it is none."""
    try:
        if not isinstance(value, str) or len(value) > 40:
            raise ValueError
        at = datetime.fromisoformat(value)
        offset = at.utcoffset()
        if offset is None or abs(offset) > MAX_OFFSET or offset % timedelta(minutes=1):
            raise ValueError
        at.astimezone(UTC)  # fails at the ends of the calendar
    except (ValueError, OverflowError):
        problems["at"] = "Send date, time and offset, such as 2026-11-22T08:14:05+01:00."
        return None
    return at


def _data(kind: str, value: Any, problems: dict[str, str]) -> Data:
    if not isinstance(value, dict):
        problems["data"] = "Send an object."
        return {}
    fields = TYPES[kind]
    for name in value.keys() - fields.keys():
        problems[f"data.{str(name)[:40]}"] = f"Unknown field. {kind} has: {', '.join(fields) or 'none'}."
    read: Data = {}
    for name, reader in fields.items():
        if name not in value:
            if (kind, name) not in MAY_BE_ABSENT:
                problems[f"data.{name}"] = "This field is missing."
            continue
        try:
            read[name] = reader(value[name])
        except ValueError as error:
            problems[f"data.{name}"] = str(error)
    if kind == "set_done" and not problems and read["done"] > read["of"]:
        problems["data.done"] = "More was done than there was to do. Send at most the number in `of`."
    if kind == "edited" and "field" in read and not problems:
        try:
            readers = {"note": _text, "leg_symptoms": _optional(_one_of(*LEG_SYMPTOMS))}
            read["value"] = readers.get(read["field"], _score)(read["value"])
        except ValueError as error:
            problems["data.value"] = str(error)
    return read
