"""Static files without comments and indents: the same to a browser, fewer bytes on the wire."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse

from portal import sheets
from portal.static_files import tight, tight_css
from routines.figures import engine_url


@pytest.mark.parametrize(
    ("source", "short"),
    [
        pytest.param("a {\n  color: red;\n}\n", "a{color:red}", id="indents"),
        pytest.param("/* why */ a, b { margin: 0 }", "a,b{margin:0}", id="a comment, a list"),
        pytest.param('a::before { content: "/* { , } */  "; }', 'a::before{content:"/* { , } */  "}', id="a text"),
        pytest.param("a :is(b) { width: calc(1px + 2px) }", "a :is(b){width:calc(1px + 2px)}", id="spaces that mean"),
        pytest.param("@media (a) and (b) { c { d: e } }", "@media (a) and (b){c{d:e}}", id="conditions"),
        pytest.param("a { font: 1px 'b  c', d }", "a{font:1px 'b  c',d}", id="a name of a font"),
    ],
)
def test_a_sheet_says_the_same_in_fewer_signs(source: str, short: str) -> None:
    assert tight_css(source) == short


def test_our_own_sheets_keep_every_rule() -> None:
    for name in ("portal/tokens.css", "portal/components.css", "clients/player.css"):
        source = Path(str(finders.find(name))).read_text()
        short = tight(name, source.encode()).decode()
        assert len(short) < 0.95 * len(source)
        assert "/*" not in short
        rules = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL).count("{")
        assert short.count("{") == short.count("}") == rules > 10


def test_what_others_wrote_stays_as_it_is() -> None:
    assert tight("admin/css/base.css", b"/* theirs */  a { }") == b"/* theirs */  a { }"


def test_collected_files_are_tight_hashed_and_compressed(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    storage = {"staticfiles": {"BACKEND": "portal.static_files.TightStaticFiles"}}
    with override_settings(STORAGES={**settings.STORAGES, **storage}):
        call_command("collectstatic", verbosity=0, interactive=False)
    known: dict[str, str] = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    sheet = (tmp_path / known["portal/tokens.css"]).read_text()
    assert "/*" not in sheet
    assert known["portal/fonts/atkinson-next-latin.woff2"].rpartition("/")[2] in sheet
    packed = tmp_path / f"{known['portal/tokens.css']}.gz"
    assert gzip.decompress(packed.read_bytes()).decode() == sheet
    harder = tmp_path / f"{known['portal/tokens.css']}.br"
    assert brotli.decompress(harder.read_bytes()).decode() == sheet
    assert harder.stat().st_size < packed.stat().st_size
    assert not list((tmp_path / "admin").rglob("*.br")), "what others wrote would take most of a minute"


@pytest.mark.django_db
def test_what_is_kept_for_good_is_kept_when_somebody_signs_in(client: Browser) -> None:
    """A browser fetches again whatever varies with a cookie that has changed."""
    for address in (reverse("common_sheet", args=[sheets.current_digest()]), engine_url()):
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, address
        assert "immutable" in answer["Cache-Control"]
        assert answer["Vary"] == "Accept-Encoding", address
