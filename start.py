#!/usr/bin/env python3
"""Set Steadyback up and start one of its commands. Needs Python 3.11 or newer with venv, nothing else.

    python3 start.py run      the portal with its worker, its clock and a demo clinic
    python3 start.py test     the tests; words after it go to pytest

Everything it makes lies in .local/: delete that folder to start afresh.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".local" / "venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
DEVELOPER_TOOLS = ROOT / "requirements-dev.txt"

# command -> (needs the developer's tools, what runs in the virtual environment, what it is for)
COMMANDS = {
    "run": (False, ["manage.py", "up"], "the portal on this machine, with a demo clinic"),
    "serve": (False, ["manage.py", "serve"], "the portal as in production, set up by the environment"),
    "manage": (False, ["manage.py"], "any Django command, such as: python3 start.py manage doctor"),
    "test": (False, ["-m", "tests.suites", "test"], "the tests; --all for every suite; other words go to pytest"),
    "journeys": (False, ["-m", "tests.suites", "journeys"], "people's stories in a real browser"),
    "services": (False, ["-m", "tests.suites", "services"], "faults, and the tests on PostgreSQL and Redis"),
    "faults": (False, ["-m", "tests.suites", "faults"], "first starts, kills, frozen stores, refused mail"),
    "screenshots": (False, ["-m", "tests.suites", "screenshots"], "pictures of every page"),
    "check": (True, ["-m", "tests.check"], "style, types, imports, migrations, templates, hazards, deployment"),
    "messages": (False, ["manage.py", "messages"], "the words of other languages, brought up to date"),
    "bench": (True, ["-m", "tests.benchmarks.run"], "figures against their goals"),
}


def stop(message: str) -> None:
    """End with a message for the person at the terminal."""
    sys.exit("start.py: " + message)


def fingerprint(files: list[Path]) -> str:
    """Return what an install depends on: these files, this Python, this place."""
    parts = [sys.version.encode(), str(VENV).encode(), *(file.read_bytes() for file in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Return whether a stamp file holds the wanted fingerprint."""
    return stamp.exists() and stamp.read_text() == wanted


def make_virtual_environment() -> None:
    """Make .local/venv anew. Stops with the name of the missing package where a system splits venv off."""
    try:
        import ensurepip  # noqa: F401  it is the part of venv that Debian splits off
        import venv
    except ImportError:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        stop(f"this Python lacks its venv module. On Debian and Ubuntu: sudo apt install {package}")
    print(f"Making a virtual environment in {VENV.relative_to(ROOT)} with Python {sys.version.split()[0]} ...")
    shutil.rmtree(VENV, ignore_errors=True)
    venv.EnvBuilder(with_pip=True, symlinks=True).create(VENV)
    (VENV / "made").write_text(fingerprint([]))


def install(files: list[Path]) -> None:
    """Install pinned and hashed files: by uv, which requirements.txt pins too, or by pip where uv fails."""
    print(f"Installing {' and '.join(file.name for file in files)} ...", flush=True)
    wanted = ["--quiet", "--require-hashes", *(word for file in files for word in ("-r", str(file)))]
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    uv = [str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON), "--compile-bytecode"]
    uv_alone = VENV / "uv.txt"
    pinned = re.search(r"^uv==[^\\\n]*(?:\\\n[^\\\n]*)*", REQUIREMENTS.read_text(), re.MULTILINE)
    uv_alone.write_text(pinned.group() if pinned else "")
    if subprocess.call([*pip, "--quiet", "--require-hashes", "-r", str(uv_alone)]) == 0:
        if subprocess.call([*uv, *wanted]) == 0:
            return
        print("uv could not install them; trying pip ...", flush=True)
    if subprocess.call([*pip, *wanted]) != 0:
        stop("the requirements could not be installed; the lines above say why. Is a package index reachable?")


def set_up(*, with_tools: bool) -> None:
    """Bring the virtual environment up to date; quick when nothing changed. A second start.py waits."""
    import fcntl  # not on Windows, which main() has turned away by now

    files = [REQUIREMENTS, DEVELOPER_TOOLS] if with_tools else [REQUIREMENTS]
    stamp = VENV / ("installed-with-tools" if with_tools else "installed")
    VENV.parent.mkdir(exist_ok=True)
    with (VENV.parent / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current(VENV / "made", fingerprint([])) or not PYTHON.exists():
            make_virtual_environment()
        if not is_current(stamp, fingerprint(files)):
            install(files)
            (VENV / "installed").write_text(fingerprint([REQUIREMENTS]))
            stamp.write_text(fingerprint(files))


def main(words: list[str]) -> None:
    """Carry out one command; on success this process becomes that command."""
    if sys.version_info < OLDEST_PYTHON:
        stop("needs Python {}.{} or newer; this is {}.".format(*OLDEST_PYTHON, sys.version.split()[0]))
    if os.name != "posix":
        stop("runs on Linux and macOS. On Windows use it inside WSL.")
    if not words or words[0] not in COMMANDS:
        print("Commands:")
        for name, (_, _, about) in COMMANDS.items():
            print(f"  python3 start.py {name:<12} {about}")
        sys.exit(0 if words in ([], ["--help"], ["-h"]) else 2)
    with_tools, argv, _ = COMMANDS[words[0]]
    set_up(with_tools=with_tools)
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), *argv, *words[1:]])


if __name__ == "__main__":
    main(sys.argv[1:])
