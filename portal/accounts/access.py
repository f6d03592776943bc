"""Questions of permission that need no room: finding a row, or refusing with the right answer."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.accounts.roles import roles_of

View = TypeVar("View", bound=Callable[..., Any])


def needs_no_practice(view: View) -> View:
    """Mark a view that signed-in people may open before it is known which practice they act in."""
    view.needs_no_practice = True  # type: ignore[attr-defined]  # read by portal.middleware.PracticeScope
    return view


def find_for(user: Any, queryset: Any, **lookup: Any) -> Any:
    """Return the one row of the queryset that the person may see.

    Raises Http404 for a row that is not in the practice in scope, or for somebody without a role in it;
    PermissionDenied (403) for a colleague of the practice without the right to this row.
    """
    row = queryset.visible_to(user).filter(**lookup).first()
    if row is not None:
        return row
    if roles_of(user) and queryset.filter(**lookup).exists():
        raise PermissionDenied
    raise Http404
