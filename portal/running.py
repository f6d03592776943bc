"""What `manage.py up` and `manage.py serve` share: the order of starting, and the checks before it."""

import errno
import http.client
import socket
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from portal import doctor, processes, store
from portal.lib import lock
from portal.supervisor import Process, Supervisor

WEB_READY_S = 60.0
STORE_READY_S = 15.0


def claim_local_dir() -> object:
    """Return what keeps a second portal from starting on the same data, for as long as it is kept."""
    try:
        return lock.hold(settings.LOCAL_DIR / "up.lock")
    except lock.Held as held:
        raise CommandError(
            f"Steadyback already runs on {settings.LOCAL_DIR} (process {held.by}). "
            "Stop that one with Ctrl-C, or set LOCAL_DIR to another folder for a second one."
        ) from held


def check_port_is_free(host: str) -> None:
    """Raise CommandError with the remedy where something else listens on PORT."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, settings.PORT))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {settings.PORT} is in use by another program. Choose another: PORT={settings.PORT + 1}"
                ) from error
            raise CommandError(f"Port {settings.PORT} cannot be used: {error.strerror}. Set PORT.") from error


def web_answers() -> bool:
    """Return whether the web process answers on this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def senders_are_heard() -> bool:
    """Return False where the senders have gone quiet although store and database answer: the worker has gone deaf."""
    try:
        quiet = any(finding.state != "ok" for finding in doctor.findings(timezone.now(), only="senders"))
    except DatabaseError:
        return True  # not the worker's fault
    finally:
        connection.close()
    return not (quiet and store.answers(store.chosen()))


def start_own_store(supervisor: Supervisor, chosen: store.Store) -> None:
    """Start the store of one's own and wait until it answers; nothing to start where REDIS_URL names one."""
    if not chosen.is_own:
        return
    store.prepare(chosen)
    if chosen.server:
        child = supervisor.start(processes.own_store(chosen))
        supervisor.wait_until(lambda: store.answers(chosen), child, within_s=STORE_READY_S)


def start_portal(supervisor: Supervisor, after: Sequence[Process] = ()) -> None:
    """Start web, wait for its first answer, then start worker and beat, and what may follow."""
    web = supervisor.start(processes.web())
    supervisor.wait_until(web_answers, web, within_s=WEB_READY_S)
    for process in (replace(processes.worker(), is_well=senders_are_heard), processes.beat(), *after):
        supervisor.start(process)
