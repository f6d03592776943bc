"""The cards of the routines: how many plans began with each, what rules one out, and the archive with its way back."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Assignment, Client
from portal.accounts.models import AuditEvent, Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.models import Routine
from tests.clients.assigning.test_choosing import ours
from tests.clients.library import make_routine
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff

pytestmark = pytest.mark.django_db
LIST = "/admin/routine/"


@pytest.fixture
def shared() -> Routine:
    whole = {
        "goal": "Ease a stiff back.",
        "estimated_minutes": 5,
        "completion": {"weeks": 4, "review": "Talk about what helped."},
        "not_for_tags": ["osteoporosis"],
    }
    return make_routine("knee-squeezes", "glute-bridge", document=whole)


def begun(client: Client, routine: Routine, by: User) -> Assignment:
    plan: Assignment = Assignment.objects.create(
        client=client, routine=routine, name=routine.name, starts_on=date(2026, 11, 2), created_by=by
    )
    return plan


def text_of(desk: Browser, query: str = "") -> str:
    return " ".join(desk.get(f"{LIST}{query}").content.decode().split())


def test_a_card_says_how_many_plans_of_this_practice_began_with_it(
    desk: Browser, carl: Client, priya: User, practice: Practice, shared: Routine
) -> None:
    assert "used by" not in text_of(desk)
    begun(carl, shared, priya)
    assert "used by 1 plan<" in text_of(desk)
    begun(make_client(priya, practice), shared, priya)
    hill = make_practice()
    nora = make_staff(hill, Role.PRACTITIONER)
    with practice_scope(hill):
        begun(make_client(nora, hill), shared, nora)
    assert "used by 2 plans<" in text_of(desk)
    assert "used by 1 plan<" in text_of(browser_of(nora))
    assert "Not with: Osteoporosis" in text_of(desk)


def test_many_cards_and_plans_cost_no_further_statement(
    desk: Browser, carl: Client, priya: User, practice: Practice, shared: Routine
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(LIST)
        return len(asked)

    begun(carl, shared, priya)
    cost()  # what a process reads once is read
    few = cost()
    for routine in ours(shared, priya, practice, "First", "Second", "Third"):
        for _ in range(3):
            begun(carl, routine, priya)
    assert cost() == few


def test_a_card_is_withdrawn_and_taken_back_where_one_stands(
    desk: Browser, priya: User, practice: Practice, shared: Routine
) -> None:
    (mine,) = ours(shared, priya, practice, "Mine")
    move = reverse("admin:move_routine", args=[mine.pk])
    assert text_of(desk).count('value="withdraw"') == 1  # the shared one is its editors' to withdraw
    answer = desk.post(move, {"to": "withdraw", "back": "list", "query": "among=ours&q=mine"}, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?among=ours&q=mine&withdrawn={mine.pk}", 302)]
    page = " ".join(answer.content.decode().split())
    assert "Withdrawn. Running plans keep theirs" in page
    assert page.count('value="restore"') == 1
    assert answer.context["cards"] == []
    assert [card["routine"] for card in desk.get(f"{LIST}?among=withdrawn").context["cards"]] == [mine]
    answer = desk.post(move, {"to": "restore", "back": "list", "query": f"among=ours&withdrawn={mine.pk}"}, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?among=ours", 302)]
    assert [card["routine"] for card in answer.context["cards"]] == [mine]
    with all_practices():
        actions = AuditEvent.objects.filter(object_id=str(mine.pk), actor=priya).values_list("action", flat=True)
        assert {"routine withdrawn", "routine restored"} <= set(actions)


def test_the_way_back_leads_to_the_list_alone_and_offers_nothing_of_others(
    desk: Browser, priya: User, practice: Practice, shared: Routine
) -> None:
    (mine,) = ours(shared, priya, practice, "Mine")
    move = reverse("admin:move_routine", args=[mine.pk])
    for query in ("https://elsewhere.example/", "//elsewhere.example", "\r\nX: 1", "x" * 900):
        answer = desk.post(move, {"to": "favourite", "back": "list", "query": query})
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(f"{LIST}?")
    desk.post(move, {"to": "withdraw"})
    assert 'value="restore"' in text_of(desk, f"?withdrawn={mine.pk}")
    for person in (make_staff(practice, Role.OWNER), make_staff(make_practice(), Role.PRACTITIONER)):
        assert 'value="restore"' not in text_of(browser_of(person), f"?withdrawn={mine.pk}")
    for nonsense in ("x", "-1", "9" * 30, "²", str(shared.pk)):
        assert 'value="restore"' not in text_of(desk, f"?withdrawn={nonsense}")
