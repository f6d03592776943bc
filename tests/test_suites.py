"""The test commands: what each runs, what it says of the rest, and that nobody's own settings reach the tests."""

import re
from itertools import chain, combinations

import pytest

from tests import suites
from tests.rig import ROOT

MARKS = ("browser", "services", "processes", "core")


class Runs(list[list[str]]):
    """Stands in for subprocess.call: notes the words for pytest, and fails the runs whose words hold `failing`."""

    failing = "nothing"

    def __call__(self, argv: list[str], **_: object) -> int:
        self.append(argv[argv.index("pytest") + 1 :])
        return int(self.failing in argv)

    @property
    def marks(self) -> list[str]:
        """The expression of each run; empty for one without."""
        return [words[words.index("-m") + 1] if "-m" in words else "" for words in self]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Runs that are only noted, on a machine that has everything."""
    noted = Runs()
    monkeypatch.setattr(suites.subprocess, "call", noted)
    monkeypatch.setattr(suites.shutil, "which", lambda name: f"/usr/bin/{name}")
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "given")
    has(monkeypatch)
    return noted


def has(monkeypatch: pytest.MonkeyPatch, *, browser: str = "", services: str = "") -> None:
    """Let the machine lack this, in words; empty: it is there."""
    monkeypatch.setattr(suites, "BEYOND_PYTHON", {"browser": lambda: browser, "services": lambda: services})


def summary(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.partition("=== summary ===\n")[2].splitlines()


def test_the_plain_command_runs_the_core_and_says_why_the_rest_is_left_out_and_what_runs_it(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert suites.main(["test"]) == 0
    assert runs.marks == ["not services and not processes and not browser", "core"]
    lines = summary(capsys)
    assert [line.split()[0] for line in lines] == ["passed", "passed", "left", "left"]
    for line, name in zip(lines[2:], ("services", "journeys"), strict=True):
        assert "ten minutes" in line
        assert f"python3 start.py {name}" in line
        assert "python3 start.py test --all" in line


def test_what_a_machine_lacks_is_said_instead(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    has(monkeypatch, browser="no Chromium")
    suites.main(["test"])
    assert runs.marks[1] == "core and not browser"
    assert summary(capsys)[-1] == "left out  journeys: no Chromium; then python3 start.py journeys"

    has(monkeypatch, browser="no Chromium", services="no Redis")
    runs.clear()
    assert suites.main(["test"]) == 0
    assert len(runs) == 1
    suites.main(["test", "--all"])
    assert summary(capsys)[-2:] == [
        "left out  services: no Redis; then python3 start.py services",
        "left out  journeys: no Chromium; then python3 start.py journeys",
    ]


def test_all_of_it_runs_in_one_go_and_each_test_once(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert suites.main(["test", "--all"]) == 0
    on_one_database = [marks for marks in runs.marks if marks]
    assert sum("--database-only" in words for words in runs) == 1
    assert len(runs) == len(on_one_database) + 1
    for held in chain.from_iterable(combinations(MARKS, count) for count in range(len(MARKS) + 1)):
        names = {mark: mark in held for mark in MARKS}
        taken = [marks for marks in on_one_database if eval(marks, {}, names)]  # noqa: S307  our own words
        assert len(taken) == 1, (held, taken)
    assert [line.split()[0] for line in summary(capsys)] == ["passed"] * len(runs), "nothing is left out"


@pytest.mark.parametrize("failing", ["browser", "--database-only", "(services or processes) and not browser"])
def test_all_of_it_fails_when_any_part_does_and_the_others_are_still_heard_of(
    runs: Runs, capsys: pytest.CaptureFixture[str], failing: str
) -> None:
    runs.failing = failing
    assert suites.main(["test", "--all"]) == 1
    assert sorted(line.split()[0] for line in summary(capsys)) == ["FAILED", "passed", "passed", "passed"]


def test_words_after_test_go_to_pytest_in_one_run(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert suites.main(["test", "-k", "reminder", "-x"]) == 0
    assert runs == [["--durations=12", "--durations-min=5", "-k", "reminder", "-x"]]
    assert "everything else" in summary(capsys)[-1]


@pytest.mark.parametrize("words", [["test", "--all", "-k", "reminder"], ["journeys", "--all"]])
def test_all_stands_alone(runs: Runs, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        suites.main(words)
    assert ended.value.code == 2
    assert "stands alone" in capsys.readouterr().err
    assert runs == []


def test_no_setting_of_the_persons_own_portal_reaches_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = (ROOT / "portal" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z][A-Z_]+)"', settings))
    assert {"DEBUG", "OFFLINE_APP"} <= read
    for name in read:
        monkeypatch.setenv(name, "of one's own")
    assert read & suites.clean_environment().keys() == set()
