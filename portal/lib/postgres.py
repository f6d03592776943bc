"""Migrations that do something on PostgreSQL and nothing elsewhere."""

from typing import Any

from django.contrib.postgres.operations import TrigramExtension
from django.db import NotSupportedError, ProgrammingError
from django.db.migrations import AddIndex


class AddPostgresIndex(AddIndex):
    """Adds an index of a kind that only PostgreSQL has; the state of the models is the same everywhere."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class UseTrigrams(TrigramExtension):
    """Makes PostgreSQL's pg_trgm ready. It comes with PostgreSQL, and the owner of a database may switch it on."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        except (ProgrammingError, NotSupportedError) as error:
            raise RuntimeError(
                "PostgreSQL's extension pg_trgm, which searches need, could not be switched on. Let an administrator "
                'of the database run "CREATE EXTENSION pg_trgm" in it (package postgresql-contrib), then migrate again.'
            ) from error

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leave the extension: others may use it, and only its owner may drop it."""
