"""What a practice says itself on the care cards: behind the number, for its own clients of one country and language."""

import io
import re
import uuid
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from clients.analytics.care import help_for
from clients.errors import Invalid, NotAllowed
from clients.models import Assignment, CareText, Client, SafetyCheck, SafetySetup
from clients.models.care_text import CARE_TEXT_LIMIT, CARE_TEXT_LINES
from clients.safety_words import CARDS, CLEAR, cards, own_help
from clients.services.care_texts import care_texts_in_force, sign_care_text
from clients.services.messages import write_to_clinic
from clients.services.safety_setup import sign_setup
from portal.accounts.models import AuditEvent, Practice, Role, User
from portal.accounts.tenancy import practice_scope
from tests.clients.test_safety_pages import NO
from tests.doors import CODE, sign_in
from tests.factories import make_client, make_practice, make_staff, sign_safety

LEVELS = ("emergency", "same_day", "soon")
TEXTS = {
    "emergency": "The emergency department at Mill Road is open all night.",
    "same_day": "Ring the out-of-hours doctor.\nUrgent care: Mill Road, 8 to 20.",
    "soon": "Ask your family doctor, or us.",
}


@pytest.fixture
def practice(db: None) -> Practice:
    return make_practice(name="Riverside")


@pytest.fixture
def olive(practice: Practice) -> User:
    return make_staff(practice, Role.OWNER, first_name="Olive", last_name="Park")


def sign(practice: Practice, by: User, **values: Any) -> CareText:
    given = {"country": "", "language": "en-gb", "texts": TEXTS, **values}
    with practice_scope(practice):
        return sign_care_text(practice, by=by, now=timezone.now(), **given)


def texts_for(practice: Practice, **fields: Any) -> dict[str, str]:
    """What a client of the practice with these details is told of its own texts."""
    client = make_client(make_staff(practice), practice, **fields)
    with practice_scope(practice):
        return dict(help_for(client).texts)


# --- who reads what -------------------------------------------------------------------------------------------


def test_with_nothing_signed_every_card_is_as_it_was(practice: Practice, olive: User) -> None:
    assert texts_for(practice) == {}
    for level, card in cards("999", has_ended=True).items():
        title, lines = CARDS[level]
        assert (card.title, card.first, card.places, card.then) == (
            title,
            tuple(line % {"number": "999"} for line in lines),
            (),
            (),
        )


@pytest.mark.parametrize(
    ("country", "language", "reads"),
    [
        pytest.param("", "en-gb", "own en", id="not set: the practice's own country"),
        pytest.param("", "de", "", id="another language"),
        pytest.param("AT", "de", "at de", id="another country with its text"),
        pytest.param("AT", "en-gb", "", id="that country in another language"),
        pytest.param("CH", "de", "", id="a country with a number and no text"),
        pytest.param("FR", "en-gb", "", id="a country without a number"),
    ],
)
def test_a_text_is_read_in_its_country_and_language_alone(
    practice: Practice, olive: User, country: str, language: str, reads: str
) -> None:
    with practice_scope(practice):
        SafetySetup.objects.all()._raw_delete("default")
    sign_safety(practice, olive, country_numbers={"AT": "112", "CH": "144"})
    sign(practice, olive, texts={"soon": "own en"})
    sign(practice, olive, country="AT", language="de", texts={"soon": "at de"})
    assert texts_for(practice, country=country, language=language) == ({"soon": reads} if reads else {})


def test_another_practices_text_is_never_read(practice: Practice, olive: User) -> None:
    there = make_practice(name="Hillside")
    sign(there, make_staff(there, Role.OWNER), texts={"soon": "Ask Hillside."})
    assert texts_for(practice) == {}
    with practice_scope(practice):
        assert care_texts_in_force(there) == {}
        assert CareText.objects.count() == 0


def test_the_text_signed_last_counts_and_earlier_ones_are_kept(practice: Practice, olive: User) -> None:
    first = sign(practice, olive)
    second = sign(practice, olive, texts={"soon": "Ask us."})
    assert texts_for(practice) == {"soon": "Ask us."}
    with practice_scope(practice):
        assert care_texts_in_force(practice) == {("", "en-gb"): second}
        assert list(CareText.objects.order_by("pk")) == [first, second]
        assert CareText.objects.get(pk=first.pk).texts == TEXTS
    for change in (first.save, first.delete):
        with pytest.raises(ValidationError):
            change()
    sign(practice, olive, texts={})
    assert texts_for(practice) == {}, "an empty text takes it back"


