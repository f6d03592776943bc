"""Spreadsheets as rows of texts, CSV and XLSX, read within limits and written so that no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 5_000_000  # of a file as it is sent
MAX_UNPACKED = 40_000_000  # of everything inside a workbook
MAX_PARTS = 200  # files inside a workbook
MAX_DIRECTORY = 50_000  # bytes of the list of these files
MAX_LEVELS = 50  # of elements inside one another; real workbooks have about 12
MAX_SHEETS = 20  # every one of them is looked through, though only the first is read
MAX_ELEMENTS = 600_000  # of everything inside a workbook; a library of MAX_ROWS has about 450,000
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 30_000  # characters; a workbook's own limit is 32,767
# What spreadsheet programs take for a formula, full-width forms included, and the blanks that hide it.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,4})?")  # as programs keep it to the last digit
# What no XML holds, so no workbook either; word processors leave one of them where a line was broken by hand.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_END_OF_DIRECTORY = b"PK\x05\x06"

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is taken. rows: empty ones included; unpacked, elements: bytes and XML of a workbook."""

    rows: int = MAX_ROWS
    columns: int = MAX_COLUMNS
    unpacked: int = MAX_UNPACKED
    elements: int = MAX_ELEMENTS


class SpreadsheetError(ValueError):
    """A file that is no spreadsheet, or passes a limit; the text names the row where there is one, and the remedy."""


