"""Reads the JSON form of a schedule field by field and collects what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

WEEKDAY_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # 0 = Monday, as date.weekday()


class ScheduleError(ValueError):
    """A schedule that cannot be kept. `problems` lists (field, sentence) in the order they were found."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{field}: {message}" for field, message in self.problems))


class Reader:
    """Reads one mapping field by field and collects what is wrong with it."""

    def __init__(self, data: Mapping[str, Any], known: Collection[str]) -> None:
        self.problems: list[tuple[str, str]] = []
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.refuse("schedule", "Expected an object with the fields of a schedule.")
        for name in self.data:
            if name not in known:
                self.refuse(str(name)[:40], f"Unknown field. Known fields: {', '.join(sorted(known))}.")

    def refuse(self, field: str, message: str) -> None:
        self.problems.append((field, message))

    def finish(self) -> None:
        if self.problems:
            raise ScheduleError(self.problems)

    def choice(self, field: str, among: Sequence[str]) -> str:
        value = self.data.get(field)
        if not isinstance(value, str) or value not in among:
            self.refuse(field, f"Choose one of {', '.join(among)}.")
            return among[0]
        return value

    def whole(self, field: str, lowest: int, highest: int, *, default: int | None) -> int | None:
        value = self.data.get(field)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            self.refuse(field, f"Expected a whole number from {lowest} to {highest}.")
            return default
        return value

    def day(self, field: str, *, required: bool = False) -> date | None:
        value = self.data.get(field)
        if value is None:
            if required:
                self.refuse(field, "Choose a date.")
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(field, "Expected a date such as 2026-11-22.")
            return None

    def times(self, field: str) -> tuple[time, ...]:
        values = self.data.get(field) or ()
        if not isinstance(values, (list, tuple)):
            self.refuse(field, "Expected a list of times such as 08:00.")
            return ()
        read: list[time] = []
        for value in values:
            try:
                read.append(value if isinstance(value, time) else time.fromisoformat(value))
            except (TypeError, ValueError):
                self.refuse(field, "Expected times such as 08:00.")
                return ()
        return tuple(read)

    def window(self, field: str) -> tuple[time, time] | None:
        """Two times of a day; None where the field is empty or absent."""
        if self.data.get(field) is None:
            return None
        read = self.times(field)
        if len(read) == 2:
            return read[0], read[1]
        if not any(name == field for name, _ in self.problems):
            self.refuse(field, "Expected two times such as 09:00 and 17:30.")
        return None

    def weekday_numbers(self, field: str) -> frozenset[int]:
        values = self._list(field)
        if any(isinstance(value, bool) or not isinstance(value, int) for value in values):
            self.refuse(field, "Expected numbers from 0 (Monday) to 6 (Sunday).")
            return frozenset()
        return frozenset(values)

    def weekday_names(self, field: str) -> frozenset[int]:
        values = self._list(field)
        unknown = [value for value in values if not isinstance(value, str) or value not in WEEKDAY_NAMES]
        if unknown:
            self.refuse(field, f"Expected names out of {', '.join(WEEKDAY_NAMES)}.")
            return frozenset()
        return frozenset(WEEKDAY_NAMES.index(value) for value in values)

    def _list(self, field: str) -> Sequence[Any]:
        values = self.data.get(field)
        if values is None:
            return ()
        if not isinstance(values, (list, tuple, set, frozenset)):
            self.refuse(field, "Expected a list of weekdays.")
            return ()
        return tuple(values)
