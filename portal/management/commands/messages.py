"""manage.py messages: brings the catalogues of other languages up to date."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import catalogues


class Command(BaseCommand):
    help = "Collects the words of clients' pages and mails into portal/locale and compiles them."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail where something is missing")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        lines = []
        for language in catalogues.languages():
            if not check:
                catalogues.refresh(language)
            lines += [f"{language}: {line}" for line in catalogues.findings(language)]
        for line in lines:
            self.stdout.write(line)
        if hard := catalogues.hard_to_read():
            self.stdout.write(f"Advice: {len(hard)} of the texts are hard to read. Shorter words and sentences help.")
            for line in hard:
                self.stdout.write(f"  {line}")
        if lines:
            raise CommandError(f"{len(lines)} of these need a translator. Write them into portal/locale, run it again.")
        self.stdout.write("Every word for clients has its translation.")
