"""What a person who puts exercises together may want to look at again. Nothing here keeps anything from being saved."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

MANY_CORE = 6  # exercises that everybody is to do, above which a note is due; clinical rules 3.1
MANY_IN_ALL = 8  # exercises with the optional ones, above which a warning is due; clinical rules 3.1


@dataclass(frozen=True, slots=True)
class Remark:
    """tone: info | warn."""

    tone: str
    text: str


def remarks_on_number(items: Iterable[tuple[bool, str]]) -> list[Remark]:
    """Return the remark on how many exercises there are, if any. items: (is optional, choice group or "").

    Exercises of one choice group stand for each other, so they count once.
    """
    core, total, groups = 0, 0, set()
    for optional, group in items:
        if group and group in groups:
            continue
        groups.add(group)
        total += 1
        core += not optional
    if total > MANY_IN_ALL:
        many = _("%(count)d exercises are many. Five or six, and eight with optional ones, are done better:")
        why = _("in a small study, adults over 65 who were given two did them better than those who were given eight.")
        return [Remark("warn", f"{many % {'count': total}} {why}")]
    if core > MANY_CORE:
        note = _("%(count)d exercises for every session. Fewer are done better; five or six are a good number.")
        return [Remark("info", note % {"count": core})]
    return []
