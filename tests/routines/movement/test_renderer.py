"""The same engine on the server: equal to the browser's to the byte, limited, cached, clear about errors."""

import json
import multiprocessing
import shutil
import subprocess
import sys
import threading
from typing import Any

import pytest

from routines.movement.library import figure_library
from routines.movement.renderer import Engine, FigureError, Renderer
from tests.conftest import cannot_run
from tests.rig import ROOT

LIBRARY = figure_library()
BRIDGE = LIBRARY.figures["glute-bridge"]


class Memory(dict[str, str]):
    """A cache that counts."""

    hits = 0

    def get(self, key: str) -> str | None:
        found = super().get(key)
        self.hits += found is not None
        return found

    def set(self, key: str, value: str, timeout: int | None) -> None:
        assert timeout is None or timeout > 0
        self[key] = value


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def test_the_server_draws_what_the_browser_draws_to_the_byte(engine: Engine) -> None:
    if not shutil.which("node"):
        cannot_run("node is not installed (Debian: apt install nodejs)")
    wanted = ["bird-dog", "sit-to-stand", "clamshell", "hamstring-strap", "knee-squeezes-rocking", "pelvic-clock"]
    moment = {"from": 0, "to": 1, "t": 0.4}
    script = (
        "import { makeScene } from '#routines/movement/scene.js';\n"
        "import { draw } from '#routines/movement/draw.js';\n"
        "import { figures, postures } from './tests/routines/movement/library.mjs';\n"
        f"const moment = {json.dumps(moment)};\n"
        f"const found = {json.dumps(wanted)}.map((id) => draw(makeScene(figures[id], postures), moment, "
        "{ theme: 'dark', prefix: 'x' }));\n"
        "console.log(JSON.stringify(found));"
    )
    run = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    renderer = Renderer(engine=engine)
    drawn = [
        renderer.picture(name, LIBRARY.figures[name], LIBRARY.postures, moment=moment, theme="dark", prefix="x")
        for name in wanted
    ]
    assert drawn == json.loads(run.stdout)


def test_a_pose_that_cannot_be_drawn_names_figure_key_and_reason(engine: Engine) -> None:
    broken = {**BRIDGE, "keys": [BRIDGE["keys"][0], {"base": "hooklying", "hands": {"L": "moon"}}]}
    with pytest.raises(FigureError) as caught:
        Renderer(engine=engine).picture("my-bridge", broken, LIBRARY.postures)
    assert str(caught.value) == 'figure my-bridge: key 2: unknown place for a hand "moon"'


def test_a_drawing_that_takes_too_long_is_stopped_and_the_next_one_works() -> None:
    engine = Engine(time_limit_s=0.004)
    with pytest.raises(FigureError, match=r"figure slow: the drawing was stopped: it took longer than 0\.004 s"):
        Renderer(engine=engine).picture("slow", BRIDGE, LIBRARY.postures)
    engine.time_limit_s = 3
    assert Renderer(engine=engine).picture("again", BRIDGE, LIBRARY.postures).startswith("<svg")


def test_a_drawing_that_wants_too_much_memory_is_stopped() -> None:
    engine = Engine(memory_limit=500_000)
    with pytest.raises(FigureError, match="figure big: the drawing was stopped: it wanted too much memory"):
        Renderer(engine=engine).picture("big", BRIDGE, LIBRARY.postures)


def test_a_picture_is_drawn_once_for_the_same_content(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Memory()
    renderer = Renderer(engine=engine, cache=cache)
    first = renderer.picture("a", BRIDGE, LIBRARY.postures, theme="dark")
    monkeypatch.setattr(engine, "call", lambda *words, **more: pytest.fail("drawn again"))
    assert renderer.picture("another name", BRIDGE, LIBRARY.postures, theme="dark") == first
    assert cache.hits == 1
    monkeypatch.undo()
    changed: dict[str, Any] = {**BRIDGE, "camera": {"yaw": 30, "pitch": 10}}
    assert renderer.picture("a", changed, LIBRARY.postures, theme="dark") != first
    assert renderer.picture("a", BRIDGE, LIBRARY.postures, theme="light") != first
    assert len(cache) == 3


def test_many_threads_share_one_engine(engine: Engine) -> None:
    renderer = Renderer(engine=engine)
    found: list[str] = []

    def draw(key: int) -> None:
        found.append(renderer.picture("bridge", BRIDGE, LIBRARY.postures, moment={"from": key}))

    threads = [threading.Thread(target=draw, args=(number % 2,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == 8
    assert len(set(found)) == 2


def _draw_in_child(engine: Engine, answer: Any) -> None:
    answer.put(len(Renderer(engine=engine).picture("bridge", BRIDGE, LIBRARY.postures)))


# A fork while another thread runs is what web servers do at their start; Python 3.12 warns of it, the engine copes.
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_forked_worker_gets_an_engine_of_its_own(engine: Engine) -> None:
    size = len(Renderer(engine=engine).picture("bridge", BRIDGE, LIBRARY.postures))
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    child = context.Process(target=_draw_in_child, args=(engine, answer))
    child.start()
    assert answer.get(timeout=60) == size
    child.join(timeout=60)
    assert child.exitcode == 0
