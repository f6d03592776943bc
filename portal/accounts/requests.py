"""The request of somebody who is signed in, for views behind doors that let nobody else pass."""

from django.http import HttpRequest

from portal.accounts.models import User


class PersonRequest(HttpRequest):
    """A request whose user is a person: the sign-in middleware has turned everybody else away."""

    user: User
