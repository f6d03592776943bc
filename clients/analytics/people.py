"""Who may see a client at this moment, and why, in words for the client."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from clients.models import Absence, Client, ClientShare
from portal.accounts.models import Membership, Role, User
from portal.accounts.roles import roles_of
from portal.lib.dates import day_and_month


@dataclass(frozen=True, slots=True)
class Onlooker:
    """One person of the clinic, and why they may see the client."""

    name: str
    why: str


def people_who_see(client: Client, now: datetime) -> list[Onlooker]:
    """Return the clinic's people who may see the client: who leads, who was let in, who covers, then the others.

    Each is asked of `Client.objects.visible_to`, so this page says what the doors do and has no rule of its own; that
    costs two statements for each practitioner and owner. now (aware) dates the words about who covers. Runs in the
    practice scope; client.practice must be loaded.
    """
    members = Membership.objects.in_force().filter(
        practice=client.practice_id, role__in=(Role.PRACTITIONER, Role.OWNER)
    )
    staff = User.objects.filter(pk__in=members.values("user")).exclude(pk=client.user_id or 0)
    shared = set(ClientShare.objects.filter(client=client).values_list("practitioner", flat=True))
    absences = Absence.objects.on(client.practice.day_at(now)).filter(away=client.lead_id)
    covers = dict(absences.order_by("last_day").values_list("cover", "last_day"))
    found: list[tuple[int, Onlooker]] = []
    for person in staff.order_by("first_name", "last_name", "pk"):
        if not Client.objects.visible_to(person).filter(pk=client.pk).exists():
            continue
        if person.pk == client.lead_id:
            place, why = 0, _("Leads your care.")
        elif person.pk in shared:
            place, why = 1, _("Also looks after you.")
        elif person.pk in covers:
            place, why = 2, _("Stands in until %(day)s.") % {"day": day_and_month(covers[person.pk])}
        elif Role.OWNER in roles_of(person):
            place, why = 3, _("Runs the clinic.")
        else:
            place, why = 4, _("In your clinic all physiotherapists may see every client.")
        found.append((place, Onlooker(str(person), why)))
    return [onlooker for _place, onlooker in sorted(found, key=lambda each: each[0])]
