"""The smallest valid row of each model. Everything that a test cares about, it names itself."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from clients.models import Client, SafetyCheck, SafetySetup
from clients.models.safety import seal_content
from clients.rules import safety as rules
from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.tenancy import all_practices
from routines.library import starter

_next = count(1)
MANY = 1000  # rows of one statement
PASSWORD = "a walk along the river"


def make_practice(**fields: Any) -> Practice:
    number = next(_next)
    name = fields.pop("name", f"Practice {number}")
    with all_practices():
        return Practice.objects.create(
            name=name, **{"slug": f"practice-{number}", "sender_name": name, "phone": "01632 960001", **fields}
        )


def make_person(email: str = "", **fields: Any) -> User:
    """A person without a password."""
    return User.objects.create_user(email or f"person{next(_next)}@example.org", **fields)


def make_staff(practice: Practice, *roles: Role, email: str = "", **fields: Any) -> User:
    """A person who works in the practice; without a password (`give_password` sets one, which takes a while)."""
    user = make_person(email, **fields)
    for role in roles or (Role.PRACTITIONER,):
        make_membership(practice, user, role=role)
    sign_safety(practice, user)
    return user


def sign_safety(practice: Practice, user: User, **fields: Any) -> SafetySetup:
    """The practice's safety set-up, signed by this person unless somebody has; nobody invites clients without."""
    with all_practices():
        signed = SafetySetup.objects.filter(practice=practice).first()
        return signed or SafetySetup.objects.create(
            practice=practice,
            **{
                "emergency_number": "999",
                "second_contact": user,
                "escalate_after_h": 2,
                "signed_by": user,
                "signed_at": timezone.now(),
                **fields,
            },
        )


def answer_all_no(client: Client, **fields: Any) -> SafetyCheck:
    """A safety check without a finding, so that sessions may start."""
    with all_practices():
        return SafetyCheck.objects.create(
            client=client,
            **{
                "id": uuid.uuid4(),
                "trigger": "onboarding",
                "place": "page",
                "questions_version": rules.version_of(starter.safety().questions),
                "sealed": seal_content({each.id: [rules.NONE] for each in starter.safety().questions}, "0" * 64),
                "at": timezone.now(),
                "utc_offset_min": 0,
                **fields,
            },
        )


def make_membership(practice: Practice, user: User, role: Role = Role.PRACTITIONER, **fields: Any) -> Membership:
    with all_practices():
        return Membership.objects.create(practice=practice, user=user, role=role, **fields)


def give_password(user: User, password: str = PASSWORD) -> User:
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def make_client(lead: User, practice: Practice | None = None, **fields: Any) -> Client:
    """A client with an account, unless `user=None` is given."""
    number = next(_next)
    email = fields.pop("email", f"client{number}@example.org")
    user = fields.pop("user") if "user" in fields else make_person(email)
    with all_practices():
        where = practice or Practice.objects.get(memberships__user=lead, memberships__role=Role.PRACTITIONER)
        return Client.objects.create(
            practice=where,
            lead=lead,
            user=user,
            email=email,
            **{
                "first_name": "Carl",
                "last_name": f"Client{number}",
                "time_zone": "Europe/London",
                "state": Client.State.ACTIVE if user else Client.State.INVITED,
                **fields,
            },
        )


def make_many_clients(practice: Practice, lead: User, addresses: Iterable[str], **fields: Any) -> list[Client]:
    """Clients with accounts, written a thousand at a time."""
    people = User.objects.bulk_create([User(email=address, password="!") for address in addresses], batch_size=MANY)
    clients = [
        Client(
            practice=practice,
            lead=lead,
            user=person,
            email=person.email,
            **{
                "first_name": "Carl",
                "last_name": f"Client{number}",
                "time_zone": "Europe/London",
                "state": Client.State.ACTIVE,
                **fields,
            },
        )
        for number, person in enumerate(people)
    ]
    return list(Client.objects.bulk_create(clients, batch_size=MANY))


def days_ago(days: int) -> date:
    return (timezone.now() - timedelta(days=days)).date()
