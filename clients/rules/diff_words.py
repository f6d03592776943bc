"""The sentences that say what changed between two versions of a plan. Pure.

The practitioner and the client may get different words, each in their own language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from clients.rules.plan_diff import Change
from clients.rules.schedule import DAYS_A_WEEK
from routines.dose import dose_words, parse_dose

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _same(text: str) -> str:
    return text


def _english_plural(singular: str, plural: str, count: int) -> str:
    return singular if count == 1 else plural


def _iso_words(day: date) -> str:
    return day.isoformat()


@dataclass(frozen=True)
class Words:
    """Puts changes into sentences for the practitioner. Without translators the words are English."""

    gettext: Callable[[str], str] = _same
    ngettext: Callable[[str, str, int], str] = _english_plural
    day_words: Callable[[date], str] = _iso_words

    def sentence(self, change: Change) -> str:
        """Return one sentence, with the exercise's name first where it is about one."""
        gettext = self.gettext
        writer = getattr(self, f"_{change.kind}", None)
        text: str = writer(change) if writer is not None else gettext("something else was changed")
        if not change.title:
            return text[:1].upper() + text[1:] + "."
        return gettext("%(exercise)s: %(change)s.") % {"exercise": change.title, "change": text}

    def _added(self, change: Change) -> str:
        added = change.after
        if isinstance(added, Mapping):  # changes that were kept before it was data are told as they stand
            dose = parse_dose(added["dose"])
            added = dose_words(dose, added["sides"], gettext=self.gettext, ngettext=self.ngettext)
        return self.gettext("added, %(dose)s") % {"dose": added}

    def _removed(self, change: Change) -> str:
        return self.gettext("taken out")

    def _reordered(self, change: Change) -> str:
        return self.gettext("the order is now %(exercises)s") % {"exercises": ", ".join(change.after)}

    def _instead(self, now: str, was: str) -> str:
        return self.gettext("%(now)s instead of %(was)s") % {"now": now, "was": was}

    def _sets(self, change: Change) -> str:
        now = self.ngettext("%(count)d set", "%(count)d sets", change.after) % {"count": change.after}
        return self._instead(now, str(change.before))

    def _reps(self, change: Change) -> str:
        now = self.ngettext("%(count)d repetition", "%(count)d repetitions", change.after) % {"count": change.after}
        return self._instead(now, str(change.before))

    def _seconds(self, seconds: int | None) -> str:
        if not seconds:
            return self.gettext("none")
        minutes, rest = divmod(seconds, 60)
        if minutes and not rest:
            return self.ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
        return self.ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}

    def _hold_s(self, change: Change) -> str:
        values = {"now": self._seconds(change.after), "was": self._seconds(change.before)}
        return self.gettext("hold %(now)s instead of %(was)s") % values

    def _rest_s(self, change: Change) -> str:
        values = {"now": self._seconds(change.after), "was": self._seconds(change.before)}
        return self.gettext("rest %(now)s instead of %(was)s") % values

    def _duration_s(self, change: Change) -> str:
        return self._instead(self._seconds(change.after), self._seconds(change.before))

    def _load_kg(self, change: Change) -> str:
        if change.after is None:
            return self.gettext("no added weight any more")
        now = self.gettext("%(weight)s kg") % {"weight": f"{change.after:g}"}
        if change.before is None:
            return self.gettext("with %(weight)s now") % {"weight": now}
        return self._instead(now, f"{change.before:g}")

    def _tempo(self, change: Change) -> str:
        if change.after is None:
            return self.gettext("the pace of the exercise itself again")
        return self.gettext("pace %(tempo)s (move, hold, return, pause)") % {"tempo": change.after}

    def _part_reps(self, change: Change) -> str:
        part, now = change.after
        if now is None:
            return self.gettext("“%(part)s” as often as the exercise says") % {"part": part}
        times = self.ngettext("%(count)d time", "%(count)d times", now) % {"count": now}
        return self.gettext("“%(part)s” %(times)s") % {"part": part, "times": times}

    def _wording(self, change: Change) -> str:
        return self.gettext("the newer text of the exercise")

    def _order(self, change: Change) -> str:
        words = {
            "as_content": self.gettext("sides as the exercise says"),
            "alternating": self.gettext("change sides every time"),
            "each": self.gettext("one side, then the other"),
        }
        return words.get(str(change.after), str(change.after))

    def _first_side(self, change: Change) -> str:
        words = {
            "client": self._side_they_like(),
            "left": self.gettext("start on the left"),
            "right": self.gettext("start on the right"),
        }
        return words.get(str(change.after), str(change.after))

    def _side_they_like(self) -> str:
        return self.gettext("start with the side the client likes")

    def _optional(self, change: Change) -> str:
        return self.gettext("may be left out")

    def _required(self, change: Change) -> str:
        return self.gettext("belongs to every session")

    def _choice_group(self, change: Change) -> str:
        if not change.after:
            return self.gettext("no longer one of several to choose from")
        return self._one_of_several()

    def _one_of_several(self) -> str:
        return self.gettext("one of several to choose from")

    def _part_on(self, change: Change) -> str:
        return self.gettext("“%(part)s” switched on") % {"part": change.after}

    def _part_off(self, change: Change) -> str:
        return self.gettext("“%(part)s” switched off") % {"part": change.after}

    def _range_both(self, change: Change) -> str:
        values = {"now": change.after, "was": change.before}
        return self.gettext("%(now)s %% of the movement instead of %(was)s %%") % values

    def _range_left(self, change: Change) -> str:
        values = {"now": change.after, "was": change.before}
        return self.gettext("on the left %(now)s %% of the movement instead of %(was)s %%") % values

    def _range_right(self, change: Change) -> str:
        values = {"now": change.after, "was": change.before}
        return self.gettext("on the right %(now)s %% of the movement instead of %(was)s %%") % values

    def _figure_both(self, change: Change) -> str:
        return self.gettext("the picture was changed")

    def _figure_left(self, change: Change) -> str:
        return self.gettext("the picture was changed for the left side")

    def _figure_right(self, change: Change) -> str:
        return self.gettext("the picture was changed for the right side")

    def _item_note(self, change: Change) -> str:
        return self._note_words(change)

    def _note(self, change: Change) -> str:
        return self.gettext("note for the client: %(note)s") % {"note": self._note_words(change)}

    def _note_words(self, change: Change) -> str:
        if not change.after:
            return self.gettext("the note was taken away")
        return self.gettext("“%(note)s”") % {"note": change.after}

    def _days(self, change: Change) -> str:
        return self._instead(self.days_words(change.after), self.days_words(change.before))

    def days_words(self, days: int | Sequence[int]) -> str:
        """Return chosen weekdays or a number of free days in words."""
        if isinstance(days, int):
            return self.ngettext("any %(count)d day a week", "any %(count)d days a week", days) % {"count": days}
        if len(days) == DAYS_A_WEEK:
            return self.gettext("every day")
        return ", ".join(self.gettext(WEEKDAYS[day]) for day in days)

    def _times_per_day(self, change: Change) -> str:
        count = change.after
        now = self.ngettext("%(count)d time a day", "%(count)d times a day", count) % {"count": count}
        return self._instead(now, str(change.before))

    def _walk_days(self, change: Change) -> str:
        return self.gettext("a walk on %(days)s") % {"days": self._days(change)}

    def _breaks_a_day(self, change: Change) -> str:
        count = change.after
        now = self.ngettext("%(count)d break a day", "%(count)d breaks a day", count) % {"count": count}
        return self._instead(now, str(change.before))

    def _window(self, change: Change) -> str:
        first, last = change.after
        return self.gettext("breaks between %(first)s and %(last)s") % {"first": first, "last": last}

    def _ends_on(self, change: Change) -> str:
        if change.after is None:
            return self.gettext("the plan runs on without an end")
        return self.gettext("the last day is %(day)s") % {"day": self.day_words(date.fromisoformat(change.after))}

    def _reminder_times(self, change: Change) -> str:
        if not change.after:
            return self.gettext("no reminders")
        return self.gettext("reminders at %(times)s") % {"times": ", ".join(change.after)}

    def _bite_min(self, change: Change) -> str:
        if change.after is None:
            return self.gettext("a session in one go")
        minutes = self.ngettext("%(count)d minute", "%(count)d minutes", change.after) % {"count": change.after}
        return self.gettext("about %(minutes)s at a time") % {"minutes": minutes}

    def _pain_stop(self, change: Change) -> str:
        values = {"now": change.after, "was": change.before}
        return self.gettext("stop above pain %(now)s instead of %(was)s") % values

    def _name(self, change: Change) -> str:
        return self.gettext("the plan is now called %(name)s") % {"name": change.after}


@dataclass(frozen=True)
class ClientWords(Words):
    """Puts the same changes into sentences for the client, who is spoken to."""

    def _optional(self, change: Change) -> str:
        return self.gettext("you may leave it out")

    def _one_of_several(self) -> str:
        return self.gettext("choose this one or another of its group")

    def _side_they_like(self) -> str:
        return self.gettext("start with the side you like")

    def _note(self, change: Change) -> str:
        return self.gettext("note for you: %(note)s") % {"note": self._note_words(change)}
