"""Figures as an earlier revision of this repository drew them, by its own engine and poses."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent.parent
_SECTION = re.compile(r"<section><h2>([a-z0-9-]+).*?</section>", re.DOTALL)
_PICTURE = re.compile(r"<svg.*?</svg>", re.DOTALL)


class EarlierError(Exception):
    """A revision that cannot be drawn: there is no git, no such revision, or no figures in it."""


def earlier_pictures(revision: str, figure_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the SVGs of each figure that the revision knows, in the columns of its contact sheet.

    The revision's sources are unpacked into a folder of their own and its contact sheet is made there; what it draws
    is told by its HTML. Ids in the pictures are made different from today's. Raises EarlierError.
    """
    with tempfile.TemporaryDirectory() as folder:
        _unpack(revision, Path(folder))
        known = _run(folder, "library")
        wanted = [name for name in figure_ids if f'"{name}":{{' in known]
        if not wanted:
            return {}
        _run(folder, "sheet", "--html", "--out", "sheet", *wanted)
        pages = sorted((Path(folder) / "sheet").glob("*.html"))
        text = "".join(page.read_text(encoding="utf-8") for page in pages)
    return {
        section[1]: [_renamed(svg, section[1]) for svg in _PICTURE.findall(section[0])]
        for section in _SECTION.finditer(text)
    }


def _renamed(svg: str, figure_id: str) -> str:
    return re.sub(rf'(id="|url\(#|href="#){figure_id}-', rf"\1before-{figure_id}-", svg)


def _unpack(revision: str, folder: Path) -> None:
    git = shutil.which("git")
    if not git:
        raise EarlierError("git is not installed")
    command = [git, "archive", "--format=zip", revision]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    if found.returncode:
        raise EarlierError(f"{revision}: {found.stderr.decode(errors='replace').strip()}")
    with ZipFile(BytesIO(found.stdout)) as archive:
        archive.extractall(folder)


def _run(folder: str, *words: str) -> str:
    command = [sys.executable, "-m", "routines.movement", *words]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if found.returncode:
        raise EarlierError(f"the revision does not draw its figures: {found.stderr.strip()[-500:]}")
    return found.stdout
