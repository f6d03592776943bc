"""The hazard log held to the code: `python3 start.py check hazards`.

Findings: a hazard without a test that exists; a safety question or global rule of the library without a hazard; a
clinical constant without a source or a setting beside it.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.rig import ROOT

LOG = ROOT / "HAZARDS.md"
ROUTINES = ROOT / "routines" / "library" / "routines.yaml"
# Pure arithmetic about people: every number in it is clinical unless it says that it bounds input.
CLINICAL = ("clients/rules/*.py", "routines/dose.py", "routines/timeline.py")
# A design document, a file of the library, a path inside one, a setting, or an engineering bound.
SOURCE = re.compile(
    r"\w+\.(?:md|yaml)|clinical rules|safety rule|rule_language|global\.|settings?\b|engineering|glossary|RFC", re.I
)
ROW = re.compile(r"^\| (H\d+) \| (.+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


def findings(log: str | None = None, library: str | None = None, sources: dict[str, str] | None = None) -> list[str]:
    """Return what is wrong, a line each; the texts default to the files of this project."""
    log = LOG.read_text() if log is None else log
    library = ROUTINES.read_text() if library is None else library
    return [*_hazards(log), *_rules(log, library), *_constants(_code() if sources is None else sources)]


def _hazards(log: str) -> Iterator[str]:
    rows = ROW.findall(log)
    if not rows:
        yield "HAZARDS.md: no hazard can be read; keep the table's five columns"
    ids = [row[0] for row in rows]
    for id_, _hazard, _held, _named, test in rows:
        if ids.count(id_) > 1:
            yield f"{id_}: stands in the table twice"
        file, _, name = test.strip().partition("::")
        path = ROOT / file
        if not path.is_file():
            yield f"{id_}: there is no file {file}"
        elif not re.search(rf"^\s*(?:def|test\(\") ?{re.escape(name)}\b", path.read_text(), re.MULTILINE):
            yield f"{id_}: {file} has no test {name or '(none is named)'}"


def _rules(log: str, library: str) -> Iterator[str]:
    document = yaml.safe_load(library)
    asked = [question["id"] for question in document["safety"]["red_flags"]["questions"]]
    rules = [rule["id"] for rule in document["global_rules"]]
    named = {word for row in ROW.findall(log) for word in row[3].split()} - {"-"}
    for id_ in (*asked, *rules):
        if id_ not in named:
            yield f"{id_}: no hazard names this rule of the library"
    for id_ in sorted(named - {*asked, *rules}):
        yield f"{id_}: the library has no such rule"


def _code() -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for pattern in CLINICAL
        for path in sorted(Path(ROOT).glob(pattern))
    }


def _constants(sources: dict[str, str]) -> Iterator[str]:
    for name, code in sources.items():
        lines = code.splitlines()
        for node in ast.parse(code).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            value = getattr(node, "value", None)
            if not isinstance(target, ast.Name) or value is None or not target.id.isupper() or not _is_number(value):
                continue
            said = " ".join(line.partition("#")[2] for line in lines[node.lineno - 1 : node.end_lineno])
            if not SOURCE.search(said):
                yield f"{name}:{node.lineno}: {target.id} has neither a source nor a setting beside it"


def _is_number(value: ast.expr) -> bool:
    """Whether the value is a number, or is made of numbers alone (a fraction, a time span, a sum)."""
    if isinstance(value, ast.Call):
        parts = [*value.args, *(keyword.value for keyword in value.keywords)]
        return bool(parts) and all(map(_is_number, parts))
    if isinstance(value, ast.BinOp):
        return _is_number(value.left) and _is_number(value.right)
    if isinstance(value, ast.Tuple):
        return bool(value.elts) and all(map(_is_number, value.elts))
    return (
        isinstance(value, ast.Constant) and isinstance(value.value, int | float) and not isinstance(value.value, bool)
    )


def main() -> int:
    """Print the findings; return 1 where there are any."""
    found = findings()
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
