"""Who sees a client: shares, and handing over with everything that was recorded."""

import pytest
from django.urls import reverse

from clients.errors import Invalid, NotAllowed
from clients.models import Alert, Assignment, Client, ClientShare, Message, Reminder
from clients.services.alerts import raise_alert
from clients.services.messages import write_to_clinic
from clients.services.sharing import can_share, end_share, hand_over, share_client
from portal.accounts.models import AuditEvent, Membership, Practice, Role, User
from tests.clients.conftest import NOW
from tests.clients.plans import give_plan
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def olive(practice: Practice) -> User:
    return make_staff(practice, Role.OWNER, first_name="Olive")


def again(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def sees(user: User, client: Client) -> bool:
    return Client.objects.visible_to(again(user)).filter(pk=client.pk).exists()


def told(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


@pytest.mark.parametrize("who", ["lead", "owner"])
def test_a_share_lets_a_colleague_see_and_ends(who: str, carl: Client, priya: User, nora: User, olive: User) -> None:
    by = {"lead": priya, "owner": olive}[who]
    assert not sees(nora, carl)
    assert share_client(carl, colleague=nora, by=by)
    assert not share_client(carl, colleague=nora, by=by)
    assert sees(nora, carl)
    assert end_share(carl, colleague_id=nora.pk, by=by)
    assert not end_share(carl, colleague_id=nora.pk, by=by)
    assert not sees(nora, carl)
    assert (told("shared"), told("share_ended")) == (1, 1)


def test_who_was_let_in_lets_nobody_else_in(carl: Client, priya: User, nora: User, practice: Practice) -> None:
    third = make_staff(practice)
    share_client(carl, colleague=nora, by=priya)
    assert not can_share(nora, carl)
    for act in (
        lambda: share_client(carl, colleague=third, by=nora),
        lambda: end_share(carl, colleague_id=nora.pk, by=nora),
        lambda: hand_over(practice, [carl.pk], to=nora, by=nora, keeps_access=False, now=NOW),
        lambda: hand_over(practice, [carl.pk], to=third, by=third, keeps_access=False, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Client.objects.get().lead == priya


def test_a_share_made_at_the_moment_of_a_hand_over_is_of_no_use(
    carl: Client, priya: User, nora: User, practice: Practice
) -> None:
    as_it_was = Client.objects.get(pk=carl.pk)
    hand_over(practice, [carl.pk], to=nora, by=priya, keeps_access=False, now=NOW)
    with pytest.raises(NotAllowed):
        share_client(as_it_was, colleague=priya, by=priya)  # what the other request had read before
    ClientShare.objects.create(client=carl, practitioner=nora, shared_by=priya)
    hand_over(practice, [carl.pk], to=priya, by=nora, keeps_access=False, now=NOW)
    assert not ClientShare.objects.exists()
    assert not sees(nora, carl)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_client_changes_hands_with_all_that_was_recorded(
    keeps: bool, carl: Client, priya: User, nora: User, practice: Practice
) -> None:
    plan = give_plan(carl, starts_on=NOW.date())
    write_to_clinic(carl, text="A question", now=NOW)
    share_client(carl, colleague=nora, by=priya)
    assert hand_over(practice, [carl.pk], to=nora, by=priya, keeps_access=keeps, now=NOW) == 1
    carl.refresh_from_db()
    assert carl.lead == nora
    assert sees(nora, carl)
    assert sees(priya, carl) is keeps
    assert list(ClientShare.objects.values_list("practitioner", flat=True)) == ([priya.pk] if keeps else [])
    assert Assignment.objects.visible_to(again(nora)).get() == plan
    assert Message.objects.visible_to(again(nora)).count() == 1
    assert Message.objects.visible_to(again(priya)).exists() is keeps
    (event,) = AuditEvent.objects.filter(action="handed_over")
    assert event.detail == {"from": priya.pk, "to": nora.pk, "keeps_access": keeps}
    assert hand_over(practice, [carl.pk], to=nora, by=nora, keeps_access=keeps, now=NOW) == 0
    assert told("handed_over") == 1


@pytest.mark.parametrize(
    ("who", "field"),
    [
        pytest.param("editor", "to", id="no practitioner"),
        pytest.param("stranger", "to", id="of another practice"),
        pytest.param("suspended", "to", id="suspended"),
    ],
)
def test_only_a_practitioner_of_the_practice_takes_clients(
    who: str, field: str, carl: Client, priya: User, nora: User, practice: Practice
) -> None:
    Membership.objects.filter(user=nora).update(is_active=False)
    to = {
        "editor": make_staff(practice, Role.EDITOR),
        "stranger": make_staff(make_practice()),
        "suspended": nora,
    }[who]
    with pytest.raises(Invalid) as refused:
        hand_over(practice, [carl.pk], to=to, by=priya, keeps_access=False, now=NOW)
    assert list(refused.value.errors) == [field]
    with pytest.raises(Invalid):
        share_client(carl, colleague=to, by=priya)


def test_all_clients_of_who_leaves_change_hands_or_none_does(
    practice: Practice, priya: User, nora: User, olive: User, carl: Client
) -> None:
    gone = make_client(priya, state=Client.State.DISCHARGED)
    hers = make_client(nora)
    with pytest.raises(NotAllowed):
        hand_over(practice, [carl.pk, hers.pk], to=nora, by=make_staff(practice), keeps_access=False, now=NOW)
    stranger = make_client(make_staff(make_practice()))
    with pytest.raises(Invalid):
        hand_over(practice, [carl.pk, stranger.pk], to=nora, by=olive, keeps_access=False, now=NOW)
    assert Client.objects.filter(lead=priya).count() == 2
    assert hand_over(practice, [carl.pk, gone.pk, hers.pk], to=nora, by=olive, keeps_access=False, now=NOW) == 2
    assert not Client.objects.filter(lead=priya).exists()


def test_an_alert_that_nobody_has_seen_is_told_to_who_takes_over(
    practice: Practice, carl: Client, priya: User, nora: User
) -> None:
    raise_alert(carl, "stop_pressed", level=Alert.Level.SAME_DAY, subject_key="session:1", now=NOW)
    written = Reminder.objects.filter(stream=Reminder.Stream.ALERT, subject_key__startswith="alert:")
    assert [row.recipient for row in written] == [f"user:{priya.pk}"]
    hand_over(practice, [carl.pk], to=nora, by=priya, keeps_access=False, now=NOW)
    assert {row.recipient for row in written.all()} == {f"user:{priya.pk}", f"user:{nora.pk}"}
    hand_over(practice, [carl.pk], to=priya, by=nora, keeps_access=False, now=NOW)
    assert written.all().count() == 2


class TestThePages:
    def test_a_practitioner_gives_a_client_away_and_is_refused_from_then_on(
        self, carl: Client, priya: User, nora: User
    ) -> None:
        desk, page = browser_of(priya), reverse("admin:client_people", args=[carl.pk])
        assert "Hand over" in desk.get(page).content.decode()
        answer = desk.post(page, {"do": "hand_over", "to": nora.pk}, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("admin:caseload")
        assert "Nora Berg leads this client" in answer.content.decode()
        assert desk.get(reverse("admin:client", args=[carl.pk])).status_code == 403
        assert browser_of(nora).get(reverse("admin:client", args=[carl.pk])).status_code == 200

    def test_who_sees_by_a_share_reads_the_page_and_changes_nothing(
        self, carl: Client, priya: User, nora: User
    ) -> None:
        share_client(carl, colleague=nora, by=priya)
        hers, page = browser_of(nora), reverse("admin:client_people", args=[carl.pk])
        assert "Hand over" not in hers.get(page).content.decode()
        assert hers.post(page, {"do": "end", "colleague": nora.pk}).status_code == 403
        assert hers.post(page, {"do": "nothing"}).status_code == 400
        assert sees(nora, carl)

    def test_an_owner_hands_over_who_is_ticked(
        self, practice: Practice, carl: Client, priya: User, nora: User, olive: User
    ) -> None:
        stays = make_client(priya)
        owner, page = browser_of(olive), reverse("admin:hand_over", args=[priya.pk])
        assert owner.post(page, {"to": nora.pk, "clients": []}).status_code == 400
        assert owner.post(page, {"to": priya.pk, "clients": [carl.pk]}).status_code == 400
        foreign = make_client(make_staff(make_practice()))
        assert owner.post(page, {"to": nora.pk, "clients": [foreign.pk]}).status_code == 400
        answer = owner.post(page, {"to": nora.pk, "clients": [carl.pk]}, follow=True)
        assert "Nora Berg leads 1 more client." in answer.content.decode()
        assert list(Client.objects.filter(lead=priya)) == [stays]
        assert owner.get(reverse("admin:hand_over", args=[nora.pk])).status_code == 200
        empty = owner.get(reverse("admin:hand_over", args=[olive.pk])).content.decode()
        assert "leads nobody" in empty
        assert browser_of(priya).get(page).status_code == 403
