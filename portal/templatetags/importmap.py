"""The import map: names of ES modules to their (hashed) static addresses.

Hashed file names break relative imports, so modules import each other by name (`#clients/player.js`), and
package.json gives node the same names.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from clients import served
from portal import sheets
from routines.figures import engine_url

register = template.Library()

ROOMS = ("portal", "routines", "clients")
# Served whole, as one text without comments, instead of module by module.
ENGINE = "#routines/movement/index.js"

_IMPORTED = re.compile(r"""(?:from|import\()\s*["']#([^"']+)["']""")


def module_names() -> list[str]:
    """Return the static names of all modules (`portal/modules.js`), sorted."""
    names = []
    for room in ROOMS:
        if not apps.is_installed(room):
            continue
        folder = Path(apps.get_app_config(room).path) / "static"
        names += [path.relative_to(folder).as_posix() for path in (folder / room).rglob("*.js")]
    return sorted(names)


def _only_parts() -> set[str]:
    """Return the static names of modules that come with something which is served whole, and that no other needs."""
    whole = {*served.ENTRIES, ENGINE.removeprefix("#")}
    parts = served.parts() | {name for name in module_names() if name.startswith("routines/movement/")} - whole
    asked = {name for name in module_names() if name not in parts and name not in whole}
    waiting = list(asked)
    while waiting:
        file = finders.find(waiting.pop())
        source = Path(file).read_text(encoding="utf-8") if isinstance(file, str) else ""
        imported = set(_IMPORTED.findall(source)) - whole
        waiting += imported - asked
        asked |= imported
    return parts - asked


def modules_of_pages() -> dict[str, str]:
    """Return the addresses of all modules that pages name, by their names in the import map."""
    left_out = set() if settings.DEBUG else _only_parts()
    return {f"#{name}": static(name) for name in module_names() if name not in left_out} | {
        ENGINE: engine_url(),
        **{f"#{entry}": served.address_of(entry) for entry in served.ENTRIES},
    }


def build_import_map(entries: tuple[str, ...] = ()) -> str:
    """Return the import map as JSON that is safe inside a script element; of `entries` alone where there are any."""
    imports = modules_of_pages()
    if entries:
        imports = {f"#{name}": imports[f"#{name}"] for name in entries}
    return json.dumps({"imports": imports}, separators=(",", ":")).replace("<", "\\u003c")


@lru_cache(maxsize=8)
def _built_once(entries: tuple[str, ...]) -> str:
    return build_import_map(entries)


@register.simple_tag(takes_context=True)
def import_map(context: Context, *entries: str) -> SafeString:
    """Return the script element with the import map and this page's CSP nonce.

    entries: the only modules that the page loads by name, each served whole; without them the map knows all. While
    developing it always does, since every module is a file then.
    """
    text = build_import_map() if settings.DEBUG else _built_once(entries)
    request = context.get("request")
    nonce = getattr(request, "csp_nonce", "") if request is not None else ""
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        nonce,
        mark_safe(text),  # noqa: S308  json.dumps of static addresses, "<" escaped
    )


@register.simple_tag
def preload_modules(prefix: str) -> SafeString:
    """Return links that fetch all modules below `prefix` at once, instead of one import after another."""
    addresses = [static(name) for name in module_names() if name.startswith(prefix)]
    return _preloads(addresses)


@register.simple_tag
def preload_player() -> SafeString:
    """Return the links that fetch the player ahead."""
    if settings.DEBUG:
        return preload_modules("clients/player/") + preload_modules("clients/safety/")
    return _preloads([served.address_of(served.PLAYER)])


@register.simple_tag
def preload_engine() -> SafeString:
    """Return the link that fetches the movement engine ahead."""
    return _preloads([engine_url()])


@register.simple_tag
def common_sheets() -> SafeString:
    """Return the links to the sheets that every page of clients begins with."""
    links = ((address,) for address in sheets.addresses())
    return format_html_join("\n    ", '<link rel="stylesheet" href="{}">', links)


def _preloads(addresses: list[str]) -> SafeString:
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', ((address,) for address in addresses))
