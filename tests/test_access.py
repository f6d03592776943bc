"""Every URL x every role x every method, with ids of the own practice and of the other: T01, T02, T15."""

import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.client import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse
from django.urls.resolvers import RegexPattern
from django.utils.http import urlencode

from clients.models import Reminder
from portal.accounts.tenancy import PracticeManager, all_practices
from tests.cast import (
    ANONYMOUS,
    CLIENT,
    NOBODY,
    OWNER,
    PRACTITIONER,
    ROLES,
    SHARED_EDITOR,
    STRANGER,
    SUSPENDED,
    THERE_CANARY,
    Cast,
    assemble,
)
from tests.policy import BY_NAME, POLICY, Row
from tests.world import World, fingerprint

pytestmark = [pytest.mark.django_db, pytest.mark.once]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ENTERED = {200, 201, 204, 302, 303, 400, 409, 413, 415, 429}
REFUSED = {401, 403, 404, 405, 409}
DOORS = ("/in/", "/accounts/", "/admin/login/", "/admin/", "/choose/")
# Roles that have no business in this practice at all: not even its name.
OUTSIDE = {ANONYMOUS, SHARED_EDITOR, SUSPENDED, STRANGER, NOBODY}
SEE_CARL = {CLIENT, PRACTITIONER, OWNER}


