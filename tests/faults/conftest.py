"""Worlds on PostgreSQL: a database with the portal's tables for each test, copied from one that was migrated once."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Services
from tests.faults.world import World
from tests.rig import MailSink

LEASE_S = 3
SHORT = {
    "REMINDER_LEASE_SECONDS": str(LEASE_S),
    "REMINDER_BACKOFF_DIVISOR": "100",
    "REMINDER_BATCH": "20",
    "REMINDER_RATE_PER_MINUTE": "1000000",
}
TEMPLATE = "world_template"


@pytest.fixture(scope="session")
def template(services: Services, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database that has the portal's tables and no rows."""
    with MailSink() as unused:
        url = services.postgres.make_database(TEMPLATE)
        World(url, tmp_path_factory.mktemp("template"), unused, {}).manage("migrate", "--verbosity", "0")
    return TEMPLATE


@pytest.fixture
def world(services: Services, template: str, mail_sink: MailSink, tmp_path: Path, request: Any) -> World:
    """PostgreSQL with the portal's tables, for this test alone."""
    name = "world_" + request.node.name.split("[")[0][-40:]
    with psycopg.connect(services.postgres.url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return World(services.postgres.url(name), tmp_path, mail_sink, SHORT)
