"""Text in character sets that browsers do not send: refused with a sentence at every door, before anybody reads it."""

import json
from typing import Any

import pytest
from django.test import RequestFactory
from django.test.client import BOUNDARY, encode_multipart
from django.urls import reverse

from portal.wsgi import application

pytestmark = pytest.mark.django_db
ODD = ["hex", "idna", "rot13", "base64", "punycode", "utf-7", "utf-16", "undefined", "no-such", "x" * 5_000, "é", ""]
SAID = "Send it as UTF-8."


class Server(RequestFactory):
    """Sends requests to the server's own entry, since the address is read before the first middleware."""

    def request(self, **request: Any) -> Any:
        heads: list[Any] = []
        answer = application(self._base_environ(**request), lambda *given: heads.extend(given))
        return int(heads[0][:3]), b"".join(answer).decode(), dict(heads[1])


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.mark.parametrize("name", ODD)
def test_an_odd_character_set_is_refused_before_the_address_is_read(server: Server, name: str) -> None:
    status, page, heads = server.get("/in/?next=%41%ff", CONTENT_TYPE=f"text/plain; charset={name}")
    assert status == 415
    assert SAID in page
    assert "Content-Security-Policy" in heads


@pytest.mark.parametrize("door", ["sign_in", "account_login", "passkey_sign_in"])
@pytest.mark.parametrize("kind", [f"multipart/form-data; boundary={BOUNDARY}", "application/x-www-form-urlencoded"])
def test_an_odd_character_set_is_refused_before_the_form_is_read(server: Server, door: str, kind: str) -> None:
    body = encode_multipart(BOUNDARY, {"email": "a@example.org", "answer": "ß"})
    status, page, _heads = server.generic("POST", reverse(door), body, content_type=f"{kind}; charset=hex")
    assert status == 415
    assert SAID in page


def test_calls_are_told_in_their_own_form(server: Server) -> None:
    kind = "application/json; charset=rot13"
    status, text, _heads = server.generic("POST", reverse("api:events"), "{}", content_type=kind)
    assert status == 415
    assert SAID in json.loads(text)["detail"]


@pytest.mark.parametrize("more", ["x*=no-such''A", "x*=idna''%ff", "charset*=hex''A"])
def test_a_content_type_that_nobody_can_read_is_answered(server: Server, more: str) -> None:
    status, _page, _heads = server.get("/in/", CONTENT_TYPE=f"text/plain; {more}")
    assert status == 415


@pytest.mark.parametrize("name", ["utf-8", "UTF8", '"utf-8"', "us-ascii", "ISO-8859-1", "latin-1", "windows-1252"])
def test_what_browsers_send_is_read(server: Server, name: str) -> None:
    status, _page, _heads = server.get("/in/?next=%41", CONTENT_TYPE=f"text/plain; charset={name}")
    assert status == 200
