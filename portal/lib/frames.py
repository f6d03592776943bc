"""Room for the frames of a page's calls."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

ROOM = 16_000  # slots of 8 bytes; the caseload, the deepest page, uses a tenth


def in_one_piece(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: answer within a frame so large that all frames of the request lie in one piece of memory.

    CPython keeps frames in pieces of 16 KB that it maps for the call that needs one and unmaps when that call returns.
    Where the loops of a page go up and down across the end of a piece, every call pays for both: such a page takes up
    to three times as long, and one more frame anywhere moves it there or away. A large frame gets a large piece, whose
    rest is left for the frames above it.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    answer.__code__ = answer.__code__.replace(co_stacksize=ROOM)
    return answer
