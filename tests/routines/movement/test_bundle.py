"""The engine as one text: order, names, comments, and modules that cannot be put together."""

import shutil
import subprocess
from pathlib import Path

import pytest

from portal.lib.bundling import BundleError, compact
from routines.movement.bundle import engine_function, engine_hash, engine_module
from tests.conftest import cannot_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "movement").mkdir()
    return tmp_path


def write(folder: Path, **modules: str) -> None:
    for name, source in modules.items():
        (folder / "movement" / f"{name}.js").write_text(source, encoding="utf-8")


def test_modules_come_after_what_they_import_and_once(folder: Path) -> None:
    write(
        folder,
        index="import { twice } from '#routines/movement/twice.js';\nexport { one } from '#routines/movement/one.js';\n"
        "export const four = twice(2);\nexport { twice };\n",
        twice="import { one } from '#routines/movement/one.js';\nexport const twice = (n) => n * (one + one);\n",
        one="/** The first number. */\nexport const one = 1; // and only one\n",
    )
    text = engine_module(root=folder)
    assert text == "const one=1;\nconst twice=(n)=>n*(one+one);\nconst four=twice(2);\nexport { one, twice, four };\n"
    assert engine_function(root=folder).endswith("return { one, twice, four };\n})()")


def test_strings_templates_and_patterns_keep_every_sign() -> None:
    source = """
const a = 'http://x  /* no */';
const b = `<svg xmlns="http://y">${c ? `in  ${ {d: 1}.d }  //` : ''}  // stays</svg>`;
const e = f.replace(/[/*] {2}'/g, '  ');   // goes
const g = h / 2 - -1 + +i; /* goes
too */ const j = 1;
"""
    first, *others = compact(source).splitlines()
    assert first.split(";const ") == [
        "const a='http://x  /* no */'",
        "b=`<svg xmlns=\"http://y\">${c?`in  ${ {d:1}.d }  //`:''}  // stays</svg>`",
        "e=f.replace(/[/*] {2}'/g,'  ');",
    ]
    assert others == ["const g=h/2- -1+ +i;", "const j=1;"]


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({"index": "import { a } from './a.js';\n"}, "only modules of #routines/"),
        (
            {"index": "import { a } from '#routines/movement/a.js';\n"},
            r"a\.js: no such module, imported by .*index\.js",
        ),
        ({"index": "import a from '#routines/movement/a.js';\n"}, "in a form the bundle does not know"),
        (
            {"index": "import { a as b } from '#routines/movement/a.js';\n", "a": "export const a = 1;\n"},
            "may not be changed with 'as'",
        ),
        (
            {
                "index": "import { b } from '#routines/movement/a.js';\nconst same = 1;\n",
                "a": "const same = 2;\nexport const b = same;\n",
            },
            r"index\.js: the name same is taken by movement/a\.js",
        ),
        (
            {
                "index": "import { a } from '#routines/movement/a.js';\n",
                "a": "import { b } from '#routines/movement/a.js';\n",
            },
            "imports itself through",
        ),
        ({"index": "export const a = `never closed;\n"}, "template string is not closed"),
    ],
)
def test_what_cannot_be_bundled_is_named(folder: Path, modules: dict[str, str], message: str) -> None:
    write(folder, **modules)
    with pytest.raises(BundleError, match=message):
        engine_module(root=folder)


def test_the_hash_follows_the_code_and_not_its_comments(folder: Path) -> None:
    write(folder, index="export const a = 1;\n")
    before = engine_hash(root=folder)
    write(folder, index="// a word\nexport const a = 1;\n")
    engine_module.cache_clear()
    engine_hash.cache_clear()
    assert engine_hash(root=folder) == before
    write(folder, index="export const a = 2;\n")
    engine_module.cache_clear()
    engine_hash.cache_clear()
    assert engine_hash(root=folder) != before


def test_the_engine_is_one_sound_module_with_the_exports_of_its_index(tmp_path: Path) -> None:
    if not shutil.which("node"):
        cannot_run("node is not installed (Debian: apt install nodejs)")
    file = tmp_path / "engine.mjs"
    file.write_text(engine_module(), encoding="utf-8")
    script = f"import({str(file)!r}).then((engine) => console.log(Object.keys(engine).sort().join()))"
    run = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=60)
    assert run.stdout.strip() == "bodyAt,draw,makeScene,momentFor,ownTempo", run.stderr


def test_each_file_of_the_engine_has_one_purpose_and_fits_on_a_few_screens() -> None:
    for path in Path("routines/static/routines/movement").glob("*.js"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) < 400, path.name
        assert lines[0].startswith("/**"), f"{path.name} says what it is for"
        assert max(map(len, lines)) <= 120, path.name
