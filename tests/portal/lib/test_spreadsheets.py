"""Spreadsheets: no cell is a formula, and hostile files are refused before they are unpacked."""

import csv
import io
import resource
import struct
import time
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib import spreadsheets
from portal.lib.spreadsheets import SpreadsheetError, as_cell, from_cell, read, write_csv, write_xlsx

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.text(
    "'=+-@＝＋－＠\t\r\n a", max_size=6
)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'=1", "''@x"]


@given(TEXTS)
def test_a_text_comes_back_from_its_cell_as_it_was(text: str) -> None:
    assert from_cell(as_cell(text)) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    [[cell]] = csv.reader(io.StringIO(write_csv([[text]]).decode("utf-8-sig"), newline=""))
    assert cell == "'" + text
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx([[text]], title="x"))).active
    assert sheet is not None
    assert sheet["A1"].data_type == "s"
    assert str(sheet["A1"].value).startswith("'")
    assert read(io.BytesIO(write_csv([["kind", text]]))) == [["kind", text]]
    assert read(io.BytesIO(write_xlsx([["kind", text]], title="x")))[0][1].strip() == text.strip()


@pytest.mark.parametrize("odd", ["\x0b", "\x00", "\x07", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_what_no_workbook_can_hold_is_a_blank_in_it(odd: str) -> None:
    """Text pasted from a word processor holds a vertical tab where a line was broken by hand."""
    assert read(io.BytesIO(write_xlsx([[f"one{odd}two"]], title="T"))) == [["one two"]]


def test_plain_words_stay_as_they_are() -> None:
    for text in ("Knee squeezes", "'Tis gentle", "8 reps", "a = b", ""):
        assert as_cell(text) == text


def zipped(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def workbook(sheet: bytes) -> bytes:
    """Return a workbook whose one sheet has these bytes."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(write_xlsx([["kind"]], title="x"))) as archive:
        for name in archive.namelist():
            parts[name] = sheet if name.endswith("sheet1.xml") else archive.read(name)
    return zipped(parts)


def many_parts() -> bytes:
    return zipped({f"xl/{number}": b"" for number in range(20_000)}, method=zipfile.ZIP_STORED)


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>'
)
OUTSIDE = LAUGHS.replace(b'<!ENTITY a "ha">', b'<!ENTITY a SYSTEM "file:///etc/passwd">')


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
GRID = SHEET % ((b"<row>" + b"<c/>" * 180 + b"</row>") * 8_000)
NESTED = SHEET % (b"<a>" * 200_000 + b"</a>" * 200_000)


def many_sheets() -> bytes:
    """Return a workbook that names its one sheet 30,000 times."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(write_xlsx([["kind"]], title="x"))) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    at = parts["xl/workbook.xml"].index(b"<sheet ")
    sheet = parts["xl/workbook.xml"][at:].partition(b"/>")[0] + b"/>"
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(sheet, sheet * 30_000)
    return zipped(parts)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(workbook(bytes(400_000_000)), "unpacks to more than", id="0.4 MB that unpacks to 400 MB"),
        pytest.param(many_parts(), "too many parts", id="20,000 parts"),
        pytest.param(workbook(GRID), "holds too much", id="1.4 million cells"),
        pytest.param(workbook(NESTED), "layers", id="200,000 layers"),
        pytest.param(many_sheets(), "sheets", id="one sheet 30,000 times"),
        pytest.param(workbook(LAUGHS), "damaged", id="entities within entities"),
        pytest.param(workbook(OUTSIDE), "damaged", id="an entity from outside"),
        pytest.param(workbook(b"<worksheet"), "damaged", id="no XML"),
        pytest.param(zipped({"a.txt": b"x"}), "damaged", id="another kind of ZIP"),
        pytest.param(write_xlsx([["kind"]], title="x")[:-30], "cut short or damaged", id="cut short"),
        pytest.param(b"PK\x03\x04" + bytes(500), "cut short or damaged", id="only its first bytes"),
        pytest.param(b"x" * 5_000_001, "at most 5 MB", id="too large"),
        pytest.param("kind,name\n".encode("utf-16"), "not UTF-8", id="UTF-16"),
        pytest.param(b"kind\n" + b"x\n" * 1_000_000, "more than 20000 rows", id="a million rows"),
        pytest.param(b"kind\n" + b"x" * 50_000, "Row 2 has a cell", id="a huge cell"),
        pytest.param(b"kind\n" + b"x" * 2_000_000, "Row 2", id="a cell above the reader's own limit"),
        pytest.param(b"kind\nstep,\0", "Row 2 holds control characters", id="NUL"),
        pytest.param(b'kind\n"open', "Row 2 cannot be read", id="a quote that never ends"),
        pytest.param(b"," * 500, "more than 200 columns", id="too many columns"),
    ],
)
def test_a_hostile_spreadsheet_is_refused_quickly_and_cheaply(data: bytes, said: str) -> None:
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(SpreadsheetError, match=said):
        read(io.BytesIO(data))
    assert time.monotonic() - begun < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_a_part_that_lies_about_its_size_is_not_unpacked_beyond_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(workbook(b"<a>" + bytes(50_000_000) + b"</a>"))
    at = data.rfind(b"sheet1.xml") - 46 - len("xl/worksheets/") + 24  # the size that the directory says
    data[at : at + 4] = struct.pack("<I", 100)
    with pytest.raises(SpreadsheetError):
        read(io.BytesIO(bytes(data)))


@pytest.mark.parametrize("text", ["a\r\nb\r\n", "a\rb\r", "a\nb\n"])
def test_lines_may_end_as_any_system_ends_them(text: str) -> None:
    assert read(io.BytesIO(b"kind\n" + text.encode())) == [["kind"], ["a"], ["b"]]


@pytest.mark.parametrize("blank", ["\n", "\r\n", "  \n\n", "\r"])
def test_blank_lines_before_the_first_do_not_hide_the_separator(blank: str) -> None:
    assert read(io.BytesIO(f"{blank}kind;name\nstep;a, b, and c".encode()))[-1] == ["step", "a, b, and c"]


def test_semicolons_separate_where_a_program_writes_them() -> None:
    assert read(io.BytesIO(b"kind;name\nstep;a,b")) == [["kind", "name"], ["step", "a,b"]]


def test_numbers_and_yes_no_come_as_their_text_and_dates_are_refused() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["kind", 3, 2.5, 4.0, True, None])
    target = io.BytesIO()
    book.save(target)
    assert read(target) == [["kind", "3", "2.5", "4", "true"]]
    import datetime

    sheet.append([datetime.date(2026, 3, 5)])  # what a program makes of the range 3-5
    book.save(target)
    with pytest.raises(SpreadsheetError, match="Row 2 holds a date"):
        read(target)


def test_the_limits_are_those_that_people_are_told() -> None:
    assert (spreadsheets.MAX_BYTES, spreadsheets.MAX_ROWS) == (5_000_000, 20_000)


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("9.5", 9.5), ("0", 0), ("007", "007"), ("1e9", "1e9"), ("-3", "'-3"), ("85 %", "85 %"), ("٣", "٣")],
)
def test_a_count_is_a_number_of_the_workbook_where_that_is_asked_for(text: str, value: object) -> None:
    for counts, expected in ((True, value), (False, as_cell(text))):
        book = openpyxl.load_workbook(io.BytesIO(write_xlsx([[text]], title="x", counts=counts)))
        assert book.active.cell(1, 1).value == expected
    assert read(io.BytesIO(write_xlsx([["a", text]], title="x", counts=True)))[0][1] == text
