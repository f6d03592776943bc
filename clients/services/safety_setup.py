"""What a practice must have signed before clients are invited: whom to call, who is told, and after how long."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Client, SafetySetup
from portal.accounts import audit
from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.roles import roles_of
from portal.lib.countries import countries

PHONE = re.compile(r"\d[\d ]{0,18}\d")  # as SafetySetup.emergency_number


class SetupMissing(WrongState):
    """Clients cannot be invited yet: nobody has signed the safety set-up, or its second contact has left."""


def current_setup(practice: Practice) -> SafetySetup | None:
    """Return what was signed last, or None. Runs in the practice scope."""
    found: SafetySetup | None = (
        SafetySetup.objects.filter(practice=practice).select_related("second_contact", "signed_by").first()
    )
    return found


def may_be_second_contact(practice: Practice) -> list[int]:
    """Return the ids of those who see clients in the practice today."""
    staff = Membership.objects.in_force().filter(practice=practice, role__in=[Role.PRACTITIONER, Role.OWNER])
    return list(staff.values_list("user_id", flat=True).distinct())


def second_contacts(practices: Collection[int]) -> dict[int, User]:
    """Return the second contact of each practice (id), where one was signed who still sees clients there. All
    practices; two statements, however many.
    """
    signed = SafetySetup.objects.filter(practice__in=practices).select_related("second_contact")
    latest = {setup.practice_id: setup.second_contact for setup in signed.order_by("signed_at", "pk")}
    staff = Membership.objects.in_force().filter(
        practice__in=practices, user__in=latest.values(), role__in=[Role.PRACTITIONER, Role.OWNER]
    )
    here = set(staff.values_list("practice_id", "user_id"))
    return {practice: person for practice, person in latest.items() if (practice, person.pk) in here}


def check_is_set_up(practice: Practice) -> SafetySetup:
    """Return the set-up that is in force. Raises SetupMissing with what is to be done."""
    setup = current_setup(practice)
    if setup is None:
        raise SetupMissing(_("A physiotherapist has to fill in and sign the safety set-up before clients are invited."))
    if setup.second_contact_id not in may_be_second_contact(practice):
        raise SetupMissing(_("The second contact of the safety set-up has left. Choose another and sign it again."))
    return setup


def is_set_up(practice: Practice) -> bool:
    """Whether `check_is_set_up` would pass."""
    try:
        check_is_set_up(practice)
    except SetupMissing:
        return False
    return True


def check_can_sign(user: User, practice: Practice) -> None:
    """Raise NotAllowed unless the person is a practitioner of the practice."""
    if not can_sign(user, practice):
        raise NotAllowed(_("The safety set-up is signed by a physiotherapist of the practice. Ask one of them."))


def can_sign(user: User, practice: Practice) -> bool:
    """Whether `check_can_sign` would pass."""
    return Role.PRACTITIONER in roles_of(user, practice)


def _check_countries(practice: Practice, numbers: Mapping[str, str]) -> None:
    """Raise Invalid for what is no country or no number, and where a country that clients live in is left out."""
    for code, number in numbers.items():
        if code not in countries("en"):
            raise Invalid(
                {"country_numbers": _("“%(code)s” is no country. Write two letters, such as AT.") % {"code": code}}
            )
        if not PHONE.fullmatch(number):
            problem = _("“%(number)s” is no number. Write digits and spaces, such as 112.") % {"number": number}
            raise Invalid({"country_numbers": problem})
    lived_in = set(Client.objects.filter(practice=practice).exclude(country="").values_list("country", flat=True))
    if lived_in - numbers.keys():
        left_out = ", ".join(sorted(lived_in - numbers.keys()))
        raise Invalid({"country_numbers": _("Clients live in %(codes)s. Keep a number for it.") % {"codes": left_out}})


@transaction.atomic
def sign_setup(
    practice: Practice,
    *,
    by: User,
    emergency_number: str,
    country_numbers: Mapping[str, str] = MappingProxyType({}),
    second_contact: User,
    escalate_after_h: int,
    now: datetime,
) -> SafetySetup:
    """Return the new set-up, in force from now; earlier ones stay as they were signed.

    country_numbers: emergency numbers of other countries that clients live in, by two letters. escalate_after_h: hours
    without "seen" after which the second contact is told. Raises NotAllowed for others than practitioners, and Invalid
    naming each wrong field.
    """
    check_can_sign(by, practice)
    if second_contact.pk not in may_be_second_contact(practice):
        raise Invalid({"second_contact": _("Choose a physiotherapist or an owner of this practice.")})
    _check_countries(practice, country_numbers)
    setup = SafetySetup(
        practice=practice,
        emergency_number=emergency_number.strip(),
        country_numbers=dict(country_numbers),
        second_contact=second_contact,
        escalate_after_h=escalate_after_h,
        signed_by=by,
        signed_at=now,
    )
    try:
        setup.full_clean(exclude=["practice", "second_contact", "signed_by"])
    except ValidationError as error:
        raise Invalid({name: " ".join(sentences) for name, sentences in error.message_dict.items()}) from error
    setup.save()
    audit.record("safety_signed", setup, by=by)
    return setup
