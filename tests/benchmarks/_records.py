"""How quickly the longest lists of the admin site answer. Run by admin.py, in a portal of its own."""

import json
import os
import re
from functools import partial
from importlib import import_module
from typing import Any

from tests.benchmarks._timing import best_ms, p95

ROWS = int(os.environ["BENCH_ROWS"])
FEW = 1000
CLIENTS = 200  # of the large practice
SMALL = 5  # of the small one
STATEMENTS = 20  # a page, as of the caseload
BUDGET_MS = 300  # of one answer, as of the caseload
GROWTH = 1.5  # times the time at FEW rows


def say(name: str, value: float, goal: float, unit: str = "") -> None:
    print(json.dumps({"name": name, "value": value, "goal": goal, "better": "lower", "unit": unit}), flush=True)


def multiply(row: Any, numbers: range, **changed: str) -> None:
    """Copy a stored row once for each number; changed: column -> SQL expression in which `n` is the number."""
    from django.db import connection

    meta = row._meta
    own = meta.pk.column if "id" not in changed else ""
    columns = [field.column for field in meta.concrete_fields if field.column != own]
    values = [changed.get(column, f'made."{column}"') for column in columns]
    with connection.cursor() as cursor:
        # Rows that are sound are not looked up again.
        cursor.execute("SET session_replication_role = replica")
        copies = f"FROM {meta.db_table} made, generate_series({numbers.start}, {numbers.stop - 1}) n WHERE made.id = %s"
        # Names of our own models and the expressions of this file, nothing that anybody sends.
        into = f"INSERT INTO {meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)} {copies}"
        cursor.execute(into, [row.pk])
        cursor.execute("SET session_replication_role = DEFAULT")


