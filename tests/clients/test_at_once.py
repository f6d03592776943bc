"""Two people, or two taps, at the same moment: nothing is lost, nothing happens twice, and nobody meets an error."""

import threading
import uuid
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Alert, Assignment, Client, Flare, PlanRule, SafetyCheck
from clients.rules import safety as rules
from clients.rules.safety import read_check
from clients.rules.schedule import Schedule
from clients.services import assign, flares, plan_rules, record, safety
from clients.services.client_state import move_client
from clients.services.details import change_details
from clients.services.plan_news import undo_change
from clients.services.plan_state import end_plan
from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.people import set_roles
from portal.accounts.tenancy import all_practices, practice_scope
from routines.library import starter
from tests.clients.assigning.giving import MONDAY, change, give, item
from tests.factories import make_client, make_practice, make_staff

pytestmark = pytest.mark.django_db
needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="needs PostgreSQL: SQLite lets one writer in at a time"
)
SOON_S = 1.0  # how long one thread waits for the other where that is held back


def at_once(practice: Practice, *calls: Callable[[], Any]) -> list[Any]:
    """Make the calls in threads of their own; return what each gave, or the error that it met."""
    gate = threading.Barrier(len(calls))
    given: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            with practice_scope(practice):
                gate.wait()
                given[place] = calls[place]()
        except Exception as error:
            given[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return given


def meet(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, after: bool) -> None:
    """Let two threads wait for each other when they call the function: before it works, or after it has."""
    work, gate = getattr(module, name), threading.Barrier(2)

    def together(*args: Any, **kwargs: Any) -> Any:
        found = work(*args, **kwargs) if after else None
        try:
            gate.wait(SOON_S)
        except threading.BrokenBarrierError:
            gate.reset()  # the other is held back, as it should be
        return found if after else work(*args, **kwargs)

    monkeypatch.setattr(module, name, together)


def longer(days: int) -> Schedule:
    return Schedule(
        kind="weekdays", starts_on=MONDAY, ends_on=MONDAY + timedelta(days=days), weekdays=frozenset(range(7)),
        times_per_day=2, reminder_times=(time(8), time(19)),
    )  # fmt: skip


class TestWhatWasLoadedBefore:
    """Rows that a request has loaded while another one changed them."""

    @pytest.fixture(autouse=True)
    def _scope(self, in_riverside: None) -> None:
        """All of it happens in the practice."""

    def stale(self, client: Client) -> Client:
        return Client.objects.select_related("practice", "lead").get(pk=client.pk)

    def test_a_plan_is_checked_against_a_tag_that_was_added_a_moment_ago(self, carl: Client) -> None:
        loaded = self.stale(carl)
        change_details(carl, by=carl.lead, tags=["osteoporosis"])
        with pytest.raises(Invalid):
            give(loaded, item("knee-squeezes", opted_in=("rocking",)))
        assert not Assignment.objects.exists()

    def test_a_change_is_checked_against_a_tag_that_was_added_a_moment_ago(self, carl: Client) -> None:
        plan = give(carl, item("glute-bridge"))
        loaded = Assignment.objects.select_related("client__practice", "client__lead").get(pk=plan.pk)
        assert loaded.client.tags == []
        change_details(carl, by=carl.lead, tags=["osteoporosis"])
        with pytest.raises(Invalid):
            change(loaded, item("knee-squeezes", opted_in=("rocking",)))
        assert plan.versions.count() == 1

    def test_nobody_who_was_discharged_a_moment_ago_is_given_a_plan(self, carl: Client) -> None:
        loaded = self.stale(carl)
        move_client(carl, Client.State.DISCHARGED, by=carl.lead, now=timezone.now())
        with pytest.raises(WrongState):
            give(loaded, item("glute-bridge"))

    def test_a_plan_that_was_made_longer_a_moment_ago_ends_today_all_the_same(self, carl: Client) -> None:
        plan = give(carl, item("glute-bridge"), schedule=longer(3))
        loaded = Assignment.objects.select_related("client__practice", "client__lead").get(pk=plan.pk)
        change(plan, item("glute-bridge"), schedule=longer(60), effective_from=MONDAY)
        today = MONDAY + timedelta(days=10)
        end_plan(loaded, by=carl.lead, on=today)
        loaded.refresh_from_db()
        assert loaded.ends_on == today - timedelta(days=1)

    @pytest.mark.parametrize("to", [Client.State.ON_HOLD, Client.State.DISCHARGED])
    def test_the_same_move_from_two_tabs_is_made_once(self, carl: Client, to: str) -> None:
        plan = give(carl, item("glute-bridge"))
        loaded = self.stale(carl)
        for tab in (carl, loaded):
            move_client(tab, to, by=carl.lead, now=timezone.now())
        assert loaded.state == to
        assert plan.pauses.count() == (to == Client.State.ON_HOLD)

    def test_holding_and_taking_back_end_in_one_state_with_the_plan_in_step(self, carl: Client) -> None:
        plan = give(carl, item("glute-bridge"))
        loaded = self.stale(carl)
        move_client(carl, Client.State.ON_HOLD, by=carl.lead, now=timezone.now())
        move_client(loaded, Client.State.ACTIVE, by=carl.lead, now=timezone.now())
        carl.refresh_from_db()
        plan.refresh_from_db()
        assert (carl.state, plan.state) == (Client.State.ACTIVE, Assignment.State.ACTIVE)

    def test_an_owner_whose_right_was_taken_a_moment_ago_takes_nobody_elses(self, practice: Practice) -> None:
        olive, oscar, _third = (make_staff(practice, Role.OWNER) for _ in range(3))
        assert set_roles(practice, oscar, [], by=olive)
        with pytest.raises(NotAllowed):
            set_roles(practice, olive, [], by=oscar)


@needs_postgresql
@pytest.mark.django_db(transaction=True)
class TestThreads:
    """The same with threads, each in a transaction of its own."""

    @pytest.fixture
    def riverside(self) -> Practice:
        return make_practice(name="Riverside")

    @pytest.fixture
    def bea(self, riverside: Practice) -> Client:
        with practice_scope(riverside):
            return make_client(make_staff(riverside), riverside)

    @pytest.fixture
    def plan(self, riverside: Practice, bea: Client) -> Assignment:
        with practice_scope(riverside):
            return give(bea, item("knee-squeezes"), schedule=running())

    def anew(self, model: Any, row: Any) -> Any:
        return model.objects.get(pk=row.pk)

    def test_a_session_begins_while_the_practitioner_changes_the_plan(
        self, riverside: Practice, bea: Client, plan: Assignment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        has_plan, has_client = threading.Event(), threading.Event()
        plan_for, load = assign.plan_for, record._load

        def late(*args: Any, **kwargs: Any) -> Any:
            has_plan.set()
            has_client.wait(SOON_S)
            return plan_for(*args, **kwargs)

        def early(*args: Any, **kwargs: Any) -> Any:
            found = load(*args, **kwargs)
            has_client.set()
            return found

        monkeypatch.setattr(assign, "plan_for", late)
        monkeypatch.setattr(record, "_load", early)
        now = timezone.now()
        started = {
            "id": str(uuid.uuid4()), "session": str(uuid.uuid4()), "type": "started", "at": now.isoformat(),
            "data": {"version": plan.current_version_id, "on": now.date().isoformat(), "slot": 1},
        }  # fmt: skip

        def begin() -> int:
            client = self.anew(Client, bea)
            has_plan.wait(SOON_S)
            return record.record_events(client, [started], now=now)[0].status

        def change_it() -> int:
            mine = Assignment.objects.select_related("client__lead").get(pk=plan.pk)
            return change(
                mine, item("glute-bridge"), schedule=running(time(7)), effective_from=now.date(), based_on=1
            ).number

        assert at_once(riverside, change_it, begin) == [2, 200]

    def test_two_taps_on_the_flare_button_begin_one(
        self, riverside: Practice, bea: Client, plan: Assignment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meet(monkeypatch, flares, "_day", after=True)
        found = at_once(riverside, *[lambda: flares.report_flare(self.anew(Client, bea), now=timezone.now()).pk] * 2)
        assert found[0] == found[1]
        with all_practices():
            assert Flare.objects.count() == 1

    def test_a_safety_check_that_arrives_twice_at_once_is_kept_once_and_answered_twice(
        self, riverside: Practice, bea: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meet(monkeypatch, safety, "_decided", after=True)
        questions = starter.safety().questions
        sent = {
            "id": str(uuid.uuid4()), "trigger": "link", "place": "page", "version": rules.version_of(questions),
            "session": None, "answers": {each.id: ["0"] for each in questions if each.only_for_tag is None},
            "level": "emergency", "at": timezone.now().isoformat(),
        }  # fmt: skip
        check = read_check(questions, sent)
        found = at_once(
            riverside, *[lambda: safety.keep_check(self.anew(Client, bea), check, now=timezone.now()).level] * 2
        )
        assert found == ["emergency", "emergency"]
        with all_practices():
            assert (SafetyCheck.objects.count(), Alert.objects.count()) == (1, 1)

    def test_rules_that_two_tabs_switch_at_once_are_switched_one_after_the_other(
        self, riverside: Practice, plan: Assignment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meet(monkeypatch, plan_rules, "_next", after=True)
        with practice_scope(riverside):
            rule = next(
                row for row in PlanRule.objects.filter(assignment=plan) if plan_rules.may_switch_off(row.content)
            )

        def switch() -> int:
            mine = Assignment.objects.select_related("client__lead").get(pk=plan.pk)
            return len(plan_rules.switch_rules(mine, wanted={rule.rule_id: (False, False)}, by=mine.client.lead))

        assert sorted(at_once(riverside, switch, switch)) == [0, 1]

    def test_undo_that_is_pressed_twice_is_done_once(self, riverside: Practice, bea: Client, plan: Assignment) -> None:
        with practice_scope(riverside):
            changed = change(plan, item("glute-bridge"), schedule=running(), effective_from=timezone.now().date())

        def undo() -> int:
            version = plan.versions.select_related("assignment__client__practice").get(pk=changed.pk)
            return undo_change(version, by=bea.lead, now=timezone.now()).number

        assert at_once(riverside, undo, undo) == [3, 3]

    def test_two_owners_who_remove_each_other_leave_one(self, riverside: Practice) -> None:
        olive, oscar = make_staff(riverside, Role.OWNER), make_staff(riverside, Role.OWNER)

        def remove(whom: User, by: User) -> Callable[[], Any]:
            return lambda: set_roles(riverside, whom, [], by=User.objects.get(pk=by.pk))

        found = at_once(riverside, remove(oscar, olive), remove(olive, oscar))
        assert sorted(type(each).__name__ for each in found) == ["NotAllowed", "list"]
        with all_practices():
            assert Membership.objects.in_force().filter(practice=riverside, role=Role.OWNER).count() == 1


def running(at: time = time(8)) -> Schedule:
    """A plan that runs now, with reminders to come."""
    today = timezone.now().date()
    return Schedule(
        kind="weekdays", starts_on=today - timedelta(days=3), ends_on=today + timedelta(days=30),
        weekdays=frozenset(range(7)), times_per_day=2, reminder_times=(at, time(19)),
    )  # fmt: skip
