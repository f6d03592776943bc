"""Hostile uploads against the web server itself: 3 GB, and one byte a second. Each is answered, and nothing is left."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.rig import ROOT, free_port
from tests.suites import clean_environment

SECONDS = 2  # the deadline of a body in these tests
TOKEN = "a" * 32
BOUNDARY = "x7"
FIELD = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
FILE = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
TAKES_FILES, TAKES_NONE = "/admin/exercise/1/media/", "/in/"


@dataclass
class Server:
    """One web process of one thread."""

    port: int
    temp: Path
    process: subprocess.Popen[bytes]

    def open(self, path: str, length: int) -> socket.socket:
        """Return a connection on which the heads of a form with a file of so many bytes were sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        heads = f"POST {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nCookie: csrftoken={TOKEN}\r\n"
        heads += f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n"
        connection.sendall((heads + FIELD + FILE).encode())
        return connection

    def left_over(self) -> list[str]:
        """Return the temporary files that are there, also those that have lost their name."""
        named = [str(path) for path in self.temp.iterdir()]
        held = []
        for process in [self.process.pid, *children(self.process.pid)]:
            for handle in Path(f"/proc/{process}/fd").iterdir():
                try:
                    target = os.readlink(handle)
                except FileNotFoundError:
                    continue
                held += [target] if target.startswith(str(self.temp)) and "wgunicorn" not in target else []
        return [name for name in named if "wgunicorn" not in name] + held

    def memory_kb(self) -> int:
        return sum(
            int(line.split()[1])
            for pid in children(self.process.pid)
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith("VmRSS")
        )


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not sys.platform.startswith("linux"):
        pytest.skip("looks at open files through /proc, which this system does not have")
    folder = tmp_path_factory.mktemp("uploads")
    temp = folder / "temp"
    temp.mkdir()
    port = free_port()
    environment = clean_environment() | {
        "LOCAL_DIR": str(folder / "local"), "PORT": str(port), "TMPDIR": str(temp), "UPLOAD_SECONDS": str(SECONDS)
    }  # fmt: skip
    argv = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    process = subprocess.Popen(argv, cwd=ROOT, env=environment)
    try:
        for _try in range(150):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        ready = Server(port, temp, process)
        with ready.open(TAKES_FILES, len(FIELD + FILE) + 1) as warming:  # the first request loads what all need
            warming.sendall(b"x")
            status_of(warming)
        yield ready
    finally:
        process.terminate()
        process.wait(timeout=20)


def status_of(connection: socket.socket) -> int:
    """Return the status of the answer; 0 where the server hung up without one."""
    try:
        line = connection.recv(4096)
    except ConnectionError:
        return 0
    return int(line.split()[1]) if line else 0


@pytest.mark.parametrize("path", [TAKES_FILES, TAKES_NONE])
def test_three_gigabytes_are_refused_before_they_are_sent(server: Server, path: str) -> None:
    before = server.memory_kb()
    begun = time.monotonic()
    with server.open(path, 3_000_000_000) as connection:
        sent = 0
        connection.settimeout(5)
        try:
            while sent < 40_000_000:
                sent += connection.send(bytes(1_000_000))
        except OSError:
            pass  # the server does not read on
        status = status_of(connection)
    assert status in (0, 302, 400, 403, 404, 405, 413)  # signed out: the door, never a 500
    assert sent < 40_000_000
    assert time.monotonic() - begun < 10
    assert server.left_over() == []
    assert server.memory_kb() - before < 30_000


def test_one_byte_a_second_does_not_hold_the_server(server: Server) -> None:
    begun = time.monotonic()
    with server.open(TAKES_FILES, 1_000_000) as connection:
        connection.settimeout(0.3)
        status = 0
        while not status and time.monotonic() - begun < 4 * SECONDS + 4:
            try:
                connection.sendall(b"x")
                status = status_of(connection)
            except TimeoutError:
                continue
            except OSError:
                break
    took = time.monotonic() - begun
    assert SECONDS - 0.5 < took < SECONDS + 5
    assert status != 500
    assert server.left_over() == []
    with server.open(TAKES_NONE, len(FIELD + FILE) + 1) as next_one:  # the one thread is free again
        next_one.sendall(b"x")
        next_one.settimeout(10)
        assert status_of(next_one) in (200, 302, 400, 403)
