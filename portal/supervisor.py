"""Keeps a handful of processes alive under one parent and stops them all in order.

Each child has a session of its own, so that Ctrl-C at the terminal reaches only the parent, which stops the children
one by one, the last started first. A child that ends by itself is started again, after a pause that doubles up to 30
seconds. Should the parent itself be killed, Linux sends SIGTERM to every child (PR_SET_PDEATHSIG).
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any, Self

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0  # a child that lived so long starts with the first pause again
PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Someone asked the parent to stop. Not an Exception, so that nothing on the way catches it."""


class ChildFailed(Exception):
    """A child that must run could not be started."""


@dataclass(frozen=True)
class Process:
    """What to run.

    patience_s: how long it may take to stop before it is killed. once: it may end by itself. is_well: asked every
    well_every_s while it runs; where it answers False, the process is stopped, and so started again.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    patience_s: float = 10.0
    once: bool = False
    is_well: Callable[[], bool] | None = None
    well_every_s: float = 180.0


@dataclass
class Child:
    """One process while it runs, or waits for its next start."""

    process: Process
    popen: subprocess.Popen[bytes] | None = None
    started: float = 0.0  # time.monotonic()
    pause_s: float = FIRST_PAUSE_S
    next_start: float | None = None
    next_look: float | None = None
    told_to_stop: bool = False


class Supervisor:
    """Use as a context manager: leaving it, in whatever way, stops every child.

    with Supervisor() as supervisor, supervisor.interruptible():
        supervisor.start(store)
        ...
        supervisor.watch()
    """

    def __init__(self, say: Callable[[str], object] = print) -> None:
        self._tell = say
        self.children: list[Child] = []
        self._may_interrupt = False
        self._asked_to_stop = False
        self._wake_read, self._wake_write = os.pipe()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        os.set_blocking(self._wake_write, False)
        os.set_blocking(self._wake_read, False)
        for number in STOP_SIGNALS:
            self._before[number] = signal.signal(number, self._on_stop)
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        self._may_interrupt = False
        self._stop_all()
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._wake_read)
        os.close(self._wake_write)
        return kind is Stop

    def _say(self, line: str) -> None:
        try:
            self._tell(line)
        except OSError:  # the terminal is gone; looking after the children goes on
            return

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop = True
        if self._may_interrupt:
            raise Stop

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Work during which a wish to stop ends the work at once. Starting and stopping children is never cut short."""
        before, self._may_interrupt = self._may_interrupt, True
        try:
            if self._asked_to_stop:
                raise Stop
            yield
        finally:
            self._may_interrupt = before

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        before, self._may_interrupt = self._may_interrupt, False
        try:
            yield
        finally:
            self._may_interrupt = before
        if before and self._asked_to_stop:
            raise Stop

    def start(self, process: Process) -> Child:
        """Start a process; it is kept alive from the moment that watch() runs."""
        child = Child(process)
        with self._undisturbed():
            self.children.append(child)
            self._launch(child)
        return child

    def wait_until(self, ready: Callable[[], bool], child: Child, *, within_s: float) -> None:
        """Wait until ready() holds. Raises ChildFailed where the child ends first or the time is over."""
        deadline = time.monotonic() + within_s
        while not ready():
            if child.popen is None or _has_ended(child.popen):
                raise ChildFailed(f"{child.process.name} ended before it was ready; the lines above say why.")
            if time.monotonic() > deadline:
                raise ChildFailed(f"{child.process.name} was not ready after {within_s:.0f} seconds.")
            time.sleep(0.05)

    def watch(self) -> None:
        """Keep the children alive until someone asks to stop; raises Stop then."""
        while True:
            with self._undisturbed():
                now = time.monotonic()
                for child in self.children:
                    self._look_after(child, now)
                due = [at for child in self.children for at in (child.next_start, child.next_look) if at is not None]
            self._sleep(min(due) - time.monotonic() if due else None)

    def _sleep(self, seconds: float | None) -> None:
        select.select([self._wake_read], [], [], None if seconds is None else max(0.0, seconds))
        try:
            os.read(self._wake_read, 512)
        except BlockingIOError:
            return

    def _look_after(self, child: Child, now: float) -> None:
        if child.popen is not None and _has_ended(child.popen):
            _kill_group(child.popen)
            status = child.popen.wait()
            child.popen = child.next_look = None
            if child.process.once:
                if status:
                    self._say(f"{child.process.name} ended with status {status}.")
                return
            if now - child.started >= STEADY_AFTER_S:
                child.pause_s = FIRST_PAUSE_S
            self._say(f"{child.process.name} ended with status {status}; it starts again in {child.pause_s:.0f} s.")
            child.next_start = now + child.pause_s
            child.pause_s = min(LONGEST_PAUSE_S, child.pause_s * 2)
        if child.popen and child.process.is_well and child.next_look is not None and child.next_look <= now:
            child.next_look = now + child.process.well_every_s
            if child.told_to_stop:
                _kill_group(child.popen)
            elif not child.process.is_well():
                self._say(f"{child.process.name} runs but does not work; it is started again.")
                child.popen.terminate()
                child.told_to_stop, child.next_look = True, now + child.process.patience_s
        if child.next_start is not None and child.next_start <= now:
            child.next_start = None
            self._launch(child)

    def _launch(self, child: Child) -> None:
        child.started, child.told_to_stop = time.monotonic(), False
        child.next_look = child.started + child.process.well_every_s if child.process.is_well else None
        child.popen = subprocess.Popen(  # noqa: S603  the commands are the project's own, without a shell
            child.process.argv,
            env={**os.environ, **child.process.env},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(),  # safe: this process has one thread
        )

    def _stop_all(self) -> None:
        for child in reversed(self.children):
            if child.popen is None:
                continue
            if not _has_ended(child.popen):
                child.popen.terminate()
            deadline = time.monotonic() + child.process.patience_s
            while not _has_ended(child.popen) and time.monotonic() < deadline:
                time.sleep(0.02)
            if not _has_ended(child.popen):
                self._say(f"{child.process.name} did not stop within {child.process.patience_s:g} s and is killed.")
            _kill_group(child.popen)
            child.popen.wait()
            child.popen = None


def _has_ended(popen: subprocess.Popen[bytes]) -> bool:
    """Return whether it ended, without reaping it: until it is reaped, its number names no other process."""
    if popen.returncode is not None:
        return True
    return os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def _kill_group(popen: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the child's session, such as the pool of a worker that was killed."""
    try:
        os.killpg(popen.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def die_with_parent(by: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """Return what a child does before it becomes its program, so that it gets the signal when its parent is gone.

    None where the system has no such call. To be used from the main thread: it is that thread's end that counts.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, by, 0, 0, 0)
        if os.getppid() != parent:  # it ended before the call
            os._exit(1)

    return ask
