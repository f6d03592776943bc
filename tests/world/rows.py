"""One row of every model of a practice. A new model needs its line in ROWS; tests/test_world.py names the one that has
none.
"""

import copy
import hashlib
import secrets
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from clients.models import (
    Absence,
    ActivityGoal,
    ActivityValue,
    Alert,
    Assignment,
    AssignmentVersion,
    CalendarAddress,
    CareText,
    ClientFlagRules,
    ClientNote,
    ClientShare,
    Decision,
    Event,
    FlagRules,
    FlagSeen,
    Flare,
    FlareAnswer,
    HeldNote,
    Invitation,
    ManagementTime,
    Message,
    PainLevels,
    PlanPause,
    PlanRule,
    PlanSketch,
    PrescribedItem,
    PushSubscription,
    PutOff,
    Reminder,
    SafetySetup,
    SavedReply,
    Session,
    SessionLook,
    StreamChoice,
    Thread,
    Visit,
)
from clients.rules.schedule import Schedule
from portal.accounts.models import AuditEvent, Membership
from routines.content import parse_self_care
from routines.content.translation import client_texts
from routines.library import starter
from routines.models import (
    Exercise,
    ExerciseContraindication,
    ExerciseFacet,
    ExerciseLink,
    ExerciseMove,
    ExerciseSubstitute,
    ExerciseVector,
    ExerciseVersion,
    ExerciseWord,
    Favourite,
    Filing,
    HiddenExercise,
    MediaFile,
    MediaItem,
    MediaUse,
    PackageRecord,
    Routine,
    RoutineItem,
    RoutineWord,
    SearchTerm,
    SelfCareItem,
)
from routines.services import exercises as exercise_service
from routines.services import routines as routine_service
from routines.services.self_care import put_self_care
from routines.services.translations import save_translation, translation_of
from tests.factories import answer_all_no, make_staff
from tests.world.practice import World, planted


def make_session(world: World, assignment: Assignment, version: AssignmentVersion) -> Session:
    now = timezone.now()
    return planted(
        Session,
        world.private,
        id=uuid.uuid4(),
        client=assignment.client,
        assignment=assignment,
        version=version,
        occurrence_on=now.date(),
        started_at=now,
        finished_at=now,
        state=Session.State.FINISHED,
        counted=True,
        fraction=1.0,
        pain_before=2,
        pain_after=1,
    )


def _exercise(world: World, name: str = "squeeze") -> Exercise:
    document = copy.deepcopy(dict(starter.library().exercises["knee-squeezes"][1]))
    document.pop("variations", None)
    document["slug"] = f"{world.canary}-{name}"
    document["name"] = f"{world.canary} {name}"
    document["aim"] = f"{world.canary} aim."
    document["focus_points"] = [f"{world.canary} focus."]
    document["precautions"] = [f"{world.canary} precaution."]
    draft = exercise_service.save_draft(None, document=document, by=world.practitioner, practice=world.practice)
    exercise_service.publish_exercise(draft.exercise, by=world.practitioner)
    return Exercise.objects.get(pk=draft.exercise_id)


def _routine(world: World) -> Routine:
    document = {
        "slug": f"{world.canary}-routine",
        "name": f"{world.canary} routine",
        "goal": f"{world.canary} goal.",
        "origin": "added",
        "estimated_minutes": 2,
        "schedule": {"sessions_per_day": 2, "days_per_week": 7, "weeks": 4},
        "completion": {"weeks": 4, "review": f"{world.canary} review"},
        "items": [{"exercise": world[Exercise].slug, "note": f"{world.canary} note."}],
    }
    return routine_service.create_routine(document=document, by=world.practitioner, practice=world.practice)


def own_self_care(world: World) -> SelfCareItem:
    content = {
        **starter.library().self_care["warm-pack"][1],
        "slug": f"own-pack-{world.practice.pk}",
        "name": f"{world.canary} pack",
        "cautions": [f"{world.canary} caution."],
    }
    return put_self_care(None, parse_self_care(content), content, practice=world.practice)


