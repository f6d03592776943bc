"""The people of the tests. Two practices with canaries in every text: Riverside ("here") and Hillside ("there")."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client as Browser
from django.urls import reverse

from clients.services.sharing import share_client
from portal.accounts.models import Role, User
from portal.accounts.people import set_roles
from portal.accounts.tenancy import practice_scope
from portal.session_views import CLIENT_KEY
from tests.doors import CODE, PASSWORD_ONLY, STAFF, sign_in
from tests.factories import PASSWORD, make_membership, make_person, make_staff
from tests.world import World, fingerprint, make_record, make_world

ANONYMOUS = "anonymous"
CLIENT = "client"  # Carl: the plan, the session and the messages are his
OTHER_CLIENT = "other client"  # Margaret, of the same physiotherapist
CLIENT_OF_TWO = "client of two"  # Bea, of both practices; Riverside is chosen
PRACTITIONER = "practitioner"  # Priya, who sees Carl
COLLEAGUE = "colleague"  # Nora, who does not
OWNER = "owner"  # Olive
EDITOR = "library editor"  # Leo
SHARED_EDITOR = "shared editor"  # Lena: edits the shared library, works in no practice
SUSPENDED = "suspended"  # Sam: was a practitioner here, saw Carl, and has the session open in which he did
HALF_IN = "half in"  # Priya, who gave her password and no second factor yet
STRANGER = "stranger"  # Paulo: practitioner and owner at Hillside
NOBODY = "nobody"  # signed in at the staff door, without any role; there is no superuser

ROLES = (
    ANONYMOUS, CLIENT, OTHER_CLIENT, CLIENT_OF_TWO, PRACTITIONER, COLLEAGUE, OWNER, EDITOR, SHARED_EDITOR, SUSPENDED,
    HALF_IN, STRANGER, NOBODY,
)  # fmt: skip
HERE_CANARY, THERE_CANARY = "canarya", "canaryb"


@dataclass
class Cast:
    """The two worlds, and a signed-in cookie for each role."""

    here: World
    there: World
    people: dict[str, User | None]
    cookies: dict[str, Any]
    untouched: dict[str, str]  # canary of a practice -> fingerprint of its rows
    requests: int = 0

    def browser(self, role: str) -> Browser:
        """Return a fresh browser of this role."""
        browser = Browser(raise_request_exception=False)
        browser.cookies.update(self.cookies[role])
        return browser


def assemble() -> Cast:
    """Return the cast, saved."""
    here, there = make_world("riverside", HERE_CANARY), make_world("hillside", THERE_CANARY)
    carl = here.client.user
    margaret = make_record(here, "margaret@example.org", f"{HERE_CANARY}-margaret").user
    bea = make_record(here, "bea@example.org", f"{HERE_CANARY}-bea")
    make_record(there, "bea@example.org", f"{THERE_CANARY}-bea", user=bea.user)
    make_membership(there.practice, there.practitioner, role=Role.OWNER)
    suspended = make_staff(here.practice, email="sam@example.org")
    with practice_scope(here.practice):
        share_client(here.client, colleague=suspended, by=here.practitioner)
    people: dict[str, User | None] = {
        ANONYMOUS: None,
        CLIENT: carl,
        OTHER_CLIENT: margaret,
        CLIENT_OF_TWO: bea.user,
        PRACTITIONER: here.practitioner,
        COLLEAGUE: make_staff(here.practice, email="nora@example.org"),
        OWNER: here.owner,
        EDITOR: here.editor,
        SHARED_EDITOR: make_person("lena@example.org", edits_shared_library=True),
        SUSPENDED: suspended,
        HALF_IN: here.practitioner,
        STRANGER: there.practitioner,
        NOBODY: make_person("sheila@example.org"),
    }
    password = make_password(PASSWORD)
    User.objects.exclude(client_records__isnull=False).update(password=password)
    for person in filter(None, people.values()):
        person.refresh_from_db()
    doors = {CLIENT: CODE, OTHER_CLIENT: CODE, CLIENT_OF_TWO: CODE, HALF_IN: PASSWORD_ONLY}
    cookies: dict[str, Any] = {}
    for role, person in people.items():
        browser = Browser()
        if person is not None:
            sign_in(browser, person, doors.get(role, STAFF))
        if role == CLIENT_OF_TWO:
            session = browser.session
            session[CLIENT_KEY] = bea.pk
            session.save()
        cookies[role] = browser.cookies.copy()
    _suspend(suspended, here, cookies[SUSPENDED])
    untouched = {world.canary: fingerprint(world) for world in (here, there)}
    return Cast(here, there, people, cookies, untouched)


def _suspend(person: User, world: World, cookies: Any) -> None:
    """Let the person look at Carl in an open session, then suspend them; the session stays as it is."""
    browser = Browser()
    browser.cookies.update(cookies)
    assert browser.get(reverse("admin:client", args=[world.client.pk])).status_code == 200
    with practice_scope(world.practice):
        set_roles(world.practice, person, [], by=world.owner)
