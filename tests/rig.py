"""Throw-away servers for tests: PostgreSQL, Redis and a mail server that can be told to misbehave.

Each has a port and a folder of its own, ends with the test process, and is stopped, frozen or killed by its own
process id only.
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from portal.store import bundled_server
from portal.supervisor import die_with_parent

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Return a port of this machine that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_postgres() -> Path | None:
    """Return the folder of PostgreSQL's server programs; Debian keeps them off PATH."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return found[-1] if found and (found[-1] / "postgres").exists() else None


def find_redis() -> str:
    """Return the path of a Redis server, or of the bundled Valkey; empty where there is none."""
    return shutil.which("redis-server") or shutil.which("valkey-server") or bundled_server()


def missing_services() -> list[str]:
    """Return what the service suites lack on this machine, in words; empty where they can run."""
    lacking = [] if find_postgres() else ["PostgreSQL's server (initdb, postgres) is not installed"]
    return lacking if find_redis() else [*lacking, "no Redis or Valkey server is installed"]


class Server:
    """One server process with a folder of its own. Use as a context manager, or call start() and stop()."""

    polite_stop = signal.SIGTERM
    ready_s = 30.0

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="steadyback-rig-"))
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def prepare(self) -> None:
        """Make what the first start needs."""

    def argv(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def user(self) -> str | None:
        """The account that the server runs as; None for that of the tests."""
        return None

    def run(self, argv: list[str], output: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            argv,
            cwd=ROOT,
            user=self.user(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(self.polite_stop),
        )

    def start(self) -> None:
        """Start the server and wait until it answers. Raises RuntimeError with its log where it does not."""
        log = self.folder / "server.log"
        with log.open("ab") as output:
            if not (self.folder / "prepared").exists():
                self.prepare()
                (self.folder / "prepared").touch()
            self.process = self.run(self.argv(), output)
        deadline = time.monotonic() + self.ready_s
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{type(self).__name__} did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        assert self.process is not None, "the server is not running"
        return self.process.pid

    def stop(self) -> None:
        """Stop the server; what it keeps on disk stays until the context ends."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.thaw()
            self.process.send_signal(self.polite_stop)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def kill(self) -> None:
        """End the server as a power cut would, with everything it started."""
        os.killpg(self.pid, signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def freeze(self) -> None:
        """Make the server stop answering without closing a connection."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)


class PostgreSQL(Server):
    """A PostgreSQL cluster. durable: wait for the disk at each commit, as in production."""

    polite_stop = signal.SIGQUIT  # "immediate": waits for no client and writes nothing more; a start mends it

    def __init__(self, *, durable: bool = True) -> None:
        super().__init__()
        programs = find_postgres()
        assert programs is not None, "ask missing_services() first"
        self.programs = programs
        self.durable = durable

    def user(self) -> str | None:
        if os.getuid() != 0:
            return None
        names = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in names else "nobody"  # PostgreSQL refuses to run as root

    def prepare(self) -> None:
        user = self.user()
        if user:
            shutil.chown(self.folder, user)
        command = [str(self.programs / "initdb"), "--pgdata", str(self.folder / "data"), "--username", "postgres"]
        options = ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        subprocess.run([*command, *options], user=user, cwd="/", check=True, capture_output=True, timeout=120)

    def argv(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "60",
            "timezone": "UTC",
            **({} if self.durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
        }
        pairs = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *pairs]

    def answers(self) -> bool:
        ready = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.call(ready) == 0

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as DATABASE_URL spells it."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def make_database(self, name: str) -> str:
        """Make an empty database and return its address."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


class Redis(Server):
    """A Redis (or Valkey) server that keeps nothing on disk."""

    def argv(self) -> list[str]:
        return [find_redis(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]

    def url(self, database: int = 0) -> str:
        return f"redis://127.0.0.1:{self.port}/{database}"


class MailSink(Server):
    """A mail server; tests/sink.py lists its moods. only_count: keep no messages, for benchmarks."""

    def __init__(self, *, only_count: bool = False) -> None:
        super().__init__()
        self.only_count = only_count

    def prepare(self) -> None:
        self.behave()

    def argv(self) -> list[str]:
        return [
            sys.executable,
            "-m",
            "tests.sink",
            str(self.folder),
            str(self.port),
            *(["count"] if self.only_count else []),
        ]

    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def behave(self, *moods: str) -> None:
        """Set the moods from now on, such as behave("451 30", "drop 2"); none of them: accept everything."""
        draft = self.folder / "moods.new"
        draft.write_text("\n".join(moods))
        draft.replace(self.folder / "moods")

    def log(self) -> list[dict[str, Any]]:
        """One entry per message sent to the sink: id, to, outcome ("ok", "451", "drop" ...), at, file."""
        file = self.folder / "log.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def accepted(self) -> list[dict[str, Any]]:
        """The entries of messages that the sink took, whether or not it could say so."""
        return [entry for entry in self.log() if entry["outcome"] in {"ok", "drop"}]

    def counted(self) -> int:
        """How many messages came since the start, by senders that hung up; only_count."""
        file = self.folder / "count"
        return int(file.read_text() or 0) if file.exists() else 0

    def message(self, entry: dict[str, Any]) -> str:
        """The message of an entry as it came."""
        return (self.folder / entry["file"]).read_text()


def wait_for(condition: Callable[[], Any], *, within_s: float, what: str) -> Any:
    """Return the first true answer of condition(). Fails naming `what` where there is none in time."""
    deadline = time.monotonic() + within_s
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s:g} s: {what}")
        time.sleep(0.05)
