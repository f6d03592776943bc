"""How long exercises take, in words."""

from django.utils.translation import ngettext


def length_words(seconds: int) -> str:
    """Return how long an exercise takes: seconds below a minute and a half, otherwise minutes."""
    if seconds < 90:
        return ngettext("about %(count)d second", "about %(count)d seconds", seconds) % {"count": seconds}
    minutes = round(seconds / 60)
    return ngettext("about %(count)d minute", "about %(count)d minutes", minutes) % {"count": minutes}
