"""What those who watch over the portal are told."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Heartbeat, Reminder
from portal import running, store
from tests import rig

pytestmark = pytest.mark.django_db


def test_a_living_process_says_so_without_database_or_store(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(connection, "cursor", broken)
    answer = client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_means_that_database_and_store_answer(client: Browser, settings: Any) -> None:
    with rig.Redis() as redis:
        settings.REDIS_URL = redis.url()
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok", "store": "ok"})


def test_without_the_store_pages_still_work_so_ready_is_only_degraded(client: Browser, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{rig.free_port()}/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded", "database": "ok", "store": "down"})


def test_a_frozen_store_does_not_hold_up_the_answer(client: Browser, settings: Any) -> None:
    with rig.Redis() as redis:
        settings.REDIS_URL = redis.url()
        redis.freeze()
        begun = time.monotonic()
        answer = client.get("/readyz")
        took = time.monotonic() - begun
        redis.thaw()
    assert answer.json()["status"] == "degraded"
    assert took < 1, f"{took:.2f} s"


def test_without_the_database_the_portal_is_not_ready(
    client: Browser, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(connection, "cursor", broken)
    monkeypatch.setattr(connection, "close", lambda: None)
    settings.REDIS_URL = f"redis://127.0.0.1:{rig.free_port()}/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")


def test_a_probe_needs_no_host_name_no_https_and_no_session(client: Browser, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["portal.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/livez", headers={"host": "10.0.0.7"})
    assert answer.status_code == 200
    assert not answer.cookies


@pytest.mark.parametrize(
    ("given", "broker", "words"),
    [
        ("redis://:secret@store:6379/2", "redis://:secret@store:6379/2", "redis://store:6379/2"),
        ("rediss://store/0", "rediss://store/0", "rediss://store/0"),
        ("unix:///run/store.sock?db=3", "redis+socket:///run/store.sock?virtual_host=3", "unix:///run/store.sock"),
    ],
)
def test_one_address_of_the_store_is_spelled_for_each_library(
    settings: Any, given: str, broker: str, words: str
) -> None:
    settings.REDIS_URL = given
    chosen = store.chosen()
    assert (chosen.redis_url, chosen.broker_url, chosen.words) == (given, broker, words)
    assert not chosen.is_own


def test_without_an_address_a_store_on_a_socket_of_ones_own_is_used(settings: Any, local_dir: Path) -> None:
    settings.REDIS_URL = ""
    settings.LOCAL_DIR = Path("/srv/portal/.local")
    chosen = store.chosen()
    assert chosen.is_own
    assert chosen.broker_url == "redis+socket:///srv/portal/.local/store/store.sock"


def test_a_socket_path_too_long_for_the_system_moves_to_a_private_temporary_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30)
    path = store.socket_path(deep)
    assert len(str(path)) <= store.LONGEST_SOCKET_PATH
    assert path != store.socket_path(tmp_path / ("deeq" * 30)), "another portal has another socket"


def test_a_machine_without_any_server_keeps_messages_in_a_folder(
    settings: Any, local_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = ""
    monkeypatch.setattr(store, "own_server", lambda: "")
    chosen = store.chosen()
    store.prepare(chosen)
    assert chosen.broker_url == "filesystem://localhost"
    assert store.answers(chosen)
    assert (local_dir / "store").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("heard_ago", "store_runs", "well"),
    [
        pytest.param(timedelta(seconds=10), True, True, id="heard just now"),
        pytest.param(timedelta(minutes=9), True, False, id="quiet, though all it needs is there"),
        pytest.param(timedelta(minutes=9), False, True, id="quiet, since the store is away"),
    ],
)
def test_a_worker_that_went_deaf_is_told_from_one_that_waits_for_its_store(
    settings: Any, monkeypatch: pytest.MonkeyPatch, heard_ago: timedelta, store_runs: bool, well: bool
) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction goes on
    for name in (*(f"send_due:{stream}" for stream in Reminder.Stream.values), "plan_reminders"):
        Heartbeat.objects.create(name=name, at=timezone.now() - heard_ago)
    with rig.Redis() as redis:
        settings.REDIS_URL = redis.url()
        if not store_runs:
            redis.kill()
        assert running.senders_are_heard() is well


def test_a_database_that_is_away_is_not_the_workers_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(running.doctor.Heartbeat.objects, "values_list", broken)
    monkeypatch.setattr(connection, "close", lambda: None)
    assert running.senders_are_heard()
