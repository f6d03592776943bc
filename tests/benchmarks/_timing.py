"""Times of answers, as groups of figures share them."""

import statistics
import time
from collections.abc import Callable
from typing import Any

TRIES = 5
LONG_MS = 1000  # an answer that takes longer is timed once


def once_ms(work: Callable[[], Any]) -> float:
    """The time of one try."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def best_ms(work: Callable[[], Any]) -> float:
    """The time of the quickest try, since other work on the machine is not the portal's. One that is long is enough."""
    times: list[float] = []
    while len(times) < TRIES and not (times and times[-1] > LONG_MS):
        times.append(once_ms(work))
    return min(times)


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[94]
