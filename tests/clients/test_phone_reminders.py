"""Reminders on a phone: setting them up and stopping them, what is refused, when the question is asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, PushSubscription, Reminder, Session
from clients.services.push import PHONES
from clients.views.push import TIMES
from portal.accounts.models import AuditEvent, Device, Practice, User
from portal.accounts.tenancy import all_practices, practice_scope
from portal.lib import vapid
from tests.clients.conftest import NOW, TODAY
from tests.push_sink import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine", "in_riverside")]
PHONE = Phone(6)
GOOD = {"endpoint": "https://push.example/to/1", "p256dh": PHONE.p256dh, "auth": PHONE.auth}


def turn_on(browser: Browser, **fields: str) -> Any:
    return browser.post(reverse("push_on"), {**GOOD, **fields})


def kept() -> list[tuple[str, str]]:
    with all_practices():
        return list(PushSubscription.objects.order_by("pk").values_list("client__first_name", "endpoint"))


class TestSwitch:
    def test_on_and_off(self, carls_phone: Browser, carl: Client, plan: Assignment) -> None:
        answer = turn_on(carls_phone)
        assert (answer.status_code, answer.json()) == (200, {"on": True})
        (row,) = PushSubscription.objects.all()
        assert (row.client, row.p256dh, row.created_at) == (carl, PHONE.p256dh, NOW)
        assert Reminder.objects.filter(recipient=f"push:{row.pk}", channel="webpush").exists()
        assert carls_phone.post(reverse("push_off"), {"endpoint": GOOD["endpoint"]}).json() == {
            "on": False,
            "in_use": False,
        }
        assert kept() == []
        told = AuditEvent.objects.filter(action__startswith="phone_").values_list("action", flat=True)
        assert sorted(told) == ["phone_reminders_off", "phone_reminders_on"]

    def test_saying_it_again_changes_nothing(self, carls_phone: Browser, plan: Assignment) -> None:
        turn_on(carls_phone)
        before = PushSubscription.objects.get().pk
        turn_on(carls_phone)
        assert PushSubscription.objects.get().pk == before

    def test_a_refused_one_begins_anew(self, carls_phone: Browser) -> None:
        turn_on(carls_phone)
        PushSubscription.objects.update(refusals=PushSubscription.REFUSALS)
        turn_on(carls_phone)
        assert PushSubscription.objects.get().refusals == 0

    def test_the_number_of_devices_is_bounded(self, carls_phone: Browser) -> None:
        for number in range(PHONES + 1):
            turn_on(carls_phone, endpoint=f"https://push.example/to/{number}")
        assert [endpoint[-2:] for _, endpoint in kept()][:2] == ["/1", "/2"]
        assert len(kept()) == PHONES

    def test_a_shared_phone_is_then_the_one_clients_who_asked_last(
        self, carls_phone: Browser, omars_phone: Browser
    ) -> None:
        turn_on(carls_phone)
        turn_on(omars_phone)
        assert kept() == [("Omar", GOOD["endpoint"])]

    def test_who_is_a_client_of_two_practices_is_reminded_by_both(
        self, carls_phone: Browser, carl: Client, priya: User
    ) -> None:
        turn_on(carls_phone)
        other = Practice.objects.create(name="Lakeside", slug="lakeside", sender_name="Lakeside")
        with practice_scope(other):
            second = Client.objects.create(
                practice=other, user=carl.user, lead=priya, email="c@lake.example", first_name="Karl", last_name="Hill",
                state=Client.State.ACTIVE, time_zone="Europe/London",
            )  # fmt: skip
        carls_phone.post(reverse("choose_practice"), {"choice": str(second.pk)})
        turn_on(carls_phone)
        turn_on(carls_phone)
        assert kept() == [("Carl", GOOD["endpoint"]), ("Karl", GOOD["endpoint"])]
        answer = carls_phone.post(reverse("push_off"), {"endpoint": GOOD["endpoint"]})
        assert answer.json() == {"on": False, "in_use": True}
        assert kept() == [("Carl", GOOD["endpoint"])]

    def test_nobody_takes_an_address_without_its_keys(self, carls_phone: Browser, omars_phone: Browser) -> None:
        turn_on(carls_phone)
        other = Phone()
        answer = turn_on(omars_phone, p256dh=other.p256dh)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["endpoint"])
        assert kept() == [("Carl", GOOD["endpoint"])]

    def test_nobody_stops_another_persons(self, carls_phone: Browser, omars_phone: Browser) -> None:
        turn_on(carls_phone)
        assert omars_phone.post(reverse("push_off"), {"endpoint": GOOD["endpoint"]}).status_code == 200
        assert kept() == [("Carl", GOOD["endpoint"])]

    @pytest.mark.parametrize("name", ["push_on", "push_off", "push_later"])
    def test_who_is_not_signed_in_is_sent_to_the_door(self, name: str, db: None) -> None:
        assert Browser().post(reverse(name), GOOD).status_code == 302
        assert kept() == []

    def test_a_page_elsewhere_cannot_do_it(self, carl: Client) -> None:
        browser = Browser(enforce_csrf_checks=True)
        assert carl.user is not None
        browser.force_login(carl.user)
        assert turn_on(browser).status_code == 403
        assert kept() == []

    def test_it_is_bounded(self, carls_phone: Browser) -> None:
        for _ in range(TIMES):
            turn_on(carls_phone)
        assert turn_on(carls_phone).status_code == 429

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("endpoint", ""),
            ("endpoint", "http://push.example/a"),
            ("endpoint", "https://127.0.0.1/a"),
            ("endpoint", "https://carl:pw@push.example/a"),
            ("endpoint", "https://push.example:8443/a"),
            ("endpoint", "https://push.example/\x00"),
            ("endpoint", "https://push.example/" + "a" * 3000),
            ("p256dh", ""),
            ("p256dh", PHONE.p256dh[:-4]),
            ("p256dh", "A" * 87),  # 65 bytes, no point of the curve
            ("p256dh", "%" * 87),
            ("p256dh", "\u00e4" * 40),
            ("p256dh", "A" * 5000),
            ("auth", ""),
            ("auth", PHONE.auth[:-2]),
            ("auth", "A" * 24),
            ("auth", "a\x00b"),
        ],
    )
    def test_hostile_values_are_refused_by_name(self, carls_phone: Browser, field: str, value: str) -> None:
        answer = turn_on(carls_phone, **{field: value})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
        assert kept() == []

    @pytest.mark.parametrize("value", ["", "a\x00b", "https://push.example/\x00", "https://push.example/" + "a" * 3000])
    def test_no_address_is_stopped_that_is_none(self, carls_phone: Browser, value: str) -> None:
        turn_on(carls_phone)
        answer = carls_phone.post(reverse("push_off"), {"endpoint": value})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["endpoint"])
        assert kept() == [("Carl", GOOD["endpoint"])]


class TestSigningOut:
    def test_here(self, carls_phone: Browser, omars_phone: Browser) -> None:
        turn_on(carls_phone)
        turn_on(omars_phone, endpoint="https://push.example/to/2")
        carls_phone.post(reverse("sign_out"))
        assert kept() == [("Omar", "https://push.example/to/2")]

    def test_everywhere(self, carl: Client, carls_phone: Browser) -> None:
        other = Browser()
        assert carl.user is not None
        other.force_login(carl.user)
        turn_on(carls_phone)
        other.post(reverse("sign_out_everywhere"))
        assert kept() == []

    def test_that_device_from_another(self, carl: Client, carls_phone: Browser) -> None:
        assert carl.user is not None
        turn_on(carls_phone)
        other = Browser()
        other.force_login(carl.user)
        device = Device.objects.get(session_key=carls_phone.cookies[settings.SESSION_COOKIE_NAME].value)
        other.post(reverse("sign_out_device", args=[device.pk]))
        assert kept() == []


class TestQuestion:
    @pytest.fixture
    def session(self, carl: Client, plan: Assignment) -> Session:
        return self.finish(carl, plan, 1)

    @staticmethod
    def finish(carl: Client, plan: Assignment, number: int) -> Session:
        made: Session = Session.objects.create(
            pk=f"00000000-0000-4000-8000-00000000000{number}", client=carl, assignment=plan,
            version=plan.current_version, occurrence_on=TODAY - timedelta(days=number), started_at=NOW,
            finished_at=NOW, state=Session.State.FINISHED,
        )  # fmt: skip
        return made

    @staticmethod
    def is_asked(browser: Browser, session: Session) -> bool:
        page = browser.get(reverse("session_done", args=[session.pk])).content.decode()
        return "Would you like a reminder on this phone?" in page

    def test_after_the_second_session_and_no_sooner(
        self, carls_phone: Browser, carl: Client, plan: Assignment, session: Session
    ) -> None:
        assert not self.is_asked(carls_phone, session)
        second = self.finish(carl, plan, 2)
        assert self.is_asked(carls_phone, second)

    def test_not_now_is_kept_for_thirty_days(
        self, carls_phone: Browser, carl: Client, plan: Assignment, session: Session, at_nine: Any
    ) -> None:
        self.finish(carl, plan, 2)
        carls_phone.post(reverse("push_later"))
        assert not self.is_asked(carls_phone, session)
        Client.objects.filter(pk=carl.pk).update(push_put_off_at=NOW - timedelta(days=29, hours=23))
        assert not self.is_asked(carls_phone, session)
        Client.objects.filter(pk=carl.pk).update(push_put_off_at=NOW - timedelta(days=30))
        assert self.is_asked(carls_phone, session)

    def test_not_who_has_them_or_wants_none(
        self, carls_phone: Browser, carl: Client, plan: Assignment, session: Session
    ) -> None:
        self.finish(carl, plan, 2)
        turn_on(carls_phone)
        assert not self.is_asked(carls_phone, session)
        PushSubscription.objects.all().delete()
        assert self.is_asked(carls_phone, session)
        Client.objects.filter(pk=carl.pk).update(reminder_channel="none")
        assert not self.is_asked(carls_phone, session)


class TestPage:
    def test_the_switch_is_hidden_until_the_script_shows_it(self, carls_phone: Browser) -> None:
        page = carls_phone.get(reverse("more")).content.decode()
        (tag,) = [line for line in page.splitlines() if "clients/push showSwitch" in line]
        assert tag.rstrip().endswith("hidden>")
        assert f'data-key="{vapid.public_key()}"' in tag
        assert "Remind me on this device" in page

    def test_without_the_app_nothing_is_offered(self, carls_phone: Browser, settings: Any) -> None:
        settings.OFFLINE_APP = False
        assert "clients/push showSwitch" not in carls_phone.get(reverse("more")).content.decode()

    def test_whose_reminders_are_off_is_told_so(self, carls_phone: Browser, carl: Client) -> None:
        Client.objects.filter(pk=carl.pk).update(reminder_channel="none")
        page = carls_phone.get(reverse("more")).content.decode()
        assert "Your reminders are switched off. Choose e\N{NON-BREAKING HYPHEN}mail above first." in page
        assert "Remind me on this device" not in page

    def test_no_address_stands_on_a_page_or_in_the_file_of_own_data(self, carls_phone: Browser) -> None:
        turn_on(carls_phone)
        assert GOOD["endpoint"] not in carls_phone.get(reverse("more")).content.decode()
        answer = carls_phone.post(reverse("my_data_file"))
        document = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a FileResponse
        assert '"reminder_devices"' in document
        assert GOOD["endpoint"] not in document
        assert PHONE.auth not in document


class TestKey:
    def test_without_a_setting_it_follows_from_the_secret_key(self, settings: Any) -> None:
        first = vapid.public_key()
        assert (first, len(vapid.decoded(first))) == (vapid.public_key(), 65)
        settings.SECRET_KEY = "another " * 8
        assert vapid.public_key() != first

    def test_a_setting_comes_first_and_outlives_the_secret_key(self, settings: Any) -> None:
        settings.VAPID_PRIVATE_KEY = "A" * 42 + "E="
        assert vapid.private_key() == "A" * 42 + "E"
        first = vapid.public_key()
        settings.SECRET_KEY = "another " * 8
        assert vapid.public_key() == first

    @pytest.mark.parametrize("text", ["", "short", "A" * 43, "_" * 42 + "8", "%" * 43, "A" * 44, "\u00e4" * 43])
    def test_what_is_no_key(self, text: str) -> None:
        assert not vapid.is_private_key(text)
