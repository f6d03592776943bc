"""Notes for colleagues about a client: written, read by who may, withdrawn, and never shown to the client."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.errors import Invalid, NotAllowed
from clients.models import Client, ClientNote, Message
from clients.models.client_note import NOTE_LIMIT
from clients.services.client_notes import withdraw_note, write_note
from clients.services.visits import mark_visit
from portal.accounts.models import AuditEvent, Practice, Role, User
from tests.clients.caseload.test_client_tabs import did, give
from tests.clients.conftest import NOW
from tests.doors import browser_of
from tests.factories import make_client, make_staff

WORDS = "Prefers mornings.\nAfraid of bending."


def page_of(client: Client, name: str = "client_notes") -> str:
    return reverse(f"admin:{name}", args=[client.pk])


def text_of(desk: Browser, client: Client, name: str = "client_notes", **query: str) -> str:
    return " ".join(desk.get(page_of(client, name), query).content.decode().split())


def note_by(by: User, client: Client, text: str = WORDS, *, days_ago: int = 0) -> ClientNote:
    return write_note(client, by=by, text=text, key=uuid4(), now=NOW - timedelta(days=days_ago, minutes=1))


def beside(client: Client, name: str) -> str:
    """The address of a page of the client, or of a session that they did."""
    if name != "session":
        return page_of(client, name)
    done = client.sessions.first() or did(give(client, client.lead, "Morning"), 1)
    return reverse("admin:session", args=[done.pk])


def sent(desk: Browser, client: Client, **values: Any) -> Any:
    return desk.post(page_of(client), {"text": WORDS, "key": str(uuid4()), **values})


def test_a_note_is_written_on_the_notes_page_and_stands_there(desk: Browser, priya: User, carl: Client) -> None:
    form = desk.get(page_of(carl)).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key is not None
    answer = desk.post(page_of(carl), {"text": f"  {WORDS} ".replace("\n", "\r\n"), "key": key[1]}, follow=True)
    assert answer.redirect_chain == [(page_of(carl), 302)]
    (note,) = ClientNote.objects.all()
    assert (note.client, note.by, note.at, note.text) == (carl, priya, NOW, WORDS)
    assert "The note is kept." in answer.content.decode()
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        html = text_of(desk, carl)
    assert "<p>Prefers mornings.<br>Afraid of bending.</p>" in html
    assert re.search(r"09:00<span[^>]*> Wed 18 Nov 2026</span></time>, Priya Shah", html)
    (event,) = AuditEvent.objects.filter(action="wrote_note")
    assert (event.actor, event.practice, event.object_id, event.detail) == (priya, carl.practice, str(note.pk), {})


def test_a_form_sent_twice_keeps_one_note(desk: Browser, carl: Client) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert sent(desk, carl, key=key).status_code == 302
    assert ClientNote.objects.count() == 1
    assert AuditEvent.objects.filter(action="wrote_note").count() == 1


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        pytest.param({"text": " \n"}, "text", "Write the note first.", id="nothing"),
        pytest.param({"text": "x" * (NOTE_LIMIT + 1)}, "text", f"has {NOTE_LIMIT + 1} characters", id="too long"),
        pytest.param({"text": "a\0b"}, "text", "Null characters are not allowed.", id="a null character"),
        pytest.param({"key": "x"}, "key", "Enter a valid UUID.", id="a forged key"),
    ],
)
def test_a_bad_note_is_named_and_nothing_is_kept(
    desk: Browser, carl: Client, values: dict[str, str], field: str, sentence: str
) -> None:
    answer = sent(desk, carl, **values)
    assert answer.status_code == 400
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert not ClientNote.objects.exists()


def test_lines_count_as_one_character_each(desk: Browser, carl: Client) -> None:
    assert sent(desk, carl, text="x\r\n" * (NOTE_LIMIT // 2 - 1) + "xx").status_code == 302
    assert len(ClientNote.objects.get().text) == NOTE_LIMIT


def test_a_note_is_text_and_never_markup(desk: Browser, priya: User, carl: Client) -> None:
    note_by(priya, carl, "<script>alert(1)</script>")
    for name in ("client_notes", "client_timeline", "client", "brief"):
        html = text_of(desk, carl, name)
        assert "&lt;script&gt;alert(1)" in html, name
        assert "<script>alert" not in html, name


def test_the_page_says_who_can_read_it(desk: Browser, carl: Client) -> None:
    html = text_of(desk, carl)
    assert f"the practitioners who see {carl.full_name}, and the owners of the practice" in html
    assert "sees it neither in the app nor in the file that they can download" in html
    assert "may have a right to a copy of their whole record" in html


def test_a_withdrawn_note_stays_crossed_out_with_who_and_when(
    desk: Browser, practice: Practice, priya: User, carl: Client
) -> None:
    note = note_by(priya, carl, days_ago=2)
    practice.colleagues_see_all_clients = True
    practice.save()
    nora = make_staff(practice, first_name="Nora", last_name="Berg")
    answer = browser_of(nora).post(reverse("admin:withdraw_note", args=[note.pk]))
    assert answer.headers["Location"] == page_of(carl)
    note = ClientNote.objects.get()
    assert (note.text, note.withdrawn_by, note.withdrawn_at) == (WORDS, nora, NOW)
    html = text_of(desk, carl)
    assert "Note for colleagues, withdrawn by Nora Berg on 18 November 2026" in html
    assert "<del>Prefers mornings.<br>Afraid of bending.</del>" in html
    assert reverse("admin:withdraw_note", args=[note.pk]) not in html
    assert [event.actor for event in AuditEvent.objects.filter(action="withdrew_note")] == [nora]
    again = desk.post(reverse("admin:withdraw_note", args=[note.pk]))
    assert again.status_code == 409
    assert ClientNote.objects.get().withdrawn_by == nora
    for name in ("client", "brief"):
        assert "Prefers mornings." not in text_of(desk, carl, name), name


def test_a_note_is_never_changed_nor_deleted(priya: User, carl: Client) -> None:
    note = note_by(priya, carl)
    with pytest.raises(ValidationError):
        note.save()
    with pytest.raises(ValidationError):
        note.delete()


def test_the_timeline_holds_notes_and_can_show_them_alone(desk: Browser, priya: User, carl: Client) -> None:
    mark_visit(carl, by=priya, now=NOW - timedelta(hours=1))
    note_by(priya, carl, days_ago=1)
    everything = text_of(desk, carl, "client_timeline")
    assert "Seen at a visit" in everything
    assert f'<a href="{page_of(carl)}">Note for colleagues</a>' in everything
    alone = text_of(desk, carl, "client_timeline", kind="note")
    assert "Afraid of bending." in alone
    assert "Seen at a visit" not in alone
    assert re.search(r'kind=note" aria-current="true">.*?Notes</a>', alone)
    assert "Afraid of bending." not in text_of(desk, carl, "client_timeline", kind="visit")


@pytest.mark.parametrize("name", ["client", "thread", "session"])
def test_the_two_newest_notes_stand_beside_the_work_and_the_way_to_all(
    desk: Browser, priya: User, carl: Client, name: str
) -> None:
    address = beside(carl, name)
    html = desk.get(address).content.decode()
    assert f'href="{page_of(carl)}#id_text">Write a note</a>' in html
    assert f'href="{page_of(carl)}">All notes</a>' in html
    assert "None yet." in html
    withdraw_note(note_by(priya, carl, "A wrong one."), by=priya, now=NOW)
    note_by(priya, carl, "The oldest one.", days_ago=5)
    note_by(priya, carl, "An older one.", days_ago=3)
    note_by(priya, carl, days_ago=1)
    html = desk.get(address).content.decode()
    assert "Afraid of bending." in html
    assert "An older one." in html
    assert "The oldest one." not in html
    assert "A wrong one." not in html


def test_the_brief_has_the_notes_since_the_last_visit(desk: Browser, priya: User, carl: Client) -> None:
    assert "Notes for colleagues" not in text_of(desk, carl, "brief")
    note_by(priya, carl, "Before the visit.", days_ago=9)
    mark_visit(carl, by=priya, now=NOW - timedelta(days=7))
    for number in range(4):
        note_by(priya, carl, f"After it, {number}.", days_ago=5 - number)
    html = text_of(desk, carl, "brief")
    assert re.findall(r"After it, (\d)\.", html) == ["3", "2", "1"]
    assert "Before the visit." not in html


def test_what_was_noted_on_the_clients_own_day_of_the_visit_is_in_the_brief(
    desk: Browser, priya: User, carl: Client
) -> None:
    Client.objects.filter(pk=carl.pk).update(time_zone="Pacific/Auckland")  # 13 hours ahead: their day began at 11:00
    carl.refresh_from_db()
    mark_visit(carl, by=priya, now=NOW - timedelta(days=2))
    early = NOW.replace(hour=11, minute=0) - timedelta(days=3)
    for minutes, text in ((1, "On the day."), (-1, "The day before.")):
        write_note(carl, by=priya, text=text, key=uuid4(), now=early + timedelta(minutes=minutes))
    html = text_of(desk, carl, "brief")
    assert "On the day." in html
    assert "The day before." not in html


def test_an_owner_reads_and_does_not_write_and_a_colleague_does_neither(
    practice: Practice, priya: User, nora: User, carl: Client
) -> None:
    note = note_by(priya, carl)
    owner = make_staff(practice, Role.OWNER)
    html = text_of(browser_of(owner), carl)
    assert "Afraid of bending." in html
    assert "Keep the note" not in html
    assert "Withdraw" not in html
    for name in ("thread", "session"):
        assert "Notes for colleagues" not in browser_of(owner).get(beside(carl, name)).content.decode()
    for person, seen in ((owner, 1), (priya, 1), (nora, 0)):
        assert ClientNote.objects.visible_to(person).count() == seen
    for person in (owner, nora):
        assert sent(browser_of(person), carl).status_code == 403
        assert browser_of(person).post(reverse("admin:withdraw_note", args=[note.pk])).status_code == 403
    assert ClientNote.objects.get().withdrawn_at is None
    with pytest.raises(NotAllowed):
        note_by(nora, carl)
    with pytest.raises(NotAllowed):
        withdraw_note(note, by=owner, now=NOW)


def test_the_client_never_reads_them_not_even_one_who_works_here(
    practice: Practice, desk: Browser, priya: User, nora: User, carl: Client
) -> None:
    note = note_by(priya, carl)
    assert carl.user is not None
    assert not ClientNote.objects.visible_to(carl.user).exists()
    of_nora = make_client(priya, practice, user=nora)
    own = note_by(priya, of_nora)
    assert not ClientNote.objects.visible_to(nora).exists()
    her_desk = browser_of(nora)
    for name in ("client_notes", "client_timeline", "client", "brief", "thread", "session"):
        assert "Afraid of bending." not in her_desk.get(beside(of_nora, name)).content.decode(), name
        assert "Afraid of bending." in desk.get(beside(of_nora, name)).content.decode(), name
    assert "is not shown to you" in text_of(her_desk, of_nora)
    assert sent(her_desk, of_nora).status_code == 403
    assert her_desk.post(reverse("admin:withdraw_note", args=[own.pk])).status_code == 403
    assert set(ClientNote.objects.in_force()) == {note, own}


def test_a_note_sends_nothing(desk: Browser, carl: Client, mailoutbox: list[Any]) -> None:
    sent(desk, carl)
    assert not Message.objects.exists()
    assert mailoutbox == []


def test_a_service_refuses_what_the_form_would(priya: User, carl: Client) -> None:
    for text in ("", " ", "x" * (NOTE_LIMIT + 1)):
        with pytest.raises(Invalid, match="note"):
            note_by(priya, carl, text)


@pytest.mark.parametrize("name", ["client_notes", "client_timeline", "client", "brief", "thread", "session"])
def test_many_notes_cost_no_further_statement(desk: Browser, priya: User, carl: Client, name: str) -> None:
    note_by(priya, carl, days_ago=1)
    address = beside(carl, name)
    desk.get(address)  # what a process reads once is read
    with CaptureQueriesContext(connection) as with_one:
        desk.get(address)
    for number in range(50):
        note = note_by(priya, carl, f"Number {number}")
        if number % 3 == 0:
            withdraw_note(note, by=priya, now=NOW)
    with CaptureQueriesContext(connection) as with_many:
        desk.get(address)
    assert len(with_many) == len(with_one)


def test_older_notes_stand_on_the_next_page(desk: Browser, priya: User, carl: Client) -> None:
    for number in range(45):
        note_by(priya, carl, f"Number {number:02}", days_ago=number)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        first = desk.get(page_of(carl)).context["page"]
        second = desk.get(page_of(carl), {"before": first.before.isoformat()}).context["page"]
    assert [entry.detail for entry in (*first.entries, *second.entries)] == [f"Number {n:02}" for n in range(45)]
