"""Content in other languages: what is done and what is missing, and a page with both languages side by side."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.access import find_for
from portal.accounts.errors import NotAllowed
from portal.accounts.requests import PersonRequest
from routines.access import check_can_edit
from routines.content import translation as content
from routines.field_words import field_words
from routines.models import Exercise, Routine, SelfCareItem
from routines.reading import ContentError, Problem
from routines.services.translations import Translatable, coverages, languages, save_translation, translation_of

PER_PAGE = 50

KINDS = {
    "exercise": gettext_lazy("Exercises"),
    "routine": gettext_lazy("Routines"),
    "self_care": gettext_lazy("Self-care"),
}


@require_GET
def translations(request: PersonRequest) -> HttpResponse:
    """How far each thing is translated, language by language. Only what clients get is listed."""
    kind = request.GET.get("kind", "exercise")
    page = Paginator(_rows(request, kind), PER_PAGE).get_page(request.GET.get("page"))
    names = languages()
    things = list(page)
    found = coverages(things)
    context = {
        **admin.site.each_context(request),
        "kind": kind,
        "tabs": [
            {"text": text, "url": f"{reverse('admin:translations')}?kind={key}", "current": key == kind}
            for key, text in KINDS.items()
        ],
        "columns": [_("Name"), *names.values()],
        "rows": [
            {
                "thing": thing,
                "states": [
                    {"language": language, "name": names[language], "coverage": covered}
                    for language, covered in found[thing.pk].items()
                ],
            }
            for thing in things
        ],
        "page": page,
    }
    return render(request, "routines/translations/list.html", context)


@require_http_methods(["GET", "POST"])
def translate(request: PersonRequest, kind: str, thing_id: int, language: str) -> HttpResponse:
    """Every text that clients read, with its translation beside it."""
    if language not in languages():
        raise Http404
    thing: Translatable = find_for(request.user, _rows(request, kind, everything=True), pk=thing_id)
    try:
        check_can_edit(request.user, thing)
    except NotAllowed:
        if request.method == "POST":
            raise
        return _page(request, thing, kind, language, may_edit=False)
    if request.method == "GET":
        return _page(request, thing, kind, language)
    given = {name.removeprefix("text:"): str(value) for name, value in request.POST.items() if name[:5] == "text:"}
    try:
        seen = {name.removeprefix("of:"): str(value) for name, value in request.POST.items() if name[:3] == "of:"}
        row = save_translation(thing, language=language, texts=given, by=request.user, seen=seen)
    except ContentError as error:
        return _page(request, thing, kind, language, given=given, problems=error.problems)
    if row.coverage().is_complete:
        messages.success(request, _("Saved. Clients with this language read it now."))
    else:
        messages.success(request, _("Saved. Clients read English until every text is translated."))
    return redirect("admin:translate", kind, thing_id, language)


def _page(
    request: PersonRequest,
    thing: Translatable,
    kind: str,
    language: str,
    *,
    given: dict[str, str] | None = None,
    problems: tuple[Problem, ...] = (),
    may_edit: bool = True,
) -> HttpResponse:
    row = translation_of(thing, language)
    source = content.client_texts(row.kind, row.source_document())
    covered = content.coverage(source, row.texts)
    wrong = {problem.path: problem.message for problem in problems}
    context = {
        **admin.site.each_context(request),
        "thing": thing,
        "kind": kind,
        "language": language,
        "language_name": languages()[language],
        "coverage": covered,
        "may_edit": may_edit,
        "texts": [
            {
                "number": number,
                "path": path,
                "where": field_words(path) if kind == "exercise" else path,
                "source": text,
                "of": content.hash_of_text(text),
                "words": (given or {}).get(path, row.texts.get(path, {}).get("text", "")),
                "is_stale": path in covered.stale,
                "error": wrong.get(path, ""),
            }
            for number, (path, text) in enumerate(source.items(), start=1)
        ],
        "problems": [problem for problem in problems if problem.path not in source],
        "form_has_errors": bool(problems),
    }
    return render(request, "routines/translations/translate.html", context, status=400 if problems else 200)


def _rows(request: PersonRequest, kind: str, *, everything: bool = False) -> Any:
    """Return what of a kind the person may see. Raises Http404 for an unknown kind. Any: three models."""
    if kind == "exercise":
        rows = Exercise.objects.filter(current_version__isnull=False).select_related("practice", "current_version")
        chosen = rows.exclude(category="self_care").exclude(state=Exercise.State.WITHDRAWN).order_by("name", "pk")
    elif kind == "routine":
        rows = Routine.objects.select_related("practice")
        chosen = rows.filter(withdrawn_at=None).order_by("name", "pk")
    elif kind == "self_care":
        rows = chosen = SelfCareItem.objects.for_clients().select_related("practice", "current_version")
    else:
        raise Http404
    return rows if everything else chosen.visible_to(request.user)
