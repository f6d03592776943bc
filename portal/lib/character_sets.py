"""Requests whose text is in a character set that no browser sends: answered with 415 before anything reads them.

Python counts among its codecs some that make no text of bytes, such as hex, and Django reads address and form with
whatever the content type names, the address already while it makes the request. So it takes both a kind of request that
does not follow such a name, and a middleware that answers.
"""

import codecs
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _

KNOWN: Final = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252"})  # as Python calls them


class Request(WSGIRequest):
    """A request that has no content type where the one that was sent names no character set of KNOWN."""

    is_readable = True

    def _set_content_type_params(self, meta: Mapping[str, Any]) -> None:
        if _is_readable(meta.get("CONTENT_TYPE", "")):
            super()._set_content_type_params(meta)  # type: ignore[misc]  # the stubs leave it out
        else:
            self.content_type, self.content_params, self.is_readable = "", {}, False


class KnownCharacterSet:
    """Middleware: answers requests that are not readable. It stands after what chooses the language of the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "is_readable", True):
            return self.get_response(request)
        reason = _("The text came in a character set that is not taken here. Send it as UTF-8.")
        status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": reason}, status=status)
        return HttpResponse(render_to_string("400.html", {"reason": reason}), status=status)


def _is_readable(content_type: str) -> bool:
    try:
        charset = parse_header_parameters(content_type)[1].get("charset")
        return charset is None or codecs.lookup(charset).name in KNOWN
    except (LookupError, ValueError):  # Python knows none of that name, or a parameter's own is odd
        return False