def translated_for(world: World, thing: Any) -> Any:
    row = translation_of(thing, "de")
    texts = {path: f"{world.canary} {path}" for path in client_texts(row.kind, row.source_document())}
    return save_translation(thing, language="de", texts=texts, by=world.practitioner)


def _assignment(world: World) -> Assignment:
    return planted(
        Assignment,
        world.private,
        client=world.client,
        routine=world[Routine],
        state=Assignment.State.ACTIVE,
        starts_on=world.today - timedelta(days=7),
        created_by=world.practitioner,
    )


def _version(world: World) -> AssignmentVersion:
    assignment = world[Assignment]
    schedule = Schedule.from_dict({"kind": "weekdays", "weekdays": list(range(7)), "starts_on": assignment.starts_on})
    version = planted(
        AssignmentVersion,
        world.private,
        assignment=assignment,
        number=1,
        effective_from=assignment.starts_on,
        schedule=schedule.to_dict(),
        changes=[],
        created_by=world.practitioner,
    )
    assignment.current_version = version
    assignment.save()
    return version


def _reminder(world: World) -> Reminder:
    now = timezone.now()
    return planted(
        Reminder,
        world.private,
        practice=world.practice,
        client=world.client,
        recipient=f"client:{world.client.pk}",
        stream=Reminder.Stream.SESSION,
        subject_key="session",
        local_date=now.date(),
        due_at=now,
        expires_at=now + timedelta(hours=2),
        state=Reminder.State.SENT,
    )


def _rule(rule_id: str) -> dict[str, Any]:
    return next(rule.to_document() for rule in starter.library().global_rules if rule.id == rule_id)


