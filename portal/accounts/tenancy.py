"""The first lock on every row: its practice.

Each model of the product says once where its practice is: `objects = scoped("client__practice")`, or
`everyone("why")` for rows that belong to no practice. From that one declaration come the manager that refuses
to answer outside a practice's scope, the table that the tests walk, and the system check that refuses a model
without one.

A request enters the scope of one practice (`portal.middleware.PracticeScope`). Code of the system itself, which
serves all practices (planner, sender, import), says so with `all_practices()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError
from django_scopes.manager import DisabledQuerySet
from django_scopes.state import get_scope

NO_PRACTICE = 0  # never the id of a practice

OWN_APPS = ("accounts", "routines", "clients")

# Models of libraries: they hold no practice's data, and no page lists them.
LIBRARY_MODELS = {
    "admin.LogEntry": "written by Django admin; read only through the history of an object that is in scope",
    "auth.Group": "unused: roles are memberships",
    "auth.Group_permissions": "unused: roles are memberships",
    "auth.Permission": "unused: roles are memberships",
    "contenttypes.ContentType": "names of models",
    "sessions.Session": "opaque; belongs to one browser",
    "account.EmailAddress": "addresses of people, who exist outside practices",
    "account.EmailConfirmation": "addresses of people, who exist outside practices",
    "mfa.Authenticator": "second factors of people, who exist outside practices",
}


@dataclass(frozen=True)
class Tenancy:
    """Where a model's practice is.

    path: lookup from the model to its practice, None for rows of no practice.
    shared: rows whose practice is null belong to everybody (the shared library).
    reason: why a model has no path.
    """

    path: str | None
    shared: bool = False
    reason: str = ""


def _disabled(model: type[models.Model], queryset_class: type[models.QuerySet], using: str | None) -> Any:
    refusing = type("Refusing" + queryset_class.__name__, (DisabledQuerySet, queryset_class), {})
    return refusing(model, using=using, missing_scopes={"practice"})


class PracticeManager(models.Manager):
    """Answers for the practice in scope only; raises ScopeError where no scope was entered."""

    use_in_migrations = False
    tenancy: Tenancy
    queryset_class: type[models.QuerySet]

    def get_queryset(self) -> Any:
        queryset = super().get_queryset()
        current = get_scope()
        if not current.get("_enabled", True):
            return queryset
        practice = current.get("practice")
        if practice is None:
            return _disabled(self.model, self.queryset_class, self._db)
        condition = models.Q(**{self.tenancy.path or "": getattr(practice, "pk", practice)})
        if self.tenancy.shared:
            condition |= models.Q(**{f"{self.tenancy.path}__isnull": True})
        return queryset.filter(condition)

    def all(self) -> Any:
        # Manager.all() skips QuerySet.all(), which is where a queryset without a scope refuses.
        queryset = super().all()
        return queryset.all() if isinstance(queryset, DisabledQuerySet) else queryset


def scoped(path: str, queryset_class: type[models.QuerySet] = models.QuerySet, *, shared: bool = False) -> Any:
    """Return a manager that answers within the practice in scope.

    path is the lookup from the model to its practice. With shared=True rows whose practice is null are
    everybody's to read.
    """
    members = {"tenancy": Tenancy(path, shared), "queryset_class": queryset_class}
    return type("Scoped" + queryset_class.__name__, (PracticeManager.from_queryset(queryset_class),), members)()


def everyone(reason: str, manager: models.Manager | None = None) -> Any:
    """Return a manager for rows that belong to no practice; the reason is kept beside it."""
    chosen = manager if manager is not None else models.Manager()
    chosen.tenancy = Tenancy(None, reason=reason)  # type: ignore[attr-defined]  # read by table()
    return chosen


def table() -> dict[str, Tenancy]:
    """Return "app.Model" -> Tenancy for every model that is installed.

    Raises KeyError naming the first model that declares nothing.
    """
    found: dict[str, Tenancy] = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        declared = getattr(model._default_manager, "tenancy", None)
        if declared is None and label in LIBRARY_MODELS:
            declared = Tenancy(None, reason=LIBRARY_MODELS[label])
        if declared is None:
            raise KeyError(label)
        found[label] = declared
    return found


def undeclared() -> list[str]:
    """Return the labels of installed models that declare no tenancy, sorted."""
    return sorted(
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if getattr(model._default_manager, "tenancy", None) is None and model._meta.label not in LIBRARY_MODELS
    )


@contextmanager
def practice_scope(practice: models.Model | int) -> Iterator[None]:
    """Enter the scope of one practice: every scoped manager answers for it alone."""
    with scope(practice=practice):
        yield


def all_practices() -> Any:
    """Return a context for code of the system itself, which serves all practices."""
    return scopes_disabled()


def shared_rows_only() -> Any:
    """Return a context in which only rows of no practice exist: for editors of the shared library."""
    return scope(practice=NO_PRACTICE)


def current_practice() -> Any:
    """Return the practice in scope. Raises ScopeError where there is none."""
    practice = get_scope().get("practice")
    if practice is None:
        raise ScopeError("A practice scope needs to be active here.")
    return practice
