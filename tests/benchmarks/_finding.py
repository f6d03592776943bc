"""How quickly exercises are listed and found. Run by library.py, in a portal of its own."""

import json
import os
from collections.abc import Callable
from typing import Any

from tests.benchmarks._timing import best_ms, p95

SIZE = int(os.environ["BENCH_EXERCISES"])
DATABASE = os.environ["BENCH_DATABASE"]
SMALL = 300  # exercises, for the number of statements
BUDGET_MS = 150  # of one answer
TEXTS = (
    "knee", "stiff lower back", "bridge", "sciatica", "hamstirng streching", "neck at desk", "slow supported",
    "walking",
    "strengthen core", "band row", "back of the thigh", "relax before bed", "cat cow", "sit to stand", "gentle twist",
    "xyzzy bridge", "calf", "shoulder blade", "squat", "lying on my side",
)  # fmt: skip
TYPED = ("k", "kn", "kne", "knee", "st", "stre", "stretch", "ba", "ham", "hamst", "bri", "s", "wal", "sl", "nec")
FILTERS = (
    {}, {"find-region": "lumbar"}, {"find-category": "strength", "find-difficulty": "2"}, {"find-equipment": "mat"},
    {"find-position": "standing", "find-q": "stretch"}, {"find-safe": ["osteoporosis", "pregnancy"]},
    {"find-region": "hip", "find-q": "slow", "find-safe": ["knee_problem"]}, {"find-page": "200"},
)  # fmt: skip


def say(name: str, value: float, goal: float, unit: str = "") -> None:
    figure = {"name": f"{name}, {DATABASE}", "value": value, "goal": goal, "better": "lower", "unit": unit}
    print(json.dumps(figure), flush=True)


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import Q
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from portal.accounts.tenancy import practice_scope
    from routines.models import Exercise
    from tests.doors import browser_of
    from tests.factories import make_practice, make_staff
    from tests.many_exercises import shelve_many

    call_command("migrate", verbosity=0)
    setup_test_environment(debug=False)
    practice = make_practice()
    desk = browser_of(make_staff(practice))

    def post(values: dict[str, Any]) -> bool:
        """Answer as the picker does; return whether it shows an exercise."""
        answer = desk.post("/admin/exercise/find/", values)
        assert answer.status_code == 200
        return bool(answer.context["found"].exercises)

    def get(query: str) -> bool:
        """Answer as the list does; return whether it shows an exercise."""
        answer = desk.get(f"/admin/routines/exercise/?{query}")
        assert answer.status_code == 200
        return bool(answer.context["cl"].result_list)

    def plain(text: str) -> None:
        with practice_scope(practice):
            found = Exercise.objects.published()
            for word in text.split():
                found = found.filter(Q(name__icontains=word) | Q(words__word__icontains=word)).distinct()
            list(found.order_by("name")[:20]), found.count()

    pages: dict[str, list[Callable[[], bool]]] = {
        "list": [
            lambda: get(""),
            lambda: get("p=2"),
            lambda: get("category=strength"),
            lambda: get("state=published"),
        ],
        "search": [lambda text=text: get(f"q={text}") for text in TEXTS],
        "autocomplete": [lambda text=text: post({"find-q": text}) for text in TYPED],
        "picker": [lambda values=values: post(dict(values)) for values in FILTERS],
    }

    def statements(work: Callable[[], bool]) -> tuple[int, bool]:
        """Return the statements of an answer, and whether it shows an exercise."""
        work()
        with CaptureQueriesContext(connection) as queries:
            is_shown = work()
        return len(queries), is_shown

    shelve_many(SMALL)
    few = {name: [statements(work) for work in works] for name, works in pages.items()}
    shelve_many(SIZE - SMALL, seed=2, first=SMALL)
    for name, works in pages.items():
        # An answer that shows nothing asks for no figures, cautions and rows: where the small library has none for a
        # search, or no 200th page, the two answers are not the same work and their statements are not compared.
        both = zip([statements(work) for work in works], few[name], strict=True)
        more = [now - before for (now, shows), (before, showed) in both if shows and showed]
        compared = f"{len(more)} of {len(works)} answers show exercises at both"
        say(f"library {name}, statements more at {SIZE} exercises than at {SMALL} ({compared})", max(more), 0)
        say(f"library {name}, {SIZE} exercises, p95", p95([best_ms(work) for work in works]), BUDGET_MS, "ms")
    ours = p95([best_ms(lambda text=text: post({"find-q": text})) for text in TEXTS])
    theirs = p95([best_ms(lambda text=text: plain(text)) for text in TEXTS])
    say(f"library search with filters counted, ours {ours:.0f} ms / plain icontains {theirs:.0f} ms", ours / theirs, 1)


if __name__ == "__main__":
    main()
