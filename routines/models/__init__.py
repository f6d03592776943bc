"""Models of the library."""

from routines.models.exercise import (
    Exercise,
    ExerciseContraindication,
    ExerciseFacet,
    ExerciseLink,
    ExerciseSubstitute,
    ExerciseVector,
    ExerciseVersion,
    ExerciseWord,
    SearchTerm,
)
from routines.models.life import ExerciseMove, HiddenExercise
from routines.models.media import MediaFile, MediaItem, MediaUse
from routines.models.package import PackageRecord
from routines.models.routine import Routine, RoutineItem, RoutineWord
from routines.models.self_care import SelfCareItem, SelfCareVersion
from routines.models.shelf import Favourite, Filing
from routines.models.translation import ExerciseTranslation, RoutineTranslation, SelfCareTranslation

__all__ = [
    "Exercise",
    "ExerciseContraindication",
    "ExerciseFacet",
    "ExerciseLink",
    "ExerciseMove",
    "ExerciseSubstitute",
    "ExerciseTranslation",
    "ExerciseVector",
    "ExerciseVersion",
    "ExerciseWord",
    "Favourite",
    "Filing",
    "HiddenExercise",
    "MediaFile",
    "MediaItem",
    "MediaUse",
    "PackageRecord",
    "Routine",
    "RoutineItem",
    "RoutineTranslation",
    "RoutineWord",
    "SearchTerm",
    "SelfCareItem",
    "SelfCareTranslation",
    "SelfCareVersion",
]
