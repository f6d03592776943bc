"""The message store is frozen or lost: pages do not notice, and reminders leave when it is back."""

import http.client
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import cannot_run
from tests.faults.conftest import SHORT
from tests.faults.world import World, delivery
from tests.journeys.portal import Portal
from tests.rig import MailSink, PostgreSQL, Redis, missing_services, wait_for

pytestmark = pytest.mark.services

FROZEN_S = float(os.environ.get("FROZEN_SECONDS", "25"))
PAGES = ("/today/", "/plan/", "/progress/", "/more/", "/help/", "/readyz")
PAGE_LIMIT_S = 1.0
LEAVES_WITHIN_S = 60.0


@dataclass
class Running:
    """The whole portal on servers of its own, and the rows that it works on."""

    portal: Portal
    world: World
    store: Redis
    cookie: str

    def page(self, path: str) -> tuple[int, float]:
        """Return (status, seconds) of a page as the first client gets it."""
        connection = http.client.HTTPConnection("localhost", self.portal.port, timeout=30)
        begun = time.monotonic()
        connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, time.monotonic() - begun

    def sent(self) -> int:
        return self.world.states().get("sent", 0)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if missing_services():
        cannot_run("; ".join(missing_services()))
    with PostgreSQL() as postgres, Redis() as store, MailSink() as sink:
        settings = {**SHORT, "REMINDER_LEASE_SECONDS": "90", "REMINDER_BATCH": "500"}
        url = postgres.make_database("portal")
        with Portal(DATABASE_URL=url, REDIS_URL=store.url(), EMAIL_URL=sink.url(), **settings) as portal:
            world = World(url, portal.folder / "local", sink, {**settings, "REDIS_URL": store.url()})
            world.make("people", "500")
            cookie = world.make("cookie")
            yield Running(portal, world, store, f"{cookie['name']}={cookie['value']}")


def beats(running: Running) -> int:
    """How long ago, in seconds, a sender of session reminders was last alive."""
    rows = running.world.query(
        "SELECT extract(epoch FROM now() - at)::int FROM clients_heartbeat WHERE name = 'send_due:session'"
    )
    return int(rows[0][0]) if rows else 10**6


def test_a_frozen_store_slows_no_page_and_what_fell_due_leaves_after_the_thaw(running: Running) -> None:
    wait_for(lambda: beats(running) < 60, within_s=60, what="the sender runs by the clock")
    for path in PAGES:
        running.page(path)  # first looks fill caches, as on any other day
    running.store.freeze()
    begun = time.monotonic()
    try:
        running.world.make("due", "session")
        looks = []
        while time.monotonic() - begun < FROZEN_S:
            looks += [(path, *running.page(path)) for path in PAGES]
            time.sleep(0.2)
        sent_while_frozen = running.sent()
    finally:
        running.store.thaw()
    thawed = time.monotonic()
    wait_for(lambda: running.sent() == 500, within_s=LEAVES_WITHIN_S, what="all that fell due has left")
    took = time.monotonic() - thawed
    slowest = max(seconds for _, _, seconds in looks)
    found = delivery(running.world)
    print(
        f"\nlooks={len(looks)} slowest_page={slowest:.3f}s frozen={thawed - begun:.0f}s "
        f"sent_while_frozen={sent_while_frozen} left_within={took:.1f}s {found}"
    )
    assert sent_while_frozen == 0, "the fault did not happen: the sender was still poked"
    assert {status for path, status, _ in looks if path != "/readyz"} == {200}
    assert slowest <= PAGE_LIMIT_S
    assert (found.lost, found.doubled, found.strangers) == ([], {}, [])


def test_a_store_that_lost_everything_is_used_again_without_a_hand(running: Running) -> None:
    before = running.sent()
    running.store.kill()
    time.sleep(5)
    running.store.start()
    restarted = time.monotonic()
    wait_for(lambda: beats(running) < 5, within_s=LEAVES_WITHIN_S, what="the sender runs by the clock again")
    print(f"\nsent_before={before} beating_again_within={time.monotonic() - restarted:.1f}s")
