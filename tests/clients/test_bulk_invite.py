"""Inviting many clients from a list: every line is looked at first, and all of them are invited or none."""

import io
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.errors import Invalid, NotAllowed
from clients.models import Client, Invitation, Reminder
from clients.services.bulk_invite import MOST_BYTES, MOST_LINES, check_list, invite_lines, read_list, template
from portal.accounts.models import AuditEvent, Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from portal.lib import spreadsheets
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff
from tests.portal.lib.test_spreadsheets import GRID, NESTED, SHEET, workbook

pytestmark = pytest.mark.django_db
PAGE = "admin:bulk_invite"


@pytest.fixture
def practice() -> Practice:
    return make_practice(time_zone="Europe/Berlin", language="de")


@pytest.fixture
def olive(practice: Practice) -> User:
    return make_staff(practice, Role.OWNER, first_name="Olive")


@pytest.fixture
def priya(practice: Practice) -> User:
    return make_staff(practice, first_name="Priya")


@pytest.fixture
def owner(olive: User) -> Browser:
    return browser_of(olive)


def check(practice: Practice, text: str) -> Any:
    with practice_scope(practice):
        return check_list(practice, text)


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        pytest.param("Ann,Hill,ann.example.org@", "email", "no e-mail address", id="a wrong address"),
        pytest.param("Ann,Hill,", "email", "missing", id="no address"),
        pytest.param(",Hill,ann@example.org", "first_name", "missing", id="no first name"),
        pytest.param("Ann,,ann@example.org", "last_name", "missing", id="no last name"),
        pytest.param(f"{'A' * 81},Hill,ann@example.org", "first_name", "At most 80", id="too long a name"),
        pytest.param("=HYPERLINK(1),Hill,ann@example.org", "first_name", "formula", id="a formula"),
        pytest.param("A\x07\x1b[31m,Hill,ann@example.org", "first_name", "hidden characters", id="control characters"),
        pytest.param("Ann,\u202elliH,ann@example.org", "last_name", "hidden characters", id="a turned direction"),
        pytest.param("'=1+1,Hill,ann@example.org", "first_name", "formula", id="a hidden formula"),
        pytest.param("Ann,@SUM(1),ann@example.org", "last_name", "formula", id="another formula"),
        pytest.param("Ann,Hill,+ann@example.org", "email", "formula", id="an address like a formula"),
        pytest.param("Ann,Hill,ann@example.org,fr", "language", "en-gb, de", id="a language that is not offered"),
        pytest.param("Ann,Hill,ann@example.org,de,Mars/Base", "time_zone", "no time zone", id="no time zone"),
        pytest.param("Ann,Hill,ann@example.org,de,Europe/Rome,x", "time_zone", "last column", id="too many columns"),
    ],
)
def test_each_wrong_line_is_named_with_its_field(practice: Practice, line: str, field: str, words: str) -> None:
    good, wrong = check(practice, f"First name,Last name,E-mail\nBob,Best,bob@example.org\n\n{line}\n")
    assert good.is_new
    assert good.number == 2
    assert wrong.number == 4
    assert list(wrong.errors) == [field]
    assert words in wrong.errors[field]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "no line", id="empty"),
        pytest.param("First name,Last name,E-mail\n", "no line", id="headings alone"),
        pytest.param("Ann,Hill,ann@example.org\n" * (MOST_LINES + 1), "at most 500", id="too many lines"),
        pytest.param("x" * (MOST_BYTES + 1), "larger than 256 KB", id="too large"),
        pytest.param('"Ann,Hill,ann@example.org', "cannot be read", id="a quotation mark left open"),
        pytest.param("Ann,Hill\0,ann@example.org", "control characters", id="a null character"),
    ],
)
def test_a_list_that_cannot_be_taken_is_refused_with_a_remedy(practice: Practice, text: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(practice, text)
    assert words in refused.value.errors["text"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param("Jörg,Hill,j@example.org".encode("latin-1"), "UTF-8", id="another encoding"),
        pytest.param(b"x" * (MOST_BYTES + 1), "larger than 256 KB", id="too large"),
        pytest.param(b"PK\x03\x04 and no more", "damaged", id="half a workbook"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_remedy(data: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_list(data)
    assert words in refused.value.errors["file"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_lists_come_as_programs_write_them(practice: Practice, separator: str) -> None:
    text = separator.join(["Jörg", "Hill", " Joerg@Example.org ", "EN", "Europe/Rome"])
    (line,) = check(practice, text)
    assert line.is_new
    assert (line.email, line.language, line.time_zone) == ("joerg@example.org", "en-gb", "Europe/Rome")


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        pytest.param(GRID, "holds too much", id="8,000 rows of 180 cells"),
        pytest.param(NESTED, "layers", id="200,000 layers"),
        pytest.param(SHEET % (b"<row/>" * 9_000), "", id="9,000 empty rows"),
    ],
)
def test_a_small_file_with_a_huge_workbook_is_put_away_at_once(sheet: bytes, words: str) -> None:
    begun = time.process_time()
    with pytest.raises(Invalid) as refused:
        read_list(workbook(sheet))
    assert words in refused.value.errors["file"]
    assert time.process_time() - begun < 1


def test_the_empty_grid_that_a_program_writes_around_the_list_does_no_harm(practice: Practice) -> None:
    rows = [["Ann", "Hill", "a@example.org", *[" "] * 23]] + [[" "] * 26] * 999
    (line,) = check(practice, read_list(spreadsheets.write_xlsx(rows, title="x")))
    assert line.is_new


def test_a_workbook_is_read_as_well(practice: Practice) -> None:
    book = spreadsheets.write_xlsx([["First name", "Last name", "E-mail"], ["Ann", "Hill", "a@example.org"]], title="x")
    (line,) = check(practice, read_list(book))
    assert line.is_new


def test_the_template_is_a_list_that_is_taken(practice: Practice) -> None:
    (line,) = check(practice, read_list(template()))
    assert line.is_new


def test_doubled_lines_and_clients_of_the_practice_are_told_apart(practice: Practice, priya: User) -> None:
    make_client(priya, email="known@example.org", state=Client.State.DISCHARGED)
    elsewhere = make_client(make_staff(make_practice()), email="elsewhere@example.org")
    text = f"A,A,KNOWN@example.org\nB,B,new@example.org\nC,C,New@example.org\nD,D,{elsewhere.email}\n"
    known, new, doubled, other = check(practice, text)
    assert known.known
    assert not known.errors
    assert new.is_new
    assert "row 2" in doubled.errors["email"]
    assert other.is_new  # that another practice knows them is nobody's business here


def test_all_are_invited_once_however_often_it_is_sent(practice: Practice, olive: User, priya: User) -> None:
    text = "Ann,Hill,ann@example.org,en,Europe/London\nBob,Best,bob@example.org\n"
    for count in (2, 0, 0):
        with practice_scope(practice):
            added = invite_lines(practice, check_list(practice, text), by=olive, lead=priya, now=timezone.now())
            assert len(added) == count
    with practice_scope(practice):
        ann, bob = Client.objects.order_by("email")
        assert (ann.language, ann.time_zone, ann.lead) == ("en-gb", "Europe/London", priya)
        assert (bob.language, bob.time_zone, bob.state) == ("de", "Europe/Berlin", Client.State.INVITED)
        assert Invitation.objects.count() == 2
        assert Reminder.objects.filter(stream=Reminder.Stream.INVITATION).count() == 2
        (told,) = AuditEvent.objects.filter(action="invited_in_bulk")
    assert told.detail == {"invited": 2, "known": 0}


def test_nothing_is_half_written(practice: Practice, olive: User, priya: User) -> None:
    with practice_scope(practice):
        wrong = check_list(practice, "Ann,Hill,ann@example.org\nBob,Best,bob\n")
        with pytest.raises(Invalid):
            invite_lines(practice, wrong, by=olive, lead=priya, now=timezone.now())
        raced = check_list(practice, "Ann,Hill,ann@example.org\nBob,Best,bob@example.org\n")
        make_client(priya, email="bob@example.org")
        with pytest.raises(Invalid):
            invite_lines(practice, raced, by=olive, lead=priya, now=timezone.now())
        assert not Client.objects.filter(email="ann@example.org").exists()
        assert not Reminder.objects.exists()


def test_a_library_editor_invites_nobody(practice: Practice, priya: User) -> None:
    leo = make_staff(practice, Role.EDITOR)
    with practice_scope(practice), pytest.raises(NotAllowed):
        invite_lines(practice, check_list(practice, "A,A,a@example.org"), by=leo, lead=priya, now=timezone.now())


class TestThePage:
    def test_a_dry_run_writes_nothing_and_the_button_below_it_invites(
        self, practice: Practice, owner: Browser, priya: User
    ) -> None:
        given = {"lead": priya.pk, "text": "Ann,Hill,ann@example.org\nBob,Best,bob@example.org\n"}
        checked = owner.post(reverse(PAGE), given)
        assert checked.status_code == 200
        assert "2 clients are invited" in checked.content.decode()
        with all_practices():
            assert not Client.objects.exists()
        sent = owner.post(reverse(PAGE), given | {"do": "invite"}, follow=True)
        assert "2 invitations are on their way" in sent.content.decode()
        again = owner.post(reverse(PAGE), given | {"do": "invite"}, follow=True)
        assert "0 invitations" in again.content.decode()
        with all_practices():
            assert Client.objects.count() == 2

    def test_a_file_comes_back_as_lines_to_correct(self, owner: Browser, priya: User) -> None:
        file = SimpleUploadedFile("list.csv", "Jörg,Hill,jorg".encode())
        html = owner.post(reverse(PAGE), {"lead": priya.pk, "file": file}).content.decode()
        assert "1 line needs a correction" in html
        assert "Send the invitations" not in html
        assert "Jörg" in html

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            pytest.param({}, "Choose a file, or put the lines in", id="nothing"),
            pytest.param({"lead": "0", "text": "A,A,a@example.org"}, "Select a valid choice", id="nobody's client"),
            pytest.param({"file": io.BytesIO(b"\xff\xfe\x00")}, "UTF-8", id="no text"),
        ],
    )
    def test_what_is_missing_is_named(self, owner: Browser, priya: User, given: Any, words: str) -> None:
        answer = owner.post(reverse(PAGE), {"lead": priya.pk} | given)
        assert answer.status_code == 400
        assert words in answer.content.decode()

    def test_too_large_a_file_is_refused(self, owner: Browser, priya: User) -> None:
        file = SimpleUploadedFile("list.csv", b"x" * 1_200_000)
        assert owner.post(reverse(PAGE), {"lead": priya.pk, "file": file}).status_code == 413

    def test_it_is_for_owners(self, priya: User) -> None:
        assert browser_of(priya).get(reverse(PAGE)).status_code == 403
