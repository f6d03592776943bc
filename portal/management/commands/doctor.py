"""manage.py doctor: is this installation well?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.doctor import LOOKS, findings


class Command(BaseCommand):
    help = "Looks at programs, settings, disk, store, database, senders and mail; each finding with its remedy."
    requires_system_checks = []  # their messages are among the findings

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=LOOKS, default="", help="one of these, as a health check for containers")

    def handle(self, *args: Any, only: str = "", **options: Any) -> None:
        wrong = 0
        for finding in findings(timezone.now(), only=only):
            wrong += finding.state == "wrong"
            self.stdout.write(f"{finding.state:<6} {finding.about}: {finding.detail}")
            if finding.remedy:
                self.stdout.write(f"{'':<6} -> {finding.remedy}")
        if wrong:
            raise CommandError(f"{wrong} of these need you.")
