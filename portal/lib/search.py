"""Search that an index answers: folded words and a prefix lookup for PostgreSQL and SQLite."""

import unicodedata
from typing import Any

from django.db import models
from django.db.models import CharField, Lookup, TextField

LAST_CHARACTER = "\U0010ffff"


def fold(text: str) -> str:
    """Return the text as it is searched: lower case, no accents, single spaces ("Özil  MESUT" -> "ozil mesut")."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


@CharField.register_lookup
@TextField.register_lookup
class Prefix(Lookup):
    """`name__prefix="mar"`: the value starts with these characters, exactly as they are.

    On PostgreSQL a LIKE that an index with pattern operators answers. SQLite's LIKE knows no index, so there it is
    a range in byte order.
    """

    lookup_name = "prefix"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        start = str(self.rhs)
        return f"({lhs} >= %s AND {lhs} < %s)", (*lhs_params, start, *lhs_params, start + LAST_CHARACTER)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        literal = str(self.rhs).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{lhs} LIKE %s", (*lhs_params, literal + "%")


class LowerCaseEmailField(models.EmailField):  # type: ignore[type-arg]  # Django's class takes no arguments
    """An address kept and looked up in lower case, so that it is found however it was typed."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return prepared.lower() if isinstance(prepared, str) else prepared


class FoldedKey(models.CharField):  # type: ignore[type-arg]  # Django's class takes no arguments
    """What a row is found by: other fields of the row, folded and joined; written at every save and bulk create."""

    def __init__(self, *args: Any, of: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        words = " ".join(str(getattr(model_instance, name) or "") for name in self.of)
        key = fold(words)[: self.max_length]
        setattr(model_instance, self.attname, key)
        return key
