"""Planners that run at the same time plan once; a message is written with its transaction or not at all."""

import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tests.faults.world import World
from tests.rig import ROOT

pytestmark = pytest.mark.services


def test_five_planners_at_once_over_a_week_make_each_row_once(world: World) -> None:
    world.make("people", "40")
    moment = datetime.now(UTC).isoformat()
    planners = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.world", "plan", moment],
            cwd=ROOT,
            env=world.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(5)
    ]
    said = [planner.communicate(timeout=240)[0] for planner in planners]
    assert [planner.returncode for planner in planners] == [0] * 5, said
    rows, keys = world.query("SELECT count(*), count(DISTINCT (recipient, local_date, slot)) FROM clients_reminder")[0]
    print(f"\nplanned={rows} keys={keys} planners={len(planners)}")
    # Once a day at one minute: due at the first look and on each of the eight days that 162 + 48 hours reach.
    assert rows == keys == 40 * 9


def test_a_transaction_that_is_rolled_back_writes_nothing(world: World) -> None:
    world.make("people", "1")
    assert world.make("invite", "rollback") == {"rows": 0}
    world.manage("send_reminders", "--stream", "invitation", "--no-plan")
    assert world.sink.log() == []


def test_a_message_whose_writer_dies_right_after_the_commit_is_sent(world: World) -> None:
    world.make("people", "1")
    died = world.run("-m", "tests.faults.world", "invite", "killed", check=False)
    assert died.returncode == -signal.SIGKILL
    world.manage("send_reminders", "--stream", "invitation", "--no-plan")
    (taken,) = world.sink.accepted()
    assert taken["to"] == ["client0@home.example"]
    assert "https://portal.example/i/token/" in world.sink.message(taken)
    assert world.query("SELECT state, sealed FROM clients_reminder") == [("sent", "")]
