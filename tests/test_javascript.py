"""The browser code's own tests, run by node without a package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import cannot_run
from tests.rig import ROOT

FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.test.mjs"))


@pytest.mark.parametrize("file", FILES, ids=str)
def test_the_browser_code_holds_under_node(file: Path) -> None:
    if not shutil.which("node"):
        cannot_run("node is not installed (Debian: apt install nodejs)")
    # Some tests read the packaged library, through the Python that serves it.
    environment = {**os.environ, "PYTHON": sys.executable}
    command = ["node", "--test", str(file)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "\n# pass 0" not in run.stdout, "the file holds no test"
