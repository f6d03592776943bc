"""`manage.py edit_shared_library`: who may edit the library that all practices share."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.accounts import audit
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Let a person edit the shared library, or take that right back. It opens no client data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--take-back", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("Nobody has this address. Invite the person first.")
        with transaction.atomic():
            user.edits_shared_library = not options["take_back"]
            user.save(update_fields=["edits_shared_library"])
            audit.record("shared_library_right", user, by=None, detail={"edits": user.edits_shared_library})
        self.stdout.write("They may edit it." if user.edits_shared_library else "They may no longer edit it.")
