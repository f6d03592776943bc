"""The practice's own pages: people and roles, hours, colours. For its owners alone."""

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from clients.services.invite import invite_client
from portal.accounts.errors import NotAllowed, WrongState
from portal.accounts.models import AuditEvent, Membership, Practice, Role, User
from portal.accounts.people import colleagues, set_roles
from portal.accounts.tenancy import all_practices, practice_scope
from portal.practice.branding import DARK, LIGHT, for_dark_pages, weakest
from portal.practice.forms import HoursForm
from tests.doors import browser_of
from tests.factories import make_client, make_membership, make_practice, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice() -> Practice:
    return make_practice(name="Riverside", time_zone="Europe/London")


@pytest.fixture
def olive(practice: Practice) -> User:
    return make_staff(practice, Role.OWNER, email="olive@example.org", first_name="Olive", last_name="Park")


@pytest.fixture
def priya(practice: Practice) -> User:
    return make_staff(practice, first_name="Priya", last_name="Shah")


@pytest.fixture
def owner(olive: User) -> Browser:
    return browser_of(olive)


def roles_in(practice: Practice, user: User) -> set[str]:
    with all_practices():
        return {row.role for row in Membership.objects.in_force().filter(practice=practice, user=user)}


def actions(practice: Practice) -> list[str]:
    with all_practices():
        return list(AuditEvent.objects.filter(practice=practice).order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"practitioner"}, {"practitioner", "editor"}, id="one more"),
        pytest.param({"practitioner", "editor"}, {"editor"}, id="one fewer"),
        pytest.param({"practitioner"}, {"owner"}, id="another"),
        pytest.param({"practitioner", "owner"}, set(), id="none: suspended"),
        pytest.param({"practitioner"}, {"practitioner"}, id="the same"),
    ],
)
def test_a_person_holds_exactly_the_roles_that_are_ticked(
    practice: Practice, olive: User, before: set[str], after: set[str]
) -> None:
    nora = make_staff(practice, *(Role(role) for role in sorted(before)))
    with practice_scope(practice):
        changed = set_roles(practice, nora, after, by=olive)
        assert set(changed) == before ^ after
        assert roles_in(practice, nora) == after
        assert actions(practice).count("roles_set") == bool(before ^ after)
        assert set_roles(practice, nora, after, by=olive) == []


def test_the_last_owner_stays_owner(practice: Practice, olive: User, priya: User) -> None:
    with practice_scope(practice):
        for roles in ([], ["practitioner"]):
            with pytest.raises(WrongState):
                set_roles(practice, olive, roles, by=olive)
        assert roles_in(practice, olive) == {"owner"}
        set_roles(practice, priya, ["practitioner", "owner"], by=olive)
        set_roles(practice, olive, [], by=olive)
    assert roles_in(practice, olive) == set()


def test_only_owners_set_roles_and_nobody_is_made_a_member_without_joining(
    practice: Practice, olive: User, priya: User
) -> None:
    waiting = make_staff(practice, email="wanda@example.org")
    with practice_scope(practice):
        Membership.objects.filter(user=waiting).update(accepted_at=None)
        with pytest.raises(NotAllowed):
            set_roles(practice, priya, ["owner"], by=priya)
        with pytest.raises(WrongState):
            set_roles(practice, waiting, ["owner"], by=olive)
        assert roles_in(practice, waiting) == set()
        set_roles(practice, waiting, [], by=olive)
        (found,) = colleagues(practice, user_id=waiting.pk)
    assert found.is_suspended
    assert not found.has_joined


def test_a_suspended_person_with_an_open_session_is_refused_at_the_next_request(
    practice: Practice, owner: Browser, priya: User
) -> None:
    hers = browser_of(priya)
    assert hers.get(reverse("admin:caseload")).status_code == 200
    answer = owner.post(reverse("admin:practice_person", args=[priya.pk]), {"do": "suspend"}, follow=True)
    assert "Priya Shah is suspended" in answer.content.decode()
    refused = hers.get(reverse("admin:caseload"))
    assert refused.status_code in {302, 403}
    assert "Riverside" not in refused.content.decode()
    owner.post(reverse("admin:practice_person", args=[priya.pk]), {"roles": ["practitioner"]})
    assert hers.get(reverse("admin:caseload")).status_code == 200


def test_a_person_of_another_practice_does_not_exist_here(owner: Browser) -> None:
    stranger = make_staff(make_practice())
    assert owner.get(reverse("admin:practice_person", args=[stranger.pk])).status_code == 404


def test_the_people_page_counts_the_clients_that_each_leads(practice: Practice, owner: Browser, priya: User) -> None:
    make_client(priya)
    make_client(priya, state=Client.State.DISCHARGED)
    html = owner.get(reverse("admin:practice_people")).content.decode()
    assert re.search(r"Priya Shah.*?data-label=\"Clients\">1<", html, re.DOTALL)
    assert "Invited" not in html
    assert "Hand over" not in html


