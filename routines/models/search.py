"""Words by which exercises and routines are found: rows with an index, so that a prefix is quick on every database."""

from collections.abc import Iterable
from typing import Any

from django.db import connections, models
from django.db.models import Exists, OuterRef, Q

from routines.finding.words import MAX_WORD, words_of

RARE = 500  # rows; a word found at most this often is looked up first and narrows the rest


class SearchWord(models.Model):
    """One word of one thing. The index on `word` serves prefixes; on PostgreSQL Django adds a pattern index."""

    word = models.CharField(max_length=MAX_WORD, db_index=True)

    class Meta:
        abstract = True


class SearchableQuerySet(models.QuerySet):
    """A queryset whose rows have search words; `word_model` and `word_owner` say where."""

    word_model: type[SearchWord]
    word_owner: str

    def search(self, text: str) -> Any:
        """Return the rows that have, for each word of the text, a word beginning with it; all rows for no word.

        A rare word is looked up at once and narrows the query to its rows, so the database never has to choose.
        """
        found = self
        for word in words_of(text):
            matches = self.word_model._base_manager.using(self.db).filter(prefix(word, self.db))
            owners = list(matches.values_list(self.word_owner, flat=True)[: RARE + 1])
            if len(owners) <= RARE:
                found = found.filter(pk__in=owners)
            else:
                found = found.filter(Exists(matches.filter(**{self.word_owner: OuterRef("pk")})))
        return found


def prefix(word: str, using: str) -> Q:
    """Return the condition for words that begin with `word`, in the form whose index the database uses."""
    if connections[using].vendor == "sqlite":
        # SQLite uses no index for the LIKE ... ESCAPE that Django writes.
        return Q(word__gte=word, word__lt=word + chr(0x10FFFF))
    return Q(word__startswith=word)


def replace_words(rows: Any, owner: models.Model, texts: Iterable[str]) -> None:
    """Make the search words of `owner` those of the texts. rows: the owner's related manager of words."""
    wanted, present = set(words_of(*texts)), set(rows.values_list("word", flat=True))
    rows.filter(word__in=present - wanted).delete()
    field = rows.field.name
    rows.bulk_create([rows.model(**{field: owner}, word=word) for word in sorted(wanted - present)])
