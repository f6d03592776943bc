"""The flag rules as the product ships them, as a practice has them, and as they are for one client. Pure.

Source of rules and numbers: screens.md 3.1, clinical.md 4.1 and 6; a practice may change the numbers or switch a rule
off, and so may whoever treats a client, for this one client.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

Level = Literal["red", "amber", "blue"]
LEVELS: Final[tuple[Level, ...]] = ("red", "amber", "blue")  # the most urgent first


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a rule: the default, and between what a practice may set it (both included)."""

    default: int
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the product ships it. numbers: by name, in the order in which the rule's sentence says them."""

    key: str
    level: Level
    numbers: Mapping[str, Number] = field(default_factory=dict)
    may_be_off: bool = True


RULES: Final[tuple[Rule, ...]] = (
    Rule("alert_urgent", "red", may_be_off=False),  # a safety question answered with yes, "Stop" pressed
    Rule("hurt_ended", "red", may_be_off=False),  # "This hurts" ended a session
    Rule("pain_high", "red", {"pain": Number(7, 1, 10)}),  # points of 0 to 10; features.md 5.4
    Rule("pain_jump", "red", {"points": Number(3, 1, 10)}),  # clinical.md 4.1
    Rule("alert", "amber", may_be_off=False),
    Rule("pain_rising", "amber", {"points": Number(2, 1, 10), "sessions": Number(3, 2, 10)}),
    Rule("missed", "amber", {"sessions": Number(2, 1, 14)}),
    Rule("silent", "amber", {"days": Number(7, 2, 28)}),
    Rule("not_started", "amber", {"days": Number(3, 1, 28)}),
    Rule("too_hard", "amber", {"effort": Number(9, 1, 10), "times": Number(2, 1, 10)}),  # 9 is the answer "Too hard"
    Rule("question", "blue", {"days": Number(1, 0, 10)}),
    Rule("suggestion", "blue"),
    Rule("plan_ends", "blue", {"days": Number(7, 1, 28)}),
    Rule("too_easy", "blue", {"effort": Number(3, 0, 10), "times": Number(3, 1, 10)}),  # 3 is the answer "Too easy"
)
BY_KEY: Final[Mapping[str, Rule]] = {rule.key: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Setting:
    """A rule as it is in force. is_own: something of it was set for this one client."""

    is_on: bool
    numbers: Mapping[str, int]
    is_own: bool = False


Stored = Mapping[str, Mapping[str, object]]  # {key: {"on": bool, number: int}}; what is missing is as it was before
DEFAULT: Final[Mapping[str, Setting]] = {
    rule.key: Setting(True, {name: number.default for name, number in rule.numbers.items()}) for rule in RULES
}


def settings_from(stored: Stored) -> dict[str, Setting]:
    """Return every rule's setting: what the practice stored, else the default."""
    return {key: _set_over(DEFAULT[key], stored.get(key, {}), BY_KEY[key]) for key in DEFAULT}


def settings_for(stored: Stored, practice: Mapping[str, Setting]) -> Mapping[str, Setting]:
    """Return the rules as one client has them: what was stored for them, else as the practice has it."""
    own = {key: values for key, values in stored.items() if key in BY_KEY and values}
    if not own:
        return practice
    found = {key: _set_over(practice[key], values, BY_KEY[key]) for key, values in own.items()}
    return {**practice, **{key: replace(setting, is_own=True) for key, setting in found.items()}}


def _set_over(before: Setting, own: Mapping[str, object], rule: Rule) -> Setting:
    numbers = {}
    for name, number in before.numbers.items():
        value = own.get(name, number)
        numbers[name] = value if isinstance(value, int) else number
    return Setting(not rule.may_be_off or bool(own.get("on", before.is_on)), numbers)
