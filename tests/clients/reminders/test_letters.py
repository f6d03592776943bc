"""What a message says, and what it must not say."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Assignment, Client
from clients.notifications import Letter, Refused, wording
from clients.notifications.email import compose, new_message_id
from clients.rules import habits
from tests.clients.reminders.conftest import MORNING, Post, Sender, make_reminder

# Words that tell of health, bodies, care or guilt; clinical.md 1.3 and 7.3.
TELLING = (
    "pain|back|spine|knee|exercis|physio|therap|clinic|patient|health|symptom|diagnos|rehab|injur|treat|missed|streak|"
    "score|should|must|fail|cure|!"
)
AT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def read(letter: Letter) -> EmailMessage:
    return message_from_bytes(letter.data, policy=policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def message(sender: Sender, post: Post, carl: Client, plan: Assignment) -> EmailMessage:
    make_reminder(carl, minutes=12)
    sender()
    return post.messages[0]


@pytest.mark.django_db
def test_the_head_is_neutral_and_can_be_unsubscribed_from(message: EmailMessage, settings: Any) -> None:
    assert message["Subject"] == "Your routine is ready"
    assert message["From"].addresses[0].display_name == "Riverside"
    assert message["To"] == "carl@home.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(rf"<{re.escape(settings.SITE_URL)}/u/[\w=-]+/>", message["List-Unsubscribe"])
    assert message["Date"].datetime == MORNING
    assert not message.defects
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.django_db
def test_both_forms_say_the_same_and_their_links_tell_nothing(message: EmailMessage, settings: Any) -> None:
    for kind in ("plain", "html"):
        said = body(message, kind)
        assert "Hello Carl," in said
        assert "It takes about 12 minutes." in said
        links = set(re.findall(rf"{re.escape(settings.SITE_URL)}(/[^\s\"<]*)", said))
        with_right = [link for link in links if re.fullmatch(r"/[udp]/[\w=-]+/", link)]
        assert links.difference(with_right) == {"/today/", "/more/"}
        assert sorted(link[:3] for link in with_right) == ["/d/", "/p/", "/u/"], "to mark it, to put it off, to stop"
    assert len(message.as_bytes()) < 30_000
    assert "<img" not in body(message, "html")
    assert "\ue000" not in message.as_string()


# What a picture could come in: elements, addresses of figures, styles that fetch, parts of a letter.
PICTURE = re.compile(r"<(svg|img|picture|image|object|embed|use)\b|/figures?/|data:image|url\(|cid:", re.IGNORECASE)


def every_letter() -> Iterator[tuple[str, Letter]]:
    """Yield each kind of message in each language, as it is sent."""
    values = {
        "name": "Carl",
        "minutes": "",
        "href": "https://x/",
        "stop": "https://x/u/",
        "done": "https://x/d/",
        "later": "https://x/p/",
        "code": "Q7K2MP",
    }
    for language in ("en-gb", "de"):
        for number in range(len(wording.SESSION_TEXTS)):
            made = wording.session_wording(number, language=language, sender="Riverside", more_url="https://x/more/")
            yield f"session {number} {language}", sent(made, values)
        asking = wording.asking_wording(language=language, sender="Riverside", more_url="https://x/more/")
        yield f"asking {language}", sent(asking, values)
        for kind in wording.ONE_TIME:
            made = wording.one_time_wording(kind, language=language, sender="Riverside")
            yield f"{kind} {language}", sent(made, values)


def sent(made: wording.Wording, values: dict[str, str]) -> Letter:
    return compose(made, values, to="carl@home.example", sender_name="Riverside", message_id="<1@x>", at=AT)


def test_no_message_carries_a_figure() -> None:
    for name, one in every_letter():
        parts = [part for part in read(one).walk() if not part.is_multipart()]
        assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"], name
        for part in parts:
            assert not PICTURE.search(str(part.get_content())), name
    assert PICTURE.search('<p><img src="/figures/example/"></p>')  # it would be seen


@pytest.mark.django_db
def test_a_mailbox_for_unsubscribing_is_named_where_there_is_one(
    sender: Sender, post: Post, carl: Client, plan: Assignment, settings: Any
) -> None:
    settings.UNSUBSCRIBE_MAILBOX = "stop@portal.example"
    make_reminder(carl)
    sender()
    assert "<mailto:stop@portal.example?subject=" in post.messages[0]["List-Unsubscribe"]


def all_session_texts(language: str = "en-gb") -> list[str]:
    texts = []
    for number, anchor, if_sore, if_missed in product(
        range(len(wording.SESSION_TEXTS)), ("", *habits.ANCHORS), ("", *habits.IF_SORE), ("", *habits.IF_MISSED)
    ):
        made = wording.session_wording(
            number,
            language=language,
            sender="Riverside",
            more_url="https://x/more/",
            anchor=anchor,
            if_sore=if_sore,
            if_missed=if_missed,
        )
        text, page = made.fill(
            {
                "name": "Carl",
                "minutes": wording.minutes_line(12, "en-gb"),
                "href": "https://x/",
                "stop": "https://x/u/",
                "done": "https://x/d/",
                "later": "https://x/p/",
            }
        )
        texts += [
            made.subject,
            text,
            re.sub(r"<style>.*</style>|<[^>]*>", "", page.replace("<!doctype html>", ""), flags=re.DOTALL),
        ]
    return texts


def test_no_reminder_tells_of_health_or_guilt() -> None:
    for text in all_session_texts():
        assert not re.findall(TELLING, text, re.IGNORECASE), text


@pytest.mark.parametrize("number", range(len(wording.FOLLOW_UP_TEXTS)))
def test_no_follow_up_and_no_note_tells_of_them_either(number: int) -> None:
    of_sender = {"language": "en-gb", "sender": "Riverside", "more_url": "https://x/more/"}
    values = dict.fromkeys(("name", "minutes", "href", "stop", "done", "later"), "x")
    for made in (wording.follow_up_wording(number, **of_sender), wording.weekly_wording(**of_sender)):
        text, _ = made.fill(values)
        assert not re.findall(TELLING, made.subject + text, re.IGNORECASE), text
    assert not re.findall(TELLING, " ".join(wording.follow_up_push(number, language="en-gb")), re.IGNORECASE)


def test_there_are_eight_texts_and_each_day_takes_the_next() -> None:
    assert len(set(wording.SESSION_TEXTS)) >= 8
    assert len(set(all_session_texts())) >= 2 * 8


def test_the_own_plan_is_named_in_the_text_and_never_in_the_subject() -> None:
    assert set(wording.ANCHOR_LINES) == set(habits.ANCHORS)
    assert set(wording.IF_MISSED_LINES) == set(habits.IF_MISSED)
    assert set(wording.IF_SORE_LINES) == set(habits.IF_SORE)
    made = wording.session_wording(
        0,
        language="en-gb",
        sender="Riverside",
        more_url="https://x/more/",
        anchor="kettle",
        if_sore="short_form",
        if_missed="evening",
    )
    text, _ = made.fill({"name": "Carl", "minutes": "", "href": "https://x/", "stop": "u", "done": "d", "later": "p"})
    assert (
        "You planned it for while the kettle boils. If today is a hard day, your plan is the short form. "
        "If now does not fit, your plan is this evening." in text
    )
    assert made.subject == "Your routine is ready"


def test_a_phone_names_the_moment_and_nothing_else_of_the_plan() -> None:
    for anchor in habits.ANCHORS:
        title, text = wording.session_push(0, language="en-gb", anchor=anchor)
        assert title == "Your routine is ready"
        assert text.endswith(wording.ANCHOR_LINES[anchor])
        assert not re.findall(TELLING, text, re.IGNORECASE), text
    assert wording.session_push(0, language="en-gb", anchor="my back")[1] == wording.SESSION_TEXTS[0]


@pytest.mark.parametrize("key", ["after my back hurts", "lumbago", ""])
def test_an_unknown_moment_is_not_said(key: str) -> None:
    made = wording.session_wording(
        0, language="en-gb", sender="Riverside", more_url="https://x/more/", anchor=key, if_missed=key
    )
    plain = wording.session_wording(0, language="en-gb", sender="Riverside", more_url="https://x/more/")
    assert made.text == plain.text


@pytest.mark.parametrize("kind", wording.ONE_TIME)
def test_one_time_messages_are_as_neutral(kind: str) -> None:
    made = wording.one_time_wording(kind, language="en-gb", sender="Riverside")
    text, page = made.fill({"code": "Q7K2MP", "href": "https://portal.example/i/x/"})
    assert not re.findall(TELLING, text + made.subject, re.IGNORECASE)
    assert ("Q7K2MP" in text and "Q7K2MP" in page) == (kind == "code")
    assert ("https://portal.example/i/x/" in text and "https://portal.example/i/x/" in page) == (kind != "code")


@pytest.mark.parametrize("kind", wording.ONE_TIME)
def test_nobody_is_told_to_leave_what_needs_them(kind: str) -> None:
    made = wording.one_time_wording(kind, language="en-gb", sender="Riverside")
    for form in made.fill({"code": "Q7K2MP", "href": "https://portal.example/i/x/"}):
        assert ("you can leave it" in form) == (kind not in {"alert", "flag", "note", "message"})


def letter(**fields: Any) -> Letter:
    made = wording.session_wording(0, language="en-gb", sender="Riverside", more_url="https://x/more/")
    values = {
        "name": "Carl",
        "minutes": "",
        "href": "https://x/",
        "stop": "https://x/u/",
        "done": "https://x/d/",
        "later": "https://x/p/",
        **fields.pop("values", {}),
    }
    return compose(
        made,
        values,
        **{"to": "carl@home.example", "sender_name": "Riverside", "message_id": "<1@x>", "at": AT, **fields},
    )


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(NAMES)
def test_any_name_arrives_as_it_is_and_stays_text(name: str) -> None:
    made = read(letter(values={"name": name}))
    plain = " ".join(f"Hello {name},".split())
    assert " ".join(body(made, "plain").split()).startswith(plain)
    assert "<script" not in body(made, "html") or "<script" not in name
    assert made["Subject"] == "Your routine is ready"
    assert not made.defects


@given(NAMES)
def test_any_sender_name_stays_in_its_header(name: str) -> None:
    made = read(letter(sender_name=name))
    assert len(made["From"].addresses) == 1
    assert made["From"].addresses[0].addr_spec == "no-reply@localhost"
    assert set(made.keys()) == set(read(letter()).keys())


@pytest.mark.parametrize("slot", ["href", "code", "nothing"])
def test_a_sender_name_that_looks_like_a_slot_is_no_slot(slot: str) -> None:
    """A slot that is not known would keep every letter of the practice from being made."""
    text, page = wording.one_time_wording("flag", language="en-gb", sender=f"\ue000{slot}\ue001").fill(
        {"href": "https://example.org/desk", "code": "1234"}
    )
    assert text.count("https://example.org/desk") == page.count("https://example.org/desk") == 1
    assert slot in text


def test_markup_in_a_name_is_shown_not_run() -> None:
    page = body(read(letter(values={"name": "<img src=x onerror=alert(1)>"})), "html")
    assert "<img" not in page
    assert "&lt;img" in page


@pytest.mark.parametrize(
    "address",
    [
        "carl@home.example\r\nBcc: all@home.example",
        "carl",
        "a b@c.example",
        "<x@y.example>",
        "käthe@home.example",
        "a@",
    ],
)
def test_an_address_that_no_envelope_can_hold_is_refused_for_good(address: str) -> None:
    with pytest.raises(Refused) as refused:
        letter(to=address)
    assert refused.value.permanent
    assert refused.value.address_is_bad


def test_an_international_domain_is_spelled_for_the_mail_server() -> None:
    assert letter(to="carl@müller.example").to == "carl@xn--mller-kva.example"


def test_message_ids_differ_and_name_the_site(settings: Any) -> None:
    settings.SITE_URL = "https://portal.example.org"
    ids = {new_message_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"<[0-9a-f]{32}@portal\.example\.org>", each) for each in ids)
