"""The player's own words, by key: the only sentences that its modules show or say.

A word in braces is filled in by the player. A key with an ending such as ".one" is one of several forms for a
number {n}; the endings are the plural categories that browsers name (Intl.PluralRules).
"""

from collections.abc import Callable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

# A number of each plural category, in languages that have it; languages without it give the general form.
SAMPLES: Final = {"one": 1, "two": 2, "few": 3, "many": 11, "other": 100}

_TEXT: Final[dict[str, Promise]] = {
    # The frame
    "progress": _("Exercise {n} of {total}"),
    "back": _("Back"),
    "next": _("Next"),
    "im_set": _("I’m set"),
    "im_ready": _("I’m ready"),
    "more": _("+15 sec"),
    "hurts": _("This hurts"),
    "how": _("How to do it"),
    "carry_on": _("Carry on"),
    "easier": _("Easier one"),
    "another": _("Another exercise"),
    "skip": _("Skip this one"),
    "skip_part": _("Skip this part"),
    "finish_here": _("Finish here"),
    "done_set": _("Done with this set"),
    # Sound and screen
    "settings": _("Sound and screen"),
    "sample": _("Hello. This is the voice of your session."),
    "wake_tip": _("Your phone may go dark on its own. Set its screen to stay on longer."),
    # Before the first tap
    "start": _("Start"),
    "stopped_at": _("You stopped at {title}."),
    "stopped_at_set": _("You stopped at {title}, set {set} of {sets}."),
    "starts_with": _("First: {title}"),
    # An exercise
    "get_ready": _("Get ready"),
    "optional": _("You can skip this one"),
    "set_of": _("Set {set} of {sets}"),
    "rep_of": _("{rep} of {reps}"),
    "of": _("of {n}"),
    "side_left": _("Left side"),
    "side_right": _("Right side"),
    "breath_of": _("Breath {n} of {total}"),
    "breath_pace": _("in {inhale}, out {exhale}"),
    "own_pace": _("At your own pace"),
    "tempo_in": _("In"),
    "tempo_out": _("Out"),
    "tempo_move": _("Move"),
    "tempo_hold": _("Hold"),
    "tempo_return": _("Back"),
    "tempo_rest": _("Pause"),
    "now_side_left": _("Now your left side"),
    "now_side_right": _("Now your right side"),
    "rest": _("Rest"),
    "next_is": pgettext_lazy("above the title of what comes next", "Next"),
    "note_from": _("{name} says: {note}"),
    "not_translated": _("This is not in your language yet. You see it in English."),
    "did_it": _("I did this"),
    # Paused
    "paused": _("Paused"),
    "take_time": _("Take all the time you need."),
    "was_away": _("We paused while you were away."),
    "place_set": _("{title}, set {set} of {sets}"),
    "place_done": _("{place}, {done} of {total} done"),
    # This hurts
    "hurts_thanks": _("Thank you for telling us. {name} will see this."),
    # Change, skip
    "swap_to": _("Change to {title}"),
    "skip_title": _("Why skip this one?"),
    "skip_part_title": _("Why skip this part?"),
    "skip_hint": _("Any answer is fine. It helps {name} to plan."),
    # The lane of the day
    "lane_sore": _("A gentle session today. It has fewer moves, and they are easier. It counts."),
    "lane_flare": _("A flare-up session: short and gentle. It counts."),
    "lane_lighter": _("A little lighter today. Then it is your whole plan again."),
    # A choice of exercises
    "choice_title": _("Which one today?"),
    "choice_hint": _("Choose one. The others can wait."),
    # A part with conditions
    "gate_title": _("An extra part today?"),
    "gate_equipment": _("Get this ready first: {equipment}."),
    "gate_add": _("Add this part"),
    "gate_answer": _("Use this answer"),
    "gate_incomplete": _("Please answer first, or leave this part out today."),
    "extra_part": _("The extra part"),
    "withheld_pain": _("{part}: not today. It is for days when your pain is {limit} or less."),
    "withheld_pain_unknown": _("{part}: not today. We do not know how your pain is now."),
    "withheld_equipment": _("{part}: not today. You need this in place for it: {equipment}."),
    "withheld_legs": _("{part}: not today, because of your legs."),
    "withheld_legs_unknown": _("{part}: not today. We do not know how your legs are now."),
    "withheld_rule": _("{part}: not today. Your plan says so for a day like this."),
    "withheld_other": _("{part}: not a part of today’s session."),
    # The end
    "stopped_title": _("You stopped"),
    "stopped_text": _("Your session has ended. What you did is kept."),
    "safety_check": _("Safety check"),
    "finished_title": _("That’s it. Well done."),
    "finished_text": _("What you did is saved."),
    "finished_next": _("Next: how was it?"),
    # Sending
    "sending": _("Sending what you did"),
    "offline": _("You are offline. We saved this on your phone and will send it later."),
    "will_retry": _("We could not send this yet. It is saved on your phone, and we will try again."),
    "sign_in_to_send": _("Sign in to send what is saved on your phone."),
    "sign_in": _("Sign in"),
    "not_saved": _("This phone cannot save. Stay on this page until all is sent."),
    "refused": _("A part could not be taken. We kept a copy on your phone."),
    # For the screen reader and the voice
    "say_ready": _("{title}. {dose}. Starts in {n} seconds."),
    "voice_ready": _("Next, {title}. {dose}. {start}"),
    "say_half": _("Half way."),
    "say_last_two": _("Last two."),
    "say_five": _("5 seconds."),
    "say_switch": _("Change sides. {side}."),
    "say_rest": _("Rest, {n} seconds. Next: {next}."),
    "say_more": _("15 seconds more."),
    "say_paused": _("Paused."),
    "voice_stop": _("Stop and rest."),
    "say_slower": _("Slower."),
    "say_faster": _("Faster."),
    "say_changed": _("Changed to {title}."),
    "say_gate": _("One question first."),
}


def _counted(n: int) -> dict[str, str]:
    """Return the texts that depend on a number {n}, in the form for `n`."""
    return {
        "seconds": ngettext("second", "seconds", n),
        "say_own": ngettext(
            "Once, at your own pace. Tap Done when you finish.",
            "{n} times, at your own pace. Tap Done when you finish.",
            n,
        ),
        "waiting": ngettext("{n} entry waits to be sent.", "{n} entries wait to be sent.", n),
    }


def player_text() -> dict[str, str]:
    """Return every sentence that the player may show, in the language of the request."""
    return {key: str(text) for key, text in _TEXT.items()} | plural_forms(_counted)


def plural_forms(counted: Callable[[int], dict[str, str]]) -> dict[str, str]:
    """Return texts with a number in every form of the language, by key and plural category: "seconds.one"."""
    return {f"{key}.{category}": text for category, number in SAMPLES.items() for key, text in counted(number).items()}
