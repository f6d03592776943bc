"""manage.py up: the whole portal on this machine."""

import io
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from portal import processes, running, store
from portal.demo.people import PASSWORD, PRACTICES
from portal.supervisor import ChildFailed, Supervisor

CLIENTS_SHOWN = 3


class Command(BaseCommand):
    help = "Starts web, worker and clock on this machine with a demo clinic, and stops them all on Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="without the demo clinic")

    def handle(self, *args: Any, no_demo: bool = False, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("`up` is for trying and developing. DEBUG is off here: use `manage.py serve`.")
        # The lock is the open file: it is kept until this process ends.
        self.claimed = running.claim_local_dir()
        running.check_port_is_free("127.0.0.1")
        chosen = store.chosen()
        try:
            with Supervisor(self._say) as supervisor, supervisor.interruptible():
                running.start_own_store(supervisor, chosen)
                self._prepare(with_demo=not no_demo)
                # The weeks of the demo's clients fill in while the first pages are looked at.
                history = processes.manage("history", "demo", "--history")
                running.start_portal(supervisor, after=[] if no_demo else [history])
                self._welcome(with_demo=not no_demo)
                supervisor.watch()
        except ChildFailed as failed:
            raise CommandError(str(failed)) from failed
        self._say("Stopped.")

    def _prepare(self, *, with_demo: bool) -> None:
        """Bring database, library and demo people up to date; what is there already is left as it is."""
        self._say(f"Preparing the database, the exercise library{' and the demo clinic' if with_demo else ''} ...")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("import_library", stdout=io.StringIO())
        if with_demo:
            call_command("demo", "--people", stdout=io.StringIO())

    def _say(self, line: str) -> None:
        self.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def _welcome(self, *, with_demo: bool) -> None:
        site = settings.SITE_URL
        self._say(f"\nSteadyback runs at {site}\n")
        self._say(f"  Every mail that leaves, as its reader gets it:  {site}{reverse('outbox')}")
        if with_demo:
            self._introduce()
        self._say("\nStop it with Ctrl-C.")

    def _introduce(self) -> None:
        """Print who is in the demo, and how to be one of them."""
        self._say(f"  Sign in with one click as anybody of the demo:  {settings.SITE_URL}{reverse('demo')}\n")
        for practice in PRACTICES:
            self._say(f"  {practice.name}")
            for person in practice.staff:
                roles = ", ".join(str(role.label).lower() for role in person.roles)
                self._say(f"    {person.email:<28} {person.first_name} {person.last_name}, {roles}")
            for client in practice.clients[:CLIENTS_SHOWN]:
                self._say(f"    {client.email:<28} {client.first_name} {client.last_name}, client")
            if len(practice.clients) > CLIENTS_SHOWN:
                self._say(f"    ... and {len(practice.clients) - CLIENTS_SHOWN} more clients")
        self._say(f"\n  Staff sign in with the password {PASSWORD}; clients get a code by mail.")
