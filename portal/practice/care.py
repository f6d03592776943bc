"""What the practice says itself on the care cards: looked at as clients see it, then signed by an owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients import safety_words
from clients.errors import Invalid
from clients.models import CareText, Client
from clients.services.care_texts import (
    care_texts_in_force,
    check_care_texts,
    countries_with_a_number,
    sign_care_text,
)
from clients.views.practitioner.door import desk, owner_page
from clients.views.refused import show_errors, status_of
from portal.accounts.models import Practice
from portal.accounts.requests import DeskRequest
from portal.lib.countries import countries
from portal.practice.forms import CareTextForm
from routines.content.library_items import LEVELS

OWN: Final = "own"  # in addresses: the practice's own country
EARLIER_SHOWN: Final = 10


@dataclass(frozen=True)
class Shelf:
    """The texts for clients of one country who read one language.

    key: of the country, in addresses. number: its signed emergency number. clients: those in care. signed: None where
    nothing was.
    """

    key: str
    country: str
    number: str
    language: str
    language_name: str
    clients: int
    signed: CareText | None


def shelves_of(practice: Practice) -> list[Shelf]:
    """Return one shelf for each country with a signed number and each language, the practice's own country first."""
    signed = care_texts_in_force(practice)
    counted = Client.objects.current().order_by().values_list("country", "language").annotate(Count("pk"))
    clients = {(country, language): count for country, language, count in counted}
    names = {"": _("The country of the practice"), **countries(get_language() or "")}
    numbers = countries_with_a_number(practice)
    return [
        Shelf(
            key=country or OWN,
            country=names[country],
            number=numbers[country],
            language=language,
            language_name=str(language_name),
            clients=clients.get((country, language), 0),
            signed=signed.get((country, language)),
        )
        for country in sorted(numbers, key=lambda code: ("" if not code else names[code], code))
        for language, language_name in settings.LANGUAGES
    ]


@require_GET
@owner_page
def care_texts(request: DeskRequest) -> HttpResponse:
    """Each country with a signed number, each language, and what holds there."""
    return desk(request, "practice/care_texts.html", {"shelves": shelves_of(request.practice)})


@require_http_methods(["GET", "POST"])
@owner_page
def care_text(request: DeskRequest, country: str, language: str) -> HttpResponse:
    """Write the texts of one country and language, look at the cards with them, sign them."""
    practice = request.practice
    shelves = (each for each in shelves_of(practice) if (each.key, each.language) == (country, language))
    shelf = next(shelves, None)
    if shelf is None:
        raise Http404
    code = "" if country == OWN else country
    texts: Mapping[str, str] = shelf.signed.texts if shelf.signed is not None else safety_words.NO_TEXTS
    looks = request.POST.get("do") == "look"
    sent = request.POST if request.method == "POST" else None
    form = CareTextForm(sent, initial=dict(texts), language=language, signs=not looks)
    is_draft = False
    if form.is_bound and form.is_valid():
        given = {level: form.cleaned_data[level] for level in LEVELS}
        try:
            texts, is_draft = check_care_texts(given), True
            if not looks:
                sign_care_text(
                    practice,
                    country=code,
                    language=language,
                    texts=given,
                    by=request.user,
                    now=timezone.now(),
                )
        except Invalid as error:
            show_errors(form, error)
        else:
            if not looks:
                messages.success(request, _("Signed. Clients read it from now on."))
                return redirect("admin:practice_care")
    earlier = CareText.objects.filter(practice=practice, country=code, language=language).select_related("signed_by")
    with translation.override(language):
        cards = safety_words.cards(shelf.number, has_ended=False, texts=texts)
    context = {
        "form": form,
        "shelf": shelf,
        "cards": [cards[level] for level in LEVELS],
        "is_draft": is_draft,
        "earlier": earlier[1 : EARLIER_SHOWN + 1],
    }
    return desk(request, "practice/care_text.html", context, status=status_of(form))
