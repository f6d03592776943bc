"""A client's own if-then plan: after which moment of the day, and what instead when it does not fit. Pure.

Source: clinical rules 7.1 and 7.2. Only these moments are ever named in messages; a client's own words stay inside.
"""

from typing import Final

ANCHORS: Final = ("getting_up", "brushing_teeth", "kettle", "lunch", "getting_home", "before_bed")
IF_SORE: Final = ("short_form", "one_exercise", "rest")
IF_MISSED: Final = ("later_today", "evening", "tomorrow")
WORDS_LIMIT: Final = 60  # characters of an own moment or place; engineering bound