def as_cell(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula: with an apostrophe before it where it would."""
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program would take the text for a formula."""
    return _FORMULA.match(text) is not None


def from_cell(cell: str) -> str:
    """Return the text that `as_cell` was given."""
    return cell[1:] if cell.startswith("'") and is_formula(cell) else cell


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as CSV that every spreadsheet program opens: UTF-8 with its mark, commas, all cells quoted."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerows([as_cell(text) for text in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Iterable[Sequence[str]], *, title: str, counts: bool = False) -> bytes:
    """Return the rows as a workbook with one sheet; every cell is a text, with blanks for what no XML holds.

    counts: a text that is a plain number, such as "12" or "9.5", is one in the workbook, so that it can be added up.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    sheet.freeze_panes = "B2"
    for row in rows:
        cells = []
        for text in row:
            is_number = counts and _NUMBER.fullmatch(text)
            cell = WriteOnlyCell(sheet, value=float(text) if is_number else as_cell(_NOT_XML.sub(" ", text)) or None)
            if text and not is_number:
                cell.data_type = "s"
                cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(file: BinaryIO, limits: Limits | None = None) -> Rows:
    """Return the rows of a CSV or XLSX file, told by its content. Raises SpreadsheetError.

    limits: None takes the largest files of a library; where less is expected, less is read.
    """
    limits = limits or Limits()
    size = file.seek(0, io.SEEK_END)
    if size > MAX_BYTES:
        text = _("The file has %(size).1f MB; at most %(most)d MB are taken. Split it.")
        raise SpreadsheetError(text % {"size": size / 1_000_000, "most": MAX_BYTES // 1_000_000})
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    rows = _read_xlsx(file, size, limits) if head == b"PK\x03\x04" else _read_csv(file.read(), limits)
    return [[from_cell(cell) for cell in row] for row in rows]


def _read_csv(data: bytes, limits: Limits) -> Rows:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpreadsheetError(_("The file is not UTF-8 text. Save it as CSV UTF-8, or as XLSX.")) from error
    first = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    separator = max(",;\t", key=first.count)  # tabs: copied out of a spreadsheet
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: Rows = []
    try:
        for row in reader:
            _check(len(rows) + 1, row, limits)
            rows.append(row)
    except csv.Error as error:
        text = _("Row %(row)d cannot be read: %(why)s. Save the file again as CSV.")
        raise SpreadsheetError(text % {"row": len(rows) + 1, "why": str(error)}) from error
    return rows


def _check(number: int, row: Sequence[str], limits: Limits) -> None:
    if number > limits.rows:
        raise SpreadsheetError(_("There are more than %(most)d rows. Split the file.") % {"most": limits.rows})
    if len(row) > limits.columns:
        text = _("Row %(row)d has more than %(most)d columns.")
        raise SpreadsheetError(text % {"row": number, "most": limits.columns})
    for cell in row:
        if len(cell) > MAX_CELL:
            text = _("Row %(row)d has a cell of more than %(most)d characters.")
            raise SpreadsheetError(text % {"row": number, "most": MAX_CELL})
        if "\0" in cell:
            raise SpreadsheetError(_("Row %(row)d holds control characters; remove them.") % {"row": number})


def _read_xlsx(file: BinaryIO, size: int, limits: Limits) -> Rows:
    infos = check_archive(file, size, most_unpacked=limits.unpacked)
    try:
        _check_elements(file, infos, limits)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows: Rows = []
        for values in sheet.iter_rows(max_row=limits.rows + 1, max_col=limits.columns + 1, values_only=True):
            row = [_as_text(value, len(rows) + 1) for value in values]
            while row and not row[-1]:
                row.pop()
            _check(len(rows) + 1, row, limits)
            rows.append(row)
    except SpreadsheetError:
        raise
    except (
        InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError, OSError, EOFError, KeyError, ValueError,
        TypeError, AttributeError, IndexError, AssertionError, NotImplementedError,
    ) as error:  # fmt: skip  # what openpyxl raises for damaged or hostile workbooks
        raise SpreadsheetError(_("The workbook is damaged. Save it again as XLSX, or as CSV UTF-8.")) from error
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _check_elements(file: BinaryIO, infos: Iterable[zipfile.ZipInfo], limits: Limits) -> None:
    """Count the elements of every part, before trees are made of them, which takes far longer and more memory."""
    seen = level = sheets = 0

    def start(name: str, _attributes: object) -> None:
        nonlocal seen, level, sheets
        seen += 1
        level += 1
        sheets += name.rpartition(":")[2] == "sheet"
        if seen > limits.elements:
            raise SpreadsheetError(_("The workbook holds too much. Split it, and leave out empty formatted cells."))
        if level > MAX_LEVELS or sheets > MAX_SHEETS:
            raise SpreadsheetError(_("The workbook has too many sheets or layers. Save its first sheet alone."))

    def end(_name: str) -> None:
        nonlocal level
        level -= 1

    def refuse(*_declared: object) -> None:
        raise zipfile.BadZipFile("a part that declares a document type; no spreadsheet program writes one")

    with zipfile.ZipFile(file) as archive:
        for info in infos:
            level = 0
            parser = expat.ParserCreate()
            parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = start, end, refuse
            with archive.open(info) as part, suppress(expat.ExpatError):  # a picture, or what ends the reading as well
                while block := part.read(64 * 1024):
                    parser.Parse(block)
    file.seek(0)


def check_archive(
    file: BinaryIO, size: int, *, most_parts: int = MAX_PARTS, most_unpacked: int = MAX_UNPACKED
) -> list[zipfile.ZipInfo]:
    """Return the parts of a ZIP file by its directory alone, before anything is unpacked. Raises SpreadsheetError.

    Refused are too many parts, too large ones, encrypted ones, and names that are there twice.
    """
    file.seek(max(0, size - 70_000))
    tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) < at + 22:
        raise SpreadsheetError(_("The file is cut short or damaged. Save it again."))
    parts, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if parts > most_parts or directory > MAX_DIRECTORY:
        raise SpreadsheetError(_("The file is made of too many parts."))
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as error:
        raise SpreadsheetError(_("The file is cut short or damaged. Save it again.")) from error
    if sum(info.file_size for info in infos) > most_unpacked:
        text = _("The file unpacks to more than %(most)d MB.")
        raise SpreadsheetError(text % {"most": most_unpacked // 1_000_000})
    names = [info.filename for info in infos]
    if len(set(names)) < len(names) or any(info.flag_bits & 1 or info.compress_type not in (0, 8) for info in infos):
        raise SpreadsheetError(_("The file is packed in a way that is not taken. Save it again."))
    file.seek(0)
    return infos


def _as_text(value: object, row: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == value // 1:
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value)
    raise SpreadsheetError(_("Row %(row)d holds a date; format its cells as text and type them anew.") % {"row": row})
