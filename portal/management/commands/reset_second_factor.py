"""`manage.py reset_second_factor`: for a member of staff who lost both their phone and their recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import second_factor
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Remove a person's second factor and end their sessions. Make sure first that it is they who ask."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("Nobody has this address. Check it.")
        second_factor.remove(user, by=None)
        self.stdout.write("Done. At their next sign-in they set up a new second factor.")
