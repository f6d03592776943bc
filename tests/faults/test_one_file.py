"""SQLite: one sender beside busy writers, and a second one is told why it may not."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import SHORT
from tests.faults.world import World, delivery
from tests.rig import MailSink, wait_for

pytestmark = pytest.mark.processes

SECONDS = float(os.environ.get("FAULT_SECONDS", "15"))  # the goal is 300; a short run shows the same kind of trouble
WRITES_PER_S = 20
ALIVE = "SELECT 1 FROM clients_heartbeat WHERE name LIKE 'send_due%'"


@pytest.fixture
def world(tmp_path: Path, mail_sink: MailSink) -> World:
    made = World(f"sqlite:///{tmp_path / 'db.sqlite3'}", tmp_path, mail_sink, {**SHORT, "REMINDER_LEASE_SECONDS": "30"})
    made.manage("migrate", "--verbosity", "0")
    return made


def test_one_sender_and_twenty_writes_a_second_never_meet_a_locked_database(world: World) -> None:
    world.make("people", "300")
    sender = world.start("manage.py", "send_reminders", "--loop", "--every", "0.2")
    try:
        wait_for(
            lambda: world.query("SELECT 1 FROM clients_heartbeat WHERE name LIKE 'send%'"), within_s=30, what="it runs"
        )
        second = world.run("manage.py", "send_reminders", "--loop", check=False)
        assert second.returncode == 1
        assert f"Process {sender.pid} sends already, and SQLite takes one sender." in second.stderr

        told: dict[str, Any] = {}
        world.sink.behave("451 20", "slow 5")
        writer = threading.Thread(
            target=lambda: told.update(world.make("write", str(WRITES_PER_S), str(SECONDS))), daemon=True
        )
        writer.start()
        time.sleep(1)
        world.make("due", "session")
        writer.join(timeout=SECONDS + 60)
        wait_for(world.is_settled, within_s=60, what="every reminder is settled")
        assert sender.poll() is None, "the sender is still running"
    finally:
        sender.kill()
        sender.wait()
    found = delivery(world)
    log = (world.folder / "senders.log").read_text()
    print(f"\n{found} {told}")
    assert told["writes"] >= WRITES_PER_S * SECONDS * 0.7, "the fault did not happen: too few writes"
    assert told["errors"] == []
    assert "locked" not in log
    assert (found.lost, found.doubled) == ([], {})


def test_a_sender_that_was_killed_leaves_its_place_to_the_next(world: World) -> None:
    world.make("people", "1")
    first = world.start("manage.py", "send_reminders", "--loop", "--every", "0.2")
    wait_for(
        lambda: world.query("SELECT 1 FROM clients_heartbeat WHERE name LIKE 'send%'"), within_s=30, what="it runs"
    )
    first.kill()
    first.wait()
    world.make("due", "session")
    world.manage("send_reminders", "--no-plan")
    assert delivery(world).sent == 1