def test_a_text_is_not_read_once_the_number_of_its_country_is_gone(practice: Practice, olive: User) -> None:
    with practice_scope(practice):
        SafetySetup.objects.all()._raw_delete("default")
    first = sign_safety(practice, olive, country_numbers={"AT": "112"})
    sign(practice, olive, country="AT", texts=TEXTS)
    assert texts_for(practice, country="AT") == TEXTS
    with practice_scope(practice):
        Client.objects.update(country="")
        priya = make_staff(practice)
        later = timezone.now() + timedelta(minutes=1)
        again = sign_setup(
            practice, by=priya, emergency_number="999", second_contact=priya, escalate_after_h=2, now=later
        )
        assert (again.country_numbers, first.country_numbers) == ({}, {"AT": "112"})
    assert texts_for(practice, country="AT") == {}


# --- what may be signed, and by whom --------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.EDITOR])
def test_only_an_owner_of_the_practice_signs(practice: Practice, role: Role) -> None:
    owner_elsewhere = make_staff(make_practice(), Role.OWNER)
    for person in (make_staff(practice, role), owner_elsewhere):
        with pytest.raises(NotAllowed):
            sign(practice, person)
    with practice_scope(practice):
        assert not CareText.objects.exists()
        assert not AuditEvent.objects.filter(action="care_text_signed").exists()


