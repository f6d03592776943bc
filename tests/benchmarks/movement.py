"""Figures: frames in node and in Chromium (also six times slower), stills on the server, and sizes."""

import gzip
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from routines.movement.bundle import engine_module
from routines.movement.library import figure_library
from routines.movement.pictures import telling_key
from routines.movement.renderer import Engine, Renderer
from tests.benchmarks.run import Figure
from tests.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.rig import ROOT

FRAMES = 12  # of the first move of every figure
SLOWER = 6  # a phone against this machine

ROUNDS = 4  # the first warms up

# Runs in node and in the page alike: times of scenes and frames in milliseconds. Each is drawn in several rounds and
# the least is kept: the same picture costs the same, and what is above that is other work on the machine.
MEASURE = """
async (engine, library, frames, rounds, show) => {
  const scenes = {}, times = {}, postures = library.postures;
  const keep = (kept, name, begun) => {
    kept[name] = Math.min(kept[name] ?? Infinity, performance.now() - begun);
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, figure] of Object.entries(library.figures)) {
      let begun = performance.now();
      const scene = engine.makeScene(figure, postures);
      if (round) keep(scenes, name, begun);
      const to = Math.min(1, figure.keys.length - 1);
      for (let i = 0; i <= frames; i += 1) {
        begun = performance.now();
        show(engine.draw(scene, { from: 0, to, t: i / frames }, { ghost: 0, breath: 0.2 }));
        if (round) keep(times, `${name} ${i}`, begun);
      }
      await new Promise((done) => setTimeout(done, 0));
    }
  }
  return { scenes: Object.values(scenes), times: Object.values(times) };
}
"""


def share(values: Sequence[float], percent: int) -> float:
    """Return the percentile of the values."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def compressed(text: str) -> int:
    """Return the size in bytes as a web server sends it."""
    return len(gzip.compress(text.encode(), 9))


def in_node(library: str) -> dict[str, list[float]]:
    """Measure in node, which draws to strings only."""
    script = (
        f"const measure = {MEASURE};\n"
        "const chunks = []; for await (const chunk of process.stdin) chunks.push(chunk);\n"
        "const { engine: source, library } = JSON.parse(Buffer.concat(chunks).toString());\n"
        "const engine = await import(`data:text/javascript,${encodeURIComponent(source)}`);\n"
        f"console.log(JSON.stringify(await measure(engine, library, {FRAMES}, {ROUNDS}, () => {{}})));\n"
    )
    given = json.dumps({"engine": engine_module(), "library": json.loads(library)})
    command = ["node", "--input-type=module", "-e", script]
    run = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, timeout=300, check=True)
    found: dict[str, list[float]] = json.loads(run.stdout)
    return found


def in_chromium(library: str, *, slower: int) -> dict[str, list[float]]:
    """Measure in a page that shows every frame, the processor slowed down."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.set_content("<div id=holder></div>")
        found: dict[str, list[float]] = page.evaluate(
            f"""async ({{ source, library }}) => {{
              const address = URL.createObjectURL(new Blob([source], {{ type: 'text/javascript' }}));
              const engine = await import(address);
              const holder = document.getElementById('holder');
              const show = (svg) => {{ holder.innerHTML = svg; holder.getBoundingClientRect(); }};
              return await ({MEASURE})(engine, library, {FRAMES}, {ROUNDS}, show);
            }}""",
            {"source": engine_module(), "library": json.loads(library)},
        )
        browser.close()
    return found


def milliseconds(work: Callable[[], object]) -> float:
    """Return the processor time of one call: other work on the machine does not count."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def on_the_server() -> tuple[list[float], list[float]]:
    """Return the times of stills with the engine loaded, and of the same stills from the cache."""
    library = figure_library()
    kept: dict[str, str] = {}

    class Memory:
        def get(self, key: str) -> str | None:
            return kept.get(key)

        def set(self, key: str, value: str, timeout: int | None) -> None:
            kept[key] = value

    engine = Engine()
    engine.warm_up()
    renderer = Renderer(engine=engine, cache=Memory())

    def still(name: str) -> float:
        figure = library.figures[name]
        moment = {"from": telling_key(figure)}
        return milliseconds(lambda: renderer.picture(name, figure, library.postures, moment=moment))

    return [still(name) for name in library.figures], [still(name) for name in library.figures]


def figures() -> Iterator[Figure]:
    library = figure_library()
    everything = library.for_browser(library.figures)
    text = json.dumps(everything, separators=(",", ":"))
    sizes = [compressed(json.dumps(one, separators=(",", ":"))) for one in everything["figures"].values()]
    yield Figure("movement engine as served, gzip", compressed(engine_module()) / 1024, 28, "lower", "KB")
    yield Figure("movement data of one exercise, gzip, largest", max(sizes), 450, "lower", "B")
    warm, cached = on_the_server()
    yield Figure("movement still on the server, warm, p50", share(warm, 50), 60, "lower", "ms")
    yield Figure("movement still on the server, warm, p90", share(warm, 90), 60, "lower", "ms")
    yield Figure("movement still on the server, cached, p90", share(cached, 90), 5, "lower", "ms")
    if shutil.which("node"):
        found = in_node(text)
        yield Figure("movement frame in node, p50", share(found["times"], 50), 16, "lower", "ms")
        yield Figure("movement frame in node, p90", share(found["times"], 90), 16, "lower", "ms")
        yield Figure("movement scene in node, p90", share(found["scenes"], 90), 60, "lower", "ms")
    else:
        sys.stderr.write("movement in node: left out, node is not installed\n")
    if CHROMIUM:
        for slower, goal in ((1, 16), (SLOWER, 33)):
            found = in_chromium(text, slower=slower)
            where = f"in Chromium, {slower} times slower" if slower > 1 else "in Chromium"
            yield Figure(f"movement frame {where}, p50", share(found["times"], 50), goal, "lower", "ms")
            yield Figure(f"movement frame {where}, p90", share(found["times"], 90), goal, "lower", "ms")
            if slower == 1:
                yield Figure("movement scene in Chromium, p90", share(found["scenes"], 90), 60, "lower", "ms")
    else:
        sys.stderr.write("movement in Chromium: left out, Chromium is not installed\n")