def test_clients_of_somebody_who_treats_no_more_ask_to_be_handed_over(
    practice: Practice, owner: Browser, olive: User, priya: User
) -> None:
    make_client(priya)
    with practice_scope(practice):
        set_roles(practice, priya, [], by=olive)
    html = owner.get(reverse("admin:practice_people")).content.decode()
    assert reverse("admin:hand_over", args=[priya.pk]) in html


def test_clients_are_shared_with_all_practitioners_only_while_the_owner_says_so(
    practice: Practice, owner: Browser, priya: User
) -> None:
    nora = make_staff(practice, first_name="Nora")
    leo = make_staff(practice, Role.EDITOR, first_name="Leo")
    stranger = make_staff(make_practice(), Role.PRACTITIONER, Role.OWNER)
    client = make_client(priya, practice)
    assert client.user is not None
    phone = Browser()
    phone.force_login(client.user)
    page, record = reverse("admin:practice_sharing"), reverse("admin:client", args=[client.pk])
    open_pages = {user: browser_of(user) for user in (nora, leo, stranger)}
    assert not practice.colleagues_see_all_clients, "off until somebody chooses it"

    for choice, seen, told in (
        ("own", {nora: False}, "Nobody else of your clinic can see it."),
        ("all", {nora: True}, "all its physiotherapists may see every client"),
        ("own", {nora: False}, "Nobody else of your clinic can see it."),
    ):
        assert owner.post(page, {"colleagues_see_all_clients": choice}).status_code == 302
        assert owner.get(page).context["form"]["colleagues_see_all_clients"].value() == choice
        for user, browser in open_pages.items():
            assert (browser.get(record).status_code == 200) == seen.get(user, False), (choice, user)
            found = browser.get(reverse("admin:caseload"), {"tab": "all"}).content.decode()
            assert (client.last_name in found) == seen.get(user, False), (choice, user)
        mine = phone.get(reverse("my_data")).content.decode()
        assert told in mine
        assert ("Nora" in mine) == seen[nora]
    with all_practices():
        entries = AuditEvent.objects.filter(practice=practice, action="sharing_set").order_by("pk")
        assert [entry.detail for entry in entries] == [{"all": True}, {"all": False}], (
            "what changed nothing is no entry"
        )


@pytest.mark.parametrize("choice", ["", "everybody", "True"])
def test_sharing_is_one_of_two(practice: Practice, owner: Browser, choice: str) -> None:
    answer = owner.post(reverse("admin:practice_sharing"), {"colleagues_see_all_clients": choice})
    assert answer.status_code == 400
    assert "Choose one of the two." in answer.content.decode()
    with all_practices():
        assert not Practice.objects.get(pk=practice.pk).colleagues_see_all_clients


def test_sharing_is_the_owners_alone_and_asks_who_it_is(practice: Practice, olive: User, priya: User) -> None:
    page = reverse("admin:practice_sharing")
    assert browser_of(priya).post(page, {"colleagues_see_all_clients": "all"}).status_code == 403
    late = browser_of(olive)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        asked = late.post(page, {"colleagues_see_all_clients": "all"})
    assert asked.url.startswith(reverse("account_reauthenticate"))
    with all_practices():
        assert not Practice.objects.get(pk=practice.pk).colleagues_see_all_clients


def test_the_stock_form_of_the_practice_has_no_second_switch(practice: Practice, owner: Browser) -> None:
    page = owner.get(reverse("admin:accounts_practice_change", args=[practice.pk]))
    assert page.status_code == 200
    assert "colleagues_see_all_clients" not in page.content.decode()


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        pytest.param({"answers_until": "07:00"}, "answers_until", "before the first time", id="ends before it begins"),
        pytest.param({"answers_from": "noon"}, "answers_from", "Write the time as", id="no time"),
        pytest.param({"answer_days": []}, "answer_days", "required", id="no day"),
        pytest.param({"answer_days": ["7"]}, "answer_days", "not one of the available", id="no such day"),
        pytest.param({"quiet_until": "21:00"}, "quiet_until", "the same", id="quiet around the clock"),
    ],
)
def test_wrong_hours_are_refused_and_named(
    practice: Practice, owner: Browser, given: Any, field: str, words: str
) -> None:
    good = {
        "answers_from": "08:00", "answers_until": "17:00", "answer_days": ["0", "2"],
        "quiet_from": "21:00", "quiet_until": "08:00",
    }  # fmt: skip
    answer = owner.post(reverse("admin:practice_hours"), good | given)
    assert answer.status_code == 400
    assert words in " ".join(answer.context["form"].errors[field])
    with all_practices():
        assert Practice.objects.get(pk=practice.pk).answer_days == [0, 1, 2, 3, 4]
    assert "changed" not in actions(practice)


