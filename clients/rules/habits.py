"""A client's own if-then plan: after which moment of the day, and what instead when it does not fit. Pure.

Source: clinical rules 7.1 and 7.2. Only these moments are ever named in messages; a client's own words stay inside.
"""

from collections.abc import Mapping
from datetime import time
from types import MappingProxyType
from typing import Final

# In the order of the day, each with its usual time on the clock: engineering, only to order other moments among them.
USUAL_TIMES: Final[Mapping[str, time]] = MappingProxyType(
    {
        "getting_up": time(7),
        "brushing_teeth": time(7, 30),
        "kettle": time(10),
        "lunch": time(12, 30),
        "getting_home": time(17, 30),
        "before_bed": time(21, 30),
    }
)
ANCHORS: Final = tuple(USUAL_TIMES)
APART: Final = ("getting_up", "lunch", "getting_home", "before_bed")  # moments that lie apart, taken first
OWN_WORDS: Final = "own_words"  # stands for a moment that the client named
IF_SORE: Final = ("short_form", "one_exercise", "rest")
IF_MISSED: Final = ("later_today", "evening", "tomorrow")
WORDS_LIMIT: Final = 60  # characters of an own moment or place; engineering bound


def through_the_day(count: int, *, own: str, own_at: time | None) -> tuple[str, ...]:
    """Return so many moments in the order of the day, the client's own among them.

    own: of ANCHORS, OWN_WORDS, or "" for none. own_at: when a moment in own words is about, on the client's clock;
    None where that is not known, and then it comes first. Where there are more than moments, neighbours share one.
    """
    times = {OWN_WORDS: own_at or time.min, **USUAL_TIMES}
    others = [key for key in (*APART, *ANCHORS) if key != own]
    wanted = list(dict.fromkeys([*([own] if own else []), *others]))[:count]
    ordered = sorted(wanted, key=lambda key: times[key])
    return tuple(ordered[place * len(ordered) // count] for place in range(count))
