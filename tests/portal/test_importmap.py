"""The import map: every module under its name, with the hashed address and the page's nonce."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client as Browser
from django.test import override_settings

from portal.templatetags import importmap


def imports_of(html: str) -> dict[str, str]:
    found = re.search(r'<script type="importmap"[^>]*>(.*?)</script>', html)
    assert found
    return dict(json.loads(found[1])["imports"])


def test_every_module_has_its_name() -> None:
    imports = imports_of(Template("{% load importmap %}{% import_map %}").render(Context()))
    assert imports["#portal/modules.js"] == "/static/portal/modules.js"
    assert "#clients/pain-words.js" in imports
    # What is a part of the player alone comes with it; what other pages use too keeps its own address.
    known = {f"#{name}" for name in importmap.module_names()}
    assert known - set(imports) >= {"#clients/player/cues.js", "#clients/player/view.js"}
    assert set(imports) < known
    assert {"#clients/player/player.js", "#clients/player/store.js", "#clients/safety/asking.js"} < set(imports)


def test_every_import_of_a_served_module_has_its_name() -> None:
    imports = imports_of(Template("{% load importmap %}{% import_map %}").render(Context()))
    for name, address in imports.items():
        if address.startswith("/static/"):
            source = Path(str(finders.find(name[1:]))).read_text()
            missing = [other for other in re.findall(r"""from\s*["'](#[^"']+)["']""", source) if other not in imports]
            assert missing == [], name


@pytest.mark.django_db
def test_the_nonce_of_the_map_is_the_one_in_the_header(client: Browser) -> None:
    answer = client.get("/in/")
    nonce = re.search(r'<script type="importmap" nonce="([^"]+)"', answer.content.decode())
    assert nonce
    assert f"'nonce-{nonce[1]}'" in answer["Content-Security-Policy"]


def test_a_name_leads_to_the_hashed_file(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    hashed = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    with override_settings(STORAGES={**settings.STORAGES, **hashed}):
        call_command("collectstatic", interactive=False, verbosity=0)
        address = imports_of(f'<script type="importmap">{importmap.build_import_map()}</script>')["#portal/modules.js"]
        assert re.fullmatch(r"/static/portal/modules\.[0-9a-f]{12}\.js", address)
        assert staticfiles_storage.exists(address.removeprefix("/static/"))
        sheet = (tmp_path / staticfiles_storage.stored_name("portal/tokens.css")).read_text()
        assert re.search(r"fonts/atkinson-next-latin\.[0-9a-f]{12}\.woff2", sheet)


def test_nothing_can_close_the_script_early() -> None:
    assert "<" not in importmap.build_import_map()
