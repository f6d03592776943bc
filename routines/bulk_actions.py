"""What the list of exercises can do to several at once: a page that asks first, then a sentence with counts."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.errors import NotAllowed
from portal.accounts.models import User
from portal.accounts.requests import person_of
from routines.access import check_can_edit
from routines.models import Exercise
from routines.services.bulk import Changed, tag_many, withdraw_many

MOST = 100  # exercises at once; engineering bound, twice what a page of the list shows
TAGS, TAG_LENGTH = 20, 80  # tags at once, characters of each; engineering bounds


class TagsForm(forms.Form):
    """Tags for several exercises."""

    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("One a line."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=TAGS * (TAG_LENGTH + 2),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("Tags that are there already"),
        choices=[("add", gettext_lazy("Keep them")), ("instead", gettext_lazy("Take them off"))],
        initial="add",
        widget=forms.RadioSelect,
    )

    def clean_tags(self) -> list[str]:
        tags = list(dict.fromkeys(line.strip() for line in str(self.cleaned_data["tags"]).splitlines() if line.strip()))
        if not tags:
            raise forms.ValidationError(_("Write at least one tag."))
        if len(tags) > TAGS or any(len(tag) > TAG_LENGTH for tag in tags):
            words = {"count": TAGS, "length": TAG_LENGTH}
            raise forms.ValidationError(_("Write at most %(count)d tags of %(length)d characters each.") % words)
        return tags


@admin.action(description=gettext_lazy("Set tags"), permissions=["add"])
def set_tags(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Ask which tags, then write them into a draft of each."""
    rows = _chosen(request, queryset)
    if rows is None:
        return None
    form = TagsForm(request.POST if "sure" in request.POST else None)
    if not form.is_valid():
        lead = _("The tags are written into a draft of each. What is published stays until you publish the draft.")
        return _ask(model_admin, request, rows, title=_("Set tags"), lead=lead, form=form)
    given = form.cleaned_data
    changed = tag_many(rows, tags=given["tags"], instead=given["how"] == "instead", by=person_of(request))
    said = ngettext(
        "The tags stand in the draft of %(count)d exercise. Publish it to use them.",
        "The tags stand in the drafts of %(count)d exercises. Publish each to use them.",
        len(changed.done),
    )
    _tell(request, changed, said, _("They have these tags already: %(names)s."))
    if changed.out_of_review:
        names = {"names": ", ".join(row.name for row in changed.out_of_review)}
        messages.warning(request, _("Taken out of review, because the draft is another now: %(names)s.") % names)
    return redirect(request.get_full_path())


@admin.action(description=gettext_lazy("Archive"), permissions=["add"])
def archive(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Ask, then withdraw each."""
    rows = _chosen(request, queryset)
    if rows is None:
        return None
    if "sure" not in request.POST:
        lead = _("New plans cannot take them any more. Running plans keep them, and each can be offered again.")
        return _ask(model_admin, request, rows, title=_("Archive"), lead=lead)
    changed = withdraw_many(rows, by=person_of(request))
    said = ngettext(
        "%(count)d exercise is archived. Running plans keep it.",
        "%(count)d exercises are archived. Running plans keep them.",
        len(changed.done),
    )
    _tell(request, changed, said, _("Archived before: %(names)s."))
    return redirect(request.get_full_path())


def _chosen(request: HttpRequest, queryset: Any) -> list[Exercise] | None:
    """Return the chosen exercises; None, and a sentence, where there are too many."""
    rows: list[Exercise] = list(queryset.select_related("practice", "current_version")[: MOST + 1])
    if len(rows) > MOST:
        messages.error(request, _("Choose at most %(count)d exercises at once.") % {"count": MOST})
        return None
    return rows


def _ask(
    model_admin: Any, request: HttpRequest, rows: Sequence[Exercise], *, title: str, lead: str, form: Any = None
) -> HttpResponse:
    person = person_of(request)
    refusals = {row: _why_not(person, row) for row in rows}
    mine = [row for row, why in refusals.items() if not why]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "lead": lead,
        "rows": mine,
        "in_review": [row for row in mine if form is not None and row.state == Exercise.State.IN_REVIEW],
        "kept": [(row, why) for row, why in refusals.items() if why],
        "form": form,
        "action": request.POST["action"],
        "chosen": helpers.ACTION_CHECKBOX_NAME,
        "back": request.get_full_path(),
    }
    wrong = form is not None and form.is_bound
    status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
    return render(request, "routines/editor/bulk.html", context, status=status)


def _why_not(person: User, row: Exercise) -> str:
    """Return why the exercise is not theirs to change; empty for one that is."""
    try:
        check_can_edit(person, row)
    except NotAllowed as refused:
        return str(refused)
    return ""


def _tell(request: HttpRequest, changed: Changed, said: str, same: str) -> None:
    if changed.done:
        messages.success(request, said % {"count": len(changed.done)})
    if changed.same:
        messages.info(request, same % {"names": ", ".join(row.name for row in changed.same)})
    for row, why in changed.refused:
        messages.warning(request, _("%(name)s stays as it is. %(why)s") % {"name": row.name, "why": why})
