"""Figures against their goals, one line each: name, value, goal, "holds" or "falls short", tab-separated.

    python3 start.py bench                       every group
    python3 start.py bench --only reminders      one group: the module tests/benchmarks/reminders.py

A module of this folder is a group. Its function `figures()` yields Figure objects as they are measured. Every goal is
a ratio to a peer or a limit that was measured in the same run, or a budget, never a time of another machine.
"""

import argparse
import importlib
import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.rig import ROOT

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Figure:
    """One measured value. better: which side of the goal holds; the goal itself holds too."""

    name: str
    value: float
    goal: float
    better: Literal["higher", "lower"]
    unit: str = ""

    @property
    def holds(self) -> bool:
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal

    def line(self) -> str:
        """The figure as one tab-separated line."""
        unit = f" {self.unit}" if self.unit else ""
        sign = ">=" if self.better == "higher" else "<="
        verdict = "holds" if self.holds else "falls short"
        return f"{self.name}\t{self.value:.4g}{unit}\t{sign} {self.goal:.4g}{unit}\t{verdict}"


def measured_by(module: str, environment: dict[str, str]) -> Iterator[Figure]:
    """Run a module inside the portal that the environment names; it prints one JSON object a figure.

    Raises RuntimeError naming the module where it ends with an error.
    """
    command = [sys.executable, "-m", f"tests.benchmarks.{module}"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield Figure(**json.loads(line))
    if process.returncode != 0:
        raise RuntimeError(f"{module} ended with {process.returncode}")


def groups() -> list[str]:
    """Return the names of the modules in this folder that measure something."""
    return sorted(
        module.name for module in pkgutil.iter_modules([str(FOLDER)]) if module.name != "run" and module.name[0] != "_"
    )


def measure(group: str) -> Iterator[Figure]:
    """Yield the figures of one group as they come."""
    yield from importlib.import_module(f"tests.benchmarks.{group}").figures()


def main(words: list[str]) -> int:
    """Print every figure; return 1 where one falls short."""
    parser = argparse.ArgumentParser(prog="start.py bench")
    parser.add_argument("--only", choices=groups(), help="one group")
    chosen = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    short = 0
    for group in [chosen.only] if chosen.only else groups():
        for figure in measure(group):
            print(figure.line(), flush=True)
            short += not figure.holds
    return int(short > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
