"""What a first visit to a page costs on the wire: the page and everything that it names, compressed as it is sent."""

import gzip
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client as Browser

from portal.static_files import tight
from routines.figures import engine_url

# Formats that are compressed by themselves; WhiteNoise leaves them as they are.
PACKED = (".woff2", ".png", ".webp", ".avif", ".jpg", ".flac")
_STATIC_IMPORT = re.compile(r"^(?:import|export)\b[^;]*?from\s*[\"']#([^\"']+)[\"'];", re.MULTILINE | re.DOTALL)


@dataclass
class Weight:
    """Bytes by kind ("html", "css", "js", "font", "picture"), and the addresses that are fetched, in order."""

    bytes: dict[str, int] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    @property
    def kilobytes(self) -> float:
        return sum(self.bytes.values()) / 1024

    def add(self, kind: str, address: str, size: int) -> None:
        self.bytes[kind] = self.bytes.get(kind, 0) + size
        self.fetched.append(address)

    def __str__(self) -> str:
        parts = ", ".join(f"{kind} {size / 1024:.1f}" for kind, size in self.bytes.items())
        return f"{self.kilobytes:.1f} KB in {len(self.fetched)} requests ({parts})"


class _Named(HTMLParser):
    """What a page names: sheets, modules, fonts, pictures. Its icon and manifest come when nobody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        rel, href, source = given.get("rel", ""), given.get("href", ""), given.get("src", "")
        if tag == "link" and rel == "stylesheet":
            self.found.append(("css", href))
        elif tag == "link" and rel in ("modulepreload", "preload"):
            self.found.append(("font" if given.get("as") == "font" else "js", href))
        elif tag == "script" and source:
            self.found.append(("js", source))
        elif tag == "use":
            self.found.append(("picture", href.partition("#")[0]))
        elif tag == "img":
            self.found.append(("picture", source))
        if "data-module" in given:
            self.found.append(("module", f"{given['data-module'].split()[0]}.js"))


def _file(name: str) -> bytes:
    path = finders.find(name)
    assert isinstance(path, str), name
    with open(path, "rb") as file:
        return file.read()


def _modules(name: str, known: set[str]) -> None:
    """Add a module and all that it imports when it is loaded."""
    if name in known:
        return
    known.add(name)
    for other in _STATIC_IMPORT.findall(_file(name).decode()):
        _modules(other, known)


def weigh(visitor: Browser, address: str) -> Weight:
    """Return what the first visit to a page costs, the figures' engine left out."""
    answer = visitor.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, (address, answer.status_code)
    assert answer["Content-Encoding"] == "gzip"
    weight = Weight()
    weight.add("html", address, len(answer.content))
    page = gzip.decompress(answer.content).decode()
    names = _Named()
    names.feed(page)
    imports: dict[str, str] = dict(re.findall(r'"#([^"]+)":"([^"]+)"', page))
    modules: set[str] = set()
    addresses: dict[str, str] = {}
    for kind, name in names.found:
        if kind != "module":
            addresses.setdefault(name, kind)
        elif imports[name].startswith("/static/"):
            _modules(name, modules)
        else:
            addresses.setdefault(imports[name], "js")
    for name in sorted(modules):
        addresses.setdefault(imports[name], "js")
    for name, kind in addresses.items():
        path = urlsplit(name).path
        if path and path != engine_url():
            weight.add(kind, path, _sent(visitor, path))
    return weight


def _sent(visitor: Browser, path: str) -> int:
    if not path.startswith("/static/"):
        return len(visitor.get(path, headers={"Accept-Encoding": "gzip"}).content)
    name = path.removeprefix("/static/")
    content = tight(name, _file(name))
    return len(content) if path.endswith(PACKED) else len(gzip.compress(content, 9))
