"""Search from anywhere in the staff's pages: clients by name, pages, routines, exercises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.analytics.caseload import searched
from clients.models import Client
from portal.accounts.models import Role
from portal.accounts.roles import edits_shared_library, roles_of
from portal.lib.search import fold
from routines.finding.matching import matching, ranked
from routines.finding.query import read_query
from routines.library.search_words import search_words
from routines.models import Exercise, Routine

LONGEST_TEXT: Final = 100  # characters of a search
MOST: Final = 6  # of a kind
ROUTINE_WORDS: Final = 3  # that routines are looked up by: each costs a statement

WITH_CLIENTS: Final = frozenset({Role.PRACTITIONER, Role.OWNER})
OWNER: Final = frozenset({Role.OWNER})
TREATING: Final = frozenset({Role.PRACTITIONER})
ANYBODY: Final = frozenset(Role)

# Pages by name: icon, words that people look for it by, who may open it.
PAGES: Final = (
    ("admin:caseload", "caseload", gettext_lazy("Caseload"), "", WITH_CLIENTS),
    ("admin:new_client", "plus", gettext_lazy("New client"), "add invite", WITH_CLIENTS),
    ("admin:assign", "clipboard", gettext_lazy("Assign a plan"), "give", TREATING),
    ("admin:inbox", "messages", gettext_lazy("Messages"), "inbox", WITH_CLIENTS),
    ("admin:overview", "progress", gettext_lazy("Overview"), "report", WITH_CLIENTS),
    ("admin:routine_list", "list", gettext_lazy("Routines"), "templates", ANYBODY),
    ("admin:routines_exercise_changelist", "exercise", gettext_lazy("Exercises"), "library", ANYBODY),
    ("admin:translations", "globe", gettext_lazy("Translations"), "languages", ANYBODY),
    ("admin:safety_setup", "care", gettext_lazy("Safety set-up"), "emergency numbers", WITH_CLIENTS),
    ("admin:morning_summary", "mail", gettext_lazy("Morning summary"), "mails digest", WITH_CLIENTS),
    ("admin:flag_rules", "filter", gettext_lazy("What the rules look at"), "flags", WITH_CLIENTS),
    ("admin:pain_levels", "progress", gettext_lazy("Pain levels"), "", WITH_CLIENTS),
    ("admin:saved_replies", "messages", gettext_lazy("Saved replies"), "texts", WITH_CLIENTS),
    ("admin:absences", "day-off", gettext_lazy("Absences and cover"), "holiday away", WITH_CLIENTS),
    ("admin:practice", "practice", gettext_lazy("Practice"), "settings clinic", OWNER),
    ("admin:practice_people", "people", gettext_lazy("People and roles"), "colleagues staff invite suspend", OWNER),
    ("admin:bulk_invite", "mail", gettext_lazy("Invite many clients"), "csv import list", OWNER),
    ("admin:practice_sharing", "eye", gettext_lazy("Who sees which clients"), "sharing data colleagues", OWNER),
    ("admin:practice_hours", "clock", gettext_lazy("Hours"), "quiet opening", OWNER),
    ("admin:practice_care", "shield", gettext_lazy("Care texts by country"), "cards emergency safety", OWNER),
    ("admin:practice_colours", "sun", gettext_lazy("Colour"), "branding", OWNER),
    ("admin:records", "archive", gettext_lazy("Records"), "", ANYBODY),
    ("mfa_index", "shield", gettext_lazy("Account"), "password passkey security", ANYBODY),
)


@dataclass(frozen=True)
class Hit:
    """One thing that was found. also: (words, address) of what can be done with it at once; None for nothing."""

    title: str
    text: str
    icon: str
    url: str
    also: tuple[str, str] | None = None


@dataclass(frozen=True)
class Group:
    """What was found of one kind, the best first."""

    title: str
    hits: Sequence[Hit]


@dataclass(frozen=True)
class Found:
    """All that was found for a text; nothing for a text without words."""

    text: str
    groups: Sequence[Group]

    @property
    def total(self) -> int:
        return sum(len(group.hits) for group in self.groups)


def desk_search(user: Any, text: str) -> Found:
    """Return what the person may open and the text's words begin, in at most six statements.

    Clients pass `visible_to`, exercises and routines as well; pages follow from the roles in the practice in scope.
    """
    text = text[:LONGEST_TEXT].strip()
    words = fold(text).split()
    if not words:
        return Found(text, ())
    roles = roles_of(user)
    groups = (
        Group(_("Clients"), _clients(user, text, roles)),
        Group(_("Pages"), _pages(words, roles, shared=edits_shared_library(user))),
        Group(_("Routines"), _routines(user, words)),
        Group(_("Exercises"), _exercises(user, text)),
    )
    return Found(text, tuple(group for group in groups if group.hits))


def _clients(user: Any, text: str, roles: frozenset[Role]) -> list[Hit]:
    if not roles & WITH_CLIENTS:
        return []
    rows = searched(Client.objects.visible_to(user), text).order_by("search_last", "pk")[:MOST]
    return [
        Hit(
            title=client.full_name,
            text=", ".join(filter(None, (client.problem, str(client.get_state_display())))),
            icon="person",
            url=reverse("admin:client", args=[client.pk]),
            also=(_("Assign a plan"), reverse("admin:assign_to", args=[client.pk]))
            if Role.PRACTITIONER in roles and client.state != Client.State.DISCHARGED
            else None,
        )
        for client in rows
    ]


def _pages(words: Sequence[str], roles: frozenset[Role], *, shared: bool) -> list[Hit]:
    found = []
    for name, icon, title, more, who in PAGES:
        known = fold(f"{title} {more}").split()
        may_open = bool(roles & who) or (shared and who == ANYBODY)
        if may_open and all(any(each.startswith(word) for each in known) for word in words):
            found.append(Hit(title=str(title), text="", icon=icon, url=reverse(name)))
    return found[:MOST]


def _routines(user: Any, words: Sequence[str]) -> list[Hit]:
    rows = Routine.objects.visible_to(user).in_use().search(" ".join(words[:ROUTINE_WORDS]))
    return [
        Hit(title=row.name, text=row.goal, icon="list", url=reverse("admin:edit_routine", args=[row.pk]))
        for row in rows.order_by("name", "pk")[:MOST]
    ]


def _exercises(user: Any, text: str) -> list[Hit]:
    clauses = read_query(text, search_words())
    if not clauses:
        return []
    rows = ranked(matching(Exercise.objects.visible_to(user).offered(), clauses), clauses, text)
    return [
        Hit(title=row.name, text="", icon="exercise", url=reverse("admin:edit_exercise", args=[row.pk]))
        for row in rows[:MOST]
    ]
