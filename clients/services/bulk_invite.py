"""Inviting many clients from a list: read, checked line by line, and then all invited or none."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from clients.errors import Invalid
from clients.models import Client
from clients.services.invite import check_can_invite, invite_client
from portal.accounts import audit
from portal.accounts.models import Practice, User, time_zones
from portal.lib import spreadsheets
from portal.lib.names import check_name

MOST_LINES: Final = 500  # engineering bound: all of them are written in one transaction
MOST_BYTES: Final = 256 * 1024
# Of a file: empty rows and columns too, since programs write their whole grid of formatted cells, 1,000 rows by A to Z.
LIMITS: Final = spreadsheets.Limits(rows=2 * MOST_LINES, columns=26, unpacked=8_000_000, elements=100_000)
COLUMNS: Final = ("first_name", "last_name", "email", "language", "time_zone")
HEADINGS: Final = ("First name", "Last name", "E-mail", "Language", "Time zone")  # of the file, in every language
LONGEST: Final = {"first_name": 80, "last_name": 80, "email": 254}  # characters; as clients.models.Client


@dataclass(slots=True)
class Line:
    """One line of the list. number: its row in the file, from 1. errors: sentence by column; known: a client already.

    Empty language and time_zone: the practice's own.
    """

    number: int
    first_name: str
    last_name: str
    email: str
    language: str = ""
    time_zone: str = ""
    known: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return not self.known and not self.errors


def template() -> bytes:
    """Return an empty list as CSV, with one line that shows how it is filled in."""
    return spreadsheets.write_csv([HEADINGS, ("Ann", "Example", "ann@example.org", "en-gb", "Europe/London")])


def read_list(data: bytes) -> str:
    """Return a list as text, from a CSV file or a workbook. Raises Invalid for what is too large or cannot be read."""
    if len(data) > MOST_BYTES:
        most = {"most": MOST_BYTES // 1024}
        raise Invalid({"file": _("The list is larger than %(most)d KB. Split it into several.") % most})
    try:
        rows = spreadsheets.read(io.BytesIO(data), LIMITS)
    except spreadsheets.SpreadsheetError as error:
        raise Invalid({"file": str(error)}) from error
    return spreadsheets.write_csv(rows).decode("utf-8-sig")


def check_list(practice: Practice, text: str) -> list[Line]:
    """Return the lines of the list, each with what is wrong with it. Runs in the practice scope; writes nothing.

    Columns are COLUMNS in this order; a first line of headings is left out, and so are empty lines. Raises Invalid for
    a list that is empty, too long or cannot be read.
    """
    data = text.encode()
    if len(data) > MOST_BYTES:
        most = {"most": MOST_BYTES // 1024}
        raise Invalid({"text": _("The list is larger than %(most)d KB. Split it into several.") % most})
    try:
        rows = spreadsheets.read(io.BytesIO(data), LIMITS)
    except spreadsheets.SpreadsheetError as error:
        raise Invalid({"text": str(error)}) from error
    found = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, start=1) if _is_line(row)]
    if found and _is_heading(found[0][1]):
        found = found[1:]
    if not found:
        raise Invalid({"text": _("There is no line with an address. Write one client a line.")})
    if len(found) > MOST_LINES:
        numbers = {"count": len(found), "most": MOST_LINES}
        raise Invalid({"text": _("The list has %(count)d lines; at most %(most)d are taken. Split it.") % numbers})
    lines = [_line(number, row) for number, row in found]
    emails = {line.email for line in lines}
    known = set(Client.objects.filter(practice=practice, email__in=emails).values_list("email", flat=True))
    first_row: dict[str, int] = {}
    for line in lines:
        line.known = line.email in known
        earlier = first_row.setdefault(line.email, line.number)
        if line.email and earlier != line.number:
            line.errors["email"] = _("The same address stands in row %(row)d. Keep one of them.") % {"row": earlier}
    return lines


def invite_lines(practice: Practice, lines: Sequence[Line], *, by: User, lead: User, now: datetime) -> list[Client]:
    """Return the new clients of a checked list, an invitation to each on its way. Known clients are left as they are.

    All or none: raises Invalid where a line is wrong or became known meanwhile, and what `invite_client` raises.
    """
    check_can_invite(by, practice)
    if any(line.errors for line in lines):
        raise Invalid({"text": _("Some lines need a correction. Nobody has been invited.")})
    with transaction.atomic():
        added = [
            invite_client(
                practice,
                by=by,
                lead=lead,
                now=now,
                first_name=line.first_name,
                last_name=line.last_name,
                email=line.email,
                language=line.language or practice.language,
                time_zone=line.time_zone or practice.time_zone,
            )
            for line in lines
            if line.is_new
        ]
        if added:
            detail = {"invited": len(added), "known": sum(line.known for line in lines)}
            audit.record("invited_in_bulk", practice, by=by, practice=practice, detail=detail)
    return added


def _is_line(row: Sequence[str]) -> bool:
    return any(cell.strip() for cell in row)


def _is_heading(row: Sequence[str]) -> bool:
    """Whether the line names the columns, in whatever language calls an e-mail one."""
    return len(row) > 2 and "mail" in row[2].lower() and "@" not in row[2]


def _line(number: int, row: Sequence[str]) -> Line:
    cells = dict(zip(COLUMNS, [*row, *[""] * len(COLUMNS)], strict=False))
    line = Line(
        number=number,
        first_name=cells["first_name"],
        last_name=cells["last_name"],
        email=cells["email"].lower(),
        language=_language(cells["language"]),
        time_zone=cells["time_zone"],
    )
    line.errors = _errors(line, cells["language"], extra=any(row[len(COLUMNS) :]))
    return line


def _errors(line: Line, language: str, *, extra: bool) -> dict[str, str]:
    errors = {}
    values = {name: getattr(line, name) for name in COLUMNS} | {"language": language}
    for name, value in values.items():
        if spreadsheets.is_formula(value):
            errors[name] = _("This begins like a formula. Write the plain text.")
        elif len(value) > LONGEST.get(name, len(value)):
            errors[name] = _("At most %(most)d characters are taken.") % {"most": LONGEST[name]}
        elif not value and name in LONGEST:
            errors[name] = _("This is missing.")
    for name in ("first_name", "last_name"):
        try:
            check_name(values[name])
        except ValidationError as error:
            errors.setdefault(name, str(error.message))
    if "email" not in errors:
        try:
            validate_email(line.email)
        except ValidationError:
            errors["email"] = _("This is no e-mail address. Write it as name@example.org.")
    if line.language and line.language not in dict(settings.LANGUAGES):
        offered = {"codes": ", ".join(code for code, _name in settings.LANGUAGES)}
        errors.setdefault("language", _("This language is not offered. Write one of: %(codes)s.") % offered)
    if line.time_zone and line.time_zone not in time_zones():
        errors.setdefault("time_zone", _("This is no time zone. Write it as Europe/London."))
    if extra:
        errors["time_zone"] = _("There is text after the last column. Take it out.")
    return errors


def _language(text: str) -> str:
    """The language's code, found by its beginning too ("en"); the text itself where there is none."""
    wanted = text.lower().replace("_", "-")
    codes = [code for code, _name in settings.LANGUAGES]
    return next((code for code in codes if wanted and (code == wanted or code.partition("-")[0] == wanted)), wanted)
