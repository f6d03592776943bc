"""manage.py serve: the portal in production."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal import processes, running, store
from portal.supervisor import ChildFailed, Supervisor

PARTS = {"web": processes.web, "worker": processes.worker, "beat": processes.beat}


class Command(BaseCommand):
    help = (
        "Starts the portal on the PostgreSQL and Redis that the environment names: all of it under one process, or "
        "one part, which this process then becomes (for containers and service managers)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", nargs="?", choices=PARTS, help="one part; without it: migrate, then all of them")

    def handle(self, *args: Any, part: str | None = None, **options: Any) -> None:
        if settings.DEBUG:
            raise CommandError("`serve` is for production. Set DEBUG=0 and what that asks for; to try it out use `up`.")
        if part:
            command = PARTS[part]().argv
            os.execv(command[0], command)  # noqa: S606  the command is the project's own
        running.check_port_is_free(settings.BIND)
        call_command("migrate", verbosity=1, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        try:
            with Supervisor(self._say) as supervisor, supervisor.interruptible():
                running.start_own_store(supervisor, store.chosen())
                running.start_portal(supervisor)
                self._say(f"Steadyback serves {settings.SITE_URL} on {settings.BIND}:{settings.PORT}")
                supervisor.watch()
        except ChildFailed as failed:
            raise CommandError(str(failed)) from failed

    def _say(self, line: str) -> None:
        self.stdout.write(f"{line}\n")
        sys.stdout.flush()
