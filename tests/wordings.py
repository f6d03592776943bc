"""Which wordings a piece of code can say, and which of them a sentence was made of: so that no wording is untested."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

TRANSLATORS = frozenset({"gettext", "ngettext", "_"})
Wording = tuple[str, str]  # the function that says it, and the words; of a plural, each form is a wording


def wordings_in(code: Any) -> set[Wording]:
    """Return the wordings of a module or class, by its functions; what a table of it says is said by a lambda."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) and len(tree.body) == 1 else tree.body
    return {(getattr(part, "name", "<lambda>"), words) for part in body for words in _words(part)}


def _words(part: ast.AST) -> Iterator[str]:
    for node in ast.walk(part):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            forms = node.args[: 2 if name == "ngettext" else 1] if name in TRANSLATORS else []
            yield from (each.value for each in forms if isinstance(each, ast.Constant))


class Heard:
    """Translators that leave a mark in their words, so that a finished sentence tells what it was made of."""

    def __init__(self) -> None:
        self.asked: list[Wording] = []

    def gettext(self, text: str) -> str:
        return self._mark(text)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return self._mark(singular if count == 1 else plural)

    def _mark(self, text: str) -> str:
        # "Words._added" or "Words.days_words.<locals>.<genexpr>" of a class, "_missed" of a module.
        place = sys._getframe(2).f_code.co_qualname.partition(".<locals>")[0]
        self.asked.append((place.rpartition(".")[2], text))
        return f"\x02{len(self.asked) - 1}\x03{text}"

    def said(self, sentence: str) -> set[Wording]:
        """Return the wordings that stand in the sentence."""
        return {self.asked[int(number)] for number in re.findall("\x02(\\d+)\x03", sentence)}


def plain(sentence: str) -> str:
    """Return the sentence without marks."""
    return re.sub("\x02\\d+\x03", "", sentence)
