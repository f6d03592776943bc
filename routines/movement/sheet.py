"""Contact sheets: every figure at its start, half way and end, mirrored, dark and in print, for people to look at.

    python3 start.py manage contact_sheet [--out FOLDER] [--html | --check] [--compare REVISION] [FIGURE ...]

Pages are drawn to PNG by Chromium where it is installed; otherwise (or with --html) the HTML pages stay. With --check
it is an error when a page is missing or a picture on it is blank. With --compare each figure stands beside what it was
in a revision of this repository. The folder is a build output and not kept in git.
"""

from __future__ import annotations

import argparse
import html
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from routines.movement.earlier import EarlierError, earlier_pictures
from routines.movement.pictures import Pictures, telling_key

ROWS_PER_PAGE = 10
WIDTH = 1680
ROW_HEIGHT = 236
HEADING_HEIGHT = 30
GAP = 6
BLANK_BELOW = 40  # of 255 levels of grey between the lightest and the darkest point of a picture
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Name of the column, moment, options of draw.js.
COLUMNS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("start", "first", {"arrows": False}),
    ("half way", "middle", {"arrows": False}),
    ("end", "last", {}),
    ("start behind", "last", {"ghost": 0}),
    ("mirrored", "last", {"mirrored": True}),
    ("dark", "last", {"theme": "dark"}),
    ("print", "last", {"theme": "print"}),
)
# Rows have one height, so that each picture has its place on the sheet.
STYLE = (
    "body{margin:0;font:13px sans-serif;background:#f3f7f7;color:#22323f}"
    f"section{{height:{ROW_HEIGHT}px;padding:0 {GAP}px;box-sizing:border-box;overflow:hidden}}"
    f"h2{{font-size:14px;line-height:{HEADING_HEIGHT}px;margin:0;white-space:nowrap}}"
    f"div{{display:flex;gap:{GAP}px}}figure{{flex:1;min-width:0;margin:0;background:#fff;border-radius:8px}}"
    ".dark{background:#141c24}svg{display:block;width:100%;height:182px}"
    "figcaption{font-size:10px;color:#7a8a8a;padding:0 6px}"
)


class SheetError(Exception):
    """A sheet that could not be drawn, or a picture on it that is blank."""


def _cell(svg: str, name: str, *, dark: bool = False) -> str:
    opening = '<figure class="dark">' if dark else "<figure>"
    return f"{opening}{svg}<figcaption>{name}</figcaption></figure>"


def _row(heading: str, cells: Iterable[str]) -> str:
    # The cells come first: a heading over all columns makes none itself.
    return f"<section><h2>{html.escape(heading)}</h2><div>{''.join(cells)}</div></section>"


def cells_of(pictures: Pictures, figure_id: str) -> list[str]:
    """Return the HTML of one figure in every column."""
    figure = pictures.library.figures[figure_id]
    last = telling_key(figure)
    moments: dict[str, dict[str, float]] = {
        "first": {"from": 0},
        "middle": {"from": 0, "to": last, "t": 0.5},
        "last": {"from": last},
    }
    cells = []
    for number, (name, moment, options) in enumerate(COLUMNS):
        prefix = f"{figure_id}-{number}"
        svg = pictures.renderer.picture(
            figure_id, figure, pictures.library.postures, moment=moments[moment], prefix=prefix, **options
        )
        cells.append(_cell(svg, name, dark=options.get("theme") == "dark"))
    return cells


def rows(pictures: Pictures, figure_ids: Sequence[str]) -> Iterator[str]:
    """Yield the HTML of one figure after another."""
    for figure_id in figure_ids:
        words = pictures.words(figure_id)
        seen = "" if pictures.library.figures[figure_id]["reviewed"] else " · not yet reviewed by a clinician"
        yield _row(f"{figure_id}{seen} · {words.description}", cells_of(pictures, figure_id))


def compared_rows(pictures: Pictures, figure_ids: Sequence[str], revision: str) -> Iterator[str]:
    """Yield the HTML of figures as they were in a revision and as they are now: start, half way, end of each.

    Raises EarlierError where the revision cannot be drawn.
    """
    before = earlier_pictures(revision, figure_ids)
    for figure_id in figure_ids:
        now = cells_of(pictures, figure_id)[:3]
        was = before.get(figure_id, [])[:3]
        cells = [_cell(svg, f"{revision}: {name}") for svg, (name, *_) in zip(was, COLUMNS, strict=False)]
        yield _row(f"{figure_id}{'' if was else ' · new'}", [*cells, *now])


