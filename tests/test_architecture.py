"""The plan of the house holds: imports run downwards, pure modules stay pure, and each rule is seen to bite."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig import ROOT

ROOMS = ("portal", "routines", "clients")
FLOOR = {"accounts", "lib"}
PURE = ("clients/rules", "routines/dose.py", "routines/timeline.py", "routines/content", "routines/movement")


def lint_imports(folder: Path, *words: str) -> str:
    """Return what import-linter says of the tree in a folder."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    run = subprocess.run(
        [*command, "--no-cache", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return run.stdout + run.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code that may be spoilt."""
    folder = tmp_path_factory.mktemp("copy")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("static", "locale", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_import_contract_is_kept() -> None:
    said = lint_imports(ROOT)
    assert " 0 broken" in said, said


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [
        pytest.param("downwards", "routines/queries.py", "import clients.models", id="routines import clients"),
        pytest.param("downwards", "portal/accounts/roles.py", "import clients.models", id="the floor imports a room"),
        pytest.param("downwards", "portal/lib/env.py", "import portal.accounts.roles", id="tools import people"),
        pytest.param("downwards", "routines/dose.py", "def f():\n    import clients.errors", id="inside a function"),
        pytest.param("roof", "clients/models/client.py", "import portal.middleware", id="a room imports the roof"),
        pytest.param("roof", "portal/accounts/roles.py", "import portal.settings", id="the floor imports settings"),
        pytest.param("inside-clients", "clients/models/client.py", "import clients.services", id="models use services"),
        pytest.param("inside-clients", "clients/api.py", "import clients.views", id="one edge imports another"),
        pytest.param("inside-clients", "clients/rules/pain.py", "import clients.analytics", id="rules read answers"),
        pytest.param(
            "inside-clients", "clients/services/assign.py", "import clients.plan_forms", id="services use forms"
        ),
        pytest.param("pure", "clients/rules/pain.py", "from django.utils import timezone", id="a rule knows Django"),
        pytest.param("pure", "routines/timeline.py", "import routines.models", id="a timeline reads the database"),
        pytest.param("pure", "routines/movement/sheet.py", "import django.conf", id="a figure knows Django"),
    ],
)
def test_each_contract_bites_when_it_is_broken_on_purpose(copy: Path, contract: str, file: str, line: str) -> None:
    spoilt = copy / file
    before = spoilt.read_text()
    spoilt.write_text(before + "\n" + line + "\n")
    try:
        said = lint_imports(copy, "--contract", contract)
    finally:
        spoilt.write_text(before)
    assert " 1 broken" in said, said


def test_the_list_of_the_roof_is_the_files_of_the_roof() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = next(contract["forbidden_modules"] for contract in contracts if contract["id"] == "roof")
    modules = {path.stem for path in (ROOT / "portal").glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in (ROOT / "portal").glob("*/__init__.py")} - FLOOR
    assert set(listed) == {f"portal.{name}" for name in modules | packages}


def test_every_file_of_forms_and_of_addresses_in_clients_has_its_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "inside-clients")
    listed = set(re.findall(r"\w+", " ".join(layers)))
    files = {path.stem for end in ("form", "forms", "fields", "urls") for path in (ROOT / "clients").glob(f"*{end}.py")}
    assert files >= {"forms", "plan_forms", "item_form", "plan_fields", "urls", "desk_urls"}
    assert files <= listed


def words_of(source: str) -> Iterator[str]:
    """Yield every text constant of a module but docstrings."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def spelled_upwards(source: str, above: tuple[str, ...]) -> list[str]:
    """Return the texts that name something in a room above, such as "clients.Client" or an app's bare label."""
    names = "|".join(above)
    return [text for text in words_of(source) if re.fullmatch(rf"({names})(\.\w+)*", text)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('field = ForeignKey("clients.Client")', ["clients.Client"]),
        ('model = get_model("clients", "Client")', ["clients"]),
        ('load = import_string("clients.services.invite")', ["clients.services.invite"]),
        ('"""How clients.Client uses this."""', []),
        ('text = "your clients. They"', []),
        ('field = ForeignKey("routines.Routine")', []),
    ],
)
def test_a_reference_upwards_spelled_as_text_is_seen(line: str, found: list[str]) -> None:
    assert spelled_upwards(line, ("clients",)) == found


def test_routines_never_spell_a_name_of_clients() -> None:
    found = {
        str(path.relative_to(ROOT)): upwards
        for path in (ROOT / "routines").rglob("*.py")
        if (upwards := spelled_upwards(path.read_text(), ("clients",)))
    }
    assert found == {}


def test_the_floor_spells_no_name_of_a_room_but_the_list_of_apps() -> None:
    found = {
        str(path.relative_to(ROOT)): upwards
        for part in sorted(FLOOR)
        for path in (ROOT / "portal" / part).rglob("*.py")
        if (upwards := spelled_upwards(path.read_text(), ("clients", "routines")))
    }
    # tenancy.py names the apps whose models must declare their practice; it imports none of them.
    assert found == {"portal/accounts/tenancy.py": ["routines", "clients"]}


CLOCK = re.compile(r"\b(now|today|utcnow|monotonic|perf_counter|localtime|gmtime)\(|\btime\.time\(")


@pytest.mark.parametrize("line", ["date.today()", "datetime.now(UTC)", "time.time()", "timezone.now()"])
def test_reading_the_clock_is_seen(line: str) -> None:
    assert CLOCK.search(line)


def test_pure_modules_read_no_clock() -> None:
    files = [
        path for start in PURE for path in ([ROOT / start] if start[-3:] == ".py" else (ROOT / start).rglob("*.py"))
    ]
    assert len(files) > 5
    assert [str(path.relative_to(ROOT)) for path in files if CLOCK.search(path.read_text())] == []


def test_nothing_publishes_to_the_broker_but_beat() -> None:
    publishing = re.compile(r"\.(delay|apply_async|send_task|signature|si)\(")
    found = [str(path) for room in ROOMS for path in (ROOT / room).rglob("*.py") if publishing.search(path.read_text())]
    assert found == []


def test_the_visible_folders_are_the_rooms_templates_and_tests() -> None:
    left_by_tools = {"__pycache__", "node_modules"}
    visible = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - left_by_tools
    assert visible == {*ROOMS, "templates", "tests"}
