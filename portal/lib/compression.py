"""Pages and other text go out compressed; what is compressed already, comes in parts or as a stream, goes as it is."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

OTHER_TEXT = frozenset({"application/json", "application/manifest+json", "application/problem+json", "image/svg+xml"})


class CompressText(GZipMiddleware):
    """Compresses text. Django adds a random length to each page, so that its size tells nothing of a secret in it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, compressed where the browser takes that and something is won."""
        kind = response.get("Content-Type", "").partition(";")[0].strip().lower()
        is_text = kind.startswith("text/") or kind in OTHER_TEXT
        if response.streaming or response.status_code == 206 or not is_text:
            return response
        answer = super().process_response(request, response)
        kept = answer.get("Cache-Control", "")
        if "public" in kept and "immutable" in kept:
            # Its address says all of it, whoever looks. What was read below, such as the session, would have the
            # browser fetch it again as soon as a cookie changes.
            answer["Vary"] = "Accept-Encoding"
        return answer
