"""Two answers for those who watch over the portal: is the process alive, and can it do its work?"""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from portal import store


class Health:
    """Answers /livez and /readyz before anything else is asked.

    It stands first among the middleware, since a probe asks by address: it knows no host name, no HTTPS and nobody's
    session. Neither answer tells more than "ok" or "down".
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> JsonResponse:
    """Return 503 where the database does not answer; 200 "degraded" where only the store is down.

    Pages need the database alone. Without the store nothing is lost: messages leave as soon as it is back.
    """
    database = database_answers()
    messages = store.answers(store.chosen())
    status = "down" if not database else "ok" if messages else "degraded"
    parts = {"database": "ok" if database else "down", "store": "ok" if messages else "down"}
    return JsonResponse({"status": status, **parts}, status=200 if database else 503)


def database_answers() -> bool:
    """Return whether the database answers a trivial question."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        connection.close()
        return False
