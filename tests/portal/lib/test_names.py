"""Names of people: every script is welcome, and nothing that would change the text around a name."""

import pytest
from django.core.exceptions import ValidationError

from portal.lib.names import check_name

NAMES = [
    "", "Ann-Marie", "O’Neill", "O'Neill", "Zoë", "Zoe\u0308", "Nguyễn Thị", "محمد", "שרה\u200f", "می\u200cنا",
    "李小龍", "👩\u200d🦽 Ann", "d. J. 3rd",
]  # fmt: skip
HIDDEN = [
    "A\x07\x1b[31m", "Ann\nHill", "Ann\tHill", "Ann\x7f", "Ann\x85", "Ann\u2028Hill", "Ann\u2029", "\u202ennA",
    "\u202aAnn", "\u2066Ann\u2069",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_of_all_scripts_are_taken(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", HIDDEN, ids=ascii)
def test_characters_that_change_what_is_read_are_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="hidden characters"):
        check_name(name)
