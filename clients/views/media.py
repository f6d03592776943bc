"""The one door to the pictures, films and sound of exercises."""

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe
from django_scopes.exceptions import ScopeError

from clients.models import PrescribedItem
from clients.requests import ScopedRequest
from portal.accounts.access import find_for
from portal.accounts.tenancy import current_practice
from portal.lib.ranges import ranged
from routines.models import MediaFile, MediaItem


@login_not_required
@require_safe
def media(request: ScopedRequest, digest: str, name: str) -> HttpResponseBase:
    """Answer with one file, or a part of it, for whoever may see what shows it. Everybody else gets 404.

    A client sees what the plans that they were given show; staff what the exercises show that they may see.
    """
    item = _find(request, digest)
    file = MediaFile.objects.filter(item=item, part=name).first()
    if file is None:
        raise Http404
    try:
        stored = default_storage.open(file.stored_as)
    except FileNotFoundError as error:
        raise Http404 from error
    response = ranged(
        stored,
        size=file.size,
        content_type=file.content_type,
        wanted=request.headers.get("Range", ""),
        head=request.method == "HEAD",
    )
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _find(request: ScopedRequest, digest: str) -> MediaItem:
    """Return the item. Raises Http404; PermissionDenied for a colleague of the same practice."""
    try:
        current_practice()
    except ScopeError as error:  # signed out, or without a practice: there is nothing here
        raise Http404 from error
    if request.client_record is None:
        item: MediaItem = find_for(request.user, MediaItem.objects, digest=digest)
        return item
    given = PrescribedItem.objects.filter(version__assignment__client=request.client_record)
    shown = MediaItem.objects.filter(uses__version__in=given.values("exercise_version"), digest=digest).first()
    if shown is None:
        raise Http404
    return shown
