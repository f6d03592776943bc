"""Withdrawing an exercise: running plans stay, and those who treat the clients are told what suits them instead."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.analytics.alert_words import sentence
from clients.analytics.exercise_use import exercise_use
from clients.models import Alert, Assignment, Client, PrescribedItem
from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.finding.finder import Wanted, find
from routines.models import Exercise
from routines.services import hide_exercise, restore_exercise, withdraw_exercise
from tests.clients.library import make_routine, shelve, shelve_swap
from tests.clients.plans import give_plan
from tests.doors import browser_of
from tests.factories import make_client, make_person, make_practice, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena() -> User:
    """An editor of the shared library, without client data."""
    return make_person(edits_shared_library=True)


@pytest.fixture
def squeezes() -> Exercise:
    """The shared exercise, with a swap for clients who cannot get to the floor."""
    shelve("knee-squeezes")
    shelve_swap("knee-squeezes", "floor_transfer", "seated-pelvic-tilt")
    return shelve("knee-squeezes")


def plan_of(client: Client, *slugs: str) -> Assignment:
    with practice_scope(client.practice):
        return give_plan(client, *slugs, starts_on=timezone.now().date() - timedelta(days=3))


def alerts() -> list[tuple[Client, str]]:
    with all_practices():
        return [(alert.client, sentence(alert)) for alert in Alert.objects.order_by("client_id")]


def test_each_running_plan_of_every_practice_is_told_once_and_stays_as_it_is(
    squeezes: Exercise, priya: User, lena: User
) -> None:
    carl = make_client(priya, tags=["floor_transfer"])
    nora = make_staff(make_practice(), Role.PRACTITIONER)
    omar = make_client(nora)
    plans = [plan_of(carl, "knee-squeezes"), plan_of(omar, "knee-squeezes")]
    ended = plan_of(make_client(priya), "knee-squeezes")
    with all_practices():
        Assignment.objects.filter(pk=ended.pk).update(state=Assignment.State.ENDED)
        before = list(PrescribedItem.objects.values_list("pk", "exercise_version_id"))
        withdraw_exercise(squeezes, by=lena)
        assert list(PrescribedItem.objects.values_list("pk", "exercise_version_id")) == before
    where = f"“Knee squeezes” in “{plans[0].name}” was withdrawn from the library. The plan keeps it"
    assert alerts() == [(carl, f"{where}; instead: {shelve('seated-pelvic-tilt').name}."), (omar, f"{where}.")]
    page = browser_of(priya).get(reverse("admin:client", args=[carl.pk])).content.decode()
    assert f"instead: {shelve('seated-pelvic-tilt').name}." in page
    with all_practices():
        restore_exercise(squeezes, by=lena)
        withdraw_exercise(squeezes, by=lena)
    assert len(alerts()) == 2


def test_a_withdrawn_substitute_is_not_offered(squeezes: Exercise, priya: User, lena: User) -> None:
    plan_of(make_client(priya, tags=["floor_transfer"]), "knee-squeezes")
    with all_practices():
        withdraw_exercise(shelve("seated-pelvic-tilt"), by=lena)
        withdraw_exercise(squeezes, by=lena)
    assert [said.endswith("The plan keeps it.") for _client, said in alerts()] == [True]


def test_where_used_names_only_clients_whom_the_person_may_see(
    squeezes: Exercise, practice: Practice, priya: User
) -> None:
    carl = make_client(priya, tags=["floor_transfer"])
    plan = plan_of(carl, "knee-squeezes")
    plan_of(make_client(make_staff(practice, Role.PRACTITIONER)), "knee-squeezes")
    routine = make_routine("knee-squeezes", practice=practice)
    with practice_scope(practice):
        use = exercise_use(squeezes, user=priya)
    assert [(entry.plan, list(entry.instead)) for entry in use.plans] == [(plan, [shelve("seated-pelvic-tilt").name])]
    assert (use.other_plans, use.count, list(use.routines)) == (1, 2, [routine])
    page = browser_of(priya).get(reverse("admin:exercise_used", args=[squeezes.pk])).content.decode()
    assert carl.full_name in page
    assert "1 plan of a client you do not treat." in page
    assert "Withdraw it" not in page


def test_a_library_editor_sees_counts_and_no_client(squeezes: Exercise, practice: Practice, priya: User) -> None:
    carl = make_client(priya)
    ours = shelve("knee-squeezes", practice=practice)
    plan_of(carl, "knee-squeezes")
    editor = make_staff(practice, Role.EDITOR)
    page = browser_of(editor).get(reverse("admin:exercise_used", args=[squeezes.pk])).content.decode()
    assert carl.last_name not in page
    assert "1 plan of a client you do not treat." in page
    assert "Withdraw it" in browser_of(editor).get(reverse("admin:exercise_used", args=[ours.pk])).content.decode()


def test_a_hidden_exercise_is_not_among_those_that_a_plan_may_take(
    squeezes: Exercise, practice: Practice, priya: User
) -> None:
    with practice_scope(practice):
        assert squeezes in find(priya, Wanted()).exercises
        hide_exercise(squeezes, practice=practice, by=priya)
        assert squeezes not in find(priya, Wanted()).exercises
