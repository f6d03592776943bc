"""Rows that several people change at once."""

from django.db.models import Model


def lock(row: Model) -> None:
    """Let whoever else changes the row wait until the transaction ends, and read it anew: it may have changed since.

    What it points to stays as it was loaded. Rows that only point to it can still be written meanwhile: a lock that
    kept those back would wait for whoever writes one, and that one for us. Runs in the practice scope.
    """
    rows = type(row)._default_manager.select_for_update(of=("self",), no_key=True)
    own = [field.attname for field in row._meta.concrete_fields if not field.is_relation]
    row.refresh_from_db(fields=own, from_queryset=rows)
