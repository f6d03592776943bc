"""The set-up that a new person meets first; the real install is what CI runs in a fresh clone."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.rig import ROOT


@pytest.fixture
def start(tmp_path: Path) -> ModuleType:
    """start.py in a folder of its own, with the project's requirements."""
    for name in ("start.py", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    spec = importlib.util.spec_from_file_location("start", tmp_path / "start.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Calls(list[list[str]]):
    """Stands in for subprocess.call: notes the commands, and fails those whose words hold `failing`."""

    failing = "nothing"

    def __call__(self, argv: list[str]) -> int:
        self.append(argv)
        return int(self.failing in argv)


@pytest.fixture
def calls(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Calls:
    noted = Calls()
    monkeypatch.setattr(start.subprocess, "call", noted)
    start.VENV.mkdir(parents=True)
    return noted


def test_an_old_python_is_told_so(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "OLDEST_PYTHON", (9, 9))
    with pytest.raises(SystemExit, match=r"needs Python 9\.9 or newer; this is 3\."):
        start.main(["run"])


def test_a_python_without_venv_is_told_which_package_brings_it(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    expected = "sudo apt install python{}.{}-venv".format(*sys.version_info[:2])
    with pytest.raises(SystemExit, match=re.escape(expected)):
        start.main(["run"])


def test_uv_is_installed_first_with_every_hash_that_is_pinned_for_it(start: ModuleType, calls: Calls) -> None:
    start.install([start.REQUIREMENTS])
    alone = (start.VENV / "uv.txt").read_text()
    assert re.match(r"uv==[\d.]+", alone)
    pinned = start.REQUIREMENTS.read_text()
    block = pinned[pinned.index("\nuv==") + 1 :].split("\n", 1)[1]
    hashes = [line.strip(" \\") for line in block[: re.search(r"^\S", block, re.MULTILINE).start()].splitlines()]
    assert hashes
    assert all(line in alone for line in hashes)
    first, second = calls
    assert "--require-hashes" in first
    assert second[1:5] == ["-m", "uv", "pip", "install"]
    assert "--require-hashes" in second


def test_pip_installs_where_uv_cannot(start: ModuleType, calls: Calls) -> None:
    calls.failing = "uv"
    start.install([start.REQUIREMENTS])
    assert calls[-1][1:4] == ["-m", "pip", "install"]
    assert "--require-hashes" in calls[-1]
    assert str(start.REQUIREMENTS) in calls[-1]


def test_without_a_package_index_the_person_is_told(start: ModuleType, calls: Calls) -> None:
    calls.failing = "--quiet"
    with pytest.raises(SystemExit, match="Is a package index reachable"):
        start.install([start.REQUIREMENTS])


def test_requirements_are_installed_again_only_when_they_change(
    start: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []

    def make() -> None:
        made.append(1)
        start.PYTHON.parent.mkdir(exist_ok=True)
        start.PYTHON.touch()
        (start.VENV / "made").write_text(start.fingerprint([]))

    monkeypatch.setattr(start, "make_virtual_environment", make)
    start.set_up(with_tools=False)
    once = len(calls)
    start.set_up(with_tools=False)
    assert (len(calls), made) == (once, [1]), "nothing changed, so nothing was done"

    start.REQUIREMENTS.write_text(start.REQUIREMENTS.read_text() + "# changed\n")
    start.set_up(with_tools=False)
    assert (len(calls), made) == (2 * once, [1])

    start.set_up(with_tools=True)
    assert str(start.DEVELOPER_TOOLS) in calls[-1]
    done = len(calls)
    start.set_up(with_tools=False)
    assert len(calls) == done, "the tools came with all that the portal needs"

    start.PYTHON.unlink()  # as when the system's Python was replaced
    start.set_up(with_tools=False)
    assert made == [1, 1]


def test_words_it_does_not_know_list_those_it_does() -> None:
    for words, status in (([], 0), (["--help"], 0), (["dance"], 2)):
        run = subprocess.run([sys.executable, "start.py", *words], cwd=ROOT, capture_output=True, text=True)
        assert run.returncode == status
        assert "python3 start.py test" in run.stdout


def test_every_command_of_start_leads_to_something(start: ModuleType) -> None:
    for _, argv, _ in start.COMMANDS.values():
        target = ROOT / (argv[1].replace(".", "/") + ".py" if argv[0] == "-m" else argv[0])
        assert target.exists(), target


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_everything_asked_for_is_pinned_with_hashes(name: str) -> None:
    pinned = (ROOT / f"{name}.txt").read_text()
    asked = re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    assert len(asked) > 5
    names = {found.lower() for found in re.findall(r"^([\w.-]+)==", pinned, re.MULTILINE)}
    assert {one.lower() for one in asked} <= names
    assert pinned.count("--hash=sha256:") >= len(names)
    assert "://" not in pinned, "the file names no package index"


def test_both_files_pin_the_same_versions() -> None:
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))

    base, tools = versions("requirements.txt"), versions("requirements-dev.txt")
    shared = base.keys() & tools.keys()
    assert shared
    assert {name: base[name] for name in shared} == {name: tools[name] for name in shared}
