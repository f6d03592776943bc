"""manage.py contact_sheet: draw every figure of the library for people to look at."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from routines.movement.sheet import add_arguments, draw_as_told

OPTIONS = ("figures", "out", "html", "check", "compare")


class Command(BaseCommand):
    help = "Draw contact sheets of all exercise figures into .local/contact-sheet/."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(draw_as_told(**{name: options[name] for name in OPTIONS}))
