"""What every connection asks of PostgreSQL."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_statements_of_pages_are_neither_compiled_nor_shared_among_workers() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the second database run does this on PostgreSQL")
    found = {}
    with connection.cursor() as cursor:
        for name in ("jit", "max_parallel_workers_per_gather"):
            cursor.execute(f"SHOW {name}")
            found[name] = cursor.fetchone()[0]
    assert found == {"jit": "off", "max_parallel_workers_per_gather": "0"}
