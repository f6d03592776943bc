"""The first steps of a practice, each read from what there is: nothing is ticked off by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q

from clients.models import Assignment, Client, Invitation
from portal.accounts.models import Passkey, Practice, Role, User
from portal.accounts.roles import roles_of


@dataclass(frozen=True)
class FirstSteps:
    """Which of the five are taken. client: whom the steps that are left go on with; None before there is one.

    may_treat: whether the person gives plans and signs the safety set-up.
    """

    is_signed: bool
    has_factor: bool
    has_client: bool
    has_plan: bool
    is_handed_over: bool
    client: Client | None
    may_treat: bool

    @property
    def taken(self) -> tuple[bool, ...]:
        return (self.is_signed, self.has_factor, self.has_client, self.has_plan, self.is_handed_over)

    @property
    def done(self) -> int:
        return sum(self.taken)

    @property
    def next(self) -> int:
        """The number of the first step that is not taken, from 1; 0 where all are."""
        return 0 if all(self.taken) else self.taken.index(False) + 1


def first_steps(user: User, practice: Practice, *, is_signed: bool, rows: Iterable[Any]) -> FirstSteps | None:
    """Return the first steps of the practice as far as they are taken; None where all are, or where they are hidden.

    rows: of the caseload that is shown, which often tell already that there is nothing to ask. The state is that of
    the whole practice, so that a new colleague is not led through it once more.
    """
    if not practice.shows_first_steps:
        return None
    if is_signed and any(row.plan_name and row.client.user_id for row in rows):
        return None
    shown = Invitation.objects.filter(client=OuterRef("pk"), shown_in_room=True)
    plans = Assignment.objects.filter(client=OuterRef("pk"))
    everyone = Client.objects.filter(practice=practice).annotate(has_plan=Exists(plans), was_shown=Exists(shown))
    handed = everyone.filter(Q(user__isnull=False) | Q(was_shown=True))
    found = Practice.objects.filter(pk=practice.pk).values_list(
        Exists(everyone), Exists(everyone.filter(has_plan=True)), Exists(handed)
    )
    has_client, has_plan, is_handed_over = found.get()
    has_factor = (
        Authenticator.objects.filter(user=user).exists()
        or Passkey.objects.filter(user=user, door=Passkey.Door.STAFF).exists()
    )
    steps = FirstSteps(
        is_signed=is_signed,
        has_factor=has_factor,
        has_client=has_client,
        has_plan=has_plan,
        is_handed_over=is_handed_over,
        client=Client.objects.visible_to(user).current().order_by("pk").first() if has_client else None,
        may_treat=Role.PRACTITIONER in roles_of(user, practice),
    )
    return steps if steps.next else None
