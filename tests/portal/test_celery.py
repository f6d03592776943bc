"""Celery only pokes: how it is set, and that every poke finds its task."""

import inspect
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from clients.models import Reminder
from portal import store
from portal.celery import app, transport_options
from portal.processes import beat, worker

ENTRIES: dict[str, dict[str, Any]] = app.conf.beat_schedule


@pytest.mark.parametrize("name", ENTRIES)
def test_every_poke_finds_a_task_that_takes_what_it_carries(name: str) -> None:
    app.loader.import_default_modules()
    entry = ENTRIES[name]
    inspect.signature(app.tasks[entry["task"]].run).bind(**entry["kwargs"])
    assert isinstance(entry["schedule"], int), "an interval: no wall clock, so no summer time"
    assert entry["options"]["expires"] <= max(120, entry["schedule"]), "after an outage no pile of them is left"


def test_every_stream_of_messages_is_poked() -> None:
    poked = {entry["kwargs"].get("stream") for entry in ENTRIES.values()} - {None}
    assert poked == set(Reminder.Stream.values)


def test_sign_in_codes_leave_within_seconds_and_reminders_within_half_a_minute() -> None:
    every = {entry["kwargs"].get("stream", "plan"): entry["schedule"] for entry in ENTRIES.values()}
    assert every["sign_in"] == 2
    assert every["session"] == 30


def test_the_table_is_the_truth_so_messages_are_worth_nothing() -> None:
    conf = app.conf
    assert not conf.task_acks_late
    assert not conf.task_reject_on_worker_lost
    assert conf.task_ignore_result
    assert conf.result_backend is None
    assert not conf.task_publish_retry
    assert (conf.task_serializer, conf.accept_content) == ("json", ["json"])
    assert conf.worker_prefetch_multiplier == 1
    assert (conf.enable_utc, conf.timezone) == (True, "UTC")


def test_a_sender_ends_before_its_lease_does() -> None:
    lease_s = settings.REMINDER_LEASE.total_seconds()
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < lease_s


def test_no_wait_for_the_store_is_endless() -> None:
    options = transport_options(store.Store(url="redis://store/0"))
    assert options["socket_timeout"] <= 5
    assert options["socket_connect_timeout"] <= 5


def test_a_machine_without_a_server_exchanges_messages_through_one_folder(tmp_path: Path) -> None:
    options = transport_options(store.Store(folder=tmp_path))
    assert options["data_folder_in"] == options["data_folder_out"] == str(tmp_path)


def test_sqlite_has_one_sender(settings: Any) -> None:
    settings.WORKER_PROCESSES = 4
    settings.ON_SQLITE = True
    assert "--concurrency 1 " in " ".join(worker().argv)
    settings.ON_SQLITE = False
    assert "--concurrency 4 " in " ".join(worker().argv)


def test_beat_leaves_no_file_behind() -> None:
    assert "--pidfile=" in beat().argv
    assert app.conf.beat_scheduler == "celery.beat:Scheduler"
