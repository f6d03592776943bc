"""A search as conditions of the database: full text on PostgreSQL, the table of words elsewhere."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramDistance
from django.db import connections
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from routines.finding.query import Clause, is_known, meant_by, read_query, words_to_check
from routines.finding.words import stem
from routines.library.search_words import search_words
from routines.models import Exercise, ExerciseWord, SearchTerm
from routines.models.search import prefix

Exercises = QuerySet[Exercise]

MOST_CORRECTED = 3  # words of one search
NEAREST = 30  # terms by trigrams, of which the one with the fewest slips is taken
SHORTEST_ALONE = 3  # letters; a shorter word says too little where only some of the words are found


def search(rows: Any, text: str) -> Any:
    """Return the exercises that have all of what the text asks for; all rows for a text without words."""
    return matching(rows, clauses_of(text))


def clauses_of(text: str) -> list[Clause]:
    """Return what a text asks for, typing errors put right by the words of the library in scope."""
    known = search_words()
    doubtful = words_to_check(text, known)
    return read_query(text, known, _corrections(doubtful) if doubtful else None)


def _corrections(words: Sequence[str]) -> dict[str, list[str]]:
    """Return what the words may have been meant as; words that begin a term are left out."""
    terms = SearchTerm.objects.all()
    begun = reduce(or_, (prefix(stem(word), terms.db) for word in words))
    found = set(terms.filter(begun).values_list("word", flat=True))
    unknown = [word for word in words if not is_known(word, found)][:MOST_CORRECTED]
    said = search_words().single
    return {word: meant_by(word, sorted({*_near(word), *said})) for word in unknown}


def _near(word: str) -> list[str]:
    """Return the terms that resemble a word: by PostgreSQL's index of trigrams, elsewhere all of them."""
    terms = SearchTerm.objects.values_list("word", flat=True)
    if connections[terms.db].vendor == "postgresql":
        terms = terms.order_by(TrigramDistance("word", word))[:NEAREST]
    return list(terms)


def matching(rows: Any, clauses: Sequence[Clause]) -> Any:
    """Return the rows that match every clause."""
    if clauses and _has_full_text(rows):
        return rows.filter(vector__words=_tsquery(clauses, "&"))
    for clause in clauses:
        rows = rows.filter(_by_words(clause, rows.db))
    return rows


def matching_some(rows: Any, clauses: Sequence[Clause]) -> Any:
    """Return the rows that match at least one clause; clauses of a letter or two are left out."""
    telling = [clause for clause in clauses if len(clause.said) >= SHORTEST_ALONE]
    if not telling:
        return rows.none()
    if _has_full_text(rows):
        return rows.filter(vector__words=_tsquery(telling, "|"))
    return rows.filter(reduce(or_, (_by_words(clause, rows.db) for clause in telling)))


def ranked(rows: Any, clauses: Sequence[Clause], text: str, *, is_partial: bool = False) -> Any:
    """Return the rows, best match first: a name that begins so, then words in names, other names and facets.

    is_partial: not all rows match every clause, so those that match more come first.
    """
    if not clauses:
        return rows.order_by("name", "pk")
    order: list[Any] = [Case(When(name__istartswith=text.strip(), then=Value(0)), default=Value(1))]
    full_text = _has_full_text(rows)
    if is_partial:
        each = (Q(vector__words=_tsquery([one], "&")) if full_text else _by_words(one, rows.db) for one in clauses)
        order.append(sum((_point(condition) for condition in each), Value(0)).desc())
    if full_text:
        order.append(SearchRank(F("vector__words"), _tsquery(clauses, "|")).desc())
    else:
        places = ((ExerciseWord.Place.NAME, 3), (ExerciseWord.Place.ALIAS, 1))
        named = (_point(_by_words(one, rows.db, place=place), points) for one in clauses for place, points in places)
        order.append(sum(named, Value(0)).desc())
    return rows.order_by(*order, "name", "pk")


def _point(condition: Q, points: int = 1) -> Case:
    return Case(When(condition, then=Value(points)), default=Value(0), output_field=IntegerField())


def _has_full_text(rows: Any) -> bool:
    return connections[rows.db].vendor == "postgresql"


def _tsquery(clauses: Sequence[Clause], joined_by: str) -> SearchQuery:
    """Return the clauses for PostgreSQL. Words are letters and digits only, so nothing in them is an operator."""
    parts = [
        "(" + " | ".join("(" + " & ".join(f"{word}:*" for word in words) + ")" for words in clause.alternatives) + ")"
        for clause in clauses
    ]
    return SearchQuery(f" {joined_by} ".join(parts), config="simple", search_type="raw")


def _by_words(clause: Clause, using: str, place: int | None = None) -> Q:
    """Return the condition that an exercise has one of the alternatives among its words (of one place only)."""
    words = ExerciseWord._base_manager.using(using)
    if place is not None:
        words = words.filter(place=place)

    def having(condition: Q) -> Q:
        return Q(pk__in=words.filter(condition).values("exercise_id"))

    single = [prefix(way[0], using) for way in clause.alternatives if len(way) == 1]
    found = [having(reduce(or_, single))] if single else []
    for way in clause.alternatives:
        if len(way) > 1:
            both = having(prefix(way[0], using))
            for word in way[1:]:
                both &= having(prefix(word, using))
            found.append(both)
    return reduce(or_, found)
