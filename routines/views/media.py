"""Pictures, films and sound of an exercise: what its newest version shows, and a form to add more."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal.accounts.access import find_for
from portal.accounts.errors import NotAllowed
from portal.accounts.requests import PersonRequest
from portal.lib.choices import give_choices
from portal.lib.uploads import refusal, takes_files
from routines.access import check_can_edit
from routines.content import ContentError, parse_exercise
from routines.content.media import Media
from routines.media.cleaning import MAX_BYTES
from routines.media.refusal import MediaRefused
from routines.models import Exercise
from routines.services.media import add_media, newest_document, places_of, remove_media

WHOLE = "whole"  # the place that is the exercise itself, whose path is empty


class MediaForm(forms.Form):
    """One file with what belongs to it. Whether it is what it says is decided when it is cleaned."""

    place = forms.ChoiceField(label=gettext_lazy("Where it is shown"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=[
            ("image", gettext_lazy("A picture: JPEG, PNG, WebP or AVIF, at most 20 MB")),
            ("video", gettext_lazy("A film: MP4 (H.264) at most 3 minutes and 60 MB, with a picture and captions")),
            ("audio", gettext_lazy("A sound: MP3 or M4A, at most 3 minutes")),
        ],
    )
    file = forms.FileField(label=gettext_lazy("File"))
    alt = forms.CharField(
        label=gettext_lazy("In words"),
        help_text=gettext_lazy(
            "What is to be seen, or the words that are spoken, for people who cannot see or hear it."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    poster = forms.FileField(
        label=gettext_lazy("Picture before the film runs"), required=False, help_text=gettext_lazy("For a film.")
    )
    captions = forms.FileField(
        label=gettext_lazy("Captions of the film"), required=False, help_text=gettext_lazy("For a film: a WebVTT file.")
    )


@takes_files(most_bytes=MAX_BYTES)
@require_http_methods(["GET", "POST"])
def exercise_media(request: PersonRequest, exercise_id: int) -> HttpResponse:
    """Show what an exercise shows; add a file, or take one away."""
    rows = Exercise.objects.select_related("practice", "owner", "current_version")
    exercise: Exercise = find_for(request.user, rows, pk=exercise_id)
    refused = refusal(request) if request.method == "POST" else ""
    if request.method == "GET":
        return _page(request, exercise, _form(exercise))
    check_can_edit(request.user, exercise)
    if not refused and request.POST.get("do", "").startswith("remove:"):
        return _remove(request, exercise)
    form = _form(exercise, request)
    if refused:
        form.errors.clear()
        form.add_error("file", refused)
        return _page(request, exercise, form, status=413)
    if form.is_valid() and _add(request, exercise, form):
        messages.success(request, _("Added to the draft. Clients see it once the draft is published."))
        return redirect("admin:exercise_media", exercise.pk)
    return _page(request, exercise, form, status=400)


def _add(request: PersonRequest, exercise: Exercise, form: MediaForm) -> bool:
    """Add the file; False with the reason in the form where it is not taken."""
    given = form.cleaned_data
    try:
        add_media(
            exercise,
            place="" if given["place"] == WHOLE else given["place"],
            kind=given["kind"],
            alt=given["alt"],
            file=given["file"],
            poster=given["poster"],
            captions=given["captions"],
            by=request.user,
        )
    except MediaRefused as error:
        form.add_error("file", str(error))
        return False
    except ContentError as error:
        for problem in error.problems:
            form.add_error(problem.path if problem.path in form.fields else None, problem.message)
        return False
    return True


def _remove(request: PersonRequest, exercise: Exercise) -> HttpResponse:
    _verb, _colon, rest = request.POST["do"].partition(":")
    digest, _colon, place = rest.partition(":")
    try:
        remove_media(exercise, place=place, digest=digest, by=request.user)
    except ContentError as error:
        messages.error(request, "; ".join(problem.message for problem in error.problems))
    else:
        messages.success(request, _("Taken out of the draft. Published versions keep it."))
    return redirect("admin:exercise_media", exercise.pk)


def _form(exercise: Exercise, request: PersonRequest | None = None) -> MediaForm:
    form = MediaForm(request.POST, request.FILES) if request else MediaForm()
    places = [(path or WHOLE, words) for path, words, _holder in places_of(newest_document(exercise))]
    give_choices(form, "place", places)
    return form


def _page(request: PersonRequest, exercise: Exercise, form: MediaForm, *, status: int = 200) -> HttpResponse:
    try:
        check_can_edit(request.user, exercise)
        may_edit = True
    except NotAllowed:
        may_edit = False
    content = parse_exercise(newest_document(exercise))
    shown: list[tuple[str, str, tuple[Media, ...]]] = [("", _("The whole exercise"), content.media)]
    steps = iter(
        (segment.key, index, step.media) for segment in content.segments for index, step in enumerate(segment.steps)
    )
    for path, words, _holder in places_of(newest_document(exercise))[1:]:
        shown.append((path, words, next(steps)[2]))
    context = {
        **admin.site.each_context(request),
        "exercise": exercise,
        "form": form,
        "places": [(path, words, media) for path, words, media in shown if media],
        "may_edit": may_edit,
        "most_bytes": MAX_BYTES,
    }
    return render(request, "routines/editor/media.html", context, status=status)
