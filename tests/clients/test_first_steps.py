"""The first steps of a practice: read from what there is, on the landing page until they are taken or hidden."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from clients.analytics.first_steps import FirstSteps, first_steps
from clients.errors import NotAllowed
from clients.models import Client, SafetySetup
from clients.services.first_steps import hide_first_steps
from clients.services.invite import invite_client, show_invitation
from clients.services.safety_setup import is_set_up
from portal.accounts.models import AuditEvent, Passkey, Practice, Role, User
from portal.accounts.tenancy import practice_scope
from tests.clients.plans import give_plan
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff, sign_safety

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice() -> Practice:
    return make_practice()


@pytest.fixture
def olive(practice: Practice) -> User:
    """The only person of the practice: owner and practitioner, with nothing set up."""
    user = make_staff(practice, Role.OWNER, Role.PRACTITIONER, first_name="Olive")
    with practice_scope(practice):
        SafetySetup.objects.all().delete()
    return user


def steps_of(user: User, practice: Practice) -> FirstSteps | None:
    with practice_scope(practice):
        found = Practice.objects.get(pk=practice.pk)
        return first_steps(User.objects.get(pk=user.pk), found, is_signed=is_set_up(found), rows=())


def test_each_step_is_taken_by_doing_it(practice: Practice, olive: User) -> None:
    taken = []

    def look() -> None:
        steps = steps_of(olive, practice)
        taken.append(steps.next if steps else 0)

    look()
    sign_safety(practice, olive)
    look()
    Authenticator.objects.create(user=olive, type=Authenticator.Type.TOTP, data={})
    look()
    with practice_scope(practice):
        ann = invite_client(
            practice, by=olive, lead=olive, now=timezone.now(), email="a@example.org", first_name="A", last_name="B"
        )
    look()
    with practice_scope(practice):
        give_plan(ann, starts_on=timezone.localdate())
    look()
    with practice_scope(practice):
        show_invitation(ann, by=olive, now=timezone.now())
    look()
    assert taken == [1, 2, 3, 4, 5, 0]


def test_a_passkey_protects_as_well_and_one_for_the_clients_door_does_not(practice: Practice, olive: User) -> None:
    for number, (door, protects) in enumerate(((Passkey.Door.CLIENT, False), (Passkey.Door.STAFF, True))):
        Passkey.objects.create(user=olive, door=door, name="Phone", credential_id=str(number), credential=b"")
        steps = steps_of(olive, practice)
        assert steps
        assert steps.has_factor is protects


def test_what_a_colleague_has_done_counts_and_their_client_is_not_shown(practice: Practice, olive: User) -> None:
    make_client(olive, user=None, first_name="Secret")
    nora = make_staff(practice)
    steps = steps_of(nora, practice)
    assert steps
    assert steps.has_client
    assert steps.client is None
    assert "Secret" not in browser_of(nora).get(reverse("admin:index")).content.decode()


def test_another_practice_counts_for_nothing(practice: Practice, olive: User) -> None:
    elsewhere = make_practice()
    with practice_scope(elsewhere):
        give_plan(make_client(make_staff(elsewhere)), starts_on=timezone.localdate())
    steps = steps_of(olive, practice)
    assert steps
    assert not steps.has_client
    assert not steps.has_plan
    assert not steps.is_handed_over


def test_the_landing_page_leads_on_until_it_is_hidden(practice: Practice, olive: User) -> None:
    desk = browser_of(olive)
    html = desk.get(reverse("admin:index")).content.decode()
    assert "in five steps" in html
    (current,) = re.findall(r'<li aria-current="step">(.*?)</li>', html, re.DOTALL)
    assert reverse("admin:safety_setup") in current
    for _time in range(2):
        desk.post(reverse("admin:hide_first_steps"))
    assert "in five steps" not in desk.get(reverse("admin:index")).content.decode()
    with practice_scope(practice):
        assert AuditEvent.objects.filter(action="first_steps_hidden").count() == 1


def test_an_owner_who_treats_nobody_is_led_to_the_people(practice: Practice) -> None:
    owner = make_staff(practice, Role.OWNER)
    with practice_scope(practice):
        SafetySetup.objects.all().delete()
    html = browser_of(owner).get(reverse("admin:index")).content.decode()
    (current,) = re.findall(r'<li aria-current="step">(.*?)</li>', html, re.DOTALL)
    assert reverse("admin:practice_people") in current


def test_a_busy_practice_is_asked_nothing(practice: Practice, olive: User, django_assert_num_queries: Any) -> None:
    row = type("Row", (), {"plan_name": "Back", "client": make_client(olive)})
    with practice_scope(practice), django_assert_num_queries(0):
        assert first_steps(olive, practice, is_signed=True, rows=[row]) is None


def test_a_library_editor_hides_nothing(practice: Practice) -> None:
    leo = make_staff(practice, Role.EDITOR)
    with practice_scope(practice), pytest.raises(NotAllowed):
        hide_first_steps(practice, by=leo)


def test_a_discharged_client_is_not_gone_on_with(practice: Practice, olive: User) -> None:
    make_client(olive, state=Client.State.DISCHARGED)
    steps = steps_of(olive, practice)
    assert steps
    assert steps.client is None
