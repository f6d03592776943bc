"""Entries of clients' pages, each as the one file that browsers fetch."""

import re
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client as Browser

from clients.served import ENTRIES, PLAYER, address_of, module_of
from tests.conftest import cannot_run


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_is_one_file_that_anybody_may_keep_for_good(client: Browser, entry: str) -> None:
    answer = client.get(address_of(entry), headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript"
    assert "immutable" in answer["Cache-Control"]
    assert brotli.decompress(answer.content).decode() == module_of(entry)
    assert client.get(address_of(entry)).content.decode() == module_of(entry)


def test_an_entry_of_another_day_is_not_found(client: Browser) -> None:
    assert client.get("/code/0123456789abcdef.js").status_code == 404


def test_nothing_is_left_to_import_but_what_is_fetched_when_it_is_needed() -> None:
    text = module_of(PLAYER)
    assert "\nimport " not in text
    assert 'import("#routines/movement/index.js")' in text


@pytest.mark.parametrize("entry", ENTRIES)
def test_it_is_a_sound_module_that_offers_what_its_file_offers(tmp_path: Path, entry: str) -> None:
    if not shutil.which("node"):
        cannot_run("node is not installed (Debian: apt install nodejs)")
    source = Path(finders.find(entry)).read_text(encoding="utf-8")
    offered = set(re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", source, re.MULTILINE))
    offered |= set(re.findall(r"^export \{ (\w+) \} from", source, re.MULTILINE))
    offered |= set(re.findall(r"^export (default) ", source, re.MULTILINE))
    file = tmp_path / "entry.mjs"
    file.write_text(module_of(entry), encoding="utf-8")
    script = f"import({str(file)!r}).then((entry) => console.log(Object.keys(entry).join()))"
    run = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=60, check=False)
    assert offered
    assert set(run.stdout.strip().split(",")) == offered, run.stderr
