"""A parent that keeps its children alive and leaves none behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes import alive, descendants
from tests.rig import ROOT, wait_for

# Two children that say when they start and stop; the second needs a moment to stop, and has a child of its own.
PARENT = """
import sys
from pathlib import Path
from portal import supervisor

folder = Path(sys.argv[1])
NOTE = 'echo "$0 $1 $$" >> notes; '
FIRST = NOTE + "trap 'echo first stopped >> notes; exit 0' TERM; while :; do sleep 0.05; done"
SECOND = (
    "sleep 600 & " + NOTE
    + "trap 'sleep 0.3; kill %1; echo second stopped >> notes; exit 0' TERM; while :; do sleep 0.05; done"
)

def shell(name, script, **more):
    return supervisor.Process(name, ("bash", "-c", f"cd {folder}; " + script, name, "started"), **more)

with supervisor.Supervisor() as parent, parent.interruptible():
    parent.start(shell("first", FIRST))
    parent.start(shell("second", SECOND))
    {more}
    print("watching", flush=True)
    parent.watch()
print("ended", flush=True)
"""


class Family:
    """A parent process and what its children wrote down."""

    def __init__(self, folder: Path, more: str = "pass") -> None:
        self.notes_file = folder / "notes"
        self.notes_file.touch()
        script = textwrap.dedent(PARENT).replace("{more}", more)
        self.parent = subprocess.Popen(
            [sys.executable, "-c", script, str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def wait(self) -> None:
        wait_for(lambda: len(self.started("first") + self.started("second")) == 2, within_s=20, what="both started")

    def notes(self) -> list[str]:
        return self.notes_file.read_text().splitlines()

    def started(self, name: str) -> list[int]:
        return [int(line.split()[2]) for line in self.notes() if line.startswith(f"{name} started")]

    def everyone(self) -> set[int]:
        return set(descendants(self.parent.pid))

    def rest(self) -> str:
        return self.parent.communicate(timeout=30)[0]


@pytest.fixture
def make_family(tmp_path: Path) -> Iterator[Callable[..., Family]]:
    made: list[Family] = []

    def make(more: str = "pass") -> Family:
        made.append(Family(tmp_path, more))
        made[-1].wait()
        return made[-1]

    yield make
    for family in made:
        left = family.everyone()
        family.parent.kill()
        family.parent.communicate()
        for pid in alive(left):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def family(make_family: Callable[..., Family]) -> Family:
    return make_family()


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_stop_ends_the_last_child_first_and_leaves_nobody(family: Family, wish: signal.Signals) -> None:
    everyone = family.everyone()
    assert len(everyone) >= 3, "two children and a grandchild"
    family.parent.send_signal(wish)
    assert "ended" in family.rest()
    assert [line for line in family.notes() if "stopped" in line] == ["second stopped", "first stopped"]
    assert alive(everyone) == set()
    assert family.parent.returncode == 0


def test_ctrl_c_at_the_terminal_reaches_the_parent_alone(family: Family) -> None:
    os.killpg(family.parent.pid, signal.SIGINT)
    family.rest()
    assert [line for line in family.notes() if "stopped" in line] == ["second stopped", "first stopped"]


def test_a_child_that_dies_starts_again_and_its_own_children_are_cleared_away(family: Family) -> None:
    (second,) = family.started("second")
    orphans = set(descendants(second))
    assert orphans
    os.kill(second, signal.SIGKILL)
    wait_for(lambda: len(family.started("second")) == 2, within_s=10, what="the child started again")
    assert alive(orphans) == set()
    assert len(family.started("first")) == 1, "the other child is left in peace"
    family.parent.send_signal(signal.SIGTERM)
    assert "second ended with status -9; it starts again in 1 s." in family.rest()


def test_a_killed_parent_takes_its_children_along(family: Family) -> None:
    everyone = family.everyone()
    family.parent.kill()
    family.parent.wait()
    wait_for(lambda: not alive(everyone), within_s=10, what="all children ended")
    assert {"first stopped", "second stopped"} <= set(family.notes()), "they were asked, not killed"


def test_a_child_that_does_not_listen_is_killed_when_its_patience_is_over(make_family: Callable[..., Family]) -> None:
    script = "trap '' TERM; echo deaf now >> notes; while :; do sleep 0.05; done"
    family = make_family(f"""parent.start(shell("deaf", {script!r}, patience_s=0.5))""")
    wait_for(lambda: "deaf now" in family.notes(), within_s=10, what="the deaf child listens no more")
    everyone = family.everyone()
    family.parent.send_signal(signal.SIGTERM)
    assert "deaf did not stop within 0.5 s and is killed." in family.rest()
    assert alive(everyone) == set()


def test_a_child_that_may_end_is_not_started_again(make_family: Callable[..., Family]) -> None:
    family = make_family("""parent.start(shell("brief", 'echo "$0 done" >> notes; exit 3', once=True))""")
    wait_for(lambda: "brief done" in family.notes(), within_s=10, what="the brief child ended")
    (first,) = family.started("first")
    os.kill(first, signal.SIGKILL)  # its restart shows that the parent went on looking
    wait_for(lambda: len(family.started("first")) == 2, within_s=10, what="the other child started again")
    family.parent.send_signal(signal.SIGTERM)
    said = family.rest()
    assert "brief ended with status 3." in said
    assert family.notes().count("brief done") == 1


def test_a_child_that_runs_but_does_not_work_is_started_again(make_family: Callable[..., Family]) -> None:
    family = make_family(
        "well = lambda: (folder / 'well').exists();"
        "deaf = FIRST.replace('exit 0', 'true');"  # it does not even stop when it is told to
        "parent.start(shell('deaf', deaf, is_well=well, well_every_s=0.5, patience_s=0.5))"
    )
    wait_for(lambda: len(family.started("deaf")) == 2, within_s=20, what="the deaf child started again")
    (family.notes_file.parent / "well").touch()
    time.sleep(2)  # one that was judged before it was well may still be on its way out
    started = len(family.started("deaf"))
    time.sleep(2)
    assert len(family.started("deaf")) == started, "once it is well it is left in peace"
    family.parent.send_signal(signal.SIGTERM)
    assert "deaf runs but does not work; it is started again." in family.rest()


def test_a_child_that_fails_before_it_is_ready_stops_the_start(make_family: Callable[..., Family]) -> None:
    script = "parent.wait_until(lambda: False, parent.start(shell('broken', 'exit 7')), within_s=20)"
    family = make_family(script)
    said = family.rest()
    assert "ChildFailed: broken ended before it was ready" in said
    assert family.parent.returncode == 1
    assert [line for line in family.notes() if "stopped" in line] == ["second stopped", "first stopped"]
