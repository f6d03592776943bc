"""Inviting a client: a link that opens their account once.

A mailed link reaches only the owner of the mailbox. A link shown as a QR code in the room is seen by staff too, so it
proves nothing about the mailbox: it opens this one client record and nothing else of the same person.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.errors import Invalid, WrongState
from clients.models import Client, Invitation, Reminder
from clients.services.outbox import enqueue_now
from clients.services.safety_setup import check_is_set_up
from portal.accounts import audit
from portal.accounts.errors import NotAllowed
from portal.accounts.models import Practice, Role, User
from portal.accounts.roles import roles_of
from portal.accounts.tenancy import all_practices, practice_scope

REMIND_AFTER: Final = timedelta(days=3)  # screens.md 3.6
REMIND_UNTIL: Final = timedelta(days=7)  # one that lay longer, such as before an update, is left to people

ONLY_CLIENT_KEY = "only_client_id"  # session key: this browser may open this client record and no other
FIELDS = (
    "email", "first_name", "last_name", "name_to_use", "problem", "time_zone", "language", "tags", "usual_pain",
    "minutes_a_day", "first_side", "country",
)  # fmt: skip


def check_can_invite(user: User, practice: Practice) -> None:
    """Raise NotAllowed unless the person is a practitioner or an owner of the practice."""
    if not roles_of(user, practice) & {Role.PRACTITIONER, Role.OWNER}:
        raise NotAllowed(_("Only physiotherapists and practice owners invite clients."))


def invite_client(practice: Practice, *, by: User, lead: User, now: datetime, **data: Any) -> Client:
    """Return the new client of the practice, to whom an invitation is on its way.

    data holds the FIELDS; time_zone defaults to the practice's. lead is the practitioner who sees them. Raises
    NotAllowed, SetupMissing where nobody has signed the safety set-up, and Invalid naming each wrong field. The answer
    does not depend on whether the person is known to another practice.
    """
    check_can_invite(by, practice)
    check_is_set_up(practice)
    if Role.PRACTITIONER not in roles_of(lead, practice):
        raise Invalid({"lead": _("Choose a physiotherapist of this practice.")})
    client = Client(practice=practice, lead=lead, **{name: data[name] for name in FIELDS if name in data})
    client.email = client.email.strip().lower()
    client.time_zone = client.time_zone or practice.time_zone
    client.quiet_from, client.quiet_until = practice.quiet_from, practice.quiet_until
    try:
        client.full_clean(exclude=["user", "lead", "practice"])
    except ValidationError as error:
        raise Invalid({name: " ".join(sentences) for name, sentences in error.message_dict.items()}) from error
    try:
        with transaction.atomic():
            client.save()
            audit.record("added", client, by=by)
            send_invitation(client, by=by, now=now)
    except IntegrityError as error:
        raise Invalid({"email": _("This practice already has a client with this e-mail address.")}) from error
    return client


def send_invitation(client: Client, *, by: User, now: datetime) -> Invitation:
    """Return a new invitation, whose link goes out by mail; an older mailed link stops working.

    Raises NotAllowed, and WrongState for a client who has an account already or is discharged.
    """
    with transaction.atomic():
        invitation, token = _new_invitation(client, by=by, now=now, shown_in_room=False)
        enqueue_now(
            client,
            practice=client.practice,
            stream=Reminder.Stream.INVITATION,
            subject_key=f"invitation:{invitation.pk}",
            kind="client_invitation",
            secret={"link": link_for(token)},
            now=now,
            life=settings.INVITATION_LIFE,
        )
    return invitation


def invite_again(now: datetime) -> int:
    """Send a second invitation to whoever left the first unused for REMIND_AFTER; return how many. All practices.

    There is no third by itself: then the caseload tells a practitioner. Where nobody may invite any more, or the safety
    set-up does not hold, nothing is sent.
    """
    with all_practices():
        found = list(_unused(now).select_related("practice", "lead"))
    return sum(_invite_again(client, now=now) for client in found)


def _unused(now: datetime) -> QuerySet[Client]:
    """Clients whose first mailed invitation is unused for REMIND_AFTER, less than REMIND_UNTIL, and has no second."""
    mailed = Invitation.objects.filter(client=OuterRef("pk"), shown_in_room=False)
    first = mailed.filter(accepted_at=None, revoked_at=None, created_at__lte=now - REMIND_AFTER)
    second = mailed.filter(pk__gt=OuterRef("first"))
    waiting: QuerySet[Client] = Client.objects.filter(
        state=Client.State.INVITED, user=None, practice__is_active=True
    ).annotate(first=Subquery(mailed.order_by("pk").values("pk")[:1]))
    return waiting.filter(Exists(first.filter(created_at__gt=now - REMIND_UNTIL)), ~Exists(second))


def _invite_again(client: Client, *, now: datetime) -> bool:
    """Send it unless another process did, which looked at the same moment: one of two waits here and finds nothing."""
    with practice_scope(client.practice), transaction.atomic():
        held = (
            Client.objects.select_for_update(of=("self",), no_key=True)
            .select_related("practice", "lead")
            .filter(pk=client.pk)
        )
        row = held.first()
        if row is None or not _unused(now).filter(pk=row.pk).exists():
            return False
        try:
            send_invitation(row, by=row.lead, now=now)
        except (NotAllowed, WrongState):
            return False
    return True


def show_invitation(client: Client, *, by: User, now: datetime) -> str:
    """Return the link for the QR code in the room; a QR code that was shown before stops working.

    Raises NotAllowed, and WrongState for a client who has an account already or is discharged.
    """
    with transaction.atomic():
        _invitation, token = _new_invitation(client, by=by, now=now, shown_in_room=True)
    return link_for(token)


def find_open(token: str, *, now: datetime) -> Invitation | None:
    """Return the invitation that this token opens now; None for one that is unknown, used, replaced or too old."""
    with all_practices():
        return (
            Invitation.objects.filter(
                token_hash=_hash(token),
                accepted_at=None,
                revoked_at=None,
                expires_at__gt=now,
                client__user=None,
                client__email=F("email"),
                client__practice__is_active=True,
            )
            .exclude(client__state=Client.State.DISCHARGED)
            .select_related("client__practice")
            .first()
        )


def is_for(invitation: Invitation, user: Any) -> bool:
    """True where the signed-in person is the one who was invited."""
    return isinstance(user, User) and user.email == invitation.email


def accept_invitation(invitation: Invitation, *, now: datetime) -> User:
    """Return the person, now linked to the client record; the invitation and all its like are used up.

    The person is found by the client's address or made. Raises WrongState where somebody else was faster, and for a
    person who is switched off.
    """
    gone = WrongState(_("This link no longer works. Ask your clinic for a new one."))
    client = invitation.client
    with transaction.atomic(), all_practices():
        open_rows = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now)
        if not open_rows.update(accepted_at=now):
            raise gone
        user = _person(invitation.email, language=client.language)
        waiting = Client.objects.filter(pk=client.pk, user=None, email=invitation.email)
        if not user.is_active or not waiting.exclude(state=Client.State.DISCHARGED).update(user=user):
            raise gone
        Client.objects.filter(pk=client.pk, state=Client.State.INVITED).update(state=Client.State.ACTIVE)
        _revoke_open(client, now=now)
        client.refresh_from_db()
        audit.record("invitation_accepted", client, by=user, detail={"invitation": invitation.pk})
    return user


def link_for(token: str) -> str:
    """Return the address of the page that accepts the invitation."""
    return f"{settings.SITE_URL}{reverse('invitation', args=[token])}"


def _new_invitation(client: Client, *, by: User, now: datetime, shown_in_room: bool) -> tuple[Invitation, str]:
    check_can_invite(by, client.practice)
    check_is_set_up(client.practice)
    if client.user_id is not None or client.state == Client.State.DISCHARGED:
        raise WrongState(_("This client does not wait for an invitation."))
    token = secrets.token_urlsafe(32)
    Invitation.objects.filter(client=client, shown_in_room=shown_in_room, accepted_at=None, revoked_at=None).update(
        revoked_at=now
    )
    life = settings.ROOM_INVITATION_LIFE if shown_in_room else settings.INVITATION_LIFE
    invitation = Invitation.objects.create(
        client=client,
        email=client.email,
        token_hash=_hash(token),
        created_by=by,
        expires_at=now + life,
        shown_in_room=shown_in_room,
    )
    audit.record(
        "invitation_shown" if shown_in_room else "invited", client, by=by, detail={"invitation": invitation.pk}
    )
    return invitation, token


def _revoke_open(client: Client, *, now: datetime) -> None:
    Invitation.objects.filter(client=client, accepted_at=None, revoked_at=None).update(revoked_at=now)


def _person(email: str, *, language: str) -> User:
    """The person with this address, found or made; without a name, which belongs to the client record alone."""
    user = User.objects.filter(email=email).first()
    if user is not None:
        return user
    try:
        with transaction.atomic():
            return User.objects.create_user(email, language=language)
    except IntegrityError:  # another practice's invitation was accepted at the same moment
        return User.objects.get(email=email)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