def draw_sheets(
    folder: Path, figure_ids: Sequence[str] = (), *, as_png: bool = True, check: bool = False, before: str = ""
) -> list[Path]:
    """Write the pages into a folder and return their paths; PNG needs Chromium and replaces the HTML.

    `check` raises SheetError where there is no PNG of every page, or a blank picture on one; `before` names a
    revision to show beside today's pictures.
    """
    pictures = Pictures()
    chosen = list(figure_ids) or list(pictures.library.figures)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("figures-*"):
        old.unlink()
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None) if as_png else None
    if check and not chromium:
        raise SheetError(f"no browser to draw the sheets; install one of {', '.join(CHROMIUMS)}")
    found = compared_rows(pictures, chosen, before) if before else rows(pictures, chosen)
    made: list[Path | Future[Path]] = []
    # One page is photographed while the next is drawn.
    with ThreadPoolExecutor(max_workers=1) as photographer:
        for page, begin in enumerate(range(0, len(chosen), ROWS_PER_PAGE), start=1):
            part = [next(found) for _ in chosen[begin : begin + ROWS_PER_PAGE]]
            path = folder / f"figures-{page:02}.html"
            text = f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{"".join(part)}'
            path.write_text(text, encoding="utf-8")
            height = ROW_HEIGHT * len(part)
            made.append(photographer.submit(_photograph, chromium, path, height) if chromium else path)
    paths = [one if isinstance(one, Path) else one.result() for one in made]
    if check:
        columns = 6 if before else len(COLUMNS)
        blank = [place for path in paths for place in blank_pictures(path, columns)]
        if blank:
            raise SheetError(f"blank pictures: {', '.join(blank)}")
    return paths


def _photograph(chromium: str, page: Path, height: int) -> Path:
    picture = page.with_suffix(".png")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += ["--hide-scrollbars", f"--window-size={WIDTH},{height}", f"--screenshot={picture}"]
    subprocess.run([*command, page.resolve().as_uri()], check=True, capture_output=True, timeout=120)
    if not picture.is_file():
        raise SheetError(f"{picture.name} was not drawn")
    page.unlink()
    return picture


def blank_pictures(sheet: Path, columns: int) -> Iterator[str]:
    """Yield the places of a PNG sheet, as "file row 1 column 2", at which nothing is to be seen."""
    with Image.open(sheet) as image:
        grey = image.convert("L")
    width = (grey.width - GAP) / columns
    for row in range(grey.height // ROW_HEIGHT):
        top = row * ROW_HEIGHT + HEADING_HEIGHT + 2 * GAP
        for column in range(columns):
            left = round(GAP + column * width)
            # Inside the rounded corners and above the caption.
            cell = grey.crop((left + 10, top, round(left + width) - GAP - 10, top + 160))
            greys = [level for level, count in enumerate(cell.histogram()) if count]
            if greys[-1] - greys[0] < BLANK_BELOW:
                yield f"{sheet.name} row {row + 1} column {column + 1}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the words of the command."""
    parser.add_argument("figures", nargs="*", help="only these figures")
    parser.add_argument("--out", type=Path, default=Path(os.environ.get("LOCAL_DIR", ".local")) / "contact-sheet")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--html", action="store_true", help="leave HTML pages, do not draw PNG")
    form.add_argument("--check", action="store_true", help="fail where a sheet is missing or a picture blank")
    parser.add_argument("--compare", metavar="REVISION", default="", help="before and after: beside a git revision")


def draw_as_told(*, figures: Sequence[str], out: Path, html: bool, check: bool, compare: str) -> int:
    """Draw, name the files on stdout or the trouble on stderr; return the exit status."""
    unknown = set(figures) - set(Pictures().library.figures)
    if unknown:
        sys.stderr.write(f"there is no figure {', '.join(sorted(unknown))}\n")
        return 2
    try:
        paths = draw_sheets(out, figures, as_png=not html, check=check, before=compare)
    except (SheetError, EarlierError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for path in paths:
        sys.stdout.write(f"{path}\n")
    return 0


def main(arguments: Sequence[str]) -> int:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(prog="contact_sheet", description="Draw all figures for people to look at.")
    add_arguments(parser)
    return draw_as_told(**vars(parser.parse_args(arguments)))
