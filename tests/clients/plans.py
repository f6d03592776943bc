"""Plans for tests, made of the packaged library: the least that a session can be recorded against."""

import copy
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from clients.models import Assignment, AssignmentVersion, Client, PrescribedItem, SafetyCheck, Session
from clients.rules.schedule import Schedule
from clients.services.session import start_session
from routines.library.starter import exercises_file
from routines.models import Exercise, ExerciseVersion
from tests.factories import answer_all_no


def whole_phases(timeline: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the phases of a timeline in a bundle, where each tells only what is not as in one before it."""
    whole: list[dict[str, Any]] = []
    for told in timeline["phases"]:
        changes = {**told}
        like = changes.pop("as", 1)
        before = whole[-1] if whole else {"at": 0, "seconds": 0}
        whole.append({**(whole[-like] if whole else {}), **changes, "at": before["at"] + before["seconds"]})
    return whole


def exercise_version(slug: str) -> ExerciseVersion:
    """Return the packaged exercise as a version of a shared exercise, made once."""
    exercise = Exercise.objects.filter(slug=slug, practice=None).select_related("current_version").first()
    if exercise is not None and exercise.current_version is not None:
        return exercise.current_version
    document = next(each for each in exercises_file().document["exercises"] if each["slug"] == slug)
    exercise = Exercise.objects.create(slug=slug, name=document["name"])
    version = ExerciseVersion.objects.create(
        exercise=exercise, number=1, document=copy.deepcopy(document), content_hash=f"test-{slug}"
    )
    Exercise.objects.filter(pk=exercise.pk).update(current_version=version)
    return version


def give_plan(
    client: Client,
    *slugs: str,
    starts_on: date,
    ends_on: date | None = None,
    weekdays: frozenset[int] = frozenset(range(7)),
    times_per_day: int = 1,
    opted_in: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
    one_of: tuple[str, ...] = (),
) -> Assignment:
    """Return an active plan of the exercises at their own dose, in force from its first day.

    one_of: those of which the client chooses one.
    The client has answered the safety questions, so that its sessions may start.
    """
    if not SafetyCheck.objects.filter(client=client).exists():
        answer_all_no(client)
    assignment = Assignment.objects.create(
        client=client,
        name="Knee squeezes: a short back easer",
        state=Assignment.State.ACTIVE,
        starts_on=starts_on,
        ends_on=ends_on,
        created_by=client.lead,
    )
    schedule = Schedule(
        kind="weekdays",
        starts_on=starts_on,
        ends_on=ends_on,
        weekdays=weekdays,
        times_per_day=times_per_day,
        reminder_times=(time(9, 0),),
    )
    version = AssignmentVersion.objects.create(
        assignment=assignment, number=1, effective_from=starts_on, schedule=schedule.to_dict(), created_by=client.lead
    )
    for position, slug in enumerate(slugs, start=1):
        PrescribedItem.objects.create(
            version=version,
            position=position,
            exercise_version=exercise_version(slug),
            opted_in=[key for key in opted_in if slug == "knee-squeezes"],
            optional=slug in optional,
            choice_group="one" if slug in one_of else "",
        )
    assignment.current_version = version
    assignment.save()
    return assignment


def begin(plan: Assignment, *, now: datetime, pain: int | None = 2) -> Session:
    """Begin the first session of the day, as the client does from Today."""
    version = plan.current_version
    assert version is not None
    return start_session(
        plan.client,
        session_id=uuid4(),
        assignment=plan,
        version=version,
        on=now.date(),
        slot=1,
        pain_before=pain,
        now=now,
    )