ROWS: dict[str, Callable[[World], Any]] = {
    "accounts.Practice": lambda world: world.practice,
    "accounts.Membership": lambda world: Membership.objects.get(user=world.practitioner),
    "accounts.AuditEvent": lambda world: planted(
        AuditEvent, world.private, practice=world.practice, actor=world.practitioner, action="looked", object_type="x",
        object_id="1", detail={"said": world.canary},
    ),
    "routines.Exercise": _exercise,
    "routines.ExerciseVersion": lambda world: ExerciseVersion.objects.get(exercise=world[Exercise]),
    "routines.ExerciseWord": lambda world: ExerciseWord.objects.filter(exercise=world[Exercise])[0],
    # PostgreSQL has one already.
    "routines.ExerciseVector": lambda world: ExerciseVector.objects.get_or_create(exercise=world[Exercise])[0],
    "routines.SearchTerm": lambda world: SearchTerm.objects.get(practice=world.practice, word=world.canary),
    "routines.ExerciseFacet": lambda world: ExerciseFacet.objects.filter(exercise=world[Exercise])[0],
    "routines.ExerciseContraindication": lambda world: ExerciseContraindication.objects.filter(
        exercise=world[Exercise]
    )[0],
    "routines.ExerciseLink": lambda world: planted(
        ExerciseLink, world.canary, exercise=world[Exercise], target=_exercise(world, "other"), kind="easier"
    ),
    "routines.ExerciseSubstitute": lambda world: planted(
        ExerciseSubstitute, world.canary, exercise=world[Exercise], tag="osteoporosis",
        substitute=world[ExerciseLink].target,
    ),
    "routines.ExerciseMove": lambda world: planted(
        ExerciseMove, world.canary, exercise=world[Exercise], version_number=1, was="draft", became="in_review",
        by=world.practitioner,
    ),
    "routines.HiddenExercise": lambda world: planted(
        HiddenExercise, world.canary, practice=world.practice, exercise=world[ExerciseLink].target,
        by=world.practitioner,
    ),
    "routines.PackageRecord": lambda world: planted(
        PackageRecord, world.canary, practice=world.practice, version=1, manifest={"title": world.canary}, documents={},
        is_ours=True, by=world.practitioner,
    ),
    "routines.MediaItem": lambda world: planted(
        MediaItem, world.canary, practice=world.practice, digest=hashlib.sha256(world.canary.encode()).hexdigest(),
        kind="image", width=480, height=360, created_by=world.practitioner,
    ),
    "routines.MediaFile": lambda world: planted(
        MediaFile, world.canary, item=world[MediaItem], part="480.jpg", content_type="image/jpeg", size=9,
        stored_as=default_storage.save(f"exercises/{world.canary}", ContentFile(b"a picture")), sha256="0" * 64,
    ),
    "routines.MediaUse": lambda world: planted(
        MediaUse, world.canary, version=world[ExerciseVersion], item=world[MediaItem]
    ),
    "routines.Routine": _routine,
    "routines.RoutineItem": lambda world: RoutineItem.objects.get(routine=world[Routine]),
    "routines.RoutineWord": lambda world: RoutineWord.objects.filter(routine=world[Routine])[0],
    "routines.Favourite": lambda world: planted(
        Favourite, world.canary, practice=world.practice, person=world.practitioner, routine=world[Routine]
    ),
    "routines.Filing": lambda world: planted(
        Filing, world.canary, practice=world.practice, routine=world[Routine]
    ),
    "routines.SelfCareItem": lambda world: own_self_care(world),
    "routines.SelfCareVersion": lambda world: world[SelfCareItem].current_version,
    "routines.ExerciseTranslation": lambda world: translated_for(world, world[Exercise]),
    "routines.RoutineTranslation": lambda world: translated_for(world, world[Routine]),
    "routines.SelfCareTranslation": lambda world: translated_for(world, world[SelfCareItem]),
    "clients.Client": lambda world: world.client,
    "clients.ClientShare": lambda world: planted(
        ClientShare, world.private, client=world.client, practitioner=make_staff(world.practice),
        shared_by=world.practitioner,
    ),
    "clients.Invitation": lambda world: planted(
        Invitation, world.private, client=world.client, email=world.client.email, token_hash=secrets.token_hex(32),
        created_by=world.practitioner, expires_at=timezone.now(), accepted_at=timezone.now(),
    ),
    "clients.Assignment": _assignment,
    "clients.AssignmentVersion": _version,
    "clients.PrescribedItem": lambda world: planted(
        PrescribedItem, world.private, version=world[AssignmentVersion], position=1,
        exercise_version=world[ExerciseVersion], dose={},
    ),
    "clients.PlanPause": lambda world: planted(
        PlanPause, world.private, assignment=world[Assignment], first_day=world.today - timedelta(days=3),
        last_day=world.today - timedelta(days=3), created_by=world.practitioner,
    ),
    "clients.Reminder": _reminder,
    "clients.PushSubscription": lambda world: planted(
        PushSubscription, world.private, client=world.client, device=world.device,
        endpoint=f"https://push.example/{world.private}", p256dh=world.private, auth=world.private[:24],
        created_at=timezone.now(),
    ),
    "clients.StreamChoice": lambda world: planted(
        StreamChoice, world.private, client=world.client, stream="session", how="settings"
    ),
    "clients.Session": lambda world: make_session(world, world[Assignment], world[AssignmentVersion]),
    "clients.ActivityGoal": lambda world: planted(
        ActivityGoal, world.private, client=world.client, unit="minutes", began_at=30, target=50,
        set_by=world.practitioner, set_at=timezone.now(),
    ),
    "clients.ActivityValue": lambda world: planted(
        ActivityValue, world.private, goal=world[ActivityGoal], value=35, on=world.today, told_by=world.practitioner,
        told_at=timezone.now(),
    ),
    "clients.Alert": lambda world: planted(
        Alert, world.private, client=world.client, reason_key="stop_pressed", level=Alert.Level.ROUTINE,
        subject_key="check:1", raised_at=timezone.now(),
    ),
    "clients.SafetySetup": lambda world: SafetySetup.objects.get(practice=world.practice),
    "clients.CareText": lambda world: planted(
        CareText, world.canary, practice=world.practice, language="en-gb", signed_by=world.owner,
        signed_at=timezone.now(),
    ),
    "clients.SafetyCheck": lambda world: answer_all_no(world.client),
    "clients.PainLevels": lambda world: planted(
        PainLevels, world.canary, practice=world.practice, created_by=world.owner
    ),
    "clients.FlagRules": lambda world: planted(
        FlagRules, world.canary, practice=world.practice, rules={}, created_by=world.owner
    ),
    "clients.ClientFlagRules": lambda world: planted(
        ClientFlagRules, world.private, client=world.client, rules={}, created_by=world.practitioner
    ),
    "clients.ClientNote": lambda world: planted(
        ClientNote, world.private, client=world.client, key=uuid.uuid4(), by=world.practitioner, at=timezone.now()
    ),
    "clients.FlagSeen": lambda world: planted(
        FlagSeen, world.private, client=world.client, rule_key="silent", on=world.today, by=world.practitioner,
        at=timezone.now(),
    ),
    "clients.Visit": lambda world: planted(
        Visit, world.private, client=world.client, on=world.today - timedelta(days=3), by=world.practitioner,
        at=timezone.now(),
    ),
    "clients.SessionLook": lambda world: planted(
        SessionLook, world.private, session=world[Session], by=world.practitioner, at=timezone.now()
    ),
    "clients.Absence": lambda world: planted(
        Absence, world.canary, practice=world.practice, away=world.practitioner, cover=make_staff(world.practice),
        first_day=world.today + timedelta(days=30), last_day=world.today + timedelta(days=40),
        created_by=world.practitioner,
    ),
    "clients.PlanRule": lambda world: planted(
        PlanRule, world.private, assignment=world[Assignment], rule_id="global.gap7", position=1,
        document={**_rule("global.gap7"), "client_text": f"{world.private} words"}, created_by=world.practitioner,
    ),
    "clients.CalendarAddress": lambda world: planted(
        CalendarAddress, world.private, client=world.client, made_at=timezone.now()
    ),
    "clients.PutOff": lambda world: planted(
        PutOff, world.private, client=world.client, assignment=world[Assignment], on=world.today - timedelta(days=2),
        slot=1, choice="not_today", reason_key="no_time", at=timezone.now(),
    ),
    "clients.Flare": lambda world: planted(
        Flare, world.private, client=world.client, first_day=world.today - timedelta(days=20),
        last_day=world.today - timedelta(days=19), ended_how="settled", reported_at=timezone.now(),
    ),
    "clients.FlareAnswer": lambda world: planted(
        FlareAnswer, world.private, flare=world[Flare], on=world.today - timedelta(days=20), pain=4, at=timezone.now(),
    ),
    "clients.Decision": lambda world: planted(
        Decision, world.private, assignment=world[Assignment], session=world[Session], rule=world[PlanRule],
        rule_key="global.gap7", moment_key="session:1:check_in", inputs={"kind": "rule", "readings": []},
        outcome={"action": "hold_dose"}, state=Decision.State.APPLIED, decided_at=timezone.now(),
    ),
    "clients.ManagementTime": lambda world: planted(
        ManagementTime, world.private, client=world.client, practitioner=world.practitioner,
        started_at=timezone.now() - timedelta(hours=1), ended_at=timezone.now(), contact="phone",
    ),
    "clients.Message": lambda world: planted(
        Message, world.private, client=world.client, author=world.practitioner, is_from_client=False, kind="review",
        key=uuid.uuid4(), session=world[Session], sent_at=timezone.now(),
        detail={"notes": [{"item": 1, "name": f"{world.private} name", "text": f"{world.private} text"}]},
    ),
    "clients.Thread": lambda world: planted(
        Thread, world.private, client=world.client, last=world[Message], waiting_since=timezone.now(),
    ),
    "clients.HeldNote": lambda world: planted(
        HeldNote, world.private, session=world[Session], author=world.practitioner, at=timezone.now(),
    ),
    "clients.PlanSketch": lambda world: planted(
        PlanSketch, world.private, client=world.client, author=world.practitioner, saved_at=timezone.now(),
        values={"name": [f"{world.private} name"], "kind": ["weekdays"]},
    ),
    "clients.SavedReply": lambda world: planted(
        SavedReply, world.canary, practice=world.practice, created_by=world.practitioner
    ),
    "clients.Event": lambda world: planted(
        Event, world.private, id=uuid.uuid4(), session=world[Session], client=world.client, type="note",
        data={"text": f"{world.private} note"}, at=timezone.now(), utc_offset_min=0, content_hash="0" * 64,
    ),
}  # fmt: skip
