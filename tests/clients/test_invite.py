"""Invitations of clients: A05 of the safety rules, and what two practices may learn of each other."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Client, Invitation, Reminder
from clients.notifications.links import unsubscribe_token
from clients.services import invite
from portal.accounts.models import AuditEvent, Membership, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from tests.doors import CODE, browser_of, secrets_to
from tests.factories import make_client, make_practice, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya() -> User:
    return make_staff(make_practice(), email="priya@example.org", first_name="Priya")


def practice_of(staff: User) -> Any:
    with all_practices():
        return Membership.objects.filter(user=staff).select_related("practice")[0].practice


def invite_margaret(by: User, email: str = "margaret@example.org", **data: Any) -> Client:
    practice = practice_of(by)
    values = {"first_name": "Margaret", "last_name": "Hill", "problem": "back", **data}
    with practice_scope(practice):
        return invite.invite_client(practice, by=by, lead=by, now=timezone.now(), email=email, **values)


def link_to(client: Client) -> str:
    return "/" + secrets_to(f"client:{client.pk}")[-1]["link"].split("/", 3)[3]


def accept(link: str, browser: Browser | None = None) -> Any:
    return (browser or Browser()).post(link, {"own": "yes"})


def test_an_invited_client_opens_the_link_and_is_in(priya: User) -> None:
    client = invite_margaret(priya, "Margaret@Example.org ")
    link = link_to(client)
    browser = Browser()
    page = browser.get(link)
    assert "Continue as M… H…" in page.content.decode()
    assert "Margaret" not in page.content.decode()
    answer = accept(link, browser)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("welcome"))
    with all_practices():
        client.refresh_from_db()
    assert (client.state, client.user.email) == ("active", "margaret@example.org")
    assert browser.get("/plan/").status_code == 200
    assert browser.cookies["sessionid"]["max-age"] == 90 * 86400


def test_looking_at_the_link_changes_nothing(priya: User) -> None:
    client = invite_margaret(priya)
    for _ in range(5):
        Browser().get(link_to(client))
        Browser().head(link_to(client))
        Browser().options(link_to(client))
    with all_practices():
        client.refresh_from_db()
        assert (client.user, client.state) == (None, "invited")
    assert not User.objects.filter(email="margaret@example.org").exists()
    assert accept(link_to(client)).status_code == 302


def test_only_the_hash_of_the_token_is_kept_and_the_mail_is_sealed(priya: User, mailoutbox: list[Any]) -> None:
    client = invite_margaret(priya)
    token = link_to(client).split("/")[2]
    assert len(token) == 43
    with all_practices():
        assert token not in Invitation.objects.get().token_hash
        row = Reminder.objects.get()
    assert (row.stream, row.recipient, row.state) == ("invitation", f"client:{client.pk}", "pending")
    assert row.expires_at - row.due_at == timedelta(hours=72)
    assert token not in row.sealed
    assert mailoutbox == []


def test_a_link_works_once(priya: User) -> None:
    link = link_to(invite_margaret(priya))
    assert accept(link).status_code == 302
    again = accept(link)
    assert (again.status_code, "no longer works" in again.content.decode()) == (404, True)


@pytest.mark.parametrize(("hours", "status"), [(71, 302), (72, 404), (73, 404)])
def test_a_link_lasts_three_days(priya: User, time_machine: Any, hours: Any, status: Any) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    link = link_to(invite_margaret(priya))
    time_machine.move_to(start + timedelta(hours=hours), tick=False)
    assert Browser().get(link).status_code == (200 if status == 302 else 404)
    assert accept(link).status_code == status


def test_a_link_is_dead_after_another_was_sent(priya: User) -> None:
    client = invite_margaret(priya)
    first = link_to(client)
    with practice_scope(client.practice):
        invite.send_invitation(client, by=priya, now=timezone.now())
    assert accept(first).status_code == 404
    assert accept(link_to(client)).status_code == 302


def test_a_link_is_dead_when_the_practice_changes_the_address(priya: User) -> None:
    client = invite_margaret(priya)
    with all_practices():
        Client.objects.filter(pk=client.pk).update(email="another@example.org")
    assert accept(link_to(client)).status_code == 404
    assert not User.objects.filter(email="another@example.org").exists()


def test_a_link_is_dead_for_a_discharged_client_and_in_a_closed_practice(priya: User) -> None:
    client = invite_margaret(priya)
    with all_practices():
        Client.objects.filter(pk=client.pk).update(state="discharged")
    assert accept(link_to(client)).status_code == 404
    with all_practices():
        Client.objects.filter(pk=client.pk).update(state="invited")
        type(client.practice).objects.filter(pk=client.practice_id).update(is_active=False)
    assert accept(link_to(client)).status_code == 404


def test_somebody_else_who_is_signed_in_cannot_accept(priya: User) -> None:
    client = invite_margaret(priya)
    carl = make_client(priya)
    browser = browser_of(carl.user, CODE)
    for answer in (browser.get(link_to(client)), accept(link_to(client), browser)):
        assert answer.status_code == 403
        assert "M…" not in answer.content.decode()
    with all_practices():
        client.refresh_from_db()
    assert client.user is None


def test_an_unknown_token_gets_the_same_page_as_a_dead_one(priya: User) -> None:
    link = link_to(invite_margaret(priya))
    accept(link)
    dead, unknown = Browser().get(link), Browser().get(reverse("invitation", args=["x" * 43]))
    assert (dead.status_code, unknown.status_code) == (404, 404)
    assert len(dead.content) == len(unknown.content)


def test_one_person_is_a_client_of_two_practices_and_neither_learns_of_the_other(priya: User) -> None:
    other = make_staff(make_practice(name="Hilltop"), email="omar@example.org")
    here = invite_margaret(priya)
    assert accept(link_to(here)).status_code == 302
    there = invite_margaret(other, first_name="Maggie")
    assert there.state == "invited"
    browser = Browser()
    assert accept(link_to(there), browser).status_code == 302
    with all_practices():
        here.refresh_from_db()
        there.refresh_from_db()
    assert here.user_id == there.user_id
    assert (here.first_name, there.first_name, here.user.get_full_name()) == ("Margaret", "Maggie", "")
    assert browser.get("/plan/").headers["Location"] == reverse("choose_practice")
    assert browser.get("/api/v1/plans/").status_code == 409
    page = browser.get(reverse("choose_practice")).content.decode()
    assert "Hilltop" in page
    assert browser.post(reverse("choose_practice"), {"choice": str(there.pk)}).status_code == 302
    assert "Hilltop" in browser.get("/plan/").content.decode()
    stranger = make_client(other)
    assert browser.post(reverse("choose_practice"), {"choice": str(stranger.pk)}).status_code == 404
    with all_practices():
        Client.objects.filter(pk=there.pk).update(state="discharged")
    assert "Hilltop" not in browser.get("/plan/").content.decode()


def test_inviting_an_address_that_another_practice_uses_answers_as_for_an_unused_one(priya: User) -> None:
    other = make_staff(make_practice(), email="omar@example.org")
    accept(link_to(invite_margaret(other)))
    invite_margaret(other, "nora@example.org")
    for email in ("margaret@example.org", "nora@example.org", "unused@example.org"):
        assert invite_margaret(priya, email).state == "invited"


def test_inviting_takes_the_same_time_for_known_and_unknown_addresses(priya: User) -> None:
    """A01: medians of 200 invitations each differ by less than 10 ms."""
    other = make_staff(make_practice(), email="omar@example.org")
    spans: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(200):
        make_client(other, email=f"known{number}@example.org")
    for number in range(200):
        for kind in sorted(spans, reverse=bool(number % 2)):
            began = time.perf_counter()
            invite_margaret(priya, f"{kind}{number}@example.org")
            spans[kind].append(time.perf_counter() - began)
    medians = [sorted(values)[len(values) // 2] for values in spans.values()]
    print(f"medians: {medians[0] * 1000:.2f} ms and {medians[1] * 1000:.2f} ms")
    assert abs(medians[0] - medians[1]) < 0.010


def test_an_address_is_invited_once_in_a_practice(priya: User) -> None:
    invite_margaret(priya)
    with pytest.raises(Invalid) as refused:
        invite_margaret(priya, "MARGARET@example.org")
    assert list(refused.value.errors) == ["email"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"),
        ("time_zone", "Mars/Olympus"),
        ("language", "xx"),
        ("tags", ["Osteoporosis!"]),
        ("tags", "osteoporosis"),
        ("usual_pain", 11),
        ("usual_pain", -1),
        ("first_name", ""),
        ("first_name", "A\x07\x1b[31m"),
        ("last_name", "\u202elliH"),
        ("name_to_use", "Mags\u2028"),
        ("last_name", "x" * 81),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(priya: User, field: Any, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        invite_margaret(priya, **{field: value})
    assert field in refused.value.errors or (field, list(refused.value.errors)) == ("usual_pain", ["__all__"])
    with all_practices():
        assert not Client.objects.exists()
        assert not Reminder.objects.exists()


def test_who_may_invite(priya: User) -> None:
    practice = practice_of(priya)
    owner, editor = make_staff(practice, Role.OWNER), make_staff(practice, Role.EDITOR)
    other = make_staff(make_practice())
    data = {"email": "a@example.org", "first_name": "A", "last_name": "B"}
    for by in (editor, other):
        with practice_scope(practice), pytest.raises(NotAllowed):
            invite.invite_client(practice, by=by, lead=priya, now=timezone.now(), **data)
    with practice_scope(practice), pytest.raises(Invalid):
        invite.invite_client(practice, by=owner, lead=other, now=timezone.now(), **data)
    with practice_scope(practice):
        invite.invite_client(practice, by=owner, lead=priya, now=timezone.now(), **data)


def test_inviting_and_accepting_are_in_the_audit_trail(priya: User) -> None:
    client = invite_margaret(priya)
    accept(link_to(client))
    with all_practices():
        client.refresh_from_db()
        rows = AuditEvent.objects.filter(practice=client.practice, object_type="clients.client").order_by("pk")
        assert [(row.action, row.actor_id) for row in rows] == [
            ("added", priya.pk),
            ("invited", priya.pk),
            ("invitation_accepted", client.user_id),
        ]


def test_a_token_of_one_purpose_opens_nothing_of_another(priya: User) -> None:
    """T21."""
    client = invite_margaret(priya)
    mailed = link_to(client).split("/")[2]
    leaving = unsubscribe_token(client.pk, "session")
    for name, token in (("unsubscribe", mailed), ("join", mailed), ("invitation", leaving), ("join", leaving)):
        assert Browser().get(reverse(name, args=[token])).status_code == 404, name
        assert Browser().post(reverse(name, args=[token]), {"own": "yes"}).status_code == 404, name
    assert accept(link_to(client)).status_code == 302


class TestQrCode:
    """The code in the room is seen by staff, so it proves no mailbox."""

    def show(self, staff: User, client: Client) -> str:
        with practice_scope(client.practice):
            link = invite.show_invitation(client, by=staff, now=timezone.now())
        return "/" + link.split("/", 3)[3]

    def test_it_signs_the_scanning_phone_in_and_leaves_the_mailed_link_alone_until_then(self, priya: User) -> None:
        client = invite_margaret(priya)
        link = self.show(priya, client)
        assert Browser().get(link_to(client)).status_code == 200
        assert accept(link).status_code == 302
        assert accept(link_to(client)).status_code == 404

    def test_it_lasts_an_hour(self, priya: User, time_machine: Any) -> None:
        start = timezone.now()
        time_machine.move_to(start, tick=False)
        link = self.show(priya, invite_margaret(priya))
        time_machine.move_to(start + timedelta(hours=1), tick=False)
        assert accept(link).status_code == 404

    def test_it_opens_no_other_record_of_the_same_person(self, priya: User) -> None:
        elsewhere = make_client(make_staff(make_practice(name="Hilltop")), email="margaret@example.org")
        client = invite_margaret(priya)
        browser = Browser()
        assert accept(self.show(priya, client), browser).status_code == 302
        assert browser.get("/plan/").status_code == 200
        assert "Hilltop" not in browser.get("/plan/").content.decode()
        assert browser.post(reverse("choose_practice"), {"choice": str(elsewhere.pk)}).status_code == 404

    def test_a_record_that_the_person_gets_later_stays_closed_to_the_phone_of_the_room(self, priya: User) -> None:
        browser = Browser()
        accept(self.show(priya, invite_margaret(priya)), browser)
        other = make_staff(make_practice(name="Hilltop"))
        accept(link_to(invite_margaret(other)))
        page = browser.get("/plan/")
        assert page.status_code == 200
        assert "Hilltop" not in page.content.decode()

    def test_it_opens_no_staff_page_of_the_same_person(self, priya: User) -> None:
        nora = make_staff(make_practice(), email="nora@example.org")
        browser = Browser()
        accept(self.show(priya, invite_margaret(priya, nora.email)), browser)
        assert browser.get("/admin/", follow=True).status_code == 403
        assert browser.get(reverse("mfa_activate_totp")).status_code == 403

    def test_the_page_shows_it_once_and_without_inline_style(self, priya: User) -> None:
        client = invite_margaret(priya)
        browser = browser_of(priya)
        url = reverse("admin:client_invitation", args=[client.pk])
        assert "data:image/svg+xml" not in browser.get(url).content.decode()
        page = browser.post(url, {"way": "room"})
        assert "data:image/svg+xml;base64," in page.content.decode()
        assert "style=" not in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]
        assert browser.post(url, {"way": "mail"}).status_code == 302
        with all_practices():
            assert Reminder.objects.filter(stream="invitation").count() == 2

    def test_strangers_and_colleagues_do_not_see_the_page(self, priya: User) -> None:
        client = invite_margaret(priya)
        url = reverse("admin:client_invitation", args=[client.pk])
        colleague, stranger = make_staff(client.practice), make_staff(make_practice())
        assert browser_of(colleague).post(url, {"way": "room"}).status_code == 403
        assert browser_of(stranger).post(url, {"way": "room"}).status_code == 404
        with all_practices():
            assert not Invitation.objects.filter(shown_in_room=True).exists()

    def test_a_client_with_an_account_needs_none(self, priya: User) -> None:
        client = make_client(priya)
        url = reverse("admin:client_invitation", args=[client.pk])
        assert "has an account already" in browser_of(priya).get(url).content.decode()
        assert browser_of(priya).post(url, {"way": "room"}).status_code == 409
        with practice_scope(client.practice), pytest.raises(WrongState):
            invite.send_invitation(client, by=priya, now=timezone.now())


def test_who_left_the_first_invitation_unused_gets_a_second_after_three_days_and_no_third(priya: User) -> None:
    client = invite_margaret(priya)
    sent = timezone.now()
    assert invite.invite_again(sent + timedelta(days=2, hours=23)) == 0
    assert invite.invite_again(sent + timedelta(days=3, minutes=1)) == 1
    assert len(secrets_to(f"client:{client.pk}")) == 2
    assert Browser().get(link_to(client)).status_code == 200
    for days in (3, 6, 7):
        assert invite.invite_again(sent + timedelta(days=days, hours=2)) == 0


def test_of_two_processes_that_look_at_the_same_moment_one_sends_the_second(
    priya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = invite_margaret(priya)
    later = timezone.now() + timedelta(days=3, minutes=1)
    send, others = invite.send_invitation, []

    def while_another_looks(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(invite, "send_invitation", send)
        sent = send(*args, **kwargs)
        others.append(invite._invite_again(client, now=later))  # found before the first had written
        return sent

    monkeypatch.setattr(invite, "send_invitation", while_another_looks)
    assert invite.invite_again(later) == 1
    assert others == [False]
    assert len(secrets_to(f"client:{client.pk}")) == 2


@pytest.mark.parametrize("why", ["accepted", "old", "nobody may invite", "discharged"])
def test_no_second_invitation_goes_out_where_it_makes_no_sense(priya: User, why: str) -> None:
    client = invite_margaret(priya)
    days = 3
    if why == "accepted":
        accept(link_to(client))
    elif why == "old":
        days = 8
    else:
        with all_practices():
            if why == "discharged":
                Client.objects.filter(pk=client.pk).update(state=Client.State.DISCHARGED)
            else:
                Membership.objects.update(is_active=False)
    assert invite.invite_again(timezone.now() + timedelta(days=days, hours=1)) == 0
