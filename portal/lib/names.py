"""Names of people and other short texts: any letters of any script, but nothing that changes the text around them."""

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Control characters, breaks of line and paragraph, and what turns the direction of the text that follows. Marks of
# direction for one place (U+200E, U+200F), joiners of emoji and combining marks belong to names.
_HIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def has_hidden_characters(text: str) -> bool:
    """Tell whether a text of one line holds characters that nobody sees but that change what is read."""
    return _HIDDEN.search(text) is not None


def check_name(name: str) -> None:
    """Raise ValidationError for a name with hidden characters."""
    if has_hidden_characters(name):
        raise ValidationError(_("There are hidden characters in this name. Type it again by hand."))
