"""ES modules put together into one text, without comments.

A browser should not fetch forty small files, and QuickJS has no module loader; both get the same text. It is made when
it is first asked for and depends on the files alone: no build step, nothing is written. The modules share one scope, so
their top-level names must differ; a name that two of them use is an error that names both files.
"""

import hashlib
import re
from pathlib import Path

_IMPORT = re.compile(r"^import\s*\{([^}]*)\}\s*from\s*['\"]([^'\"]+)['\"];\n?", re.MULTILINE)
_PASSED_ON = re.compile(r"^export\s*\{([^}]*)\}\s*from\s*['\"]([^'\"]+)['\"];\n?", re.MULTILINE)
_EXPORT_LIST = re.compile(r"^export\s*\{([^}]*)\};\n?", re.MULTILINE)
_DECLARED = re.compile(
    r"^(export\s+(?:default\s+)?)?(?=(?:const|let|(?:async\s+)?function|class)\s+(\w+))", re.MULTILINE
)
# What a quote or a slash may open; a slash opens a pattern only after one of these signs.
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|(?P<tick>`)"""
    r"""|(?P<pattern>(?<=[(,=:!&|?])\s*/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[*])+/[a-z]*)|(?P<brace>[{}])""",
    re.DOTALL | re.VERBOSE,
)
_TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(`|\$\{)", re.DOTALL)
_SPACE = re.compile(r"[ \t]*\n\s*|[ \t]+")
_OPEN_END = re.compile(r"([,;({\[])\n")  # a statement ends behind these by itself, or not at all
_LOOSE = re.compile(r" ?([=+\-*/,(){}\[\]:;<>?&|!]) ?")


class BundleError(Exception):
    """A module that cannot be put into the bundle; the message names the file."""


def compact(source: str) -> str:
    """Return the source without comments and needless spaces. Strings and templates stay as they are."""
    parts: list[str] = []
    braces: list[int] = []  # how many braces were open at each ${ of a template
    depth = end = 0
    while token := _TOKEN.search(source, end):
        parts.append(_tightened(source[end : token.start()], parts))
        end = token.end()
        text = token.group().strip()
        resumes = False
        if token.lastgroup == "brace":
            depth += 1 if text == "{" else -1
            resumes = text == "}" and bool(braces) and braces[-1] == depth
        if token.lastgroup == "tick" or resumes:
            if resumes:
                braces.pop()
            body = _TEMPLATE.match(source, end)
            if not body:
                raise BundleError("a template string is not closed")
            end = body.end()
            text += body.group()
            if body[1] == "${":
                braces.append(depth)
                depth += 1
        parts.append("\n" if token.lastgroup == "comment" else text)
    parts.append(_tightened(source[end:], parts))
    return re.sub(r"\n\n+", "\n", "".join(parts)).strip() + "\n"


def _tightened(code: str, before: list[str]) -> str:
    """Drop spaces beside signs, at the start of a line and after an open one; `a - -b` and line ends stay apart."""
    if not before or before[-1].endswith("\n"):
        code = code.lstrip(" ")
    elif before[-1] == "{":
        code = code.lstrip(" \n")
    code = _SPACE.sub(lambda space: "\n" if "\n" in space[0] else " ", code)
    code = re.sub(r"([+-]) (?=[+-])", "\\1\0", code)
    return _OPEN_END.sub(r"\1", _LOOSE.sub(r"\1", code).replace("\0", " "))


def _listed(names: str, path: str) -> list[str]:
    found = [name for name in re.split(r"[\s,]+", names.strip()) if name]
    if "as" in found:
        raise BundleError(f"{path}: a name may not be changed with 'as'; all modules share one scope")
    return found


class Bundle:
    """Modules below `root` that call each other by `prefix`: `add` an entry, then read `code` and `exports`."""

    def __init__(self, root: Path, prefix: str) -> None:
        self.root = root
        self.prefix = prefix
        self.done: list[str] = []
        self.open: list[str] = []
        self.code: list[str] = []
        self.owners: dict[str, str] = {}
        self.exports: list[str] = []

    def _path(self, specifier: str, importer: str) -> str:
        if not specifier.startswith(self.prefix):
            raise BundleError(f"{importer}: only modules of {self.prefix}* may be imported, not {specifier}")
        return specifier.removeprefix(self.prefix)

    def add(self, path: str) -> None:
        """Add a module after everything it imports; `exports` are then the names it exports."""
        if path in self.done:
            return
        if path in self.open:
            raise BundleError(f"{path}: imports itself through {' → '.join([*self.open, path])}")
        importer = self.open[-1] if self.open else "the bundle"
        self.open.append(path)
        try:
            source = (self.root / path).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise BundleError(f"{path}: no such module, imported by {importer}") from error
        exports: list[str] = []

        def imported(match: re.Match[str]) -> str:
            _listed(match[1], path)
            self.add(self._path(match[2], path))
            return ""

        def passed_on(match: re.Match[str]) -> str:
            exports.extend(_listed(match[1], path))
            self.add(self._path(match[2], path))
            return ""

        def listed(match: re.Match[str]) -> str:
            exports.extend(_listed(match[1], path))
            return ""

        def declared(match: re.Match[str]) -> str:
            if (owner := self.owners.setdefault(match[2], path)) != path:
                raise BundleError(f"{path}: the name {match[2]} is taken by {owner}; call it something else")
            if match[1]:
                exports.append(f"{match[2]} as default" if "default" in match[1] else match[2])
            return ""

        for pattern, replace in (
            (_IMPORT, imported),
            (_PASSED_ON, passed_on),
            (_EXPORT_LIST, listed),
            (_DECLARED, declared),
        ):
            source = pattern.sub(replace, source)
        if re.search(r"^(import|export)\b", source, re.MULTILINE):
            raise BundleError(f"{path}: an import or export in a form the bundle does not know")
        try:
            self.code.append(compact(source))
        except BundleError as error:
            raise BundleError(f"{path}: {error}") from error
        self.open.pop()
        self.done.append(path)
        self.exports = exports

    def module(self) -> str:
        """Return one ES module with the exports of the entry."""
        return "".join(self.code) + f"export {{ {', '.join(self.exports)} }};\n"

    def function(self) -> str:
        """Return a classic expression whose value is an object with the exports of the entry."""
        return f"(() => {{\n{''.join(self.code)}return {{ {', '.join(self.exports)} }};\n}})()"


def bundled(entry: str, *, root: Path, prefix: str) -> Bundle:
    """Return the entry, a path below `root`, with all that it imports. Raises BundleError, which names the file."""
    bundle = Bundle(root, prefix)
    bundle.add(entry)
    return bundle


def digest(text: str) -> str:
    """Return a short hash for an address that a browser may keep for good."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
