"""Writing library files: the same library always gives the same bytes. Pure: no Django.

Fields stand in the order of the shipped JSON Schema, entries by slug, so that two exports can be compared line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SCHEMAS = Path(__file__).parent / "schema"
_HEADS = {
    "exercises": ("schema_version", "title", "language", "licence_note", "conventions"),
    "routines": ("schema_version", "title", "requires", "language", "rule_language", "safety", "global_rules"),
}


@dataclass(frozen=True, slots=True)
class Entries:
    """Plain documents of a library: exercises, self-care items, articles and routines, in any order.

    `substitutes` holds tag -> slug -> the slug that stands in for it; `withdrawn_exercises` and `withdrawn_routines`
    are slugs that are no longer offered.
    """

    exercises: Sequence[Mapping[str, Any]] = ()
    self_care: Sequence[Mapping[str, Any]] = ()
    articles: Sequence[Mapping[str, Any]] = ()
    routines: Sequence[Mapping[str, Any]] = ()
    substitutes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    withdrawn_exercises: Iterable[str] = ()
    withdrawn_routines: Iterable[str] = ()


@cache
def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a library file: exercises or routines."""
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def exercises_document(entries: Entries, head: Mapping[str, Any], *, title: str | None = None) -> dict[str, Any]:
    """Return the document of an exercises file. head: a file of the same kind, whose conventions are taken over."""
    substitutes = {tag: dict(sorted(pairs.items())) for tag, pairs in sorted(entries.substitutes.items()) if pairs}
    return {
        **_head("exercises", head, title),
        **({"substitutions": substitutes} if substitutes else {}),
        "self_care": _sorted(entries.self_care, "exercises", "self_care"),
        **({"articles": _sorted(entries.articles, "exercises", "self_care")} if entries.articles else {}),
        "exercises": _sorted(entries.exercises, "exercises", "exercise"),
        **_withdrawn(entries.withdrawn_exercises),
    }


def routines_document(entries: Entries, head: Mapping[str, Any], *, title: str | None = None) -> dict[str, Any]:
    """Return the document of a routines file; head as for exercises."""
    return {
        **_head("routines", head, title),
        "routines": _sorted(entries.routines, "routines", "routine"),
        **_withdrawn(entries.withdrawn_routines),
    }


def _head(name: str, head: Mapping[str, Any], title: str | None) -> dict[str, Any]:
    found = {key: head[key] for key in _HEADS[name] if key in head}
    return {**found, "title": title} if title else found


def _withdrawn(slugs: Iterable[str]) -> dict[str, Any]:
    found = sorted(slugs)
    return {"withdrawn": found} if found else {}


def _sorted(documents: Iterable[Mapping[str, Any]], name: str, kind: str) -> list[Any]:
    whole = schema(name)
    return [
        in_order(document, whole["$defs"][kind], whole["$defs"])
        for document in sorted(documents, key=lambda document: str(document["slug"]))
    ]


def in_order(value: Any, form: Mapping[str, Any], forms: Mapping[str, Any]) -> Any:
    """Return a plain value with its fields in the order of its form; unknown ones follow by name.

    Any: texts, numbers, lists and mappings. form: its JSON Schema; forms: the schema's `$defs`.
    """
    form = _resolved(form, forms, value)
    if isinstance(value, Mapping):
        known = form.get("properties", {})
        keys = [*(key for key in known if key in value), *sorted(key for key in value if key not in known)]
        return {key: in_order(value[key], known.get(key, {}), forms) for key in keys}
    if isinstance(value, list | tuple):
        return [in_order(each, form.get("items", {}), forms) for each in value]
    return value


def _resolved(form: Mapping[str, Any], forms: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    """Return the form itself where it stands elsewhere, or is one of several: the first that is for a mapping."""
    if "$ref" in form:
        return _resolved(forms[str(form["$ref"]).removeprefix("#/$defs/")], forms, value)
    for several in ("allOf", "oneOf"):
        if several in form and "properties" not in form and isinstance(value, Mapping):
            return _resolved(next(each for each in form[several] if "$ref" in each), forms, value)
    return form


def to_yaml(document: Mapping[str, Any]) -> bytes:
    """Return a document as YAML in UTF-8, which `yaml_reading.load` reads back as the same document."""
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return str(text).encode()


class _Dumper(yaml.CSafeDumper):
    """Writes every value out, without anchors, and numbers as people write them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _number(dumper: yaml.CSafeDumper, value: float) -> yaml.ScalarNode:
    text = repr(value)
    return dumper.represent_scalar("tag:yaml.org,2002:float", text if "e" not in text else f"{value:.17f}".rstrip("0"))


_Dumper.add_representer(float, _number)
