"""The service worker and the pages that it keeps: small, strict, about nobody, and away again by one setting."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client as Browser
from django.test import override_settings

from clients.models import Client
from portal import service_worker
from portal.templatetags.importmap import modules_of_pages
from routines.movement.bundle import engine_module
from tests.conftest import cannot_run

KILO = 1024
NAMES = ("", "check-in/", "session/", "after/")


def app_of(text: str) -> dict[str, Any]:
    """Return what the worker is told in its first line."""
    first, _, _ = text.partition("\n")
    app: dict[str, Any] = json.loads(first.removeprefix("const APP=").removesuffix(";"))
    return app


def test_the_worker_is_served_from_the_root_for_all_pages_and_asked_for_every_time(client: Browser) -> None:
    answer = client.get("/worker.js")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert not answer.cookies
    again = client.get("/worker.js", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert client.post("/worker.js").status_code == 405


def test_the_worker_is_one_classic_script(tmp_path: Path) -> None:
    node = shutil.which("node")
    if not node:
        cannot_run("node is not installed (Debian: apt install nodejs)")
    file = tmp_path / "worker.cjs"
    file.write_text(service_worker.worker_text())
    done = subprocess.run([str(node), "--check", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_version_changes_with_a_page_or_a_file_and_with_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    first = app_of(service_worker._fresh_text())["version"]
    assert app_of(service_worker._fresh_text())["version"] == first
    known = service_worker._contents()
    monkeypatch.setattr(service_worker, "_contents", lambda: [*known[:-1], known[-1] + b" "])
    assert app_of(service_worker._fresh_text())["version"] != first


@pytest.mark.django_db
def test_everything_that_the_worker_keeps_is_there(client: Browser) -> None:
    app = app_of(service_worker.worker_text())
    for name in service_worker.kept_files():
        assert finders.find(name), name
    assert all(address.startswith(("/static/", "/figures/engine-", "/code/")) for address in app["assets"])
    for page in app["pages"].values():
        answer = client.get(page)
        assert answer.status_code == 200
        used = set(re.findall(r'(?:href|src)="(/static/[\w./-]+)"', answer.content.decode()))
        assert used - {"/static/portal/apple-touch-icon.png"} <= set(app["assets"]), page
        modules = re.findall(r'data-module="([\w/-]+)[ "]', answer.content.decode())
        assert modules
        mapped = modules_of_pages()
        assert {mapped[f"#{name}.js"] for name in modules} <= set(app["assets"])


def test_every_module_that_a_kept_module_imports_is_kept() -> None:
    kept = set(service_worker.kept_files())
    for name in kept:
        if name.endswith(".js"):
            source = Path(str(finders.find(name))).read_text()
            imported = set(re.findall(r'from "#([\w/.-]+)"', source)) - {"routines/movement/index.js"}
            assert imported <= kept, name


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_kept_page_holds_no_word_about_anybody(client: Browser, name: str, carl: Client, omar: Client) -> None:
    """The worker keeps it for whoever uses the device next."""

    def shown() -> str:
        html = client.get(f"/offline/{name}").content.decode()
        return re.sub(r'nonce="[^"]*"', "", html)

    without_anybody = shown()
    for who in (carl, omar):
        client.force_login(who.user)
        assert shown() == without_anybody
    assert carl.practice.name not in without_anybody
    assert "csrfmiddlewaretoken" not in without_anybody


@pytest.mark.django_db
def test_a_message_that_waits_for_a_client_is_not_taken_into_a_kept_page(client: Browser, carl: Client) -> None:
    client.force_login(carl.user)
    client.post("/more/appearance/", {"theme": "dark", "text": "", "motion": ""})
    assert "Saved." not in client.get("/offline/").content.decode()
    assert "Saved." in client.get("/more/").content.decode()


@pytest.mark.django_db
def test_an_unknown_kept_page_is_not_found(client: Browser) -> None:
    assert client.get("/offline/admin/").status_code == 404


@pytest.mark.django_db
def test_switched_off_a_worker_takes_itself_and_its_caches_away(client: Browser, carl: Client) -> None:
    with override_settings(OFFLINE_APP=False):
        text = client.get("/worker.js").content.decode()
        assert "registration.unregister()" in text
        assert "caches.delete" in text
        assert "indexedDB" not in text, "what waits to be sent stays on the device"
        assert 'addEventListener("fetch"' not in text
        assert client.get("/offline/").status_code == 404
        client.force_login(carl.user)
        assert 'data-worker=""' in client.get("/today/").content.decode()
    assert 'data-worker="/worker.js"' in client.get("/today/").content.decode()


@pytest.mark.django_db
def test_what_is_kept_for_everybody_stays_small(client: Browser) -> None:
    """With the sessions of a week it must be 400 KB at most; those have their own test."""
    total = len(gzip.compress(engine_module().encode(), 9))
    for name in service_worker.kept_files():
        content = Path(str(finders.find(name))).read_bytes()
        total += len(content if name.endswith(".woff2") else gzip.compress(content, 9))
    for name in NAMES:
        total += len(gzip.compress(client.get(f"/offline/{name}").content, 9))
    print(f"kept for everybody: {total / KILO:.0f} KB")
    assert total <= 300 * KILO


def test_the_manifest_names_what_is_there() -> None:
    manifest = json.loads(Path(str(finders.find("portal/manifest.webmanifest"))).read_text())
    assert manifest["scope"] == "/"
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        assert finders.find(f"portal/{icon['src']}"), icon
    assert settings.OFFLINE_APP
