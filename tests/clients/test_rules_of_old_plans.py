"""Plans from before rules were kept with them get the rules that a new plan of the routine has."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, PlanRule
from portal.accounts.models import Practice, User
from tests.clients.test_weeks import give
from tests.doors import STAFF, sign_in

pytestmark = pytest.mark.usefixtures("in_riverside")
migration = import_module("clients.migrations.0016_rules_of_running_plans")


@pytest.fixture
def plan(carl: Client, practice: Practice, priya: User) -> Assignment:
    return give(carl, "walking-build-up", ("walking",), priya, practice)


def rows(plan: Assignment) -> list[tuple[str, int, int, object, bool, bool]]:
    found = PlanRule.objects.filter(assignment=plan).order_by("position")
    return [(row.rule_id, row.number, row.position, row.document, row.is_on, row.is_preapproved) for row in found]


def test_an_old_plan_gets_the_rules_of_a_new_one_and_its_page_works(plan: Assignment, priya: User) -> None:
    new = rows(plan)
    PlanRule.objects.filter(assignment=plan).delete()
    migration.copy_rules(apps, None)
    assert rows(plan) == new
    assert {row.created_by for row in PlanRule.objects.filter(assignment=plan)} == {priya}
    migration.copy_rules(apps, None)
    assert rows(plan) == new, "twice is once"
    browser = Browser()
    sign_in(browser, priya, STAFF)
    assert "next week" in browser.get(reverse("admin:plan_rules", args=[plan.pk])).content.decode()


def test_a_plan_that_has_ended_is_left_as_it_was(plan: Assignment) -> None:
    PlanRule.objects.filter(assignment=plan).delete()
    Assignment.objects.filter(pk=plan.pk).update(state=Assignment.State.ENDED)
    migration.copy_rules(apps, None)
    assert rows(plan) == []
