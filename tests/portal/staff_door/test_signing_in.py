"""Signing in at the staff door with a second factor. A06, A09 and A11."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import AuditEvent, Membership, User
from portal.accounts.tenancy import all_practices
from tests.doors import CODE, PASSWORD_ONLY, STAFF, browser_of, give_totp, totp_code
from tests.factories import PASSWORD, give_password, make_client
from tests.portal.staff_door.entering import activate, give_code, log_in, opens_admin

pytestmark = pytest.mark.django_db


def test_staff_without_a_second_factor_set_one_up_before_any_admin_page_opens(priya: User) -> None:
    browser = Browser()
    assert log_in(browser).status_code == 302
    assert browser.session["_auth_user_id"] == str(priya.pk)
    for path in ("/admin/", "/admin/accounts/membership/", "/", "/plan/"):
        answer = browser.get(path, follow=True)
        assert answer.redirect_chain[-1][0].startswith(reverse("mfa_activate_totp")), path
    assert browser.get("/api/v1/plans/").status_code == 403
    before = browser.session.session_key
    assert activate(browser).headers["Location"] == reverse("mfa_view_recovery_codes")
    assert browser.session.session_key != before
    assert opens_admin(browser)


def test_staff_sign_in_with_password_and_app_and_the_session_id_changes(priya: User) -> None:
    give_totp(priya)
    browser = Browser()
    assert log_in(browser).headers["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in browser.session
    assert not opens_admin(browser)
    before = browser.session.session_key
    give_code(browser, totp_code(priya))
    assert browser.session.session_key != before
    assert opens_admin(browser)


def test_a_code_of_the_app_fits_once(priya: User) -> None:
    give_totp(priya)
    code = totp_code(priya)
    first, second = Browser(), Browser()
    log_in(first)
    log_in(second)
    assert give_code(first, code).status_code == 302
    assert give_code(second, code).status_code == 200
    assert "_auth_user_id" not in second.session


def test_the_code_that_set_the_app_up_does_not_open_the_next_session(priya: User) -> None:
    browser = Browser()
    log_in(browser)
    activate(browser)
    other = Browser()
    log_in(other)
    assert give_code(other, totp_code(priya)).status_code == 200
    assert "_auth_user_id" not in other.session


def test_recovery_codes_are_shown_once_kept_as_hashes_and_fit_once(priya: User) -> None:
    give_totp(priya)
    browser = browser_of(priya, STAFF)
    codes = browser.post(reverse("mfa_view_recovery_codes")).context["codes"]
    assert len(set(codes)) == 10
    kept = Authenticator.objects.get(user=priya, type="recovery_codes").data
    assert list(kept) == ["hashes"]
    assert not any(code in str(kept) or code.replace("-", "") in str(kept) for code in codes)
    assert not any(code in browser.get(reverse("mfa_view_recovery_codes")).content.decode() for code in codes)
    first, second = Browser(), Browser()
    log_in(first)
    log_in(second)
    assert give_code(first, codes[0].lower()).status_code == 302
    assert opens_admin(first)
    assert give_code(second, codes[0]).status_code == 200
    assert give_code(second, codes[1]).status_code == 302
    assert first.get(reverse("mfa_view_recovery_codes")).context["codes_left"] == 8


def test_secrets_of_apps_are_sealed(priya: User) -> None:
    browser = Browser()
    log_in(browser)
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    activate(browser)
    assert secret not in str(Authenticator.objects.get(user=priya).data)


def test_second_factors_are_limited_by_person(priya: User) -> None:
    give_totp(priya)
    browser = Browser()
    log_in(browser)
    for _ in range(10):
        assert "Incorrect code" in give_code(browser, "000000").content.decode()
    assert "Incorrect code" not in give_code(browser, totp_code(priya)).content.decode()
    assert not opens_admin(browser)


def test_whoever_is_no_member_of_staff_has_no_use_for_a_password(priya: User) -> None:
    carl = make_client(priya, email="carl@example.org")
    give_password(carl.user)
    with all_practices():
        Membership.objects.filter(user=priya).update(is_active=False)
    for email in ("carl@example.org", "priya@example.org"):
        browser = Browser()
        assert log_in(browser, email).status_code == 200
        assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("door", [CODE, (*CODE, *STAFF), (("invitation", None),), (*PASSWORD_ONLY, *CODE)])
def test_a_code_never_opens_staff_pages(priya: User, door: Any) -> None:
    make_client(priya, user=priya, email=priya.email)
    browser = browser_of(priya, door)
    answer = browser.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "This page is for staff" in answer.content.decode()


def test_a_client_who_also_treats_others_sees_only_their_own_record(priya: User) -> None:
    make_client(priya, user=priya, email=priya.email, first_name="Own", last_name="Record")
    other = make_client(priya, first_name="Secret", last_name="Patient")
    browser = browser_of(priya, CODE)
    for path in ("/", "/plan/", "/more/", "/api/v1/sessions/", "/api/v1/plans/"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert other.last_name not in answer.content.decode()


@pytest.mark.parametrize("name", ["mfa_view_recovery_codes", "mfa_deactivate_totp"])
def test_factors_change_only_within_five_minutes_of_a_proof(priya: User, time_machine: Any, name: str) -> None:
    give_totp(priya)
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    browser = browser_of(priya)
    time_machine.move_to(start + timedelta(minutes=5, seconds=1), tick=False)
    answer = browser.post(reverse(name))
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=priya, type="totp").exists()
    assert not Authenticator.objects.filter(user=priya, type="recovery_codes").exists()
    proof = browser.post(answer.headers["Location"], {"password": PASSWORD})
    assert proof.headers["Location"] == reverse(name)
    assert browser.post(reverse(name)).headers.get("Location", "") != answer.headers["Location"]


def test_pages_that_the_product_does_not_use_do_not_exist() -> None:
    for path in (
        "signup/",
        "logout/",
        "email/",
        "confirm-email/",
        "password/set/",
        "login/code/",
        "3rdparty/",
        "2fa/webauthn/",
    ):
        assert Browser().get(f"/accounts/{path}").status_code == 404, path


def test_signing_in_is_noted_in_the_audit_trail(priya: User) -> None:
    give_totp(priya)
    browser = Browser()
    log_in(browser)
    give_code(browser, totp_code(priya))
    with all_practices():
        entry = AuditEvent.objects.get(action="signed_in", actor=priya)
    assert entry.detail == {"methods": ["password", "mfa"]}
