"""A tag that is added later: running plans are looked at again, told of, and never changed by the software."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from clients.analytics.alert_words import sentence
from clients.analytics.locks import why_not_start
from clients.models import Alert, Assignment, Client, PrescribedItem, Reminder
from clients.services.assign import change_plan
from clients.services.details import change_details
from routines.library.starter import exercises
from tests.clients.assigning.giving import EVERY_DAY, give, item


def add(client: Client, *tags: str) -> None:
    change_details(client, by=client.lead, tags=[*client.tags, *tags])


def test_osteoporosis_against_the_rocking_is_told_with_the_plan_and_the_exercise(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes", opted_in=("rocking",)), item("glute-bridge"))
    before = list(PrescribedItem.objects.values())
    add(carl, "osteoporosis")
    (alert,) = Alert.objects.all()
    said = sentence(alert)
    assert "Knee squeezes" in said
    assert "“Morning”" in said
    assert (alert.level, alert.locks, alert.detail["assignment"]) == ("same_day", False, plan.pk)
    assert list(PrescribedItem.objects.values()) == before, "the software changes no plan"


@pytest.mark.parametrize(
    ("slug", "tag"),
    [
        pytest.param(entry.slug, each.tag, id=f"{entry.slug}, {each.tag}: {each.level}")
        for entry in exercises().values()
        for each in entry.contraindications[:1]
        if each.level != "adapt"
    ][:12],
)
def test_every_level_of_the_library_is_told(carl: Client, slug: str, tag: str) -> None:
    give(carl, item(slug))
    add(carl, tag)
    assert (
        Alert.objects.filter(reason_key="tag_added").exists() or Alert.objects.filter(reason_key="tag_blocks").exists()
    )


def test_what_suits_raises_nothing_and_neither_does_an_ended_plan(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes", opted_in=("rocking",)))
    add(carl, "wrist_pain")
    assert not Alert.objects.exists()
    Assignment.objects.filter(pk=plan.pk).update(state=Assignment.State.ENDED)
    add(carl, "osteoporosis")
    assert not Alert.objects.exists()


def test_a_blocking_tag_is_told_and_no_session_can_start(carl: Client) -> None:
    plan = give(carl, item("glute-bridge"))
    add(carl, "progressive_neuro")
    assert {"tag_blocks"} <= set(Alert.objects.values_list("reason_key", flat=True))
    assert why_not_start(carl, plan.current_version) == "tag"
    assert Alert.objects.get(reason_key="tag_blocks").level == "same_day"


def test_a_tag_set_again_later_is_told_again(carl: Client) -> None:
    give(carl, item("knee-squeezes", opted_in=("rocking",)))
    add(carl, "osteoporosis")
    change_details(carl, by=carl.lead, tags=[])
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        add(carl, "osteoporosis")
    assert Alert.objects.filter(reason_key="tag_added").count() == 2


def test_the_client_is_not_written_to_about_the_practices_own_alerts(carl: Client) -> None:
    give(carl, item("knee-squeezes", opted_in=("rocking",)))
    add(carl, "osteoporosis")
    assert not Reminder.objects.filter(stream="alert", client=carl).exists()


def test_changing_the_plan_as_told_leaves_nothing_open(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes", opted_in=("rocking",)))
    add(carl, "osteoporosis")
    version = plan.current_version
    assert version is not None
    change_plan(
        plan,
        items=(item("glute-bridge"),),
        schedule=EVERY_DAY,
        by=carl.lead,
        effective_from=plan.starts_on,
        based_on=version.number,
    )
    plan.refresh_from_db()
    add(carl, "wrist_pain")
    assert Alert.objects.filter(reason_key="tag_added").count() == 1