def urls(patterns: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name with namespace, or the route where it has none; route) of every pattern of the product."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).removeprefix("^" if isinstance(pattern.pattern, RegexPattern) else "")
        if isinstance(pattern, URLResolver):
            yield from urls(pattern.url_patterns, route, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield (f"{space}{pattern.name}" if pattern.name else route), route


def lacking(names: Any, rows: dict[str, Row]) -> list[str]:
    """Return a sentence for each URL without a line, and for each line without a URL."""
    known = list(names)
    without = [f"{name} has no line in tests/policy.py" for name in known if name not in rows]
    return without + [f"{name} has a line in tests/policy.py, but no URL" for name in rows if name not in known]


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The two worlds, made once; each request is undone after it was looked at."""
    logging.disable(logging.CRITICAL)  # thousands of refusals are wanted here
    with django_db_blocker.unblock(), transaction.atomic():
        yield assemble()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


class Writes:
    """Remembers that a request wrote into a table of ours; comparing rows is worth its time only then."""

    WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "((?:accounts|clients|routines)_\w+)"')

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.tables.update(set(self.WRITE.findall(sql)) - {"accounts_ratelimit"})  # counted for nobody's practice
        return execute(sql, params, many, context)


class Leak(Exception):
    """Somebody saw or did what was not theirs."""


def walk(row: Row, cast: Cast, roles: tuple[str, ...] = ROLES) -> None:
    """Execute one line for all roles and methods. Raises Leak with all findings."""
    found: list[str] = []
    for role in roles:
        own, other = (cast.there, cast.here) if role == STRANGER else (cast.here, cast.there)
        for method in METHODS:
            worlds = [own]
            if _ids_matter(row):  # a token or a word is the same in every practice
                worlds = [own, other] if method in {"GET", "POST"} else [other]
            for world in worlds:
                cast.requests += 1
                found += _look(row, cast, role, method, world, foreign=world is other)
    if found:
        raise Leak(f"{row.name}:\n  " + "\n  ".join(found))


def _look(row: Row, cast: Cast, role: str, method: str, world: World, *, foreign: bool) -> list[str]:
    other = cast.here if role == STRANGER else cast.there
    at = row.path(world)
    said = f"{role}, {method} {'another practice' if foreign else 'own practice'}"
    point = transaction.savepoint()
    mail.outbox.clear()
    browser: Browser = cast.browser(role)
    writes = Writes()
    with connection.execute_wrapper(writes):
        answer = browser.generic(method, at, **_body(row, method, world))
    found = [f"{said}: {problem}" for problem in _status(row, role, method, answer, foreign=foreign)]
    seen = _everything(answer)
    if other.canary in seen and role not in row.both:
        found.append(f"{said}: shows the other practice's {_around(seen, other.canary)}")
    if role in OUTSIDE - {STRANGER} and cast.here.canary in seen and not row.token:
        found.append(f"{said}: shows the practice's {_around(seen, cast.here.canary)}")
    if role not in SEE_CARL and cast.here.private in seen:
        found.append(f"{said}: shows the client's {_around(seen, cast.here.private)}")
    if writes.tables and fingerprint(other) != cast.untouched[other.canary]:
        found.append(f"{said}: changed a row of the other practice")
    transaction.savepoint_rollback(point)
    return found


def _body(row: Row, method: str, world: World) -> dict[str, Any]:
    if row.name.startswith("api"):
        return {"data": "{}", "content_type": "application/json"}
    if method != "POST":
        return {}
    return {"data": urlencode(row.values(world)), "content_type": "application/x-www-form-urlencoded"}


def _status(row: Row, role: str, method: str, answer: Any, *, foreign: bool) -> list[str]:
    status = answer.status_code
    refused = status in REFUSED or _leads_to_a_door(answer)
    methods = row.methods.split()
    if method == "HEAD" and "GET" in methods:
        if status == 405 and row.name not in MAIL_LINKS:
            return []  # nobody needs it
    elif method not in methods:
        named = method == "OPTIONS" and status == 200 and not answer.content  # which methods there are is no secret
        return [] if refused or named else [f"answers {status}, but has no such method"]
    invited = row.who if method != "POST" or row.writes is None else row.writes
    gets_in = role in invited
    if _ids_matter(row):
        # The stranger is practitioner and owner of his own practice, and gets in there as those do here.
        gets_in = not foreign and (bool(invited & {PRACTITIONER, OWNER}) if role == STRANGER else gets_in)
    if gets_in:
        return [] if status in ENTERED | row.may_answer else [f"is refused with {status}"]
    return [] if refused else [f"gets in with {status} {answer.headers.get('Location', '')}"]


def _ids_matter(row: Row) -> bool:
    return row.ids is not None and not row.token and row.name not in IDS_ARE_WORDS


# Scanners ask for the head of an address in a mail before they open it.
MAIL_LINKS = {"invitation", "join", "unsubscribe", "mark_done", "put_off", "calendar_feed"}

# Their argument is no id of a row, so it is the same in every practice.
IDS_ARE_WORDS = {
    "account_reset_password_from_key", "admin:app_list", "admin:export", "outbox_message", "styleguide_page",
    "demo_enter", "welcome_step", "admin:practice_care_text", "admin:overview_file",
}  # fmt: skip


def _leads_to_a_door(answer: Any) -> bool:
    return answer.status_code == 302 and urlsplit(answer.headers["Location"]).path.startswith(DOORS)


def _everything(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    sent = " ".join(f"{message.to} {message.subject} {message.body}" for message in mail.outbox)
    parts = (body.decode(errors="replace"), repr(answer.headers), answer.cookies.output(), sent)
    return " ".join(parts).lower()


def _around(seen: str, word: str) -> str:
    spot = seen.index(word)
    return repr(seen[max(0, spot - 60) : spot + 60])


def test_every_url_has_a_line_and_every_line_a_url() -> None:
    names = [name for name, _route in urls()]
    assert len(names) == len(set(names)), "two URLs share a name"
    assert lacking(names, BY_NAME) == []
    assert len(POLICY) == len(BY_NAME)
    print(f"URLs: {len(names)}, lines: {len(POLICY)}, covered: 100 %")


def test_a_url_without_a_line_is_named() -> None:
    extra = path("zz/", lambda request: HttpResponse("open"), name="zz")
    names = [name for name, _route in urls([*get_resolver().url_patterns, extra])]
    assert lacking(names, BY_NAME) == ["zz has no line in tests/policy.py"]
    assert lacking(["home"], {}) == ["home has no line in tests/policy.py"]
    assert lacking([], {"gone": BY_NAME["home"]}) == ["gone has a line in tests/policy.py, but no URL"]


@pytest.mark.parametrize("name", list(BY_NAME))
def test_who_gets_in(cast: Cast, name: str) -> None:
    walk(BY_NAME[name], cast)


def test_how_much_was_looked_at(cast: Cast) -> None:
    print(f"URLs: {len(POLICY)}, roles: {len(ROLES)}, methods: {len(METHODS)}, requests so far: {cast.requests}")
    assert cast.untouched == {world.canary: fingerprint(world) for world in (cast.here, cast.there)}


class TestTheWalkSeesRed:
    """A walk that cannot fail would prove nothing."""

    def test_when_scoping_is_off(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def unscoped(manager: PracticeManager) -> Any:
            return super(PracticeManager, manager).get_queryset()

        monkeypatch.setattr(PracticeManager, "get_queryset", unscoped)
        for name in ("admin:accounts_membership_changelist", "admin:accounts_practice_changelist"):
            with pytest.raises(Leak, match=f"shows the other practice's.*{THERE_CANARY}"):
                walk(BY_NAME[name], cast, (OWNER,))

    def test_when_a_page_opens_for_everybody(self, cast: Cast, settings: Any) -> None:
        row = Row("mfa_index", frozenset(), "GET")
        with pytest.raises(Leak, match="owner, GET own practice: gets in with 200"):
            walk(row, cast, (OWNER,))

    def test_when_a_page_that_should_open_does_not(self, cast: Cast) -> None:
        with pytest.raises(Leak, match="anonymous, GET own practice: is refused with"):
            walk(Row("demo", frozenset({ANONYMOUS}), "GET"), cast, (ANONYMOUS,))

    def test_when_a_view_tells_or_changes_what_is_another_practices(self, cast: Cast, settings: Any) -> None:
        settings.ROOT_URLCONF = "tests.leaking_urls"
        with pytest.raises(Leak, match="shows the other practice's"):
            walk(Row("tells", frozenset(ROLES), "GET"), cast, (CLIENT,))
        with pytest.raises(Leak, match="shows the client's"):
            walk(Row("tells_of_carl", frozenset(ROLES), "GET"), cast, ("colleague",))
        with pytest.raises(Leak, match="changed a row of the other practice"):
            walk(Row("changes", frozenset(ROLES), "POST"), cast, (CLIENT,))
        with pytest.raises(Leak, match="shows the other practice's"):
            walk(Row("redirects", frozenset(ROLES), "GET"), cast, (CLIENT,))


def test_messages_to_the_other_practice_do_not_arise_here(cast: Cast) -> None:
    """Asking for a code or a link as a stranger makes no message that names the other practice."""
    point = transaction.savepoint()
    with all_practices():
        count = Reminder.objects.filter(practice=cast.there.practice).count()
    at = reverse("admin:client_invitation", args=[cast.there.waiting.pk])
    cast.browser(PRACTITIONER).post(at, {"way": "mail"})
    with all_practices():
        assert Reminder.objects.filter(practice=cast.there.practice).count() == count
    transaction.savepoint_rollback(point)
