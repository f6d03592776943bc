"""Web push: which addresses are taken, and what answers mean."""

from datetime import UTC, datetime, timedelta

import pytest

from clients.rules.push import LONGEST_WAIT, meaning_of, wait_of, why_not_endpoint

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def-_",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://wns2-by3p.notify.windows.com/w/?token=BQYAAAC%3d",
        "https://push.example:443/a",
        "https://8.8.8.8/a",
    ],
)
def test_addresses_of_push_services_are_taken(endpoint: str) -> None:
    assert why_not_endpoint(endpoint, longest=2048) == ""


@pytest.mark.parametrize(
    ("endpoint", "wrong"),
    [
        ("", "https"),
        ("push.example/a", "https"),
        ("http://push.example/a", "https"),
        ("javascript:alert(1)", "https"),
        ("file:///etc/passwd", "https"),
        ("https://carl:secret@push.example/a", "login"),
        ("https://carl@push.example/a", "login"),
        ("https://push.example:22/a", "port"),
        ("https://push.example:port/a", "host"),
        ("https:///a", "host"),
        ("https://localhost/a", "host"),
        ("https://push.localhost/a", "host"),
        ("https://redis/a", "host"),
        ("https://printer.local/a", "host"),
        ("https://metadata.google.internal/a", "host"),
        ("https://metadata.google.internal./a", "host"),
        ("https://127.0.0.1/a", "host"),
        ("https://127.1/a", "host"),
        ("https://2130706433/a", "host"),
        ("https://0x7f.1/a", "host"),
        ("https://127.0.0.1./a", "host"),
        ("https://0.0.0.0/a", "host"),
        ("https://10.0.0.5/a", "host"),
        ("https://172.16.3.4/a", "host"),
        ("https://192.168.1.1/a", "host"),
        ("https://169.254.169.254/latest", "host"),
        ("https://100.64.0.1/a", "host"),
        ("https://[::1]/a", "host"),
        ("https://[fe80::1]/a", "host"),
        ("https://[fd00::1]/a", "host"),
        ("https://[::ffff:127.0.0.1]/a", "host"),
        ("https://[::1/a", "host"),
        ("https://push.example/a b", "plain"),
        ("https://push.example/a\r\nHost: x", "plain"),
        ("https://push.example\\@10.0.0.5/", "plain"),
        ("https://pü.example/a", "plain"),
        ("https://push.example/" + "a" * 2028, "long"),
    ],
)
def test_any_other_address_is_refused_with_what_is_wrong(endpoint: str, wrong: str) -> None:
    assert why_not_endpoint(endpoint, longest=2048) == wrong


def test_the_longest_address_is_taken() -> None:
    assert why_not_endpoint("https://push.example/" + "a" * 2027, longest=2048) == ""


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, "sent"), (201, "sent"), (202, "sent"), (204, "sent"),
        (301, "no"), (302, "no"), (307, "no"), (400, "no"), (401, "no"), (413, "no"),
        (403, "forbidden"), (404, "gone"), (410, "gone"),
        (429, "again"), (500, "again"), (502, "again"), (503, "again"),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int, meaning: str) -> None:
    assert meaning_of(status) == meaning


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta(0)),
        ("999999", LONGEST_WAIT),
        ("9" * 400, LONGEST_WAIT),
        ("Wed, 18 Nov 2026 09:10:00 GMT", timedelta(minutes=10)),
        ("Wed, 18 Nov 2026 09:10:00 -0000", timedelta(minutes=10)),
        ("Wed, 18 Nov 2026 08:00:00 GMT", timedelta(0)),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("\u0665", None),
    ],
)
def test_how_long_a_service_asks_to_wait(text: str, wait: timedelta | None) -> None:
    assert wait_of(text, now=NOW) == wait
