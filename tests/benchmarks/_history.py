"""Clients, plans, sessions and any number of events, made inside PostgreSQL."""

from datetime import date, timedelta
from typing import Any

from django.db import connection

from clients.models import Assignment, AssignmentVersion
from clients.rules.schedule import Schedule
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices
from tests.factories import make_many_clients

DAYS = 28  # that the page looks back, today among them
RUNS_FOR = 60  # days since the running plan began; what is older belongs to a plan that has ended
EVENTS_THEN = 20  # of each older session; one that the page shows has one
ENDED_FOR = 2000  # days since the ended plan began: room for the whole history

# Five sessions a week and client. Each seventh stays unfinished; some begin with more pain, or were hard.
_NOW = """
INSERT INTO clients_session (id, client_id, assignment_id, version_id, occurrence_on, slot, lane, percent, short_form,
  replaced, state, counted, started_at, finished_at, fraction, pain_before, pain_after, pain_worst, effort,
  leg_symptoms, can_do, note, updated_at)
SELECT gen_random_uuid(), plan.client_id, plan.id, plan.current_version_id, day.on, 1, 'steady', 100, '[]',
  false, CASE WHEN left_early THEN 'left' ELSE 'finished' END, NOT left_early, day.on + time '08:00',
  CASE WHEN left_early THEN NULL ELSE day.on + time '08:10' END, CASE WHEN left_early THEN 0.4 ELSE 1 END,
  (plan.id + day.n) %% 6, (plan.id + day.n) %% 5, (plan.id * 3 + day.n) %% 8, 3 + (plan.id + day.n) %% 7, '', '[]', '',
  now()
FROM clients_assignment plan,
  LATERAL (SELECT n, %(today)s::date - n AS on FROM generate_series(0, %(days)s - 1) n) day,
  LATERAL (SELECT (plan.id + day.n) %% 7 = 3 AS left_early) how
WHERE plan.state = 'active' AND (plan.id + day.n) %% 7 < 5
"""
_EVENTS_NOW = """
INSERT INTO clients_event (id, session_id, client_id, type, data, at, utc_offset_min, app_version, content_hash,
  received_at)
SELECT gen_random_uuid(), id, client_id,
  CASE state WHEN 'left' THEN 'hurt' ELSE 'effort' END, '{"value": 6}', started_at + interval '5 minutes', 0, '',
  repeat('0', 64), started_at
FROM clients_session
"""
# Older sessions, one a day and client of the plans that have ended, back in time.
_THEN = """
INSERT INTO clients_session (id, client_id, assignment_id, version_id, occurrence_on, slot, lane, percent, short_form,
  replaced, state, counted, started_at, finished_at, fraction, pain_before, pain_after, pain_worst, effort,
  leg_symptoms, can_do, note, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, plan.client_id, plan.id, plan.current_version_id, day, 1, 'steady', 100, '[]',
  false, 'finished', true, day + time '08:00', day + time '08:10', 1, n %% 6, n %% 5, n %% 8, 3 + n %% 7, '', '[]', '',
  now()
FROM generate_series(%(first)s, %(last)s) n
JOIN (
  SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS plans
  FROM clients_assignment WHERE state = 'ended'
) plan ON plan.place = n %% plan.plans,
LATERAL (SELECT %(today)s::date - %(ago)s - (n / plan.plans)::int AS day) on_day
"""
_EVENTS_THEN = """
INSERT INTO clients_event (id, session_id, client_id, type, data, at, utc_offset_min, app_version, content_hash,
  received_at)
SELECT lpad(to_hex(n * %(each)s + k), 32, '0')::uuid, session.id, client_id,
  CASE k WHEN 0 THEN 'started' WHEN 1 THEN 'item_pain' ELSE 'set_done' END,
  '{"value": 3, "done": true}', started_at + k * interval '30 seconds', 0, '', repeat('0', 64), started_at
FROM generate_series(%(first)s, %(last)s) n
JOIN clients_session session ON session.id = lpad(to_hex(n), 32, '0')::uuid,
generate_series(0, %(each)s - 1) k
"""


def make_clients(practice: Practice, lead: User, count: int, *, today: date) -> None:
    """Add clients of one practice, each with a plan that runs and one that has ended."""
    began = {"active": today - timedelta(days=RUNS_FOR), "ended": today - timedelta(days=ENDED_FOR)}
    addresses = [f"many{number}@practice{practice.pk}.example.org" for number in range(count)]
    with all_practices():
        clients = make_many_clients(practice, lead, addresses)
        plans = Assignment.objects.bulk_create(
            Assignment(
                client=client,
                name="Morning",
                state=state,
                starts_on=began[state],
                ends_on=began["active"] - timedelta(days=1) if state == "ended" else None,
                created_by=lead,
            )
            for client in clients
            for state in began
        )
        versions = AssignmentVersion.objects.bulk_create(
            AssignmentVersion(
                assignment=plan, number=1, effective_from=plan.starts_on, schedule=_daily(plan), created_by=lead
            )
            for plan in plans
        )
        for plan, version in zip(plans, versions, strict=True):
            plan.current_version = version
        Assignment.objects.bulk_update(plans, ["current_version"])


def _daily(plan: Assignment) -> dict[str, Any]:
    whole_week = frozenset(range(7))
    return Schedule(kind="weekdays", starts_on=plan.starts_on, ends_on=plan.ends_on, weekdays=whole_week).to_dict()


def fill_what_is_shown(*, today: date) -> int:
    """Add the sessions of the last DAYS days of every running plan; return how many events they have."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW, {"today": today, "days": DAYS})
        cursor.execute(_EVENTS_NOW)
        return cursor.rowcount


def fill_history(sessions: range, *, today: date) -> int:
    """Add older sessions of these numbers, with EVENTS_THEN events each; return how many events that are."""
    values = {"first": sessions.start, "last": sessions.stop - 1, "each": EVENTS_THEN}
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname ~ '^(clients_event|event)_' ")
        indexes = [(name, made) for name, made in cursor.fetchall() if "UNIQUE" not in made]
        # Rows that are sound are not looked up again, and an index is made at once instead of row by row.
        cursor.execute("SET session_replication_role = replica")
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(_THEN, {**values, "today": today, "ago": RUNS_FOR + 1})
        cursor.execute(_EVENTS_THEN, values)
        added = cursor.rowcount
        for _, made in indexes:
            cursor.execute(made)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM (ANALYZE)")
    return added
