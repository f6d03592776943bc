"""The player in a browser, beside a server that keeps what it is told."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.clients.player import harness

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext
from tests.clients.player.visit import Visit


@pytest.fixture
def server() -> Iterator[harness.PlayerServer]:
    with harness.PlayerServer() as running:
        yield running


@pytest.fixture
def visit(context: "BrowserContext", server: harness.PlayerServer) -> Iterator[Visit]:
    each = Visit(context, server)
    yield each
    assert each.complaints == [], "nothing is complained of, by the policy for scripts neither"
    assert server.problems == [], "every event can be read by the server"
