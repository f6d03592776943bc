"""Pictures of the exercises of one's own plan."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from clients.models import Client, PrescribedItem
from clients.requests import ClientRequest
from clients.views.doors import client_page
from routines.looks import answer


@require_GET
@client_page
def item_figure(request: ClientRequest, client: Client, item: int) -> HttpResponse:
    """One picture of an exercise of the client's plan, as it was adapted for them."""
    row = (
        PrescribedItem.objects.filter(pk=item, version__assignment__client=client)
        .select_related("exercise_version")
        .first()
    )
    if row is None:
        raise Http404
    return answer(row.exercise_version.content, request.GET.dict(), row.adapted)
