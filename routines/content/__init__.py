"""Exercises and routines as data: frozen shapes and their strict reading. Pure: no Django, no clock."""

from routines.content.consistency import dose_problems
from routines.content.exercise import parse_exercise
from routines.content.library_items import Safety, parse_safety
from routines.content.routine import RoutineContent, RoutineItemContent, Schedule, parse_routine
from routines.content.rules import Condition, Rule, parse_rule
from routines.content.self_care import SelfCare, parse_self_care
from routines.content.shapes import Contraindication, ExerciseContent, Gate, Link, Segment, Step
from routines.content.vocabulary import Vocabulary, parse_vocabulary
from routines.reading import ContentError, Problem

__all__ = [
    "Condition",
    "ContentError",
    "Contraindication",
    "ExerciseContent",
    "Gate",
    "Link",
    "Problem",
    "RoutineContent",
    "RoutineItemContent",
    "Rule",
    "Safety",
    "Schedule",
    "Segment",
    "SelfCare",
    "Step",
    "Vocabulary",
    "dose_problems",
    "parse_exercise",
    "parse_routine",
    "parse_rule",
    "parse_safety",
    "parse_self_care",
    "parse_vocabulary",
]
