"""`manage.py create_practice`: the start of an installation, and of each further practice."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from clients.errors import Invalid
from portal.accounts import audit
from portal.accounts.models import Practice, Role
from portal.accounts.tenancy import all_practices
from portal.staff_invitations import invite_staff


class Command(BaseCommand):
    help = "Make a practice and invite its first owner. Prints the link that is also mailed to them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--name",
            default="Our practice",
            help="of the practice, which its owner can change",
        )
        parser.add_argument("--owner-email", required=True)
        parser.add_argument("--time-zone", default="Europe/London", help="an IANA name (default: Europe/London)")
        parser.add_argument(
            "--sender-name", default="", help="in e-mail; a neutral name (default: the practice's name)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].strip()
        practice = Practice(
            name=name,
            slug=slugify(name)[:60],
            time_zone=options["time_zone"],
            sender_name=options["sender_name"].strip() or name[:60],
        )
        with transaction.atomic(), all_practices():
            try:
                practice.full_clean()
                practice.save()
                audit.record("added", practice, by=None, practice=practice)
                _membership, link = invite_staff(
                    practice, email=options["owner_email"], role=Role.OWNER, by=None, now=timezone.now()
                )
            except ValidationError as error:
                raise CommandError(
                    "; ".join(f"{field}: {' '.join(sentences)}" for field, sentences in error.message_dict.items())
                ) from error
            except Invalid as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"{practice.name} is ready. Its owner opens this link within 72 hours:\n{link}")
