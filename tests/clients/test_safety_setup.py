"""Nobody invites a client before a practitioner has signed what happens in an emergency."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from clients.analytics.care import help_for
from clients.desk_forms import country_choices
from clients.desk_safety_forms import SetupForm
from clients.errors import Invalid, NotAllowed
from clients.models import Client, SafetySetup
from clients.services.invite import invite_client, send_invitation, show_invitation
from clients.services.safety_setup import SetupMissing, current_setup, is_set_up, sign_setup
from portal.accounts.models import AuditEvent, Membership, Practice, Role, User
from portal.accounts.tenancy import practice_scope
from tests.factories import make_client, make_membership, make_person, make_practice, make_staff


@pytest.fixture
def practice(db: None) -> Practice:
    return make_practice()


@pytest.fixture
def priya(practice: Practice) -> User:
    """A practitioner of a practice in which nobody has signed yet."""
    user = make_person("priya@example.org")
    make_membership(practice, user)
    return user


def signed(practice: Practice, by: User, **values: Any) -> SafetySetup:
    given = {"emergency_number": "999", "second_contact": by, "escalate_after_h": 2, **values}
    with practice_scope(practice):
        return sign_setup(practice, by=by, now=timezone.now(), **given)


def test_the_set_up_ships_empty_and_refuses_every_way_to_invite(practice: Practice, priya: User) -> None:
    waiting = make_client(priya, practice, user=None)
    with practice_scope(practice):
        assert current_setup(practice) is None
        for invite in (
            lambda: invite_client(
                practice, by=priya, lead=priya, now=timezone.now(), email="c@x.example", first_name="C", last_name="D"
            ),
            lambda: send_invitation(waiting, by=priya, now=timezone.now()),
            lambda: show_invitation(waiting, by=priya, now=timezone.now()),
        ):
            with pytest.raises(SetupMissing):
                invite()
        assert Client.objects.count() == 1
    signed(practice, priya)
    with practice_scope(practice):
        assert show_invitation(waiting, by=priya, now=timezone.now())


def test_who_signed_and_when_is_kept_with_every_earlier_one(practice: Practice, priya: User) -> None:
    first, second = signed(practice, priya), signed(practice, priya, emergency_number="112")
    with practice_scope(practice):
        assert current_setup(practice) == second
        assert (first.signed_by, SafetySetup.objects.count()) == (priya, 2)
        assert AuditEvent.objects.filter(action="safety_signed", actor=priya).count() == 2
    for change in (first.save, first.delete):
        with pytest.raises(ValidationError):
            change()


@pytest.mark.parametrize("role", [Role.OWNER, Role.EDITOR])
def test_only_a_practitioner_signs(practice: Practice, role: Role) -> None:
    olive = make_person("olive@example.org")
    make_membership(practice, olive, role=role)
    with pytest.raises(NotAllowed):
        signed(practice, olive)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"emergency_number": ""}, "emergency_number"),
        ({"emergency_number": "call me"}, "emergency_number"),
        ({"emergency_number": "9" * 21}, "emergency_number"),
        ({"escalate_after_h": 0}, "escalate_after_h"),
        ({"escalate_after_h": 49}, "escalate_after_h"),
    ],
)
def test_a_wrong_value_is_named(practice: Practice, priya: User, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        signed(practice, priya, **values)
    assert list(refused.value.errors) == [field]
    with practice_scope(practice):
        assert not is_set_up(practice)


def test_the_second_contact_works_here(practice: Practice, priya: User) -> None:
    stranger = make_staff(make_practice())
    editor = make_staff(practice, Role.EDITOR)
    for person in (stranger, editor):
        with pytest.raises(Invalid):
            signed(practice, priya, second_contact=person)


def test_a_second_contact_who_has_left_stops_new_invitations(practice: Practice, priya: User) -> None:
    nora = make_person("nora@example.org")
    membership = make_membership(practice, nora)
    signed(practice, priya, second_contact=nora)
    with practice_scope(practice):
        assert is_set_up(practice)
        Membership.objects.filter(pk=membership.pk).update(is_active=False)
        with pytest.raises(SetupMissing, match="second contact"):
            show_invitation(make_client(priya, practice, user=None), by=priya, now=timezone.now())


# --- the number of the client's country ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "number"),
    [
        pytest.param("", "999", id="not set: the practice's own"),
        pytest.param("AT", "112", id="signed"),
        pytest.param("FR", "", id="not signed: none rather than another country's"),
    ],
)
def test_the_care_card_names_the_number_of_the_clients_country(
    practice: Practice, priya: User, country: str, number: str
) -> None:
    signed(practice, priya, country_numbers={"AT": "112"})
    client = make_client(priya, practice)
    with practice_scope(practice):
        Client.objects.filter(pk=client.pk).update(country=country)
        assert help_for(Client.objects.get(pk=client.pk)).number == number


def test_no_country_has_a_number_before_somebody_signs_one(practice: Practice, priya: User) -> None:
    assert signed(practice, priya).country_numbers == {}


@pytest.mark.parametrize("numbers", [{"AT": "call me"}, {"AT": ""}, {"XX": "112"}, {"at": "112"}, {"EU": "112"}])
def test_what_is_no_country_or_no_number_is_not_signed(
    practice: Practice, priya: User, numbers: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        signed(practice, priya, country_numbers=numbers)
    assert set(refused.value.errors) == {"country_numbers"}


def test_a_country_that_clients_live_in_keeps_its_number(practice: Practice, priya: User) -> None:
    signed(practice, priya, country_numbers={"AT": "112"})
    client = make_client(priya, practice)
    with practice_scope(practice):
        Client.objects.filter(pk=client.pk).update(country="AT")
    with pytest.raises(Invalid, match="Clients live in AT"):
        signed(practice, priya)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("AT 112", {"AT": "112"}),
        ("at 112\n\nch 1 44 \n", {"AT": "112", "CH": "1 44"}),
        ("AT 112\nat 144", None),
    ],
)
def test_numbers_are_typed_one_a_line(
    practice: Practice, priya: User, text: str, expected: dict[str, str] | None
) -> None:
    with practice_scope(practice):
        values = {"emergency_number": "999", "second_contact": priya.pk, "escalate_after_h": 2, "signed": "on"}
        form = SetupForm({**values, "country_numbers": text}, practice=practice, setup=None)
        assert form.is_valid() is (expected is not None), form.errors
        assert form.cleaned_data.get("country_numbers") == expected


def test_only_countries_with_a_signed_number_can_be_chosen_for_a_client(practice: Practice, priya: User) -> None:
    signed(practice, priya, country_numbers={"CH": "144", "AT": "112"})
    with practice_scope(practice):
        assert country_choices() == [("", "The country of the practice"), ("AT", "Austria"), ("CH", "Switzerland")]
