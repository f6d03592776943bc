"""The sessions that a device keeps: the days ahead, what each answer leads to, and nothing of anybody else."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from clients.analytics.ahead import DAYS_AHEAD, PAIN_ANSWERS, plans_ahead
from clients.analytics.today import local_day, today_for
from clients.exports.prescription import kit_name
from clients.exports.week import week_json
from clients.models import Assignment, AssignmentVersion, Client, PrescribedItem, SafetyCheck, Session
from clients.services.session import start_session, tell
from clients.views.checking_in import _offer, running_plan
from portal import service_worker
from portal.accounts.tenancy import practice_scope
from tests.clients.plans import begin, exercise_version, give_plan

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # a Wednesday
TODAY = date(2026, 11, 25)
KILO = 1024

pytestmark = pytest.mark.django_db


def days_of(client: Client, now: datetime = NOW) -> list[tuple[date, int]]:
    return [day for ahead in plans_ahead(client, now) for day in ahead.days]


def test_a_daily_plan_is_kept_for_seven_days_from_today(carl: Client, in_riverside: None) -> None:
    give_plan(carl, "glute-bridge", starts_on=TODAY - timedelta(days=30), times_per_day=2)
    assert days_of(carl) == [(TODAY + timedelta(days=number), slot) for number in range(DAYS_AHEAD) for slot in (1, 2)]


def test_days_of_rest_and_days_after_the_end_are_left_out(carl: Client, in_riverside: None) -> None:
    give_plan(
        carl,
        "glute-bridge",
        starts_on=TODAY - timedelta(days=30),
        ends_on=TODAY + timedelta(days=3),
        weekdays=frozenset({2, 5}),
    )
    assert days_of(carl) == [(TODAY, 1), (TODAY + timedelta(days=3), 1)]


def test_a_plan_that_begins_and_a_version_that_comes_into_force_are_kept_for_their_days(
    carl: Client, in_riverside: None
) -> None:
    plan = give_plan(carl, "glute-bridge", starts_on=TODAY - timedelta(days=30))
    give_plan(carl, "bird-dog", starts_on=TODAY + timedelta(days=5))
    first = plan.current_version
    assert first is not None
    later = AssignmentVersion.objects.create(
        assignment=plan,
        number=2,
        effective_from=TODAY + timedelta(days=2),
        schedule=first.schedule,
        created_by=carl.lead,
    )
    item = PrescribedItem.objects.get(version=first)
    PrescribedItem.objects.create(version=later, position=1, exercise_version=item.exercise_version)
    found = {ahead.plan.version.pk: [day for day, _ in ahead.days] for ahead in plans_ahead(carl, NOW)}
    assert found[first.pk] == [TODAY, TODAY + timedelta(days=1)]
    assert found[later.pk] == [TODAY + timedelta(days=number) for number in range(2, 7)]
    assert len(found) == 3
    told = {entry["version"]: entry["versions"] for entry in week_json(carl, NOW, asked={})["plans"]}
    assert told[first.pk] == told[later.pk] == [first.pk, later.pk]


def test_what_is_done_today_is_known_to_the_device(carl: Client, plan: Assignment, in_riverside: None) -> None:
    version = plan.current_version
    assert version is not None
    now = timezone.now()
    Session.objects.create(
        pk=uuid4(),
        client=carl,
        assignment=plan,
        version=version,
        occurrence_on=local_day(carl, now),
        slot=1,
        started_at=now,
        finished_at=now,
        state=Session.State.FINISHED,
        fraction=1,
        counted=True,
    )
    (ahead,) = plans_ahead(carl, now)
    assert ahead.done == [(local_day(carl, now), 1)]


@pytest.mark.parametrize("lanes", [("steady",), ("steady", "sore")], ids=["no sore lane", "a sore lane"])
def test_every_answer_leads_to_what_the_check_in_would_offer(
    carl: Client, plan: Assignment, in_riverside: None, lanes: tuple[str, ...]
) -> None:
    """The device looks it up; it does not decide by itself."""
    version = plan.current_version
    assert version is not None
    item = PrescribedItem.objects.filter(version=version).first()
    assert item is not None
    if "sore" in lanes:
        PrescribedItem.objects.create(version=version, position=9, exercise_version=item.exercise_version, lane="sore")
    now = timezone.now()
    (ahead,) = plans_ahead(carl, now)
    running = running_plan(carl, plan.pk, now.date())
    for pain, pick in zip(PAIN_ANSWERS, ahead.picks, strict=True):
        offer = _offer(running, pain, now)
        assert [lane for lane, _ in pick.lanes] == list(offer.lanes), pain
        assert pick.lanes[0] == (offer.pick.lane, offer.pick.percent), pain
        for lane, percent in pick.lanes:
            assert percent == (offer.pick.percent if lane == offer.pick.lane else offer.percent_in(lane))
            assert ahead.bundles[lane, percent], "what it leads to is kept"


def test_nothing_is_kept_while_the_client_is_on_hold(carl: Client, plan: Assignment, in_riverside: None) -> None:
    carl.state = Client.State.ON_HOLD
    assert plans_ahead(carl, timezone.now()) == []


def read_week(browser: Browser, client: Client, *, own_phone: bool = True) -> dict[str, Any]:
    browser.force_login(client.user)
    session = browser.session
    session.set_expiry(3600 if own_phone else 0)
    session.save()
    week: dict[str, Any] = browser.get("/more/week/").json()
    return week


def test_the_device_says_the_same_length_and_kit_as_today(
    client: Browser, carl: Client, plan: Assignment, in_riverside: None
) -> None:
    """Of the session that the day has; a gentle one, which only an answer leads to, needs other things."""
    version = plan.current_version
    assert version is not None
    gentle = exercise_version("single-knee-to-chest")
    PrescribedItem.objects.create(version=version, position=9, exercise_version=gentle, lane="sore")
    (kept,) = read_week(client, carl)["plans"]
    card = today_for(carl, timezone.now()).cards[0]
    assert (kept["minutes"], kept["exercises"]) == (card.minutes, card.exercises)
    assert kept["kit"] == [kit_name(thing) for thing in card.kit]


def test_the_week_names_nobody_and_is_the_clients_own(
    client: Browser, carl: Client, omar: Client, plan: Assignment
) -> None:
    week = read_week(client, carl)
    text = json.dumps(week)
    for word in (carl.first_name, carl.last_name, carl.email, omar.first_name):
        assert word not in text
    assert [each["assignment"] for each in week["plans"]] == [plan.pk]
    other = read_week(client, omar)
    assert other["plans"] == []
    assert other["account"] != week["account"]


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [(0, None), (20, None), (24, 3), (27, 1), (28, 0), (60, 0)],
    ids=["just answered", "not within the week", "later in the week", "tomorrow", "today", "long since"],
)
def test_the_device_knows_from_which_day_the_safety_questions_come_first(
    client: Browser, carl: Client, plan: Assignment, days_ago: int, expected: int | None
) -> None:
    SafetyCheck.objects.filter(client=carl).update(received_at=timezone.now() - timedelta(days=days_ago, minutes=1))
    week = read_week(client, carl)
    if expected is None:
        assert week["check_due"] is None
    else:
        day = date.fromisoformat(week["from"]) + timedelta(days=expected)
        assert week["check_due"] == {"why": "four_weeks", "from": day.isoformat()}


@pytest.mark.parametrize(("zone", "first"), [("Pacific/Auckland", "2026-11-26"), ("America/Los_Angeles", "2026-11-25")])
def test_the_week_names_the_time_zone_of_its_days(
    client: Browser, carl: Client, plan: Assignment, zone: str, first: str
) -> None:
    carl.time_zone = zone
    carl.save()
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        week = read_week(client, carl)
    assert (week["time_zone"], week["from"]) == (zone, first)


def test_a_shared_phone_keeps_nothing(client: Browser, carl: Client, plan: Assignment) -> None:
    assert read_week(client, carl, own_phone=False)["plans"] is None


def test_the_week_is_for_nobody_else(client: Browser) -> None:
    assert client.get("/more/week/").status_code == 302


def test_a_bundle_of_the_week_is_the_session_that_the_server_would_open(
    client: Browser, carl: Client, plan: Assignment
) -> None:
    week = read_week(client, carl)
    (kept,) = week["plans"]
    lane, percent = kept["picks"][3]["lanes"][0]
    bundle = kept["bundles"][f"{lane}:{percent}"]
    version = plan.current_version
    assert version is not None
    with practice_scope(carl.practice):
        session = start_session(
            carl,
            session_id=uuid4(),
            assignment=plan,
            version=version,
            on=timezone.now().date(),
            slot=1,
            pain_before=2,
            now=timezone.now(),
        )
    html = client.get(f"/session/{session.pk}/").content.decode()
    opened = json.loads(html.partition('id="session-bundle" type="application/json">')[2].partition("</script>")[0])
    for key in opened.keys() - {"session", "done_url", "events", "pain", "text", "safety"}:
        assert bundle[key] == opened[key], key
    assert week["text"] == opened["text"]
    assert week["safety"] == opened["safety"]
    assert bundle["done_url"].replace(week["not_yet"], str(session.pk)) == opened["done_url"]


def test_the_set_for_seven_days_stays_within_its_budget(client: Browser, carl: Client, in_riverside: None) -> None:
    """Source: the table of budgets in the design notes, "offline set for 7 days"."""
    slugs = ("glute-bridge", "bird-dog", "knee-squeezes", "side-bridge-knees", "belly-breathing", "hamstring-strap")
    give_plan(carl, *slugs, starts_on=timezone.now().date() - timedelta(days=9), times_per_day=2)
    week = read_week(client, carl)
    weight = len(gzip.compress(json.dumps(week).encode(), 9))
    shared = sum(
        len(gzip.compress(content, 9)) for content in service_worker._contents()[: len(service_worker.kept_files())]
    )
    print(f"the week of a plan of {len(slugs)}: {weight / KILO:.0f} KB; files: {shared / KILO:.0f} KB")
    assert weight + shared <= 370 * KILO, "the pages that are kept take less than 30 KB"


def test_it_says_which_sessions_are_carried_on_with_no_more(carl: Client, in_riverside: None) -> None:
    plan = give_plan(carl, "glute-bridge", starts_on=TODAY - timedelta(days=3))
    ended, anew = (begin(plan, now=NOW - timedelta(hours=hours)) for hours in (3, 2))
    assert [ahead.over for ahead in plans_ahead(carl, NOW)] == [[str(ended.pk)]], "the other one is open"
    tell(carl, anew.pk, now=NOW, events=[("finished", {})])
    (ahead,) = plans_ahead(carl, NOW)
    assert sorted(ahead.over) == sorted(str(session.pk) for session in (ended, anew))
    assert ahead.done == [], "nothing was done, so the day's session is still there"
