"""The audit trail: one function, called inside the transaction of what it records."""

from contextvars import ContextVar
from typing import Any

from django.db import connection, models

from portal.accounts.models import AuditEvent, Practice, User

request_id: ContextVar[str] = ContextVar("request_id", default="")


def record(
    action: str,
    obj: models.Model,
    *,
    by: User | None,
    practice: Practice | int | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEvent:
    """Return the new entry: who (None: the system) did what to which row.

    practice defaults to the row's own `practice` where it has one. detail holds ids, states and counts only,
    never names, addresses or answers.
    """
    where = practice if practice is not None else getattr(obj, "practice", None)
    return AuditEvent.objects.create(
        practice_id=(where.pk if isinstance(where, models.Model) else where) or None,
        actor=by,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        detail=detail or {},
        request_id=request_id.get(),
    )


def opened(obj: models.Model, *, by: Any, practice: Practice | int | None = None) -> AuditEvent:
    """Return the new entry: who looked at a client, or at what belongs to one. by is the signed-in person."""
    return record("opened", obj, by=by, practice=practice)


# From one action to the next along the index: DISTINCT would read every entry.
_ACTIONS = """
WITH RECURSIVE told(action) AS (
  SELECT min(action) FROM accounts_auditevent WHERE practice_id = %(practice)s
  UNION ALL
  SELECT (SELECT min(action) FROM accounts_auditevent WHERE practice_id = %(practice)s AND action > told.action)
  FROM told WHERE told.action IS NOT NULL
) SELECT action FROM told WHERE action IS NOT NULL
"""


def actions_of(practice: Practice | int) -> list[str]:
    """Return what was ever done in a practice, each once, in the order of the database."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTIONS, {"practice": practice.pk if isinstance(practice, Practice) else practice})
        return [action for (action,) in cursor.fetchall()]
