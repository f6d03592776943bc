"""Senders that are killed, refused and cut off lose nothing, and double only what nobody could know."""

from pathlib import Path

import pytest

from tests.conftest import cannot_run
from tests.faults.conftest import LEASE_S, SHORT
from tests.faults.world import Senders, World, delivery
from tests.rig import MailSink, PostgreSQL, missing_services, wait_for

pytestmark = pytest.mark.services


@pytest.mark.core
def test_killed_senders_and_a_refusing_server_lose_no_reminder(world: World) -> None:
    """200 due, 2 senders, kills with -9 in the middle of their work, 30 % refused for now."""
    world.make("people", "200")
    world.make("due", "session")
    world.sink.behave("451 30", "slow 30")
    with Senders(world, 2) as senders:
        while senders.kills < 14 and senders.kill_one_at_work():
            pass
        wait_for(world.is_settled, within_s=120, what="every reminder is settled")
    found = delivery(world)
    refused = sum(entry["outcome"] == "451" for entry in world.sink.log())
    print(f"\n{found} kills={senders.kills} refused={refused} states={world.states()}")

    assert senders.kills >= 10, "the fault did not happen: too few kills"
    assert refused >= 20, "the fault did not happen: too few refusals"
    assert found.due == 200
    assert found.lost == []
    assert found.strangers == [], "copies carry one Message-ID"
    assert set(found.doubled.values()) <= {1}, "at most one extra copy each"
    # An extra copy needs a mark before it and a crash: the server had taken it and nobody could say so.
    crashed = {
        message_id
        for (message_id,) in world.query("SELECT message_id FROM clients_reminder WHERE crashes > 0 AND copies = 2")
    }
    assert found.doubled.keys() <= crashed
    assert len(found.doubled) <= senders.kills


def test_a_server_that_takes_mail_and_says_nothing_gets_one_copy_more_at_most(world: World) -> None:
    world.make("people", "100")
    world.make("due", "session")
    world.sink.behave("drop 20", "451 10")
    with Senders(world, 2):
        wait_for(world.is_settled, within_s=60, what="every reminder is settled")
    found = delivery(world)
    dropped = [entry for entry in world.sink.log() if entry["outcome"] == "drop"]
    print(f"\n{found} dropped={len(dropped)} states={world.states()}")
    assert len(dropped) >= 5, "the fault did not happen"
    assert found.lost == []
    assert found.strangers == []
    assert set(found.doubled.values()) <= {1}
    assert found.doubled.keys() <= {entry["id"] for entry in dropped}


def test_two_senders_of_one_table_send_each_reminder_once(world: World) -> None:
    world.make("people", "400")
    world.make("due", "session")
    with Senders(world, 2):
        wait_for(world.is_settled, within_s=60, what="every reminder is settled")
    found = delivery(world)
    (workers,) = world.query("SELECT count(DISTINCT split_part(lease_by, ':', 2)) FROM clients_reminder")[0]
    print(f"\n{found} senders={workers}")
    assert workers == 2, "both had a part in it"
    assert (found.sent, found.lost, found.doubled) == (400, [], {})


def test_a_database_killed_in_the_middle_is_waited_for(mail_sink: MailSink, tmp_path: Path) -> None:
    """The senders outlive PostgreSQL, and no row stays claimed for longer than its lease."""
    if missing_services():
        cannot_run("; ".join(missing_services()))
    with PostgreSQL() as own:
        world = World(own.make_database("portal"), tmp_path, mail_sink, SHORT)
        world.manage("migrate", "--verbosity", "0")
        world.make("people", "120")
        world.make("due", "session")
        mail_sink.behave("slow 30")
        with Senders(world, 2):
            wait_for(lambda: len(mail_sink.accepted()) > 20, within_s=30, what="sending has begun")
            own.kill()
            begun = len(mail_sink.accepted())
            own.start()
            wait_for(world.is_settled, within_s=60 + LEASE_S, what="every reminder is settled")
        found = delivery(world)
    print(f"\n{found} sent_before_the_kill={begun}")
    assert begun < 120, "the fault did not happen: all was sent before it"
    assert found.lost == []
    assert found.strangers == []
    assert set(found.doubled.values()) <= {1}
