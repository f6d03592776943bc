"""Contact sheets for people to look at, and the check that there is something to look at."""

from pathlib import Path

import pytest
from PIL import Image

from routines.movement import sheet
from routines.movement.earlier import ROOT, EarlierError, earlier_pictures
from routines.movement.sheet import COLUMNS, SheetError, blank_pictures, draw_as_told, draw_sheets
from tests.conftest import CHROMIUM, cannot_run


def test_a_contact_sheet_shows_each_figure_in_every_form(tmp_path: Path) -> None:
    (page,) = draw_sheets(tmp_path, ["clamshell", "walking"], as_png=False)
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 2 * len(COLUMNS)
    assert text.count("not yet reviewed by a clinician") == 2
    ids = [part.split('"')[0] for part in text.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_a_sheet_that_was_drawn_has_no_blank_picture(tmp_path: Path) -> None:
    if not CHROMIUM:
        cannot_run("Chromium is not installed")
    (tmp_path / "figures-09.png").write_bytes(b"of an earlier run")
    (page,) = draw_sheets(tmp_path, ["clamshell"], check=True)
    assert list(tmp_path.iterdir()) == [page]
    with Image.open(page) as drawn:
        wiped = drawn.convert("RGB")
    wiped.paste((255, 255, 255), (0, 30, 1680 // len(COLUMNS), 210))
    wiped.save(page)
    assert list(blank_pictures(page, len(COLUMNS))) == ["figures-01.png row 1 column 1"]


def test_a_check_without_a_browser_or_of_blank_pictures_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sheet, "CHROMIUMS", ("no-such-browser",))
    with pytest.raises(SheetError, match="install one of no-such-browser"):
        draw_sheets(tmp_path, ["clamshell"], check=True)
    told = draw_as_told(figures=["clamshell"], out=tmp_path, html=False, check=True, compare="")
    assert (told, capsys.readouterr().out) == (1, "")
    assert draw_as_told(figures=["no-such"], out=tmp_path, html=True, check=False, compare="") == 2
    assert capsys.readouterr().err == "there is no figure no-such\n"

    def blank(_chromium: str, page: Path, height: int) -> Path:
        picture = page.with_suffix(".png")
        Image.new("RGB", (sheet.WIDTH, height), "white").save(picture)
        return picture

    monkeypatch.setattr(sheet, "CHROMIUMS", ("python3",))
    monkeypatch.setattr(sheet, "_photograph", blank)
    with pytest.raises(SheetError, match=r"blank pictures: figures-01\.png row 1 column 1, .*column 7$"):
        draw_sheets(tmp_path, ["clamshell"], check=True)


def test_before_and_after_stand_side_by_side(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        cannot_run("this copy of the project has no history")
    (page,) = draw_sheets(tmp_path, ["clamshell"], as_png=False, before="HEAD")
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 6
    assert text.count("HEAD: start") == 1
    ids = [part.split('"')[0] for part in text.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    with pytest.raises(EarlierError, match="no-such-revision"):
        earlier_pictures("no-such-revision", ["clamshell"])