def main() -> None:
    import django

    django.setup()
    from django.contrib.admin import site
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, override_settings
    from django.urls import reverse
    from django.utils import timezone

    from clients.models import AssignmentVersion, Client, Event, Reminder, Session
    from portal.accounts.models import AuditEvent, Role
    from portal.accounts.tenancy import all_practices
    from tests.benchmarks import _history
    from tests.doors import browser_of
    from tests.factories import make_practice, make_staff

    import_module("portal.wsgi")
    call_command("migrate", verbosity=0)
    override_settings(DEBUG=False, ALLOWED_HOSTS=["testserver"]).enable()
    now = timezone.now()
    large, small = make_practice(), make_practice()
    owners = [make_staff(practice, Role.OWNER) for practice in (large, small)]
    for practice, owner, count in ((large, owners[0], CLIENTS), (small, owners[1], SMALL)):
        _history.make_clients(practice, owner, count, today=now.date())

    with all_practices():
        # A hundredth of the rows is of the small practice.
        versions = [
            list(AssignmentVersion.objects.filter(assignment__client__practice=practice, assignment__state="active"))
            for practice in (large, small)
        ]
        first = versions[0][0]
        session = Session.objects.create(
            id="00000000-0000-4000-8000-000000000001",
            client=first.assignment.client, assignment=first.assignment, version=first,
            occurrence_on=now.date(), started_at=now, state="finished",
        )  # fmt: skip
        event = Event.objects.create(
            id=session.pk, session=session, client=session.client, type="started", at=now, utc_offset_min=0
        )
        message = Reminder.objects.create(
            practice=large, client=session.client, recipient="made", stream="session", subject_key="made",
            local_date=now.date(), due_at=now, expires_at=now, state="sent", sent_at=now,
        )  # fmt: skip
        entry = AuditEvent.objects.create(
            practice=large, actor=owners[0], action="opened", object_type="clients.Client", object_id="1"
        )
        names = [each.search_last for each in Client.objects.filter(practice=large)[:1]]

    def array(values: list[int]) -> str:
        return f"(ARRAY[{','.join(map(str, values))}])[1 + ((n::bigint * 7919) %% {len(values)})::int]"

    def of_plan(value: Any) -> str:
        """SQL for a value of the plan that a number belongs to."""
        return (
            f"CASE WHEN n %% 100 = 99 THEN {array([value(each) for each in versions[1]])} "
            f"ELSE {array([value(each) for each in versions[0]])} END"
        )

    client = of_plan(lambda each: each.assignment.client_id)
    of_practice = f"CASE WHEN n %% 100 = 99 THEN {small.pk} ELSE {large.pk} END"
    earlier = "- n * interval '1 minute'"

    def fill(numbers: range) -> None:
        """Add rows of these numbers to each list, older with each number; one state or kind in 20,000 is rare."""
        uuid = "lpad(to_hex(n + 16), 32, '0')::uuid"
        multiply(
            session, numbers, id=uuid, client_id=client, assignment_id=of_plan(lambda each: each.assignment_id),
            version_id=of_plan(lambda each: each.pk), started_at=f"made.started_at {earlier}",
            occurrence_on="made.occurrence_on - n / 1440",
            state="CASE WHEN n %% 20000 = 19998 THEN 'open' WHEN n %% 7 = 0 THEN 'left' ELSE 'finished' END",
        )  # fmt: skip
        multiply(
            event, numbers, id=uuid, session_id=uuid, client_id=client, at=f"made.at {earlier}",
            received_at=f"made.received_at {earlier}",
            type="CASE n %% 3 WHEN 0 THEN 'started' WHEN 1 THEN 'set_done' ELSE 'finished' END",
        )  # fmt: skip
        multiply(
            message, numbers, practice_id=of_practice, client_id=client, subject_key="'made:' || n",
            due_at=f"made.due_at {earlier}",
            state="CASE WHEN n %% 20000 = 19998 THEN 'failed' WHEN n %% 9 = 0 THEN 'skipped' ELSE 'sent' END",
            stream="CASE WHEN n %% 20000 = 19998 THEN 'alert' WHEN n %% 9 = 0 THEN 'digest' ELSE 'session' END",
        )  # fmt: skip
        multiply(
            entry, numbers, practice_id=of_practice, object_id="(n / 20)::text", request_id="'request-' || n",
            action="CASE WHEN n %% 20000 = 19998 THEN 'plan_ended' WHEN n %% 5 = 0 THEN 'changed' ELSE 'opened' END",
            actor_id=f"CASE WHEN n %% 100 = 99 THEN {owners[1].pk} ELSE {owners[0].pk} END",
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")

    def queries(model: Any) -> list[str]:
        """What is asked of a list: pages, searches, and each value of its filters."""
        asked = [""]
        if model is AuditEvent:
            asked += [f"q={FEW // 40}", "q=request-7", "q=none", "action=plan_ended", "action=changed", "action=none"]
        else:
            asked += [f"q={names[0]}", f"q={names[0][:3]}", "q=zzzz"]
        for name in site._registry[model].list_filter:
            choices = model._meta.get_field(name).flatchoices if isinstance(name, str) else []
            asked += [f"{name}__exact={value}" for value, _ in choices]
        return asked

    desks = {"large": browser_of(owners[0]), "small": browser_of(owners[1])}
    models = (Session, Event, Reminder, AuditEvent)
    asked = [
        (of, f"{reverse(f'admin:{model._meta.app_label}_{model._meta.model_name}_changelist')}?{query}")
        for model in models
        for of in desks
        for query in [*queries(model), *(["p=2"] if of == "large" else [])]
    ]

    def look(of: str, address: str) -> None:
        assert desks[of].get(address).status_code == 200, address

    def measured() -> dict[tuple[str, str], float]:
        look(*asked[0])
        return {page: best_ms(partial(look, *page)) for page in asked}

    fill(range(1, FEW))
    before = measured()
    fill(range(FEW, ROWS))
    after = measured()
    most, counting = 0, []
    for each in asked:
        with CaptureQueriesContext(connection) as told:
            look(*each)
            most = max(most, len(told))
            if any(
                re.search(r"\bCOUNT\(|\bDISTINCT\b", query["sql"], re.IGNORECASE) for query in told.captured_queries
            ):
                counting.append(each)
    size = f"{len(models)} lists of {ROWS:,} rows, {len(asked)} pages"
    say(f"admin statements of a page, {size}", most, STATEMENTS)
    say("admin pages that count or ask for distinct values", len(counting), 0)
    slow = max(after, key=lambda each: after[each])
    say(f"admin p95, {size}", p95(list(after.values())), BUDGET_MS, "ms")
    say(
        f"admin slowest page: {slow[1].removeprefix('/admin/')} of the {slow[0]} practice", after[slow], BUDGET_MS, "ms"
    )
    # A page that is full at both sizes.
    plain = [each for each in asked if each[0] == "large" and each[1].endswith(("?", "?p=2"))]
    ratio = sum(after[each] for each in plain) / sum(before[each] for each in plain)
    say(f"admin time of a list at {ROWS:,} rows against {FEW:,}", ratio, GROWTH)


if __name__ == "__main__":
    main()
