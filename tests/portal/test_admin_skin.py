"""The stock admin in our look: our sheets and side bar, no script or style that the content policy refuses."""

import re

import pytest
from django.test import Client as Browser

from portal.accounts.models import AuditEvent, Membership, Role
from portal.accounts.tenancy import all_practices
from tests import doors, factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Browser:
    """A practitioner who also owns the practice, signed in with both factors."""
    practice = factories.make_practice(name="Riverside Physiotherapy")
    person = factories.make_staff(practice, Role.PRACTITIONER, Role.OWNER, first_name="Anna", last_name="Kowalska")
    return doors.browser_of(person)


def lists_of(html: str) -> list[str]:
    """Return the addresses of all lists that the index offers."""
    return sorted(set(re.findall(r'<th scope="row"[^>]*>\s*<a href="(/admin/[\w/]+/)"', html)))


def test_the_index_wears_our_sheets_and_side_bar(owner: Browser) -> None:
    html = owner.get("/admin/records/").content.decode()
    assert "portal/tokens.css" in html
    assert "portal/admin.css" in html
    assert "admin/js/theme.js" not in html
    assert 'aria-label="Workspace"' in html
    assert "Anna Kowalska" in html
    assert "Riverside Physiotherapy" in html


def test_no_page_of_the_admin_breaks_the_content_policy(owner: Browser) -> None:
    addresses = lists_of(owner.get("/admin/records/").content.decode())
    assert addresses, "the index offers no list"
    pages = addresses + [f"{address}add/" for address in addresses]
    seen = 0
    for address in pages:
        answer = owner.get(address)
        if answer.status_code != 200:
            continue  # not every list lets its rows be added there
        html = answer.content.decode()
        seen += 1
        assert "'unsafe-" not in answer["Content-Security-Policy"]
        assert not re.search(r"\sstyle\s*=", html), address
        assert not re.search(r"\son[a-z]+\s*=\s*\"", html), address
        for attributes in re.findall(r"<script([^>]*)>", html):
            assert "src=" in attributes or "json" in attributes or "nonce=" in attributes, address
    assert seen >= len(addresses)


def test_every_box_of_a_search_form_has_its_words(owner: Browser) -> None:
    for address in lists_of(owner.get("/admin/records/").content.decode()):
        html = owner.get(address).content.decode()
        for name in re.findall(r'<input type="search"[^>]* id="(\w+)"', html):
            assert f'<label class="label" for="{name}">' in html, address


@pytest.mark.parametrize(
    ("page", "place"),
    [
        pytest.param("/admin/", "/admin/caseload/", id="the first page"),
        pytest.param("/admin/summary/", "/admin/caseload/", id="Morning summary"),
        pytest.param("/admin/absences/", "/admin/caseload/", id="Absences"),
        pytest.param("/admin/flag-rules/", "/admin/caseload/", id="What the rules look at"),
        pytest.param("/admin/pain-levels/", "/admin/caseload/", id="Pain levels"),
        pytest.param("/admin/replies/", "/admin/messages/", id="Saved replies"),
        pytest.param("/admin/assign/", "/admin/clients/assignment/", id="Assign a plan"),
        pytest.param("/admin/clients/client/", "/admin/clients/client/", id="a list with a place of its own"),
        pytest.param("/admin/clients/session/", "/admin/records/", id="a list among the records"),
        pytest.param("/admin/accounts/auditevent/", "/admin/records/", id="the audit trail"),
        pytest.param("/admin/routines/exercise/", "/admin/routines/exercise/", id="Exercises"),
        pytest.param("/admin/exercise/new/", "/admin/routines/exercise/", id="a new exercise"),
        pytest.param("/admin/library/exchange/", "/admin/routines/exercise/", id="Export and import"),
        pytest.param("/admin/self-care/new/", "/admin/records/", id="new self-care"),
        pytest.param("/admin/routine/new/", "/admin/routine/", id="a new routine"),
        pytest.param("/admin/routines/routine/", "/admin/routine/", id="the records of routines"),
        pytest.param("/admin/practice/invite/", "/admin/practice/", id="a page of the practice"),
    ],
)
def test_the_side_bar_marks_where_one_is(owner: Browser, page: str, place: str) -> None:
    html = owner.get(page).content.decode()
    links = re.search(r'<ul class="desk__links">.*?</ul>', html, re.DOTALL)
    assert links is not None
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', links.group()) == [place]


def test_the_pages_of_a_client_belong_to_the_caseload(owner: Browser) -> None:
    with all_practices():
        client = factories.make_client(Membership.objects.get(role=Role.PRACTITIONER).user)
    for page in ("", "timeline/", "details/", "people/", "brief/", "report/", "monitoring/"):
        html = owner.get(f"/admin/client/{client.pk}/{page}").content.decode()
        assert '<a href="/admin/caseload/" aria-current="page"' in html, page


def test_the_audit_trail_names_who_was_touched_in_words(owner: Browser) -> None:
    with all_practices():
        client = factories.make_client(Membership.objects.get(role=Role.PRACTITIONER).user, last_name="Winter")
    owner.get(f"/admin/client/{client.pk}/")
    html = owner.get("/admin/accounts/auditevent/").content.decode()
    assert f"Client: {client.full_name}" in html
    assert "Opened" in html
    assert "clients.client" not in html
    with all_practices():
        entry = AuditEvent.objects.filter(action="opened").latest("pk")
    assert f"Client: {client.full_name}" in owner.get(f"/admin/accounts/auditevent/{entry.pk}/change/").content.decode()


def test_a_filter_is_folded_until_something_of_it_is_chosen(owner: Browser) -> None:
    folded = owner.get("/admin/clients/client/").content.decode()
    assert '<details data-filter-title="state">' in folded
    chosen = owner.get("/admin/clients/client/?state__exact=active").content.decode()
    assert '<details data-filter-title="state" open>' in chosen


def test_each_value_of_a_list_says_its_column_for_cards_on_phones(owner: Browser) -> None:
    html = owner.get("/admin/accounts/membership/").content.decode()
    (row,) = re.findall(r"<tbody>\s*<tr>(.*?)</tr>", html, re.DOTALL)
    assert re.findall(r'<t[hd] data-label="([^"]+)"', row)[:2] == ["Person", "Role"]
    assert len(re.findall(r"<t[hd][ >]", row)) == len(re.findall(r'<th scope="col"', html)) == row.count(" data-label=")