def test_who_signed_what_is_in_the_audit_trail_without_its_words(practice: Practice, olive: User) -> None:
    signed = sign(practice, olive, texts={"soon": "Ask us."})
    with practice_scope(practice):
        entry = AuditEvent.objects.get(action="care_text_signed")
    assert (entry.actor, entry.practice, entry.object_id) == (olive, practice, str(signed.pk))
    assert entry.detail == {"country": "", "language": "en-gb", "levels": ["soon"]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("x" * (CARE_TEXT_LIMIT + 1), "has 241 characters. Shorten it to 240", id="too long"),
        pytest.param("\n".join("x" * (CARE_TEXT_LINES + 1)), "has 5 lines. Write at most 4", id="too many lines"),
        *(
            pytest.param(f"Call 1{hidden}16.", "hidden characters", id=f"U+{ord(hidden):04X}")
            for hidden in "\x00\x07\x0b\x1b\x7f\x85\u2028\u202e\u2066"
        ),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_a_text_that_cannot_stand_on_a_card_is_named_with_the_remedy(
    practice: Practice, olive: User, level: str, text: str, says: str
) -> None:
    with pytest.raises(Invalid) as refused:
        sign(practice, olive, texts={**TEXTS, level: text})
    assert list(refused.value.errors) == [level]
    place = {"emergency": "Where to go", "same_day": "Who to ask the same day", "soon": "Who to ask this week"}[level]
    assert place in refused.value.errors[level]
    assert says in refused.value.errors[level]
    with practice_scope(practice):
        assert not CareText.objects.exists()


def test_lines_are_kept_and_the_air_around_them_is_not(practice: Practice, olive: User) -> None:
    long = "x" * CARE_TEXT_LIMIT
    signed = sign(practice, olive, texts={"same_day": "  Ring 116.\r\n\r\n\tOr come. \n", "soon": f"\n{long}\n\n"})
    assert signed.texts == {"same_day": "Ring 116.\nOr come.", "soon": long}


@pytest.mark.parametrize(
    ("values", "field"),
    [({"country": "FR"}, "country"), ({"country": "own"}, "country"), ({"language": "fr"}, "language")],
)
def test_a_country_without_a_number_and_an_unknown_language_are_named(
    practice: Practice, olive: User, values: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        sign(practice, olive, **values)
    assert list(refused.value.errors) == [field]


def test_nothing_is_signed_before_the_number_of_the_country(db: None) -> None:
    practice = make_practice()
    olive = make_staff(practice, Role.OWNER)
    with practice_scope(practice):
        SafetySetup.objects.all()._raw_delete("default")
    with pytest.raises(Invalid, match="No emergency number is signed"):
        sign(practice, olive)


# --- what no text can do --------------------------------------------------------------------------------------

WRITTEN = st.dictionaries(st.sampled_from([*LEVELS, CLEAR]), st.text(min_size=1, max_size=40))


@given(texts=WRITTEN, number=st.sampled_from(["", "999", "1 12"]), has_ended=st.booleans())
def test_no_text_takes_a_word_off_a_card_or_stands_before_the_number(
    texts: dict[str, str], number: str, has_ended: bool
) -> None:
    plain = cards(number, has_ended=has_ended)
    for level, card in cards(number, has_ended=has_ended, texts=texts).items():
        before = plain[level]
        said = (*card.first, *card.then)
        assert [line for line in said if line in before.first] == list(before.first), "each fixed sentence, in order"
        assert (card.title, card.call, card.tel) == (before.title, before.call, before.tel)
        if not card.places:
            assert card == before
            continue
        assert number
        (place,) = card.places
        assert "\n".join(place.lines) == texts[level]
        is_on_the_button = level in {"emergency", "same_day"}
        assert is_on_the_button or any(number in line for line in card.first)
        assert set(said) - set(before.first) <= {f"If you feel much worse, call {number} at once."}
    own = own_help(number, texts)
    assert (own is None) is (not number or not set(texts) & set(LEVELS))
    assert own is None or (own.tel and number in own.call and number in own.worse)


@pytest.mark.parametrize(("number", "level"), list(product(["", "999"], CARDS)))
def test_the_words_that_are_fixed_come_before_the_practices_own(number: str, level: str) -> None:
    fixed = {
        "emergency": ["Do not wait for a message from us.", "Do not drive if you feel faint."],
        "same_day": ["What you told us needs a doctor or urgent care today."],
        "soon": ["This is not an emergency."],
        CLEAR: [],
    }[level]
    card = cards(number, has_ended=True, texts=TEXTS)[level]
    assert set(fixed) <= set(card.first)
    assert bool(card.places) is (bool(number) and level != CLEAR)


# --- where it stands ------------------------------------------------------------------------------------------


@pytest.fixture
def phone(plan: Assignment) -> Browser:
    """The browser of the client with a running plan, whose practice has signed its own texts."""
    client = plan.client
    owner = make_staff(client.practice, Role.OWNER)
    sign_safety(client.practice, client.lead)
    sign(client.practice, owner)
    browser = Browser()
    assert client.user is not None
    sign_in(browser, client.user, CODE)
    return browser


def shown(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def assert_behind_the_number(page: str, text: str, number: str = "999") -> None:
    for line in text.split("\n"):
        assert escape(line) in page
        assert 0 <= page.index(f'href="tel:{number}"') < page.index(escape(line))


@pytest.mark.parametrize(
    ("answers", "level"),
    [({"cauda_equina": "0"}, "emergency"), ({"infection": "1"}, "same_day"), ({"malignancy": "0"}, "soon"), ({}, "")],
)
def test_the_care_card_says_what_was_signed_for_its_level(phone: Browser, answers: dict[str, str], level: str) -> None:
    page = shown(phone.post(reverse("safety_check"), {**NO, **answers}, follow=True))
    for each in LEVELS:
        for line in TEXTS[each].split("\n"):
            assert (line in page) is (each == level)
    if level in {"emergency", "same_day"}:
        assert_behind_the_number(page, TEXTS[level])
    elif level:
        assert page.index("If you feel much worse, call 999 at once.") < page.index(TEXTS[level])


def test_every_card_that_a_device_may_show_by_itself_holds_it(phone: Browser) -> None:
    checking = shown(phone.get(reverse("safety_check")))
    week = phone.get(reverse("offline_week")).json()
    for page in (checking, *(re.sub(r"\s+", " ", html) for html in week["asked"].values())):
        for level in LEVELS:
            card = page.partition(f'data-card="{level}"')[2].partition("data-card=")[0]
            for line in TEXTS[level].split("\n"):
                assert line in card
                assert page.count(line) == 1


def test_a_week_on_the_phone_keeps_it_for_the_page_without_a_network(phone: Browser, plan: Assignment) -> None:
    assert phone.get(reverse("offline_week")).json()["help"] == {
        "call": "Call 999",
        "tel": "999",
        "worse": "If you feel much worse, call 999 at once.",
        "places": [
            {"title": "Where to go in an emergency", "lines": [TEXTS["emergency"]]},
            {"title": "Who to ask the same day", "lines": TEXTS["same_day"].split("\n")},
            {"title": "Who to ask this week", "lines": [TEXTS["soon"]]},
        ],
    }
    with practice_scope(plan.client.practice):
        CareText.objects.all()._raw_delete("default")
    assert phone.get(reverse("offline_week")).json()["help"] is None


def test_help_names_the_number_and_then_whom_to_ask(phone: Browser, plan: Assignment) -> None:
    page = shown(phone.get(reverse("help")))
    for text in TEXTS.values():
        assert_behind_the_number(page, text)
    assert page.index("This service is not watched round the clock.") < page.index("tel:999")
    with practice_scope(plan.client.practice):
        CareText.objects.all()._raw_delete("default")
    page = shown(phone.get(reverse("help")))
    assert "Where to get help" not in page
    assert "tel:999" not in page, "with nothing signed the page is as it was"


def test_words_of_a_warning_sign_in_a_message_lead_to_it(phone: Browser, plan: Assignment) -> None:
    with practice_scope(plan.client.practice):
        write_to_clinic(plan.client, text="I am numb between my legs.", key=uuid.uuid4(), now=timezone.now())
    page = shown(phone.get(reverse("messages")))
    for text in TEXTS.values():
        assert_behind_the_number(page, text)


def test_the_handout_says_it_in_its_box_behind_the_number(phone: Browser, plan: Assignment) -> None:
    def printed() -> str:
        answer = phone.get(reverse("own_handout", args=[plan.pk]))
        pages = PdfReader(io.BytesIO(answer.content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    paper = printed()
    number = paper.index("If you feel much worse, call 999 at once.")
    assert paper.index("Nobody watches this paper") < number
    for title, text in (("Where to go in an emergency", "emergency"), ("Who to ask the same day", "same_day")):
        assert number < paper.index(title) < paper.index(TEXTS[text].split("\n")[0])
    with practice_scope(plan.client.practice):
        CareText.objects.all()._raw_delete("default")
    assert "If you feel much worse" not in printed()


def test_what_an_owner_writes_is_text_on_every_page(phone: Browser, plan: Assignment) -> None:
    practice = plan.client.practice
    harmful = "<b>Call</b> {{ x }} %(number)s <script>alert(1)</script> & #import"
    with practice_scope(practice):
        owner = CareText.objects.get().signed_by
    sign(practice, owner, texts=dict.fromkeys(LEVELS, harmful))
    for page in (phone.get(reverse("help")), phone.get(reverse("safety_check"))):
        assert escape(harmful) in page.content.decode()
        assert "<script>alert" not in page.content.decode()
    answer = phone.get(reverse("own_handout", args=[plan.pk]))
    assert answer.status_code == 200
    paper = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "<script>alert(1)</script> & #import" in " ".join(paper.split())


def test_a_client_who_reads_german_has_german_cards_around_a_german_text(phone: Browser, plan: Assignment) -> None:
    client = plan.client
    with practice_scope(client.practice):
        owner = CareText.objects.get().signed_by
        Client.objects.filter(pk=client.pk).update(language="de")
        SafetyCheck.objects.all()._raw_delete("default")
    page = shown(phone.get(reverse("help")))
    assert not any(line in page for text in TEXTS.values() for line in text.split("\n")), "not in a foreign language"
    sign(client.practice, owner, language="de", texts={"same_day": "Den ärztlichen Notdienst anrufen."})
    with override("de"):
        expected = own_help("999", {"same_day": "Den ärztlichen Notdienst anrufen."})
    assert expected is not None
    page = shown(phone.get(reverse("help")))
    assert expected.places[0].title != "Who to ask the same day"
    assert expected.call in page
    assert page.index(expected.places[0].title) < page.index("Den ärztlichen Notdienst anrufen.")
