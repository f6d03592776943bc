"""An exercise of 40 steps in the editor: seconds of the server to save it and to preview it (goals: 1 s, 0.2 s).

Seconds of the processor, so that a machine that does other things as well says the same: nothing is waited for here.
"""

import copy
import statistics
import time
from collections.abc import Iterator
from typing import Any

from django.test.runner import DiscoverRunner
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import reverse
from django.utils.http import urlencode

from portal.accounts.models import Role
from routines.exercise_form import inputs_on, page_of
from routines.library import starter
from routines.services import import_library
from tests.benchmarks.run import Figure
from tests.doors import browser_of
from tests.factories import make_practice, make_staff

STEPS = 40
TRIES = 20


def long_exercise() -> dict[str, Any]:
    """A packaged exercise whose main part has 40 steps, each with its figure."""
    document = copy.deepcopy(starter.library().exercises["glute-bridge"][1])
    document.update(slug="long-bridge", name="Long bridge", variations={})
    document["dose"].pop("tempo")
    main = document["segments"][1]
    main["steps"] = (main["steps"] * STEPS)[:STEPS]
    return document


def posted(document: dict[str, Any]) -> dict[str, Any]:
    """What a browser sends for the document."""
    values: dict[str, Any] = {"library": "clinic"}
    for each in inputs_on(page_of(document, {}, others=[])):
        if each.spec.kind not in ("words", "flag"):
            values[each.name] = each.value
        elif each.chosen:
            values[each.name] = list(each.chosen)
    return values


def figures() -> Iterator[Figure]:
    setup_test_environment(debug=False)
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        yield from _measured()
    finally:
        runner.teardown_databases(databases)
        teardown_test_environment()


def _measured() -> Iterator[Figure]:
    import_library(starter.library())
    desk = browser_of(make_staff(make_practice(), Role.PRACTITIONER))
    values = posted(long_exercise())
    page = desk.post(reverse("admin:new_exercise"), {**values, "do": "save"}).url
    previews, saves, pages = [], [], []
    for number in range(TRIES + 1):
        typed = {**values, "aim": f"Helps to build strong hips, in {number + 2} ways."}
        previews.append(_seconds(lambda typed=typed: _send(desk, f"{page}preview/", typed), 200))
        saves.append(_seconds(lambda typed=typed: _send(desk, page, {**typed, "do": "save"}), 302))
        pages.append(_seconds(lambda: desk.get(page), 200))
    for times in (previews, saves, pages):
        times.pop(0)  # templates and the drawing engine are loaded once in a process
    yield Figure("preview of 40 steps, p95", _p95(previews), 0.2, "lower", "s")
    yield Figure("save of 40 steps, p95", _p95(saves), 1.0, "lower", "s")
    yield Figure("page of 40 steps, p95", _p95(pages), 1.0, "lower", "s")


def _send(desk: Any, address: str, values: dict[str, Any]) -> Any:
    """Post as the editor's own module does."""
    return desk.post(address, urlencode(values, doseq=True), content_type="application/x-www-form-urlencoded")


def _seconds(ask: Any, status: int) -> float:
    begun = time.process_time()
    answer = ask()
    passed = time.process_time() - begun
    assert answer.status_code == status, answer.status_code
    return passed


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
