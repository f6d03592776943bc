"""Search from anywhere: a page of its own, and the same list alone for the dialog."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from clients.analytics.desk_search import desk_search
from clients.views.practitioner.door import desk
from portal.accounts.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def search_page(request: PersonRequest) -> HttpResponse:
    """Find what the text's words begin; POST part=found answers with the list alone.

    The text travels in the body of a request: names of clients in an address would end up in logs.
    """
    found = desk_search(request.user, request.POST.get("q", ""))
    part = request.POST.get("part") == "found"
    template = "clients/practitioner/found.html" if part else "clients/practitioner/search.html"
    return desk(request, template, {"found": found})
