"""Pictures on the server, drawn by the same JavaScript as in the browser.

quickjs-ng was chosen: 1 MB, no dependency, abi3 wheels for every platform, limits on time and memory per
call. mini-racer draws faster, but weighs 80 MB and its process was seen to hang at exit; a Python port would
be a second way to draw.

A context may be used by one thread only, so each process has one drawing thread with a large stack. It is made at the
first picture (or by `warm_up`) and again after a fork.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import quickjs

from routines.movement.bundle import engine_function, engine_hash

TIME_LIMIT_S = 3.0
MEMORY_LIMIT_BYTES = 48 * 1024 * 1024  # the engine with 24 scenes takes about 5 MB
STACK_LIMIT_BYTES = 2 * 1024 * 1024
CACHE_SECONDS = 30 * 24 * 3600
SERVER_ENTRY = "movement/server.js"

# JSON-like values: what YAML and the engine exchange.
Data = Mapping[str, Any]


class FigureError(Exception):
    """A figure that cannot be drawn. `figure` names the sequence; the message names the key and the reason."""

    def __init__(self, figure: str, reason: str) -> None:
        self.figure = figure
        self.reason = reason
        super().__init__(f"figure {figure}: {reason}")


class Cache(Protocol):
    """What the renderer needs of a cache; Django's caches fit."""

    def get(self, key: str) -> str | None: ...
    def set(self, key: str, value: str, timeout: int | None) -> None: ...


def _call_code() -> str:
    # One JSON text in, one out: an error comes back as data, so that a limit is the only exception of the context.
    return (
        f"const engine = {engine_function(SERVER_ENTRY)};\n"
        "const call = (text) => { const [name, ...rest] = JSON.parse(text); try {"
        " return JSON.stringify({ok: engine[name](...rest)}); } catch (error) {"
        " return JSON.stringify({error: String(error && error.message || error)}); } };\n"
        "globalThis.call = call;"
    )


class Engine:
    """One JavaScript context with the movement engine, for any thread to call."""

    def __init__(self, *, time_limit_s: float = TIME_LIMIT_S, memory_limit: int = MEMORY_LIMIT_BYTES) -> None:
        self.time_limit_s = time_limit_s
        self.memory_limit = memory_limit
        self._lock = threading.Lock()
        self._function: quickjs.Function | None = None
        self._process = 0

    def _ready(self) -> quickjs.Function:
        # A forked child has no drawing thread: it makes its own.
        if self._function is None or self._process != os.getpid():
            function = quickjs.Function("call", _call_code(), own_executor=True)
            function.set_memory_limit(self.memory_limit)
            function.set_max_stack_size(STACK_LIMIT_BYTES)
            function.set_time_limit(self.time_limit_s)
            self._function, self._process = function, os.getpid()
        return self._function

    def warm_up(self) -> None:
        """Load the engine now instead of at the first picture."""
        with self._lock:
            self._ready()

    def call(self, name: str, *arguments: Any, figure: str) -> Any:
        """Call an export of the engine with JSON values; return its JSON answer.

        Raises FigureError with the engine's own reason, or when a limit of time or memory is reached; then the
        context is thrown away and the next call gets a fresh one. Arguments and answers are Any: they are
        whatever JSON can say.
        """
        text = json.dumps([name, *arguments], separators=(",", ":"))
        with self._lock:
            function = self._ready()
            try:
                answer = json.loads(function(text, run_gc=False))
            except (quickjs.JSException, quickjs.StackOverflow, MemoryError) as error:
                self._function = None
                raise FigureError(figure, f"the drawing was stopped: {self._reason(error)}") from error
        if "error" in answer:
            raise FigureError(figure, answer["error"])
        return answer["ok"]

    def _reason(self, error: Exception) -> str:
        """Return why QuickJS gave up; without memory it has none left for words."""
        text = (str(error).splitlines() or [""])[0]
        if "interrupted" in text:
            return f"it took longer than {self.time_limit_s:g} s"
        return "it wanted too much memory" if text in ("", "null") else text


class Renderer:
    """Draws figures as SVG text, with a cache by content.

    `cache` may be None (draw every time) or anything with get and set. The key is a hash of engine, data and
    options, so nothing has to be thrown away when an exercise changes.
    """

    def __init__(self, *, engine: Engine | None = None, cache: Cache | None = None) -> None:
        self.engine = engine or Engine()
        self.cache = cache

    def picture(
        self, figure_id: str, figure: Data, postures: Data, *, moment: Data | None = None, **options: Any
    ) -> str:
        """Return the SVG of a figure at a moment {"from": key, "to": key, "t": share 0..1 of the way}.

        Options are those of draw.js (theme, palette, mirrored, ghost, arrows, focus, range, aspect, prefix,
        title, description); Any, because each has its own type. Raises FigureError.
        """
        arguments = (figure, postures, moment or {"from": 0}, options)
        return self._kept("picture", arguments, lambda: self._draw(figure_id, arguments))

    def words(
        self, figure_id: str, figure: Data, postures: Data, *, language: str, mirrored: bool = False
    ) -> dict[str, str]:
        """Return {"title", "description"} of a figure in "en" or "de". Raises FigureError."""
        arguments = (figure, postures, {"language": language, "mirrored": mirrored})

        def tell() -> str:
            return json.dumps(self.engine.call("describe", *arguments, figure=figure_id))

        found: dict[str, str] = json.loads(self._kept("words", arguments, tell))
        return found

    def _draw(self, figure_id: str, arguments: tuple[Any, ...]) -> str:
        scene = hashlib.sha256(json.dumps(arguments[:2], sort_keys=True).encode()).hexdigest()
        return str(self.engine.call("picture", scene, *arguments, figure=figure_id))

    def _kept(self, kind: str, arguments: tuple[Any, ...], make: Callable[[], str]) -> str:
        if self.cache is None:
            return make()
        content = json.dumps(arguments, sort_keys=True).encode()
        key = f"movement:{kind}:{engine_hash(SERVER_ENTRY)}:{hashlib.sha256(content).hexdigest()}"
        if (found := self.cache.get(key)) is not None:
            return found
        made = make()
        self.cache.set(key, made, CACHE_SECONDS)
        return made
