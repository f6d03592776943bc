"""The pages on which an owner writes, looks at and signs what the care cards say besides."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import CareText, SafetySetup
from clients.safety_words import CARDS
from portal.accounts.models import AuditEvent, Practice, Role, User
from portal.accounts.tenancy import practice_scope
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff, sign_safety

pytestmark = pytest.mark.django_db

LIST = "admin:practice_care"
OWN = ["own", "en-gb"]


@pytest.fixture
def practice() -> Practice:
    return make_practice(name="Riverside")


@pytest.fixture
def olive(practice: Practice) -> User:
    with practice_scope(practice):
        olive = make_staff(practice, Role.OWNER, first_name="Olive", last_name="Park")
        SafetySetup.objects.all()._raw_delete("default")
        sign_safety(practice, olive, country_numbers={"AT": "112"})
    return olive


@pytest.fixture
def owner(olive: User) -> Browser:
    return browser_of(olive)


def page_of(*where: str) -> str:
    return reverse("admin:practice_care_text", args=where or OWN)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def kept(practice: Practice) -> list[CareText]:
    with practice_scope(practice):
        return list(CareText.objects.order_by("pk"))


def test_each_country_with_a_number_and_each_language_has_its_line(
    practice: Practice, olive: User, owner: Browser
) -> None:
    make_client(olive, practice, country="AT", language="de")
    page = text_of(owner.get(reverse(LIST)))
    for place in (OWN, ["own", "de"], ["AT", "en-gb"], ["AT", "de"]):
        assert page_of(*place) in page
    assert page.index("The country of the practice, in English") < page.index("Austria, in German")
    line = page.partition("Austria, in German")[2].partition("</li>")[0]
    assert "Call 112; no text of your own" in line
    assert "1 client" in line


def test_before_any_number_is_signed_the_page_says_what_comes_first(practice: Practice, owner: Browser) -> None:
    with practice_scope(practice):
        SafetySetup.objects.all()._raw_delete("default")
    page = text_of(owner.get(reverse(LIST)))
    assert "A physiotherapist signs it first." in page
    assert reverse("admin:safety_setup") in page
    assert owner.get(page_of()).status_code == 404


def test_nothing_is_filled_in_before_an_owner_writes(owner: Browser) -> None:
    page = owner.get(page_of()).content.decode()
    assert re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL) == ["", "", ""]
    for level in ("emergency", "same_day", "soon"):
        assert CARDS[level][0] in page


def test_what_is_written_is_looked_at_before_it_is_signed(practice: Practice, owner: Browser) -> None:
    given = {"same_day": "Ring the night doctor.\nOr come to us."}
    looked = owner.post(page_of(), {**given, "do": "look"})
    page = text_of(looked)
    assert looked.status_code == 200
    assert "What you wrote, not signed yet" in page
    assert "<p>Ring the night doctor.</p><p>Or come to us.</p>" in page
    assert kept(practice) == []
    assert 'href="tel:' not in page, "a card to look at dials nobody"

    refused = owner.post(page_of(), given)
    assert refused.status_code == 400
    assert "Tick the box to sign." in text_of(refused)
    assert "Ring the night doctor." in text_of(refused)
    assert kept(practice) == []

    signed = owner.post(page_of(), {**given, "signed": "on"}, follow=True)
    assert signed.redirect_chain == [(reverse(LIST), 302)]
    assert "Signed. Clients read it from now on." in text_of(signed)
    assert "Below 999: signed by Olive Park" in text_of(signed)
    (row,) = kept(practice)
    assert (row.country, row.language, row.texts) == ("", "en-gb", given)
    page = text_of(owner.get(page_of()))
    assert "As these clients see it now" in page
    assert "<p>Ring the night doctor.</p>" in page


def test_the_cards_are_shown_in_the_language_of_the_text(owner: Browser) -> None:
    page = text_of(owner.post(page_of("AT", "de"), {"soon": "Beim Hausarzt melden.", "do": "look"}))
    cards = page.partition('care-text__cards stack" lang="de"')[2]
    assert "112" in cards
    assert "999" not in cards
    assert CARDS["soon"][0] not in cards, "the cards are German"
    assert "Beim Hausarzt melden." in cards


def test_an_earlier_text_stays_readable(practice: Practice, owner: Browser) -> None:
    for text in ("First words.", "Second words.", ""):
        owner.post(page_of(), {"soon": text, "signed": "on"})
    page = text_of(owner.get(page_of()))
    earlier = page.partition("Signed before")[2].partition("</ul>")[0]
    assert earlier.index("Second words.") < earlier.index("First words.")
    assert "no text of your own" in text_of(owner.get(reverse(LIST)))
    with practice_scope(practice):
        assert AuditEvent.objects.filter(action="care_text_signed").count() == 3


@pytest.mark.parametrize("do", [{"signed": "on"}, {"do": "look"}])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * 241, "“Who to ask the same day” has 241 characters. Shorten it to 240."),
        ("a\nb\nc\nd\ne", "“Who to ask the same day” has 5 lines. Write at most 4."),
        ("Ring 1\x0716", "“Who to ask the same day” has hidden characters in it. Type it again by hand."),
        ("Ring 1\u202e16", "“Who to ask the same day” has hidden characters in it. Type it again by hand."),
        ("Ring 1\x0016", "Null characters are not allowed."),
    ],
)
def test_a_text_that_cannot_stand_on_a_card_is_named_beside_its_place(
    practice: Practice, owner: Browser, do: dict[str, str], text: str, says: str
) -> None:
    answer = owner.post(page_of(), {"same_day": text, **do})
    page = text_of(answer)
    assert answer.status_code == 400
    assert says in page.partition('id="id_same_day_error"')[2].partition("</div>")[0]
    assert says in page.partition("There is a problem")[2].partition("</ul>")[0]
    assert "As these clients see it now" in page
    assert kept(practice) == []


def test_a_text_at_the_limit_with_the_line_breaks_of_a_browser_is_taken(practice: Practice, owner: Browser) -> None:
    text = f"{'x' * 119}\r\n{'y' * 120}"
    assert owner.post(page_of(), {"soon": text, "signed": "on"}).status_code == 302
    (row,) = kept(practice)
    assert len(row.soon) == 240


@pytest.mark.parametrize("where", [["FR", "de"], ["AT", "fr"], ["at", "de"], ["own", "en"], ["EU", "en-gb"]])
def test_a_country_without_a_number_and_an_unknown_language_have_no_page(owner: Browser, where: list[str]) -> None:
    assert owner.get(page_of(*where)).status_code == 404
    assert owner.post(page_of(*where), {"soon": "x", "signed": "on"}).status_code == 404


def test_practitioners_read_what_their_clients_are_told_and_change_nothing(practice: Practice, owner: Browser) -> None:
    owner.post(page_of("AT", "de"), {"soon": "Beim Hausarzt melden.", "signed": "on"})
    priya = browser_of(make_staff(practice))
    assert priya.get(reverse(LIST)).status_code == 403
    assert priya.get(page_of()).status_code == 403
    assert priya.post(page_of(), {"soon": "Ask me.", "signed": "on"}).status_code == 403
    assert len(kept(practice)) == 1
    assert 'AT, German</b>: <span lang="de">Beim Hausarzt melden.</span>' in text_of(
        priya.get(reverse("admin:safety_setup"))
    )


def test_an_owner_of_another_practice_writes_into_their_own(practice: Practice, olive: User) -> None:
    there = make_practice(name="Hillside")
    with practice_scope(there):
        oscar = make_staff(there, Role.OWNER)
    browser_of(oscar).post(page_of(), {"soon": "Ask Hillside.", "signed": "on"})
    assert kept(practice) == []
    assert [row.soon for row in kept(there)] == ["Ask Hillside."]
    assert "Ask Hillside." not in text_of(browser_of(olive).get(page_of()))
