"""The movement engine as browsers load it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from portal.lib.lasting import lasting_answer
from routines.movement.bundle import engine_hash, engine_module


@login_not_required
@require_GET
def engine(request: HttpRequest, digest: str) -> HttpResponse:
    """Return the engine as one ES module. Its address holds its hash, so a browser may keep it for good."""
    if digest != engine_hash():
        raise Http404
    return lasting_answer(request, engine_module(), "text/javascript")
