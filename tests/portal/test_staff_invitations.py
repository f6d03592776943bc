"""Staff: how a practice begins, who joins it, and how rights change. A05 and A11 of the safety rules."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Reminder
from portal.accounts.models import AuditEvent, Membership, Practice, Role, User
from portal.accounts.tenancy import all_practices
from tests.doors import browser_of, give_totp, secrets_to
from tests.factories import PASSWORD, give_password, make_client, make_membership, make_practice, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def olive() -> User:
    return make_staff(make_practice(name="Riverside"), Role.OWNER, email="olive@example.org", first_name="Olive")


def invite(browser: Browser, email: str = "nora@example.org", role: str = "practitioner") -> Any:
    return browser.post(reverse("admin:accounts_membership_add"), {"email": email, "role": role})


def link_to(email: str) -> str:
    user = User.objects.get(email=email)
    return "/" + secrets_to(f"user:{user.pk}")[-1]["link"].split("/", 3)[3]


def join(link: str, browser: Browser | None = None) -> Any:
    return (browser or Browser()).post(link, {"first_name": "Nora", "last_name": "Field"})


def membership_of(email: str, practice: Practice | None = None) -> Membership:
    with all_practices():
        rows = Membership.objects.filter(user__email=email).select_related("user")
        return rows.get(practice=practice) if practice else rows.get()


def test_one_command_starts_a_practice_and_its_owner_joins_with_a_password_and_a_second_factor(capsys: Any) -> None:
    call_command("create_practice", name="Riverside", owner_email="Olive@Example.org", time_zone="Europe/Berlin")
    link = "/" + capsys.readouterr().out.strip().splitlines()[-1].split("/", 3)[3]
    assert link == link_to("olive@example.org")
    browser = Browser()
    assert "Join Riverside" in browser.get(link).content.decode()
    with all_practices():
        assert not Membership.objects.in_force().exists()
    page = browser.post(link, {"first_name": "Olive", "last_name": "Park"}, follow=True)
    done = browser.post(page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert done.headers["Location"] == reverse("account_reset_password_from_key_done")
    answer = browser.post(reverse("account_login"), {"login": "olive@example.org", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("mfa_activate_totp"))
    with all_practices():
        practice = Practice.objects.get()
        assert (practice.time_zone, practice.sender_name) == ("Europe/Berlin", "Riverside")
        assert Membership.objects.in_force().get().role == "owner"


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"name": "A", "owner_email": "olive@example.org", "time_zone": "Mars/Base"}, "time_zone"),
        ({"name": "A", "owner_email": "olive", "time_zone": "Europe/London"}, "email"),
        ({"name": " ", "owner_email": "olive@example.org", "time_zone": "Europe/London"}, "name"),
    ],
)
def test_a_practice_with_a_wrong_value_is_refused_whole(options: Any, field: Any) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("create_practice", **options)
    assert field in str(refused.value)
    with all_practices():
        assert not Practice.objects.exists()
    assert not User.objects.exists()


def test_an_owner_invites_and_the_person_joins(olive: User) -> None:
    browser = browser_of(olive)
    assert invite(browser).status_code == 302
    waiting = membership_of("nora@example.org")
    with all_practices():
        assert not Membership.objects.in_force().filter(pk=waiting.pk).exists()
        row = Reminder.objects.get()
    assert (row.stream, row.client_id, row.state) == ("invitation", None, "pending")
    assert row.expires_at - row.due_at == timedelta(hours=72)
    link = link_to("nora@example.org")
    assert link.split("/")[2] not in waiting.invite_hash
    assert len(waiting.invite_hash) == 64
    assert join(link).status_code == 302
    joined = membership_of("nora@example.org")
    assert (joined.accepted_at is not None, joined.invite_hash, joined.known_as) == (True, "", "Nora Field")
    assert join(link).status_code == 404


def test_looking_at_the_link_of_staff_changes_nothing_and_a_newer_link_ends_it(olive: User) -> None:
    browser = browser_of(olive)
    invite(browser)
    first = link_to("nora@example.org")
    assert Browser().get(first).status_code == 200
    assert membership_of("nora@example.org").accepted_at is None
    again = reverse("admin:accounts_membership_invite_again", args=[membership_of("nora@example.org").pk])
    assert browser.get(again).status_code == 200
    assert link_to("nora@example.org") == first
    assert browser.post(again).status_code == 302
    assert Browser().get(first).status_code == 404
    assert join(link_to("nora@example.org")).status_code == 302


def test_the_link_of_staff_lasts_three_days(olive: User, time_machine: Any) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    invite(browser_of(olive))
    time_machine.move_to(start + timedelta(hours=72), tick=False)
    assert join(link_to("nora@example.org")).status_code == 404


@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_a_name_with_hidden_characters_is_refused_and_the_link_still_works(olive: User, field: str) -> None:
    invite(browser_of(olive))
    link = link_to("nora@example.org")
    page = Browser().post(link, {"first_name": "Nora", "last_name": "Field", field: "\u202ea\x07b"})
    assert page.status_code == 400
    assert "There are hidden characters in this name." in page.content.decode()
    assert join(link).status_code == 302


def test_somebody_else_who_is_signed_in_cannot_join(olive: User) -> None:
    invite(browser_of(olive))
    assert join(link_to("nora@example.org"), browser_of(olive)).status_code == 403
    assert membership_of("nora@example.org").accepted_at is None


def test_inviting_tells_no_name_and_no_use_of_an_address_elsewhere(olive: User) -> None:
    known = give_password(
        make_staff(make_practice(), email="nora@example.org", first_name="Nora", last_name="Fieldfare")
    )
    make_client(known, email="margaret@example.org", first_name="Margaret", last_name="Hillside")
    browser = browser_of(olive)
    for email in ("nora@example.org", "margaret@example.org", "unused@example.org"):
        answer = invite(browser, email)
        assert answer.status_code == 302
        page = browser.get(answer.headers["Location"]).content.decode()
        assert email in page
        assert "Fieldfare" not in page
        assert "Hillside" not in page
    practice = membership_of("olive@example.org").practice
    change = browser.get(
        reverse("admin:accounts_membership_change", args=[membership_of("nora@example.org", practice).pk])
    )
    assert "Fieldfare" not in change.content.decode()
    assert join(link_to("nora@example.org")).headers["Location"] == reverse("account_login")
    assert "Fieldfare" in browser.get(reverse("admin:accounts_membership_changelist")).content.decode()


def test_a_role_is_asked_for_in_words(olive: User) -> None:
    page = browser_of(olive).get(reverse("admin:accounts_membership_add")).content.decode()
    assert '<option value="" selected>Choose a role</option>' in page
    assert "------" not in page


def test_the_same_role_is_given_once(olive: User) -> None:
    browser = browser_of(olive)
    invite(browser)
    answer = invite(browser)
    assert (answer.status_code, "has this role already" in answer.content.decode()) == (200, True)
    assert invite(browser, role="editor").status_code == 302
    assert "has this role already" not in invite(browser, "bad").content.decode()


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.EDITOR])
def test_only_owners_see_and_change_who_works_here(olive: User, role: Any) -> None:
    practice = membership_of("olive@example.org").practice
    browser = browser_of(make_staff(practice, role))
    row = membership_of("olive@example.org")
    for url in (
        reverse("admin:accounts_membership_changelist"),
        reverse("admin:accounts_membership_add"),
        reverse("admin:accounts_membership_change", args=[row.pk]),
        reverse("admin:accounts_membership_invite_again", args=[row.pk]),
        reverse("admin:accounts_membership_reset_factor", args=[row.pk]),
        reverse("admin:accounts_practice_changelist"),
        reverse("admin:accounts_auditevent_changelist"),
    ):
        assert browser.get(url).status_code == 403, url
        assert browser.post(url).status_code == 403, url


def test_rights_change_only_within_five_minutes_of_a_proof(olive: User, time_machine: Any) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    practice = membership_of("olive@example.org").practice
    row = make_membership(practice, make_staff(practice, email="nora@example.org"), role=Role.EDITOR)
    give_password(olive)
    browser = browser_of(olive)
    time_machine.move_to(start + timedelta(minutes=5, seconds=1), tick=False)
    urls = {
        reverse("admin:accounts_membership_add"): {"email": "x@example.org", "role": "owner"},
        reverse("admin:accounts_membership_change", args=[row.pk]): {},
        reverse("admin:accounts_membership_reset_factor", args=[row.pk]): {},
        reverse("admin:accounts_membership_invite_again", args=[row.pk]): {},
    }
    for url, data in urls.items():
        for answer in (browser.get(url), browser.post(url, data)):
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith(reverse("account_reauthenticate")), url
    with all_practices():
        assert Membership.objects.filter(is_active=True, practice=practice).count() == 3
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert browser.post(reverse("admin:accounts_membership_change", args=[row.pk]), {}).status_code == 302
    with all_practices():
        row.refresh_from_db()
        assert row.is_active is False
        assert AuditEvent.objects.filter(object_type="accounts.membership", action="changed", actor=olive).exists()


def test_the_only_owner_stays(olive: User) -> None:
    browser = browser_of(olive)
    row = membership_of("olive@example.org")
    answer = browser.post(reverse("admin:accounts_membership_change", args=[row.pk]), {})
    assert "only owner" in answer.content.decode()
    with all_practices():
        row.refresh_from_db()
    assert row.is_active


def test_an_owner_removes_the_second_factor_of_a_colleague_which_ends_their_sessions(olive: User) -> None:
    practice = membership_of("olive@example.org").practice
    nora = make_staff(practice, email="nora@example.org")
    give_totp(nora)
    session = browser_of(nora)
    assert session.get("/admin/").status_code == 200
    url = reverse("admin:accounts_membership_reset_factor", args=[membership_of("nora@example.org").pk])
    assert browser_of(olive).post(url).status_code == 302
    assert not Authenticator.objects.filter(user=nora).exists()
    assert session.get("/admin/").status_code == 302
    with all_practices():
        assert AuditEvent.objects.get(action="second_factor_reset").actor == olive


def test_an_owner_does_not_reach_the_second_factor_of_people_of_other_practices_or_their_own(olive: User) -> None:
    practice = membership_of("olive@example.org").practice
    nora = make_staff(practice, email="nora@example.org")
    make_membership(make_practice(), nora)
    stranger = make_staff(make_practice(), email="omar@example.org")
    for user in (nora, stranger, olive):
        give_totp(user)
    browser = browser_of(olive)
    expected = {"nora": 409, "omar": 404, "olive": 409}
    for name, status in expected.items():
        with all_practices():
            row = Membership.objects.filter(user__email=f"{name}@example.org").order_by("pk")[0]
        assert browser.post(reverse("admin:accounts_membership_reset_factor", args=[row.pk])).status_code == status
    assert Authenticator.objects.count() == 3


def test_the_operator_removes_a_second_factor_and_grants_the_shared_library(olive: User, capsys: Any) -> None:
    give_totp(olive)
    session = browser_of(olive)
    call_command("reset_second_factor", email="Olive@example.org")
    assert not Authenticator.objects.exists()
    assert session.get("/admin/").status_code == 302
    call_command("edit_shared_library", email="olive@example.org")
    olive.refresh_from_db()
    assert olive.edits_shared_library
    call_command("edit_shared_library", "--take-back", email="olive@example.org")
    olive.refresh_from_db()
    assert not olive.edits_shared_library
    for command in ("reset_second_factor", "edit_shared_library"):
        with pytest.raises(CommandError, match="Nobody has this address"):
            call_command(command, email="nobody@example.org")


def test_the_audit_trail_is_read_only_and_never_changed(olive: User) -> None:
    browser = browser_of(olive)
    invite(browser)
    with all_practices():
        entry = AuditEvent.objects.filter(object_type="accounts.membership")[0]
        with pytest.raises(Exception, match="never changed"):
            entry.save()
        with pytest.raises(Exception, match="never deleted"):
            entry.delete()
    url = reverse("admin:accounts_auditevent_change", args=[entry.pk])
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"action": "nothing"}).status_code == 403
    assert (
        browser.post(reverse("admin:accounts_auditevent_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
    )
    assert browser.get(reverse("admin:accounts_auditevent_add")).status_code == 403