def test_hours_that_are_saved_at_the_same_moment_take_no_other_change_back(
    practice: Practice, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = HoursForm.clean

    def beside(form: HoursForm) -> dict[str, Any]:
        Practice.objects.filter(pk=practice.pk).update(colleagues_see_all_clients=True)
        return check(form)

    monkeypatch.setattr(HoursForm, "clean", beside)
    hours = {
        "answers_from": "09:30", "answers_until": "12:00", "answer_days": ["1", "5"],
        "quiet_from": "20:00", "quiet_until": "09:00",
    }  # fmt: skip
    assert owner.post(reverse("admin:practice_hours"), hours).status_code == 302
    with all_practices():
        saved = Practice.objects.get(pk=practice.pk)
    assert (saved.answer_days, saved.colleagues_see_all_clients) == ([1, 5], True)


def test_new_clients_begin_with_the_practices_quiet_hours_and_others_keep_theirs(
    practice: Practice, owner: Browser, priya: User
) -> None:
    known = make_client(priya)
    hours = {
        "answers_from": "09:30", "answers_until": "12:00", "answer_days": ["1", "5"],
        "quiet_from": "20:00", "quiet_until": "09:00",
    }  # fmt: skip
    assert owner.post(reverse("admin:practice_hours"), hours).status_code == 302
    assert actions(practice)[-1] == "changed"
    with practice_scope(practice):
        changed = Practice.objects.get()
        new = invite_client(
            changed,
            by=priya,
            lead=priya,
            now=timezone.now(),
            email="new@example.org",
            first_name="New",
            last_name="One",
        )
        known.refresh_from_db()
    assert (changed.answers_from, changed.answer_days) == (time(9, 30), [1, 5])
    assert (new.quiet_from, new.quiet_until) == (time(20), time(9))
    assert (known.quiet_from, known.quiet_until) == (time(21), time(8))


def test_clients_are_told_when_the_practices_own_hours_begin(practice: Practice, priya: User) -> None:
    from clients.analytics.promise import closed_line

    with practice_scope(practice):
        Practice.objects.update(answers_from=time(13), answers_until=time(15), answer_days=[5])
        client = Client.objects.select_related("practice", "lead").get(pk=make_client(priya).pk)
        friday = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
        assert "Saturday" in closed_line(client, friday)
        assert closed_line(client, friday.replace(day=28, hour=14)) == ""


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        pytest.param({"accent": "#C0C0C0"}, "accent", "1.5 to 1", id="too pale for light pages"),
        pytest.param(
            {"accent": "#14594B", "accent_dark": "#14594B"}, "accent_dark", "to 1", id="too dark for dark ones"
        ),
        pytest.param({"accent": "teal"}, "accent", "six digits", id="no colour"),
        pytest.param({"accent": "#14594B;}"}, "accent", "six digits", id="more than a colour"),
        pytest.param({"accent_dark": "#86D6BF"}, "accent", "light pages as well", id="half of the pair"),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused_with_its_contrast(
    practice: Practice, owner: Browser, given: Any, field: str, words: str
) -> None:
    answer = owner.post(reverse("admin:practice_colours"), given)
    assert answer.status_code == 400
    assert words in " ".join(answer.context["form"].errors[field])
    with all_practices():
        assert Practice.objects.get(pk=practice.pk).accent == ""


def test_the_colour_of_the_practice_is_on_its_pages_and_can_be_taken_back(practice: Practice, owner: Browser) -> None:
    assert owner.post(reverse("admin:practice_colours"), {"accent": "#7a1f4d"}).status_code == 302
    with all_practices():
        saved = Practice.objects.get(pk=practice.pk)
    assert saved.accent == "#7A1F4D"
    assert weakest(saved.accent_dark, DARK) >= 4.5
    for page in ("admin:practice", "admin:records"):
        (sheet,) = re.findall(r'href="(/brand/[^"]+)"', owner.get(reverse(page)).content.decode())
    css = Browser().get(sheet)
    assert css["Content-Type"].startswith("text/css")
    assert "--primary:#7A1F4D" in css.content.decode()
    assert f"--primary:{saved.accent_dark}" in css.content.decode()
    owner.post(reverse("admin:practice_colours"), {"accent": "", "accent_dark": ""})
    assert "/brand/" not in owner.get(reverse("admin:practice")).content.decode()


@pytest.mark.parametrize("key", ["14594b", "14594b-86d6bg", "14594B-86D6BF", "url-x", "14594b-86d6bf-000000"])
def test_no_other_address_is_a_sheet(key: str) -> None:
    assert Browser().get(f"/brand/{key}.css").status_code == 404


def test_colours_are_checked_against_the_grounds_that_pages_have() -> None:
    css = Path(str(finders.find("portal/tokens.css"))).read_text()
    light, dark = css.split("prefers-color-scheme: dark", 1)
    for theme, text in ((LIGHT, light), (DARK, dark)):
        for token, ground in theme.grounds.items():
            assert f"--{token}: {ground};" in text, token
        own = re.search(r"--primary: (#\w{6});", text)
        assert own
        assert weakest(own[1], theme) >= 4.5
    for colour in ("#000000", "#14594B", "#0000FF", "#7A1F4D"):
        assert weakest(for_dark_pages(colour), DARK) >= 4.5


def test_an_owner_who_is_also_elsewhere_changes_only_this_practice(
    practice: Practice, olive: User, priya: User
) -> None:
    other = make_practice()
    make_membership(other, priya)
    with practice_scope(practice):
        set_roles(practice, priya, [], by=olive)
    assert roles_in(other, priya) == {"practitioner"}
