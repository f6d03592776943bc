"""How long a session of staff lasts, and what ends it at once. A06 and A07."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import AuditEvent, Membership, Role, User
from portal.accounts.tenancy import all_practices
from tests.doors import CODE, browser_of, give_totp
from tests.factories import make_client, make_practice
from tests.portal.staff_door.entering import log_in, opens_admin

pytestmark = pytest.mark.django_db


def test_a_person_who_is_switched_off_is_out_at_once(priya: User) -> None:
    browser = browser_of(priya)
    assert opens_admin(browser)
    User.objects.filter(pk=priya.pk).update(is_active=False)
    assert not opens_admin(browser)
    assert log_in(Browser()).headers["Location"] == reverse("account_inactive")


def test_a_role_that_ends_closes_the_admin_at_once(priya: User) -> None:
    browser = browser_of(priya)
    with all_practices():
        Membership.objects.filter(user=priya).update(is_active=False)
    assert browser.get("/admin/", follow=True).status_code == 403


def test_a_staff_session_ends_after_a_quarter_of_an_hour_without_use(
    priya: User, time_machine: Any, settings: Any
) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    browser = browser_of(priya)
    for minutes in (0, 14, 28, 42):
        time_machine.move_to(start + timedelta(minutes=minutes), tick=False)
        assert opens_admin(browser), minutes
    time_machine.move_to(start + timedelta(minutes=58), tick=False)
    assert not opens_admin(browser)
    assert "_auth_user_id" not in browser.session


def test_a_staff_session_ends_after_twelve_hours_of_use(priya: User, time_machine: Any) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    browser = browser_of(priya)
    for step in range(12 * 6):
        time_machine.move_to(start + timedelta(minutes=10 * step), tick=False)
        assert opens_admin(browser), step
    time_machine.move_to(start + timedelta(hours=12, minutes=1), tick=False)
    assert not opens_admin(browser)


def test_a_clients_session_is_not_ended_by_the_limits_of_staff(priya: User, time_machine: Any) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    browser = browser_of(make_client(priya).user, CODE)
    time_machine.move_to(start + timedelta(days=10), tick=False)
    assert browser.get("/").status_code == 200


def test_a_removed_second_factor_ends_every_session(priya: User) -> None:
    give_totp(priya)
    here, elsewhere = browser_of(priya), browser_of(priya)
    assert here.get(reverse("mfa_deactivate_totp")).status_code == 200
    assert here.post(reverse("mfa_deactivate_totp")).headers["Location"] == reverse("account_login")
    assert not opens_admin(here)
    assert not opens_admin(elsewhere)
    assert not Authenticator.objects.filter(user=priya).exists()


def test_signing_out_everywhere_ends_every_session_also_of_people_without_a_password(priya: User) -> None:
    carl = make_client(priya).user
    here, elsewhere = browser_of(carl, CODE), browser_of(carl, CODE)
    answer = here.post(reverse("sign_out_everywhere"), {"device": "cleared"})
    assert answer.headers["Location"] == reverse("sign_in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert here.get("/plan/").status_code == elsewhere.get("/plan/").status_code == 302
    with all_practices():
        assert AuditEvent.objects.filter(action="signed_out_everywhere", actor=carl).exists()


def test_staff_of_two_practices_choose_one_and_the_choice_is_checked_on_every_request(priya: User) -> None:
    second = make_practice(name="Hilltop Clinic")
    with all_practices():
        held = Membership.objects.create(practice=second, user=priya, role=Role.OWNER)
    browser = browser_of(priya)
    assert browser.get("/admin/accounts/practice/").status_code == 403
    assert browser.post(reverse("choose_practice"), {"choice": str(second.pk)}).status_code == 302
    assert "Hilltop Clinic" in browser.get("/admin/accounts/practice/").content.decode()
    with all_practices():
        Membership.objects.filter(pk=held.pk).update(is_active=False)
    assert browser.get("/admin/accounts/practice/").status_code == 403
