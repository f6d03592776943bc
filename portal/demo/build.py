"""Making the demo: everything through the services that people use, so that it cannot lie."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from http import HTTPStatus
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.errors import Invalid
from clients.models import ActivityGoal, Assignment, Client, ClientShare
from clients.rules import safety
from clients.rules.contraindications import Answer
from clients.rules.schedule import Schedule
from clients.services.activities import set_activity_goal, tell_activity
from clients.services.assign import assign_routine
from clients.services.client_notes import write_note
from clients.services.client_state import move_client
from clients.services.drafting import drafts_of
from clients.services.invite import accept_invitation, find_open, invite_client, show_invitation
from clients.services.messages import send_message, write_to_clinic
from clients.services.record import record_events
from clients.services.safety import record_checks
from clients.services.safety_setup import sign_setup
from clients.services.settings import change_settings
from portal.accounts import audit
from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.roles import roles_of
from portal.accounts.tenancy import all_practices, practice_scope
from portal.demo.history import sessions_of
from portal.demo.people import PASSWORD, PRACTICES, DemoClient, DemoPractice, Goal, Story
from routines.library import starter
from routines.models import Routine

CONSIDERED = Answer(confirmed=True, reason="Talked through with the client.")


def build_people(now: datetime) -> list[Practice]:
    """Return the demo practices with their people and plans, made where they are missing. Quick: no history."""
    return [_build_practice(wanted, now) for wanted in PRACTICES]


def build_history(now: datetime) -> Iterator[int]:
    """Record the weeks of every demo client; yield the number of events kept after each session. May run again."""
    for wanted in PRACTICES:
        practice = _find(wanted)
        if practice is None:
            continue
        with practice_scope(practice):
            for entry in wanted.clients:
                client = Client.objects.filter(email=entry.email).select_related("practice", "lead").first()
                if client is None or entry.story is None:
                    continue
                for assignment in Assignment.objects.filter(client=client).select_related("current_version"):
                    for events in sessions_of(client, assignment, entry.story, until=now):
                        yield sum(answer.status == 200 for answer in record_events(client, events, now=now))


def _find(wanted: DemoPractice) -> Practice | None:
    with all_practices():
        return Practice.objects.filter(slug=wanted.slug).first()


def _build_practice(wanted: DemoPractice, now: datetime) -> Practice:
    practice = _find(wanted)
    if practice is None:
        with transaction.atomic(), all_practices():
            practice = Practice.objects.create(
                name=wanted.name,
                slug=wanted.slug,
                sender_name=wanted.sender_name,
                phone=wanted.phone,
                time_zone=wanted.time_zone,
            )
            for person in wanted.staff:
                user = User.objects.create_user(
                    person.email,
                    PASSWORD,
                    first_name=person.first_name,
                    last_name=person.last_name,
                    edits_shared_library=person.edits_shared_library,
                )
                for role in person.roles:
                    Membership.objects.create(practice=practice, user=user, role=role)
            audit.record("demo_made", practice, by=None, practice=practice)
            with practice_scope(practice):
                _sign_safety(practice, wanted, now)
    with practice_scope(practice):
        for entry in wanted.clients:
            if not Client.objects.filter(email=entry.email).exists():
                _build_client(practice, entry, now)
    return practice


def _sign_safety(practice: Practice, wanted: DemoPractice, now: datetime) -> None:
    """As the first practitioner would; the practice's next member of staff with clients is the second contact."""
    seeing = [User.objects.get(email=person.email) for person in wanted.staff if set(person.roles) - {Role.EDITOR}]
    first = next(user for user in seeing if Role.PRACTITIONER in roles_of(user, practice))
    second = next((user for user in seeing if user != first), first)
    sign_setup(practice, by=first, emergency_number="999", second_contact=second, escalate_after_h=2, now=now)


def _answer_safety(client: Client, now: datetime) -> None:
    """As a client without a warning sign would, before the first session."""
    questions = starter.safety().questions
    raw = {
        "id": str(uuid4()),
        "trigger": "onboarding",
        "place": "page",
        "version": safety.version_of(questions),
        "session": None,
        "answers": {each.id: [safety.NONE] for each in safety.asked(questions, client.tags)},
        "level": None,
        "at": now.isoformat(),
    }
    for answer in record_checks(client, [raw], now=now):
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(answer.detail)


