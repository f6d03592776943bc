"""Reminders on phones: planned beside the mail, sent once to each device, and what push services answer."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from clients.models import Assignment, Client, PushSubscription, Reminder, StreamChoice
from clients.notifications import PushLetter, Refused, Unclear, Unreachable, webpush
from clients.notifications.webpush import PushLine
from clients.services import remind
from portal.accounts.models import Device
from portal.accounts.tenancy import all_practices
from portal.lib import vapid
from tests.clients.conftest import make_client
from tests.clients.plans import give_plan
from tests.clients.reminders.conftest import MORNING, WEDNESDAY, Post, change, finished, make_reminder, reread
from tests.push_sink import Phone, PushSink, push_service

pytestmark = pytest.mark.django_db

EARLY = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
BEFORE = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[PushSink]:
    with push_service() as sink:
        yield sink


@pytest.fixture
def old_plan(plan: Assignment) -> Assignment:
    """The plan, made before its first day."""
    with all_practices():
        plan.versions.update(created_at=datetime(2026, 11, 1, 12, 0, tzinfo=UTC))
    return plan


def subscribe(client: Client, url: str, phone: Phone | None = None, **fields: Any) -> PushSubscription:
    phone = phone or Phone()
    with all_practices():
        number = PushSubscription.objects.count()
        device = Device.objects.create(user=client.user, session_key=f"phone{number}", name="Chrome on Android")
        return PushSubscription.objects.create(
            **{
                "client": client,
                "device": device,
                "endpoint": f"{url}/to/{number}",
                "p256dh": phone.p256dh,
                "auth": phone.auth,
                "created_at": BEFORE,
                **fields,
            }
        )


def recipient(subscription: PushSubscription) -> str:
    return f"push:{subscription.pk}"


def push_row(subscription: PushSubscription, **fields: Any) -> Reminder:
    return make_reminder(subscription.client, recipient=recipient(subscription), channel="webpush", **fields)


def rows() -> list[tuple[str, str, str]]:
    with all_practices():
        return sorted(Reminder.objects.values_list("recipient", "channel", "state"))


@dataclass
class Both:
    """send_due over both channels, at a standing clock."""

    post: Post
    now: datetime = MORNING

    def __call__(self) -> remind.Tally:
        channels = {"webpush": PushLine, "email": self.post}
        return remind.send_due("session", clock=lambda: self.now, channels=channels)


@pytest.fixture
def send(post: Post, db: None) -> Both:
    return Both(post)


class TestPlanning:
    def test_each_device_has_a_row_beside_the_mail_and_never_two(self, carl: Client, old_plan: Assignment) -> None:
        one, two = subscribe(carl, "https://push.example"), subscribe(carl, "https://push.example")
        assert remind.plan_reminders(EARLY).inserted == 6
        assert remind.plan_reminders(EARLY + timedelta(minutes=2)).inserted == 0
        with all_practices():
            today = Reminder.objects.filter(local_date=WEDNESDAY)
            assert set(today.values_list("recipient", "channel")) == {
                (f"client:{carl.pk}", "email"), (recipient(one), "webpush"), (recipient(two), "webpush"),
            }  # fmt: skip
            assert len(set(today.values_list("due_at", "expires_at", "slot"))) == 1

    def test_a_device_that_came_after_the_time_is_not_told_of_it(self, carl: Client, old_plan: Assignment) -> None:
        subscribe(carl, "https://push.example", created_at=MORNING)
        remind.plan_reminders(MORNING)
        with all_practices():
            days = Reminder.objects.filter(channel="webpush").values_list("local_date", flat=True)
            assert sorted(days) == [WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=2)]

    @pytest.mark.parametrize(
        ("fields", "channels"),
        [
            pytest.param({"reminder_channel": "none"}, set(), id="reminders switched off"),
            pytest.param({"state": "on_hold"}, set(), id="on hold"),
            pytest.param({"mail_failed_at": EARLY}, {"webpush"}, id="mail refused: the phone still works"),
        ],
    )
    def test_whom_not(self, carl: Client, old_plan: Assignment, fields: dict[str, Any], channels: set[str]) -> None:
        subscribe(carl, "https://push.example")
        change(carl, **fields)
        remind.plan_for(carl, EARLY)
        assert {channel for _, channel, _ in rows()} == channels

    def test_a_device_that_was_refused_too_often_has_none(self, carl: Client, old_plan: Assignment) -> None:
        subscribe(carl, "https://push.example", refusals=PushSubscription.REFUSALS)
        remind.plan_reminders(EARLY)
        assert {channel for _, channel, _ in rows()} == {"email"}

    def test_an_edited_time_moves_the_phone_too(self, carl: Client, old_plan: Assignment) -> None:
        subscribe(carl, "https://push.example")
        remind.plan_reminders(EARLY)
        change(carl, reminder_times=["11:00"])
        assert remind.plan_reminders(EARLY).moved == 4


def stopped(carl: Client, plan: Assignment) -> None:
    with all_practices():
        StreamChoice.objects.create(client=carl, stream="session", how="link")


class TestSending:
    def test_the_payload_is_neutral_declarative_and_signed(
        self, send: Both, service: PushSink, carl: Client, plan: Assignment
    ) -> None:
        phone = Phone()
        push_row(subscribe(carl, service.url, phone))
        assert send()["sent"] == 1
        ((path, headers, body),) = service.asked
        assert path == "/to/0"
        assert len(body) <= 4096
        payload = phone.read(body)
        shown = payload["notification"]
        assert payload["web_push"] == 8030
        assert shown["title"] == "Your routine is ready"
        assert shown["navigate"].endswith("/today/")
        words = json.dumps(payload).lower()
        for word in ("carl", "priya", "riverside", "knee", "pain", "squeeze"):
            assert word not in words
        assert headers["ttl"] == str(115 * 60)  # due at nine, of use until eleven, sent at five past nine
        assert headers["topic"] == "session"
        assert headers["content-encoding"] == "aes128gcm"
        scheme, _, rest = headers["authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert (scheme, parts["k"]) == ("vapid", vapid.public_key())
        claims = json.loads(base64.urlsafe_b64decode(parts["t"].split(".")[1] + "=="))
        assert (claims["aud"], claims["sub"]) == (service.url, "mailto:no-reply@localhost")

    def test_the_words_are_in_the_clients_language(
        self, send: Both, service: PushSink, carl: Client, plan: Assignment
    ) -> None:
        phone = Phone()
        change(carl, language="de")
        push_row(subscribe(carl, service.url, phone))
        send()
        shown = phone.read(service.asked[0][2])["notification"]
        assert (shown["lang"], shown["title"]) == ("de", "Ihr Programm ist bereit")

    def test_two_devices_and_the_mail_once_each_and_nothing_again(
        self, send: Both, post: Post, service: PushSink, carl: Client, old_plan: Assignment
    ) -> None:
        subscribe(carl, service.url), subscribe(carl, service.url)
        remind.plan_reminders(EARLY)
        assert send()["sent"] == 3
        remind.plan_reminders(MORNING)
        assert send()["sent"] == 0
        assert sorted(path for path, _, _ in service.asked) == ["/to/0", "/to/1"]
        assert post.to == ["carl@home.example"]

    @pytest.mark.parametrize(
        ("answer", "state", "devices", "refusals"),
        [
            (200, "sent", 1, 0), (201, "sent", 1, 0), (202, "sent", 1, 0), (204, "sent", 1, 0),
            (302, "failed", 1, 0), (400, "failed", 1, 0), (413, "failed", 1, 0),
            (403, "failed", 1, 1),
            (404, "failed", 0, 0), (410, "failed", 0, 0),
            (429, "pending", 1, 0), (500, "pending", 1, 0), (503, "pending", 1, 0),
        ],
    )  # fmt: skip
    def test_what_becomes_of_row_and_device(
        self, send: Both, service: PushSink, carl: Client, plan: Assignment,
        answer: int, state: str, devices: int, refusals: int,
    ) -> None:  # fmt: skip
        row = push_row(subscribe(carl, service.url))
        service.moods, service.headers = [answer], {"Location": f"{service.url}/inside"}
        send()
        assert reread(row).state == state
        assert len(service.asked) == 1  # no redirect is followed
        with all_practices():
            left = list(PushSubscription.objects.values_list("refusals", flat=True))
        assert left == [refusals] * devices
        with all_practices():
            assert Client.objects.get(pk=carl.pk).mail_failed_at is None

    def test_the_third_403_ends_it(self, send: Both, service: PushSink, carl: Client, plan: Assignment) -> None:
        subscription = subscribe(carl, service.url)
        service.moods = [403, 403, 403]
        for slot in range(4):
            row = push_row(subscription, subject_key=f"session{slot}")
            send()
        assert len(service.asked) == 3
        assert (reread(row).state, reread(row).reason) == ("skipped", "device gone")

    def test_429_waits_as_long_as_it_says(self, send: Both, service: PushSink, carl: Client, plan: Assignment) -> None:
        row = push_row(subscribe(carl, service.url))
        service.moods, service.headers = [429], {"Retry-After": "900"}
        send()
        assert reread(row).next_try == MORNING + timedelta(minutes=15)
        send.now = MORNING + timedelta(minutes=14)
        send()
        assert len(service.asked) == 1
        send.now = MORNING + timedelta(minutes=15)
        assert send()["sent"] == 1

    def test_a_500_is_tried_again_until_the_window_ends(
        self, send: Both, service: PushSink, carl: Client, plan: Assignment
    ) -> None:
        row = push_row(subscribe(carl, service.url))
        service.moods = [500] * 20
        send()
        assert reread(row).next_try == MORNING + timedelta(minutes=1)
        send.now = MORNING + timedelta(hours=2)
        send()
        assert (reread(row).state, reread(row).reason) == ("skipped", "too late")
        assert len(service.asked) == 1

    @pytest.mark.parametrize(
        ("happened", "reason"),
        [
            pytest.param(lambda c, p: change(c, reminder_channel="none"), "reminders switched off", id="off"),
            pytest.param(lambda c, p: change(c, reminders_paused_until=WEDNESDAY), "reminders paused", id="paused"),
            pytest.param(stopped, "unsubscribed", id="stopped by the link in a mail"),
            pytest.param(finished, "done", id="session done"),
        ],
    )
    def test_it_is_looked_at_again_before_it_goes(
        self, send: Both, service: PushSink, carl: Client, plan: Assignment, happened: Any, reason: str
    ) -> None:
        row = push_row(subscribe(carl, service.url))
        happened(carl, plan)
        send()
        assert (reread(row).state, reread(row).reason, service.asked) == ("skipped", reason, [])

    def test_in_quiet_hours_nothing_goes(self, send: Both, service: PushSink, carl: Client, plan: Assignment) -> None:
        row = push_row(subscribe(carl, service.url))
        change(carl, quiet_from="09:00", quiet_until="12:00")
        send()
        assert (reread(row).state, service.asked) == ("skipped", [])

    def test_mail_that_is_down_does_not_hold_a_push_back(
        self, send: Both, post: Post, service: PushSink, carl: Client, plan: Assignment
    ) -> None:
        mail, push = make_reminder(carl), push_row(subscribe(carl, service.url))
        post.faults = [Unreachable("no connection")]
        send()
        assert (reread(mail).state, reread(push).state) == ("pending", "sent")

    def test_a_service_that_is_down_does_not_hold_others_or_the_mail_back(
        self, send: Both, post: Post, service: PushSink, carl: Client, plan: Assignment
    ) -> None:
        dead = push_row(subscribe(carl, "http://127.0.0.1:9"))
        alive, mail = push_row(subscribe(carl, service.url)), make_reminder(carl)
        send()
        assert (reread(dead).state, reread(alive).state, reread(mail).state) == ("pending", "sent", "sent")

    def test_a_key_that_cannot_encrypt_harms_nobody_else(
        self, send: Both, service: PushSink, carl: Client, plan: Assignment
    ) -> None:
        broken = push_row(subscribe(carl, service.url, p256dh="AAAA"))
        whole = push_row(subscribe(carl, service.url))
        send()
        assert (reread(broken).crashes, reread(whole).state) == (1, "sent")


class TestLine:
    def letter(self, service: PushSink) -> PushLetter:
        phone = Phone()
        return PushLetter(f"{service.url}/a?b=c", phone.p256dh, phone.auth, b"{}", 60)

    @pytest.mark.parametrize("mood", ["hang", "drip"])
    def test_one_that_never_ends_its_answer_is_left_in_time_and_for_the_rest_of_the_run(
        self, service: PushSink, monkeypatch: pytest.MonkeyPatch, mood: str
    ) -> None:
        monkeypatch.setattr(webpush, "TIMEOUT_S", 0.4)
        line, letter = PushLine(), self.letter(service)
        service.moods = [mood]
        began = datetime.now(UTC)
        with pytest.raises(Unclear):
            line.send(letter)
        assert datetime.now(UTC) - began < timedelta(seconds=3)
        assert line.may_have_gone
        with pytest.raises(Refused) as refusal:
            line.send(letter)
        assert not refusal.value.permanent
        assert not line.may_have_gone
        assert [path for path, _, _ in service.asked] == ["/a?b=c"]

    def test_one_whose_own_time_out_ends_it_first_is_left_too(
        self, service: PushSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(webpush, "TIMEOUT_S", 0.4)
        monkeypatch.setattr(webpush._Request, "join", lambda request, _timeout: Thread.join(request))
        line, letter = PushLine(), self.letter(service)
        service.moods = ["hang"]
        with pytest.raises(Unclear):
            line.send(letter)
        with pytest.raises(Refused, match="silent"):
            line.send(letter)

    def test_the_row_is_marked_before_the_message_goes(self, service: PushSink) -> None:
        def lost() -> None:
            raise Unreachable("lease lost")

        with pytest.raises(Unreachable):
            PushLine().send(self.letter(service), before_data=lost)
        assert service.asked == []

    def test_its_own_time_out_is_within_the_bound(self) -> None:
        assert webpush.TIMEOUT_S <= 10


def test_one_client_is_not_told_of_another(send: Both, service: PushSink, carl: Client, plan: Assignment) -> None:
    with all_practices():
        omar = make_client(carl.practice, carl.lead, "omar@home.example", "Omar")
        give_plan(omar, "knee-squeezes", starts_on=WEDNESDAY - timedelta(days=9))
    row = make_reminder(omar, recipient=recipient(subscribe(carl, service.url)), channel="webpush")
    send()
    assert (reread(row).reason, service.asked) == ("device gone", [])
