"""manage.py demo: the demo practice, its people and their weeks."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.demo.build import build_history, build_people
from portal.demo.people import PRACTICES


class Command(BaseCommand):
    help = "Makes the demo practice where it is missing. Running it again adds nothing that is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", action="store_true", help="only people and plans, which is quick")
        parser.add_argument("--history", action="store_true", help="only the weeks of people who are there")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo has known passwords. It is made in development only, where DEBUG is on.")
        now = timezone.now()
        if not options["history"]:
            build_people(now)
            people = sum(len(practice.clients) for practice in PRACTICES)
            self.stdout.write(f"{len(PRACTICES)} practices with {people} clients are there.")
        if not options["people"]:
            kept = list(build_history(now))
            self.stdout.write(f"{len(kept)} sessions with {sum(kept)} events are there.")
