"""Pictures of the exercises of a plan, as they were adapted: for the client, and for who treats them."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from clients.models import AssignmentVersion, Client, PrescribedItem
from clients.requests import ClientRequest
from clients.views.doors import client_page
from clients.views.practitioner.door import desk_page
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest
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


@require_GET
@desk_page
def client_figure(request: DeskRequest, item: int) -> HttpResponse:
    """The same picture for staff who may see the client."""
    version = find_for(request.user, AssignmentVersion.objects.all(), items=item)
    row = version.items.select_related("exercise_version").get(pk=item)
    return answer(row.exercise_version.content, request.GET.dict(), row.adapted)
