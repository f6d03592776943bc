"""How quickly a practitioner sees the caseload. Run by caseload.py, in a portal of its own."""

import json
import os
import time
from datetime import timedelta
from importlib import import_module
from typing import Any

from tests.benchmarks._timing import once_ms, p95

EVENTS = int(os.environ["BENCH_EVENTS"])
CLIENTS = 200
FEW = 10_000  # events of a practice that has just begun
STATEMENTS = 20
BUDGET_MS = 300  # of one answer
FIRST_KB, AGAIN_KB = 110, 35
FLAT = 1.3  # times the time at FEW
ROUNDS = 6
ADDRESS = "/admin/"
PAGES = (
    *("", "tab=needs&page=2", "tab=needs&page=3", "tab=current", "tab=current&page=2", "tab=current&page=4"),
    *("tab=not_started", "tab=on_hold", "q=number0", "q=many+number19"),
)


def say(name: str, value: float, goal: float, unit: str = "") -> None:
    print(json.dumps({"name": name, "value": value, "goal": goal, "better": "lower", "unit": unit}), flush=True)


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import Count, Max, Q
    from django.test.utils import CaptureQueriesContext, override_settings
    from django.utils import timezone

    from clients.models import Client, Session
    from portal.accounts.tenancy import practice_scope
    from tests.benchmarks import _history
    from tests.clients.weights import weigh
    from tests.doors import browser_of
    from tests.factories import make_practice, make_staff

    import_module("portal.wsgi")  # what a server of it loads, and sets aside
    call_command("migrate", verbosity=0)
    # As it is served: what tests do beside it, such as keeping the context of each template, is not the page's cost.
    override_settings(DEBUG=False, ALLOWED_HOSTS=["testserver"]).enable()
    today = timezone.now().date()
    practice, elsewhere = make_practice(), make_practice()
    priya = make_staff(practice)
    _history.make_clients(practice, priya, CLIENTS, today=today)
    _history.make_clients(elsewhere, make_staff(elsewhere), CLIENTS, today=today)
    desk = browser_of(priya)

    def look(query: str) -> None:
        assert desk.get(f"/admin/caseload/?{query}").status_code == 200

    def plainly() -> list[tuple[Any, ...]]:
        """What the page shows, asked for client by client and session by session."""
        rows = []
        with practice_scope(practice):
            for client in Client.objects.filter(lead=priya):
                sessions = client.sessions.annotate(hurts=Count("events", filter=Q(events__type="hurt")))
                lately = [each for each in sessions if each.occurrence_on > today - timedelta(days=_history.DAYS)]
                latest = client.sessions.aggregate(at=Max("started_at"))["at"]
                due = sum(plan.current_version is not None for plan in client.assignments.filter(state="active"))
                done = sum(each.state == Session.State.FINISHED for each in lately)
                rows.append((client, latest, due, done, max((each.hurts for each in lately), default=0)))
        return rows

    def inside(name: str) -> None:
        """Go on in another database of the same server."""
        connection.close()
        connection.settings_dict["NAME"] = name

    def copy_as(name: str) -> None:
        own = connection.settings_dict["NAME"]
        inside("postgres")
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{own}"')
        inside(own)

    shown = _history.fill_what_is_shown(today=today)
    few, many = ((events - shown) // _history.EVENTS_THEN for events in (FEW, EVENTS))
    _history.fill_history(range(1, 1 + few), today=today)
    databases = ("few", connection.settings_dict["NAME"])
    copy_as("few")
    begun = time.perf_counter()
    _history.fill_history(range(1 + few, 1 + many), today=today)
    filled_s = time.perf_counter() - begun

    # By turns, so that other work on the machine falls on both. A turn begins with a page that is not timed.
    times: dict[str, dict[str, list[float]]] = {name: {query: [] for query in PAGES} for name in databases}
    plain: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name in databases:
            inside(name)
            look("")
            for query in PAGES:
                times[name][query].append(once_ms(lambda query=query: look(query)))
            if name not in plain:  # once: with a long history it takes minutes
                plain[name] = once_ms(plainly)
    least = {name: [min(each) for each in times[name].values()] for name in databases}
    look("")  # after a pause the sign-in notes that it is in use
    with CaptureQueriesContext(connection) as queries:
        look("")
        statements = len(queries)  # the log is emptied by the next request
    begun = time.process_time()
    for query in PAGES:
        look(query)
    busy_ms = (time.process_time() - begun) * 1000 / len(PAGES)  # what is far above it waited for other work

    size = f"{CLIENTS} clients, {EVENTS:,} events"
    say(f"caseload statements, {size}", statements, STATEMENTS)
    say(f"caseload server p95, {size} (processor {busy_ms:.0f} ms a page)", p95(least[databases[1]]), BUDGET_MS, "ms")
    weight = weigh(desk, ADDRESS)
    say("caseload first visit, page and files", weight.kilobytes, FIRST_KB, "KB")
    say("caseload again, the page alone", weight.bytes["html"] / 1024, AGAIN_KB, "KB")
    before, after = (plain[name] for name in databases)
    beside = f"plain ORM page: {before:.0f} to {after:.0f} ms, times {after / before:.3g}; filled in {filled_s:.0f} s"
    ratio = sum(least[databases[1]]) / sum(least["few"])
    say(f"caseload time at {EVENTS:,} events against {FEW:,} ({beside})", ratio, FLAT)


if __name__ == "__main__":
    main()
