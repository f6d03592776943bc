"""Goals with a number: what a client wants to do again, set by the practitioner, told by both."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.analytics.activities import activity_lines, amount_words
from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import ActivityGoal, ActivityValue, Client
from clients.services.activities import MOST_GOALS, end_activity_goal, set_activity_goal, tell_activity
from portal.accounts.models import AuditEvent, Membership, Practice, Role, User
from tests.clients.conftest import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_riverside")]

FILM: dict[str, Any] = {"activity": "Sit through a film", "unit": "minutes", "began_at": 30, "target": 50}


@pytest.fixture
def film(carl: Client, priya: User) -> ActivityGoal:
    return set_activity_goal(carl, **FILM, by=priya, now=NOW)


def test_a_goal_is_set_and_the_client_reads_it_and_tells_how_it_is(
    desk: Browser, carls_phone: Browser, carl: Client
) -> None:
    address = reverse("admin:client_goals", args=[carl.pk])
    assert "No goals yet" in desk.get(address).content.decode()
    assert desk.post(address, FILM).status_code == 302
    goal = ActivityGoal.objects.get()
    page = carls_phone.get(reverse("progress")).content.decode()
    assert "<b>Sit through a film</b>: from 30 to 50 minutes." in page
    assert "it was" not in page
    assert carls_phone.post(reverse("tell_activity", args=[goal.pk]), {"value": "40"}).status_code == 302
    page = carls_phone.get(reverse("progress")).content.decode()
    assert "On 18 November it was 40." in page
    Client.objects.filter(pk=carl.pk).update(language="de")
    assert "Am 18. November war es 40." in carls_phone.get(reverse("progress")).content.decode()
    Client.objects.filter(pk=carl.pk).update(language="")
    assert "reached" not in page
    assert ": 40, told by Carl" in desk.get(address).content.decode()
    assert desk.post(reverse("admin:tell_goal", args=[goal.pk]), {"value": "55"}).status_code == 302
    assert "You have reached it." in carls_phone.get(reverse("progress")).content.decode()
    assert "Reached" in desk.get(address).content.decode()
    assert AuditEvent.objects.filter(action="goal_set").count() == 1


@pytest.mark.parametrize(
    ("began_at", "target", "told", "is_reached"),
    [
        (30, 50, None, False),
        (30, 50, 49, False),
        (30, 50, 50, True),
        (30, 50, 51, True),
        (6, 2, 3, False),
        (6, 2, 2, True),
        (6, 2, 0, True),
    ],
)
def test_a_goal_is_reached_at_its_number_or_beyond(
    carl: Client, priya: User, began_at: int, target: int, told: int | None, is_reached: bool
) -> None:
    goal = set_activity_goal(carl, **{**FILM, "began_at": began_at, "target": target}, by=priya, now=NOW)
    if told is not None:
        tell_activity(goal, told, by=priya, now=NOW)
    (line,) = activity_lines(carl)
    assert line.is_reached is is_reached


def test_more_goals_and_values_cost_no_more_statements(desk: Browser, carl: Client, priya: User) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(reverse("admin:client_goals", args=[carl.pk])).status_code == 200
        return len(seen)

    def add(name: str) -> None:
        goal = set_activity_goal(carl, **{**FILM, "activity": name}, by=priya, now=NOW)
        tell_activity(goal, 40, by=priya, now=NOW)
        end_activity_goal(goal, by=priya, now=NOW)

    add("Walk")
    statements()  # the first visit asks what later ones know
    few = statements()
    for number in range(8):
        add(f"Walk {number}")
    assert statements() == few


@pytest.mark.parametrize(
    ("unit", "one", "many"),
    [
        ("minutes", "1 minute", "5 minutes"),
        ("metres", "1 metre", "5 metres"),
        ("steps", "1 step", "5 steps"),
        ("times", "1 time", "5 times"),
    ],
)
def test_every_unit_has_words(unit: str, one: str, many: str) -> None:
    assert (amount_words(1, unit), amount_words(5, unit)) == (one, many)


def test_the_newest_value_counts_and_the_same_told_again_is_kept_once(film: ActivityGoal, priya: User) -> None:
    for value in (35, 35, 40):
        tell_activity(film, value, by=priya, now=NOW)
    tell_activity(film, 40, by=priya, now=NOW + timedelta(days=1))
    tell_activity(film, 38, by=priya, now=NOW + timedelta(days=1))
    (line,) = activity_lines(film.client)
    assert [(each.value, each.on) for each in line.values] == [
        (35, TODAY),
        (40, TODAY),
        (40, TODAY + timedelta(days=1)),
        (38, TODAY + timedelta(days=1)),
    ]
    assert line.now is not None
    assert line.now.value == 38
    with pytest.raises(ValidationError, match="never changed"):
        line.now.save()


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"activity": "  "}, "activity", "Write what the client wants to do"),
        ({"activity": "x" * 81}, "activity", "at most 80 characters"),
        ({"activity": "sit THROUGH  a film"}, "activity", "running already"),
        ({"activity": "Walk", "unit": "miles"}, "unit", "Choose one of the list"),
        ({"activity": "Walk", "began_at": -1}, "began_at", "from 0 to 9999"),
        ({"activity": "Walk", "target": 10**6}, "target", "from 0 to 9999"),
        ({"activity": "Walk", "target": 30}, "target", "This is what it is now"),
    ],
)
def test_what_cannot_be_a_goal_names_its_field_and_keeps_nothing(
    film: ActivityGoal, priya: User, change: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        set_activity_goal(film.client, **{**FILM, **change}, by=priya, now=NOW)
    assert list(refused.value.errors) == [field]
    assert words in refused.value.errors[field]
    assert ActivityGoal.objects.count() == 1


def test_no_more_goals_run_at_once_than_are_read(film: ActivityGoal, priya: User) -> None:
    for number in range(MOST_GOALS - 1):
        set_activity_goal(film.client, **{**FILM, "activity": f"Walk {number}"}, by=priya, now=NOW)
    with pytest.raises(Invalid, match="End one of them first"):
        set_activity_goal(film.client, **{**FILM, "activity": "Dance"}, by=priya, now=NOW)
    end_activity_goal(film, by=priya, now=NOW)
    set_activity_goal(film.client, **{**FILM, "activity": "Dance"}, by=priya, now=NOW)


def test_an_ended_goal_takes_nothing_more_and_stays_with_its_values(
    film: ActivityGoal, desk: Browser, carls_phone: Browser, priya: User
) -> None:
    tell_activity(film, 35, by=priya, now=NOW)
    assert desk.post(reverse("admin:end_goal", args=[film.pk])).status_code == 302
    assert "Sit through a film" not in carls_phone.get(reverse("progress")).content.decode()
    answer = carls_phone.post(reverse("tell_activity", args=[film.pk]), {"value": "50"}, follow=True)
    assert "This goal has ended already." in answer.content.decode()
    assert desk.post(reverse("admin:end_goal", args=[film.pk])).status_code == 409
    page = desk.get(reverse("admin:client_goals", args=[film.client_id])).content.decode()
    assert "Ended" in page
    assert ": 35, told by Priya" in page
    assert ActivityValue.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "ten", "4.5", "-1", "10000", "9" * 5000])
def test_a_wrong_number_is_answered_at_its_field(
    film: ActivityGoal, desk: Browser, carls_phone: Browser, typed: str
) -> None:
    for browser, name in ((carls_phone, "tell_activity"), (desk, "admin:tell_goal")):
        answer = browser.post(reverse(name, args=[film.pk]), {"value": typed})
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "Write a whole number" in page
        assert f'aria-describedby="id_goal{film.pk}_value_error' in page
    assert not ActivityValue.objects.exists()


def test_a_form_with_mistakes_keeps_what_was_typed(desk: Browser, carl: Client) -> None:
    answer = desk.post(reverse("admin:client_goals", args=[carl.pk]), {**FILM, "target": "many"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Write a whole number, such as 10." in page
    assert 'value="Sit through a film"' in page
    assert not ActivityGoal.objects.exists()


def test_others_than_the_clients_people_are_refused(film: ActivityGoal, practice: Practice, omar: Client) -> None:
    nora = User.objects.create_user("nora@riverside.example")
    Membership.objects.create(practice=practice, user=nora, role=Role.PRACTITIONER)
    with pytest.raises(NotAllowed):
        set_activity_goal(film.client, **{**FILM, "activity": "Walk"}, by=nora, now=NOW)
    with pytest.raises(NotAllowed):
        end_activity_goal(film, by=nora, now=NOW)
    with pytest.raises(NotAllowed):
        tell_activity(film, 40, by=nora, now=NOW)
    assert omar.user is not None
    with pytest.raises(NotAllowed):
        tell_activity(film, 40, by=omar.user, now=NOW)
    assert not ActivityValue.objects.exists()


def test_the_database_refuses_a_goal_that_is_no_change(carl: Client, priya: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityGoal.objects.create(client=carl, **{**FILM, "target": 30}, set_by=priya, set_at=NOW)


def test_telling_an_ended_goal_says_so(film: ActivityGoal, priya: User) -> None:
    end_activity_goal(film, by=priya, now=NOW)
    with pytest.raises(WrongState, match="ended already"):
        tell_activity(film, 40, by=priya, now=NOW)
