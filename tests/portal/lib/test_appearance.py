"""How pages look on a device: what the cookie may say, and what comes of it."""

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from portal.lib.appearance import COOKIE, Appearance, appearance_of, remember_appearance

TAG = Template("{% load ui %}<html{% appearance %}>")


def test_a_choice_comes_back_as_it_was_made() -> None:
    response = HttpResponse()
    remember_appearance(response, Appearance(theme="dark", text="130", motion="less"))
    cookie = response.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = cookie.value
    assert appearance_of(request) == Appearance(theme="dark", text="130", motion="less")
    drawn = TAG.render(Context({"request": request}))
    assert drawn == '<html data-theme="dark" data-text="130" data-motion="less">'


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="nothing"),
        pytest.param("purple.400.", id="unknown words"),
        pytest.param('dark"><script>.115.less', id="an attempt to break out"),
        pytest.param("..............", id="too many parts"),
        pytest.param("light", id="an old cookie with one part"),
    ],
)
def test_a_cookie_that_makes_no_sense_changes_nothing_else(value: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = value
    assert appearance_of(request) in (Appearance(), Appearance(theme="light"))
    assert "script" not in TAG.render(Context({"request": request}))


def test_without_a_request_pages_look_as_the_device_is_set() -> None:
    assert appearance_of(None) == Appearance()
    assert TAG.render(Context()) == "<html>"


@pytest.mark.parametrize("field", ["theme", "text", "motion"])
def test_an_unknown_choice_is_refused_by_name(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} is 'other'"):
        Appearance(**{field: "other"})
