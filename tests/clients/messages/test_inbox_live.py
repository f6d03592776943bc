"""In a browser: the inbox on a phone."""

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from clients.services.messages import write_to_clinic
from portal.accounts.tenancy import practice_scope
from tests.clients.conftest import NOW
from tests.journeys.looking import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_arrow_of_a_row_stands_beside_the_name(
    context: "BrowserContext", live_server: Any, desk: Browser, carl: Client
) -> None:
    with practice_scope(carl.practice):
        write_to_clinic(carl, text="Can I do the evening session in the morning?", now=NOW)
    cookie = desk.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(live_server.url + reverse("admin:inbox"))
    row = page.locator(".inbox .rows__item")
    name, arrow = row.locator(".rows__text").bounding_box(), row.locator("> .icon").last.bounding_box()
    assert name is not None
    assert arrow is not None
    assert arrow["y"] < name["y"] + name["height"]
    assert arrow["x"] >= name["x"] + name["width"]
