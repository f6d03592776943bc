"""The code of clients' pages as browsers load it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from clients import served
from portal.lib.lasting import lasting_answer


@login_not_required
@require_GET
def client_module(request: HttpRequest, digest: str) -> HttpResponse:
    """Return an entry as one ES module. Its address holds its hash, so a browser may keep it for good."""
    text = served.by_digest().get(digest)
    if text is None:
        raise Http404
    return lasting_answer(request, text, "text/javascript")
