"""Inviting many clients from a list: put it in, look at what would happen, then invite."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from clients.errors import Invalid
from clients.services import bulk_invite
from clients.services.absences import team_of
from clients.services.safety_setup import is_set_up
from clients.views.practitioner.door import desk, owner_page
from clients.views.refused import show_errors, status_of
from portal.accounts.models import Practice, User
from portal.accounts.requests import DeskRequest
from portal.lib.uploads import refusal, takes_files

UPLOAD_BYTES = 1_000_000  # what is taken in; a list of more than bulk_invite.MOST_BYTES is then refused by name


class ListForm(forms.Form):
    """The list, as a file or as text, and who sees these clients."""

    lead = forms.ModelChoiceField(
        label=gettext_lazy("Physiotherapist of these clients"), queryset=User.objects.none(), empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("CSV (UTF-8) or XLSX, at most 500 lines and 256 KB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or the lines themselves"),
        required=False,
        strip=False,
        help_text=gettext_lazy("First name, last name, e-mail; then, if you like, language and time zone."),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead: Any = self.fields["lead"]
        lead.queryset = team_of(practice)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        upload = given.get("file")
        try:
            if upload:
                given["text"] = bulk_invite.read_list(upload.read())
            elif not str(given.get("text", "")).strip():
                raise Invalid({"file": _("Choose a file, or put the lines in.")})
        except Invalid as error:
            show_errors(self, error)
        return given


@takes_files(most_bytes=UPLOAD_BYTES)
@require_http_methods(["GET", "POST"])
@owner_page
def bulk_invite_page(request: DeskRequest) -> HttpResponse:
    """Take a list and show what each line would do; POST do=invite invites."""
    practice = request.practice
    if not is_set_up(practice):
        messages.warning(request, _("Clients can be invited once this is filled in and signed."))
        return redirect("admin:safety_setup")
    refused = refusal(request) if request.method == "POST" else ""
    form = ListForm(request.POST or None, request.FILES or None, practice=practice)
    if refused:
        form.errors.clear()
        form.add_error("file", refused)
        return _page(request, form, status=413)
    if not form.is_valid():
        return _page(request, form, status=status_of(form))
    try:
        lines = bulk_invite.check_list(practice, form.cleaned_data["text"])
    except Invalid as error:
        show_errors(form, error)
        return _page(request, form, status=400)
    if request.POST.get("do") == "invite" and not any(line.errors for line in lines):
        try:
            added = bulk_invite.invite_lines(
                practice, lines, by=request.user, lead=form.cleaned_data["lead"], now=timezone.now()
            )
        except Invalid as error:  # somebody added one of them a moment ago
            show_errors(form, error)
            return _page(request, form, status=400)
        said = ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", len(added))
        messages.success(request, said % {"n": len(added)})
        return redirect(f"{reverse('admin:caseload')}?tab=not_started")
    # What was checked stands in the form, to be corrected or sent once more.
    again = ListForm(initial={"lead": form.cleaned_data["lead"], "text": form.cleaned_data["text"]}, practice=practice)
    return _page(request, again, lines=lines, lead=form.cleaned_data["lead"])


def _page(
    request: DeskRequest, form: ListForm, *, lines: Any = (), lead: User | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "lines": lines,
        "lead": lead,
        "new": sum(line.is_new for line in lines),
        "known": sum(line.known and not line.errors for line in lines),
        "wrong": sum(bool(line.errors) for line in lines),
        "columns": [_("Row"), _("Name"), _("E-mail"), _("Language"), _("Time zone"), _("What happens")],
    }
    return desk(request, "clients/practitioner/bulk_invite.html", context, status=status)


@require_GET
@owner_page
def bulk_invite_template(request: DeskRequest) -> HttpResponse:
    """An empty list to fill in."""
    response = HttpResponse(bulk_invite.template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="clients.csv"'
    return response
