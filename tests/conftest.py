"""What all suites share: which tests run, and the throw-away servers and the browser that some need."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.utils import translation

from tests import rig

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

# How long one example takes says more about the machine than about the code.
hypothesis.settings.register_profile("steadyback", deadline=None)
hypothesis.settings.load_profile("steadyback")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
]
PATIENCE_MS = 30_000  # how long a browser is waited for; another suite may run on the same cores


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only tests that use the database, for a second one")
    parser.addoption("--screenshots", action="store_true", help="only the tests that make pictures of every page")


# Before the workers' own, which writes the group into the name of each test.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out pictures unless they are asked for; in the database-only run, what would do the same again.

    Long tests begin first and may go to any worker; the others of a file stay with one.
    """
    wanted_pictures = config.getoption("--screenshots")
    chosen = [item for item in items if bool(item.get_closest_marker("screenshots")) == wanted_pictures]
    if config.getoption("--database-only"):
        chosen = [item for item in chosen if _uses_database(item) and not _needs_no_second_run(item)]
    left_out = [item for item in items if item not in set(chosen)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = chosen
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    for item in items:
        if not item.get_closest_marker("long"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def _uses_database(item: pytest.Item) -> bool:
    wanted = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}
    return bool(item.get_closest_marker("django_db") or wanted & set(getattr(item, "fixturenames", ())))


def _needs_no_second_run(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("services", "processes", "browser", "once"))


def cannot_run(reason: str) -> None:
    """Skip with the reason; in CI, where everything must be there, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must have what this needs: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Give journeys a database file, as a clinic has one.

    SQLite in memory has one cache for all threads of a live server: who reads while another writes is refused at once.
    """
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and any(
        item.get_closest_marker("browser") for item in request.session.items
    ):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def local_dir(settings: Any, tmp_path: Path) -> Path:
    """Keep every file that the portal writes out of the developer's own .local."""
    settings.LOCAL_DIR = tmp_path / "local"
    settings.MAIL_DIR = settings.LOCAL_DIR / "mail"
    settings.MEDIA_ROOT = settings.LOCAL_DIR / "media"
    return settings.LOCAL_DIR


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Leave no language behind: a page activates its reader's for the thread, as in the portal."""
    yield
    translation.deactivate()


@dataclass(frozen=True)
class Services:
    """Servers for one test run. Make a database of your own with postgres.make_database(name)."""

    postgres: rig.PostgreSQL
    redis: rig.Redis


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """PostgreSQL and Redis of this run's own; tests that use them carry the marker `services`."""
    lacking = rig.missing_services()
    if lacking:
        cannot_run("; ".join(lacking))
    with rig.PostgreSQL() as postgres, rig.Redis() as redis:
        yield Services(postgres, redis)


@pytest.fixture
def mail_sink() -> Iterator[rig.MailSink]:
    """A mail server that takes everything until it is told otherwise."""
    with rig.MailSink() as sink:
        yield sink


@pytest.fixture(scope="session")
def playwright() -> Iterator["Playwright"]:
    """The driver of Chromium, started once."""
    if not CHROMIUM:
        cannot_run("no Chromium is installed (Debian: apt install chromium)")
    from playwright.sync_api import expect, sync_playwright

    # The synchronous API runs an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def browser(playwright: "Playwright") -> Iterator["Browser"]:
    """Chromium of this machine, without a window; tests that use it carry the marker `browser`.

    One for each test: Chromium can wait for ever to let a single context go whose worker was cut off, while its end is
    the end of them all. So nobody closes a context.
    """
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
    yield launched
    launched.close()


@pytest.fixture
def context(browser: "Browser") -> "BrowserContext":
    """A browser without cookies, of a phone's size, in London."""
    fresh = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB", timezone_id="Europe/London", service_workers="allow"
    )
    fresh.set_default_timeout(PATIENCE_MS)
    return fresh


@pytest.fixture
def page(context: "BrowserContext") -> "Page":
    """One tab of that browser."""
    return context.new_page()
