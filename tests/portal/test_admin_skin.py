"""The stock admin in our look: our sheets and side bar, no script or style that the content policy refuses."""

import re

import pytest
from django.test import Client as Browser

from portal.accounts.models import Role
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


def test_the_side_bar_marks_where_one_is(owner: Browser) -> None:
    html = owner.get("/admin/routines/exercise/").content.decode()
    current = re.findall(r'<a href="([^"]+)" aria-current="page"', html)
    assert current == ["/admin/routines/exercise/"]


def test_each_value_of_a_list_says_its_column_for_cards_on_phones(owner: Browser) -> None:
    html = owner.get("/admin/accounts/membership/").content.decode()
    (row,) = re.findall(r"<tbody>\s*<tr>(.*?)</tr>", html, re.DOTALL)
    assert re.findall(r'<t[hd] data-label="([^"]+)"', row)[:2] == ["Person", "Role"]
    assert len(re.findall(r"<t[hd][ >]", row)) == len(re.findall(r'<th scope="col"', html)) == row.count(" data-label=")
