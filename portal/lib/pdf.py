"""Documents for paper: a Typst template of templates/pdf/ filled with plain data.

The data reach the template as JSON, so no text in it can become markup. Nothing is fetched: templates name no packages,
and both places where Typst would look for some are empty. Fonts are those shipped beside the templates.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import typst

Paper = Literal["a4", "us-letter"]
PAPERS: Final[tuple[Paper, ...]] = ("a4", "us-letter")  # as Typst names them

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"
FONTS = TEMPLATES / "fonts"
NO_PACKAGES = FONTS  # holds fonts only, so a template that named a package would not compile


def render_pdf(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return the PDF of templates/pdf/<template>, tagged for screen readers (PDF/UA-1).

    data is whatever JSON can say, SVG text among it; templates read it as `json(bytes(sys.inputs.data))`.
    at (aware) is the date of the document, so that equal data give equal bytes. Characters that no font of ours has,
    such as emoji or Chinese, are printed as boxes; the document is tagged then too, but claims no standard, which
    forbids them. Raises typst.TypstError where the template and the data do not fit, which is a fault of the code and
    never of a reader's words.
    """
    try:
        return _compiled(template, data, at=at, standard="ua-1")
    except typst.TypstError:
        return _compiled(template, data, at=at, standard=None)


def _compiled(template: str, data: Mapping[str, Any], *, at: datetime, standard: Literal["ua-1"] | None) -> bytes:
    document: bytes = typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        package_path=str(NO_PACKAGES),
        package_cache_path=str(NO_PACKAGES),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=standard,
        timestamp=int(at.timestamp()),
    )
    return document