@transaction.atomic
def _build_client(practice: Practice, entry: DemoClient, now: datetime) -> Client:
    lead = User.objects.get(email=entry.lead)
    client = invite_client(
        practice,
        by=lead,
        lead=lead,
        now=now,
        email=entry.email,
        first_name=entry.first_name,
        last_name=entry.last_name,
        problem=entry.problem,
        time_zone=entry.time_zone,
        tags=list(entry.tags),
        usual_pain=entry.usual_pain,
    )
    for colleague in entry.shared_with:
        ClientShare.objects.create(client=client, practitioner=User.objects.get(email=colleague), shared_by=lead)
    if entry.state == "invited":
        return client
    link = show_invitation(client, by=lead, now=now)
    invitation = find_open(link.rstrip("/").rsplit("/", 1)[-1], now=now)
    if invitation is None:
        raise RuntimeError("An invitation that was just made is open.")
    accept_invitation(invitation, now=now)
    client.refresh_from_db()
    _answer_safety(client, now)
    if entry.story is not None:
        _give_plan(client, entry.story, lead, now)
    if entry.weekly_note:
        change_settings(client, values={"weekly_note": True}, by=client.user or lead)
    _write_messages(client, entry, lead, now)
    for days, (author, text) in zip(range(len(entry.notes), 0, -1), entry.notes, strict=True):
        by = User.objects.get(email=author)
        write_note(client, by=by, text=text, key=uuid4(), now=now - timedelta(days=days))
    if entry.goal is not None:
        _agree_on(client, entry.goal, lead, now)
    if entry.state == "on_hold":
        quiet = entry.story.silent_days if entry.story is not None else 1
        move_client(client, Client.State.ON_HOLD, by=lead, now=now - timedelta(days=quiet - 1))
    return client


def _write_messages(client: Client, entry: DemoClient, lead: User, now: datetime) -> None:
    for days, (who, text) in zip(range(len(entry.messages), 0, -1), entry.messages, strict=True):
        at = now - timedelta(days=days)
        if who == "client":
            write_to_clinic(client, text=text, now=at)
        else:
            send_message(client, by=lead, text=text, now=at)


def _agree_on(client: Client, wanted: Goal, lead: User, now: datetime) -> None:
    weeks = len(wanted.told)
    goal = set_activity_goal(
        client,
        activity=wanted.activity,
        unit=ActivityGoal.Unit.MINUTES,
        began_at=wanted.began_at,
        target=wanted.target,
        by=lead,
        now=now - timedelta(weeks=weeks),
    )
    for back, value in zip(range(weeks - 1, -1, -1), wanted.told, strict=True):
        tell_activity(goal, value, by=client.user or lead, now=now - timedelta(weeks=back))


def _give_plan(client: Client, story: Story, lead: User, now: datetime) -> Assignment:
    routine = Routine.objects.get(slug=story.routine, practice=None)
    today = now.astimezone(ZoneInfo(client.time_zone)).date()
    schedule = Schedule.from_template(
        routine.document["schedule"],
        starts_on=today - timedelta(weeks=story.weeks),
        reminder_times=[time.fromisoformat(story.reminder)],
    )
    # A plan that the template would have ended by now was prolonged by its physiotherapist.
    if schedule.ends_on is not None and schedule.ends_on <= today:
        schedule = Schedule.from_dict({**schedule.to_dict(), "ends_on": (today + timedelta(days=5)).isoformat()})
    items = [
        replace(
            draft,
            opted_in=tuple(
                segment.key
                for segment in draft.exercise_version.content.segments
                if segment.is_opt_in and segment.key in story.opted_in
            ),
        )
        for draft in drafts_of(routine)
    ]
    answers: dict[str, Answer] = {}
    try:
        return assign_routine(client, items=items, schedule=schedule, routine=routine, by=lead)
    except Invalid as asked:
        # What the practitioner is asked about this client's tags is answered once, as a practitioner would.
        answers = {field.removeprefix("answers."): CONSIDERED for field in asked.errors if field.startswith("answers.")}
        if not answers:
            raise
    return assign_routine(client, items=items, schedule=schedule, routine=routine, by=lead, answers=answers)
