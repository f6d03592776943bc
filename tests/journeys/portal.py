"""The whole portal as a new user starts it: web, worker and clock, in a folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from portal.supervisor import die_with_parent
from tests import rig
from tests.suites import clean_environment


class Portal(rig.Server):
    """`manage.py up` with everything it starts. Settings: environment variables beside those of the folder.

    demo: with the demo clinic, whose people are there when the portal answers and whose weeks fill in afterwards. made:
    a folder of `make_clinics` to begin with instead, to which nothing is added.
    """

    polite_stop = signal.SIGINT
    ready_s = 90.0  # the promise for a first start

    def __init__(self, *, demo: bool = False, made: Path | None = None, **settings: str) -> None:
        super().__init__()
        self.demo = demo
        self.made = made
        self.settings = settings

    @property
    def environment(self) -> dict[str, str]:
        return {
            **clean_environment(),
            "LOCAL_DIR": str(self.folder / "local"),
            "PORT": str(self.port),
            **self.settings,
        }

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def mail_folder(self) -> Path:
        """Where messages lie when no EMAIL_URL is set."""
        return self.folder / "local" / "mail"

    def prepare(self) -> None:
        if self.made is not None:
            shutil.copytree(self.made, self.folder / "local")

    def argv(self) -> list[str]:
        return [sys.executable, "manage.py", "up", *([] if self.demo else ["--no-demo"])]

    def run(self, argv: list[str], output: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            argv,
            cwd=rig.ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(self.polite_stop),
        )

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/livez", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def manage(self, *words: str) -> str:
        """Run a Django command on this portal's data and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=rig.ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def log(self) -> str:
        """What the processes have printed so far."""
        return (self.folder / "server.log").read_text()

    def stop(self) -> None:
        """Stop as Ctrl-C does: the whole family ends by itself."""
        if self.process is not None and self.process.poll() is None:
            os.kill(self.pid, self.polite_stop)
            try:
                self.process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None


def make_clinics(people: Path, clinic: Path) -> None:
    """Make the demo clinic in two folders, as LOCAL_DIR of portals that begin with a copy: new, and with its weeks."""
    manage(people, "migrate", "--verbosity=0")
    manage(people, "import_library")
    manage(people, "demo", "--people")
    shutil.copytree(people, clinic)
    manage(clinic, "demo", "--history")


def manage(local_dir: Path, *words: str) -> None:
    """Run a Django command on the data of a folder."""
    environment = {**clean_environment(), "LOCAL_DIR": str(local_dir)}
    subprocess.run(
        [sys.executable, "manage.py", *words], cwd=rig.ROOT, env=environment, stdout=subprocess.DEVNULL, check=True
    )
