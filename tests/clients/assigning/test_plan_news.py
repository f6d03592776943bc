"""After a change of a plan: ten seconds to take it back, and one card that tells the client what and why."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.errors import NotAllowed, WrongState
from clients.models import Assignment, AssignmentVersion, Client, Message, PrescribedItem, Session
from clients.rules.schedule import Schedule
from clients.services.assign import PainStop, assign_routine, change_plan
from clients.services.drafting import ItemDraft
from clients.services.plan_news import NEWS_FOR, tell_changes, undo_change, undo_left
from clients.services.plan_state import end_plan
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from tests.clients.library import shelve
from tests.doors import CODE, STAFF, browser_of
from tests.factories import make_staff

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=timezone.get_default_timezone())
FIVE = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def clock(practice: Practice) -> Iterator[Any]:
    with practice_scope(practice), time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def plan(carl: Client) -> Assignment:
    schedule = Schedule(kind="weekdays", starts_on=NOON.date(), weekdays=frozenset(range(7)), reminder_times=(time(9),))
    return assign_routine(
        carl,
        items=[draft("knee-squeezes", opted_in=("rocking",)), draft("glute-bridge", dose={"reps": 8})],
        schedule=schedule,
        by=carl.lead,
        name="Morning",
        pain_stop=PainStop(4),
        note="Go gently.",
    )


def draft(slug: str, **fields: Any) -> ItemDraft:
    version = shelve(slug).current_version
    assert version is not None
    return ItemDraft(exercise_version=version, **fields)


def change(plan: Assignment, **fields: Any) -> AssignmentVersion:
    """Change the plan to one exercise and another name, unless the fields say otherwise."""
    version = plan.current_version
    assert version is not None
    given = {
        "items": [draft("glute-bridge", dose={"reps": 10})],
        "schedule": Schedule.from_dict(version.schedule),
        "by": plan.client.lead,
        "effective_from": timezone.now().date(),
        "based_on": version.number,
        "name": "Evening",
        **fields,
    }
    return change_plan(plan, **given)


def content_of(version: AssignmentVersion) -> list[Any]:
    columns = [field.name for field in PrescribedItem._meta.fields if field.name not in ("id", "version")]
    return [
        version.schedule, version.pain_stop, version.note, version.written_lanes,
        list(version.items.order_by("lane", "position").values_list(*columns)),
    ]  # fmt: skip


class TestUndo:
    def test_it_makes_a_version_that_says_what_the_one_before_said(self, plan: Assignment, priya: User) -> None:
        first = plan.current_version
        assert first is not None
        changed = change(plan)
        assert content_of(changed) != content_of(first)
        undone = undo_change(changed, by=priya, now=NOON + timedelta(seconds=9))
        plan.refresh_from_db()
        assert (undone.number, plan.name, plan.current_version) == (3, "Morning", undone)
        assert content_of(undone) == content_of(first)
        assert plan.versions.count() == 3, "nothing is rewritten"

    @pytest.mark.parametrize(("seconds", "left"), [(0, 10), (0.5, 10), (9, 1), (9.9, 1), (10, 0), (60, 0)])
    def test_ten_seconds_are_left(self, plan: Assignment, seconds: float, left: int) -> None:
        assert undo_left(change(plan), NOON + timedelta(seconds=seconds)) == left

    def test_after_ten_seconds_it_is_too_late(self, plan: Assignment, priya: User) -> None:
        changed = change(plan)
        with pytest.raises(WrongState, match="ten seconds"):
            undo_change(changed, by=priya, now=NOON + timedelta(seconds=10))

    def test_the_first_version_cannot_be_undone(self, plan: Assignment, priya: User) -> None:
        assert plan.current_version is not None
        with pytest.raises(WrongState):
            undo_change(plan.current_version, by=priya, now=NOON)

    def test_only_by_whoever_changed_it(self, plan: Assignment, practice: Practice) -> None:
        practice.colleagues_see_all_clients = True
        practice.save()
        changed = change(plan)
        with pytest.raises(NotAllowed):
            undo_change(changed, by=make_staff(practice), now=NOON)

    def test_not_under_a_later_change_and_not_under_a_session(self, plan: Assignment, priya: User) -> None:
        changed = change(plan)
        again = change(plan, name="Night")
        with pytest.raises(WrongState, match="changed this plan since"):
            undo_change(changed, by=priya, now=NOON)
        Session.objects.create(
            pk="6f1f3a50-8f6c-4d53-9d8e-3f1f8f1f9a11", client=plan.client, assignment=plan, version=again,
            occurrence_on=NOON.date(), started_at=NOON,
        )  # fmt: skip
        with pytest.raises(WrongState, match="begun a session"):
            undo_change(again, by=priya, now=NOON)
        assert plan.versions.count() == 3


class TestTelling:
    def test_the_plan_says_who_changed_it_and_on_which_day_of_the_client(
        self, plan: Assignment, carl: Client, practice: Practice
    ) -> None:
        practice.colleagues_see_all_clients = True
        practice.save()
        Client.objects.filter(pk=carl.pk).update(time_zone="Pacific/Auckland")
        phone = browser_of(carl.user, CODE)
        assert "changed this" not in phone.get(reverse("plan")).content.decode()
        change(plan, by=make_staff(practice, first_name="Nora"))
        page = phone.get(reverse("plan")).content.decode()
        assert "Nora changed this on 19 November" in page
        assert page.count("What changed") == 1

    def test_the_client_is_told_once_after_five_quiet_minutes(self, plan: Assignment, priya: User) -> None:
        changed = change(plan, why="Your hip needs a rest.")
        assert tell_changes(NOON + FIVE - timedelta(seconds=1)) == 0
        assert tell_changes(NOON + FIVE) == 1
        assert tell_changes(NOON + 2 * FIVE) == 0
        card = Message.objects.get()
        assert (card.kind, card.version, card.author, card.text) == ("plan", changed, priya, "Your hip needs a rest.")

    def test_several_changes_are_one_card_since_the_last_one(self, plan: Assignment, clock: Any) -> None:
        change(plan, items=[draft("glute-bridge", dose={"reps": 10})], name="Morning")
        clock.shift(timedelta(minutes=2))
        change(plan, items=[draft("glute-bridge", dose={"reps": 12})], name="Morning")
        assert tell_changes(timezone.now() + FIVE) == 1
        first = Message.objects.get()
        kinds = [(each["kind"], each["before"], each["after"]) for each in first.detail["changes"]]
        assert ("reps", 8, 12) in kinds
        clock.shift(timedelta(hours=1))
        change(plan, items=[draft("glute-bridge", dose={"reps": 6})], name="Morning")
        assert tell_changes(timezone.now() + FIVE) == 1
        (last,) = Message.objects.exclude(pk=first.pk)
        assert [(each["kind"], each["before"], each["after"]) for each in last.detail["changes"]] == [("reps", 12, 6)]

    def test_what_was_taken_back_is_not_told(self, plan: Assignment, priya: User) -> None:
        undo_change(change(plan), by=priya, now=NOON)
        assert tell_changes(NOON + FIVE) == 0
        assert not Message.objects.exists()

    def test_a_new_plan_an_ended_one_and_old_news_are_not_told(self, plan: Assignment, priya: User) -> None:
        assert tell_changes(NOON + FIVE) == 0
        change(plan)
        assert tell_changes(NOON + NEWS_FOR) == 0
        end_plan(plan, by=priya, on=NOON.date())
        assert tell_changes(NOON + FIVE) == 0

    def test_whoever_lost_the_client_tells_nothing(self, plan: Assignment, practice: Practice) -> None:
        change(plan)
        Client.objects.update(lead=make_staff(practice))
        assert tell_changes(NOON + FIVE) == 0


class TestPages:
    @pytest.fixture
    def desk(self, priya: User) -> Browser:
        return browser_of(priya, STAFF)

    def page(self, browser: Browser, name: str, *ids: Any) -> str:
        answer = browser.get(reverse(name, args=ids))
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_after_giving_the_code_to_scan_and_the_clients_own_card_are_there(
        self, desk: Browser, plan: Assignment
    ) -> None:
        said = self.page(desk, "admin:plan_sent", plan.pk)
        assert "Sent. Carl can start now." in said
        assert "data:image/svg+xml" in said
        assert "Start session" in said
        assert "Undo" not in said

    def test_without_an_account_the_invitation_is_offered_instead(
        self, desk: Browser, plan: Assignment, carl: Client
    ) -> None:
        Client.objects.filter(pk=carl.pk).update(user=None, state=Client.State.INVITED)
        said = self.page(desk, "admin:plan_sent", plan.pk)
        assert "data:image/svg+xml" not in said
        assert reverse("admin:client_invitation", args=[carl.pk]) in said

    def test_a_change_is_shown_in_words_and_can_be_taken_back_there(
        self, desk: Browser, plan: Assignment, carl: Client, clock: Any
    ) -> None:
        change(plan, why="Your hip needs a rest.")
        said = self.page(desk, "admin:plan_sent", plan.pk)
        assert "10 repetitions instead of 8." in said
        assert "Your hip needs a rest." in said
        assert "for 10 seconds" in said
        told = browser_of(carl.user, CODE).get(reverse("plan")).content.decode()
        assert "Your hip needs a rest." in told
        assert desk.post(reverse("admin:undo_change", args=[plan.pk]), {"version": "2"}).status_code == 302
        plan.refresh_from_db()
        assert plan.name == "Morning"
        clock.shift(timedelta(seconds=11))
        assert "Undo" not in self.page(desk, "admin:plan_sent", plan.pk)
        assert desk.post(reverse("admin:undo_change", args=[plan.pk]), {"version": "3"}).status_code == 409

    @pytest.mark.parametrize("version", ["", "x", "99", "9" * 30, "-1"])
    def test_odd_versions_are_told_to_look_again(self, desk: Browser, plan: Assignment, version: str) -> None:
        answer = desk.post(reverse("admin:undo_change", args=[plan.pk]), {"version": version}, follow=True)
        assert "This version does not exist." in answer.content.decode()
        assert plan.versions.count() == 1

    def test_today_leads_to_what_is_new_until_a_session_was_begun_by_it(self, plan: Assignment, carl: Client) -> None:
        phone = browser_of(carl.user, CODE)
        assert "changed your plan" not in phone.get(reverse("today")).content.decode()
        version = change(plan)
        page = phone.get(reverse("today")).content.decode()
        assert f"{carl.lead.get_short_name()} changed your plan." in page
        Session.objects.create(
            pk=uuid.uuid4(),
            client=carl,
            assignment=plan,
            version=version,
            occurrence_on=NOON.date(),
            slot=1,
            started_at=NOON,
        )
        assert "changed your plan" not in phone.get(reverse("today")).content.decode()

    def test_a_change_of_last_week_is_no_news_on_today(self, plan: Assignment, carl: Client, clock: Any) -> None:
        change(plan)
        clock.move_to(NOON + timedelta(days=7))
        assert "changed your plan" not in browser_of(carl.user, CODE).get(reverse("today")).content.decode()

    def test_the_card_in_the_thread_speaks_to_the_client(self, plan: Assignment, carl: Client) -> None:
        version = plan.current_version
        assert version is not None
        items = [
            replace(ItemDraft.from_row(row), optional=row.position == 2) for row in version.items.filter(lane="steady")
        ]
        change(plan, items=items, name="Morning", pain_stop=PainStop(4), note="Go gently.")
        tell_changes(NOON + FIVE)
        said = browser_of(carl.user, CODE).get(reverse("messages")).content.decode()
        assert "Priya changed your plan" in said
        assert "you may leave it out." in said
