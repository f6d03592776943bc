"""Taking a library out, and bringing one in: tried first, row by row, then imported whole or not at all."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.models import Practice
from portal.accounts.requests import PersonRequest
from portal.accounts.roles import edits_library_of, edits_shared_library
from portal.lib import signing
from portal.lib.choices import give_choices
from portal.lib.uploads import refusal, takes_files
from routines.access import check_can_add
from routines.content import ContentError
from routines.library.package import MAX_BYTES, looks_like_package
from routines.library.whole import LibraryError
from routines.models import Routine
from routines.services import ImportReport, export_library, import_library
from routines.services.exchange import export_table, keep, kept, let_go, read_upload
from routines.services.packages import PackageReport, export_package, import_package, read_package
from routines.services.translations import languages

CHOICE = "choice:"  # before the path of a place, in the names of the radio buttons
SESSION_KEY = "library_import"  # what was tried and may be imported: name in the storage, file name, library
MOST_LINES = 200  # problems that are shown
TYPES = {
    "exercises.yaml": "application/yaml",
    "routines.yaml": "application/yaml",
    "library.csv": "text/csv; charset=utf-8",
    "library.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
THINGS = {
    "exercise": gettext_lazy("Exercise"),
    "routine": gettext_lazy("Routine"),
    "self-care item": gettext_lazy("Self-care item"),
    "article": gettext_lazy("Article"),
}
OUTCOMES = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "translated": gettext_lazy("translated"),
    "withdrawn": gettext_lazy("withdrawn"),
}


class ImportForm(forms.Form):
    """One file, and whose library it goes into."""

    library = forms.ChoiceField(label=gettext_lazy("Where it goes"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A library file (YAML) or a spreadsheet (CSV, XLSX), at most 5 MB; or a package (ZIP), at most 100 MB."
        ),
    )


class PackageForm(forms.Form):
    """What is said of a protocol that is given away."""

    routine: "forms.ModelChoiceField[Routine]" = forms.ModelChoiceField(
        label=gettext_lazy("Routine"), queryset=Routine.objects.none()
    )
    licence = forms.CharField(
        label=gettext_lazy("Licence"), max_length=200, help_text=gettext_lazy("What others may do with it: CC BY 4.0.")
    )
    evidence = forms.CharField(
        label=gettext_lazy("What it rests on"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    reviewers = forms.CharField(
        label=gettext_lazy("Who has reviewed it"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("One a line."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@takes_files(most_bytes=MAX_BYTES)
@require_http_methods(["GET", "POST"])
def exchange(request: PersonRequest) -> HttpResponse:
    """Offer the library as files, and try or import one."""
    places = _places(request)
    if not places:
        check_can_add(request.user, request.practice)  # raises with the reason
    if request.method == "GET":
        return _page(request, _form(request, places))
    refused = refusal(request)
    if not refused and request.POST.get("do") == "import":
        return _import(request, places)
    if not refused and request.POST.get("do") == "package":
        return _give_away(request, places)
    form = _form(request, places, posted=True)
    if refused:
        form.errors.clear()
        form.add_error("file", refused)
        return _page(request, form, status=413)
    if not form.is_valid():
        return _page(request, form, status=400)
    return _try(request, form)


@require_GET
def export(request: PersonRequest, library: str, name: str) -> HttpResponse:
    """Answer with a library as a file. library: clinic or shared."""
    if library not in dict(_places(request)):
        check_can_add(request.user, None if library == "shared" else request.practice)
        raise Http404
    practice = _target(request, library)
    if name in ("exercises.yaml", "routines.yaml"):
        content = export_library(practice, by=request.user)[name == "routines.yaml"]
    elif name in TYPES:
        content = export_table(practice, by=request.user, form=name.rpartition(".")[2])
    else:
        raise Http404
    response = HttpResponse(content, content_type=TYPES[name])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _try(request: PersonRequest, form: ImportForm) -> HttpResponse:
    """Say what an import would do, and keep the file for the button that does it."""
    file, library = form.cleaned_data["file"], form.cleaned_data["library"]
    _forget(request)
    try:
        report, package = _run(request, file, file.name, library, dry_run=True)
    except LibraryError as error:
        return _page(request, form, lines=error.lines, status=400)
    request.session[SESSION_KEY] = {"stored": keep(file), "name": file.name[:100], "library": library}
    return _page(request, form, report=report, package=package, file_name=file.name)


def _import(request: PersonRequest, places: list[tuple[str, str]]) -> HttpResponse:
    """Import the file that this browser tried last."""
    tried = request.session.get(SESSION_KEY) or {}
    file = kept(str(tried.get("stored"))) if tried.get("library") in dict(places) else None
    if file is None:
        messages.error(request, _("The file is no longer here. Choose it once more."))
        return redirect("admin:exchange")
    try:
        report, _package = _run(request, file, tried["name"], tried["library"], dry_run=False)
    except LibraryError as error:
        return _page(request, _form(request, places), lines=error.lines, status=400)
    finally:
        _forget(request)
    counts = {"new": report.new, "changed": report.changed, "unchanged": report.unchanged}
    messages.success(request, _("Imported: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.") % counts)
    return redirect("admin:exchange")


def _run(
    request: PersonRequest, file: Any, name: str, library: str, *, dry_run: bool
) -> tuple[ImportReport, PackageReport | None]:
    """Return what an import did, or would do; for a package, also where it meets what was changed here."""
    practice = _target(request, library)
    file.seek(0)
    if looks_like_package(file.read(100)):
        chosen = {key.removeprefix(CHOICE): side for key, side in request.POST.items() if key.startswith(CHOICE)}
        choices = {path: side for path, side in chosen.items() if side in ("ours", "theirs")}
        package = read_package(file)
        taken = import_package(package, practice=practice, by=request.user, choices=choices, dry_run=dry_run)
        return taken.report, taken
    found = read_upload(file, name=name, practice=practice)
    try:
        return import_library(found, practice=practice, by=request.user, dry_run=dry_run), None
    except ContentError as error:
        raise LibraryError([str(problem) for problem in error.problems]) from error


def _give_away(request: PersonRequest, places: list[tuple[str, str]]) -> HttpResponse:
    """Answer with the package of a routine."""
    form = _package_form(request, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        content, manifest = export_package(
            given["routine"],
            licence=given["licence"],
            evidence=given["evidence"],
            reviewers=given["reviewers"].splitlines(),
            by=request.user,
        )
        response = HttpResponse(content, content_type="application/zip")
        name = f"{manifest.routines[0]}-{manifest.version}.zip"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return _page(request, _form(request, places), package_form=form, status=400)


def _package_form(request: PersonRequest, posted: Any = None) -> PackageForm:
    """Return the form with the routines that the person may give away: those of a library that they edit."""
    form = PackageForm(posted, prefix="package") if posted is not None else PackageForm(prefix="package")
    rows = Routine.objects.visible_to(request.user).in_use().select_related("practice")
    chosen: Any = form.fields["routine"]
    chosen.queryset = rows.filter(practice__isnull="shared" in dict(_places(request)) and request.practice is None)
    return form


def _forget(request: PersonRequest) -> None:
    tried = request.session.pop(SESSION_KEY, None)
    if tried:
        let_go(tried["stored"])


def _form(request: PersonRequest, places: list[tuple[str, str]], *, posted: bool = False) -> ImportForm:
    form = ImportForm(request.POST, request.FILES) if posted else ImportForm()
    give_choices(form, "library", places)
    return form


def _page(
    request: PersonRequest,
    form: ImportForm,
    *,
    report: ImportReport | None = None,
    package: PackageReport | None = None,
    package_form: PackageForm | None = None,
    lines: list[str] | None = None,
    file_name: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "form": form,
        "places": _places(request),
        "names": list(TYPES),
        "report": report,
        "rows": [(row, _kind(row.kind), OUTCOMES[row.outcome]) for row in report.rows] if report else [],
        "package": package,
        "package_form": package_form or _package_form(request),
        "signed_by": _signer(package.package.key) if package else "",
        "has_changes": report is not None and len(report.rows) > report.unchanged,
        "file_name": file_name,
        "lines": (lines or [])[:MOST_LINES],
        "more_lines": max(0, len(lines or []) - MOST_LINES),
    }
    return render(request, "routines/editor/exchange.html", context, status=status)


def _kind(kind: str) -> str:
    """Return what a row of the report is about, in words; "de text" are words in a language."""
    language, _blank, text = kind.partition(" ")
    if text == "text":
        return _("Words in %(language)s") % {"language": languages().get(language, language)}
    return str(THINGS.get(kind, kind))


def _signer(key: str) -> str:
    """Return who signed a package, in words."""
    if signing.is_own(key):
        return _("It was signed by this installation.")
    text = _("It was signed by another installation. Ask its sender whether this is their key: %(key)s")
    return text % {"key": signing.fingerprint(key)}


def _places(request: PersonRequest) -> list[tuple[str, str]]:
    """Return the libraries that the person may take out and bring in."""
    found = [("clinic", _("Our clinic's library"))] if edits_library_of(request.user) else []
    return [*found, ("shared", _("The shared library"))] if edits_shared_library(request.user) else found


def _target(request: PersonRequest, library: str) -> Practice | None:
    return None if library == "shared" else request.practice
