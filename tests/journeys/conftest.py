"""The demo clinic, made once for all journeys of a run."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.portal import Portal, make_clinics


@pytest.fixture(scope="session")
def clinics(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The data of the demo clinic when it is new, and after twelve weeks. Who comes first makes it, the others wait."""
    run = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        run = run.parent  # of all workers
    people, clinic, made = run / "people", run / "clinic", run / "clinics-are-made"
    with (run / "clinics.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            make_clinics(people, clinic)
            made.touch()
    return people, clinic


@pytest.fixture(scope="module")
def demo(clinics: tuple[Path, Path]) -> Iterator[Portal]:
    """A portal of the file's own with the demo clinic, whose practice has signed its safety set-up."""
    with Portal(made=clinics[1]) as running:
        yield running


@pytest.fixture(scope="module")
def new_demo(clinics: tuple[Path, Path]) -> Iterator[Portal]:
    """The same clinic before its first day: nobody has done anything, whatever the hour."""
    with Portal(made=clinics[0]) as running:
        yield running
