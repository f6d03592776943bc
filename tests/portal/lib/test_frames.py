"""The frames of a request lie in one piece of memory, however deep its calls go."""

import resource
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse

from portal.lib.frames import in_one_piece

DEPTHS = 300  # of calls, one inside the other; some of them end where a piece of 16 KB does
CALLS = 100  # at each depth


def leaf() -> int:
    """Have a larger frame than `deep`, so that no end of a piece is stepped over."""
    return max(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)


def deep(depth: int, work: Callable[[], int]) -> int:
    return deep(depth - 1, work) if depth else work()


def mapped() -> int:
    """Call a small function again and again; return how many pages of memory were mapped meanwhile."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        leaf()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def most_mapped() -> int:
    return max(deep(depth, mapped) for depth in range(DEPTHS))


def test_no_depth_of_calls_maps_memory_with_each_call() -> None:
    if most_mapped() < CALLS:
        pytest.skip("this interpreter keeps the memory of its frames: portal/lib/frames.py can go")
    within: list[int] = []

    def get_response(request: HttpRequest) -> HttpResponse:
        within.append(most_mapped())
        return HttpResponse()

    in_one_piece(get_response)(HttpRequest())
    assert within[0] < CALLS / 2
