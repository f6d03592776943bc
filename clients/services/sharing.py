"""Who sees a client: sharing with a colleague, and handing over to another practitioner with all that was recorded."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_edit
from clients.errors import Invalid, NotAllowed
from clients.models import Client, ClientShare
from clients.services.absences import team_of
from clients.services.alert_letters import tell_of_unseen_alerts
from clients.services.red_flags import tell_of_unseen_red_flags
from portal.accounts import audit
from portal.accounts.models import Practice, Role, User
from portal.accounts.roles import roles_of


def can_share(user: User, client: Client) -> bool:
    """Whether the person decides who sees the client: the practitioner who leads them, and owners of the practice."""
    roles = roles_of(user, client.practice_id)
    return Role.OWNER in roles or (Role.PRACTITIONER in roles and client.lead_id == user.pk)


@transaction.atomic
def share_client(client: Client, *, colleague: User, by: User) -> bool:
    """Let a colleague see and treat the client as well; False where they do already. Raises NotAllowed and Invalid."""
    # Whoever hands the client over at this moment is waited for: who leads a client needs no share of it.
    client = (
        Client.objects.select_for_update(of=("self",), no_key=True).select_related("practice", "lead").get(pk=client.pk)
    )
    _check_can_share(by, client)
    _check_in_team(client.practice, colleague, "colleague")
    if colleague.pk == client.lead_id:
        raise Invalid({"colleague": _("They lead this client. Choose somebody else.")})
    _share, is_new = ClientShare.objects.get_or_create(
        client=client, practitioner=colleague, defaults={"shared_by": by}
    )
    if is_new:
        audit.record("shared", client, by=by, detail={"with": colleague.pk})
    return is_new


@transaction.atomic
def end_share(client: Client, *, colleague_id: int, by: User) -> bool:
    """Let a colleague see the client no more; False where they did not. Raises NotAllowed."""
    _check_can_share(by, client)
    gone, _by_model = ClientShare.objects.filter(client=client, practitioner=colleague_id).delete()
    if gone:
        audit.record("share_ended", client, by=by, detail={"with": colleague_id})
    return bool(gone)


@transaction.atomic
def hand_over(
    practice: Practice, clients: Collection[int], *, to: User, by: User, keeps_access: bool, now: datetime
) -> int:
    """Let another practitioner lead the clients (ids) from now on; return how many changed hands.

    Plans, sessions, messages and alerts stay as they are. The former practitioner sees the clients no more, unless
    keeps_access makes it a share; alerts and red flags that nobody has seen are told to the new one, red flags as that
    one chose. Clients whom `to` leads already stay. All or none: raises NotAllowed for a client who is not the
    person's to give, and Invalid naming the field.
    """
    _check_in_team(practice, to, "to")
    rows = (
        Client.objects.select_for_update(of=("self",), no_key=True)
        .filter(practice=practice, pk__in=clients)
        .order_by("pk")
    )
    found = list(rows.select_related("practice", "lead"))
    if len(found) < len(set(clients)):
        raise Invalid(
            {"clients": _("Somebody on this list is no client of the practice any more. Load the page again.")}
        )
    moved = [client for client in found if client.lead_id != to.pk]
    for client in moved:
        _check_can_share(by, client)
        former, client.lead = client.lead, to
        client.save(update_fields=["lead"])
        gone = [to] if keeps_access else [to, former]
        ClientShare.objects.filter(client=client, practitioner__in=gone).delete()
        if keeps_access:
            ClientShare.objects.get_or_create(client=client, practitioner=former, defaults={"shared_by": by})
        detail = {"from": former.pk, "to": to.pk, "keeps_access": keeps_access}
        audit.record("handed_over", client, by=by, detail=detail)
    tell_of_unseen_alerts(moved, to=to, now=now)
    tell_of_unseen_red_flags(moved, now=now)
    return len(moved)


def _check_can_share(by: User, client: Client) -> None:
    check_can_edit(by, client)
    if not can_share(by, client):
        raise NotAllowed(_("Only their practitioner or an owner of the practice decides who sees this client."))


def _check_in_team(practice: Practice, person: User, field: str) -> None:
    if not team_of(practice).filter(pk=person.pk).exists():
        raise Invalid({field: _("Choose a practitioner of this practice.")})
