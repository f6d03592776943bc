"""Keeps a number of senders alive: loads the portal once, then forks a new one for each that is killed.

    python -m tests.faults.nursery COUNT SECONDS

Each is `manage.py send_reminders --loop` on session reminders, looking every SECONDS. A fork costs a fiftieth of a
fresh start, so a test can kill many.
"""

import os
import signal
import sys

from portal.supervisor import die_with_parent


def fork_sender(every: str) -> int:
    """Start one sender and return its process id."""
    from django.core.management import call_command

    ask_to_die = die_with_parent(signal.SIGKILL)
    pid = os.fork()
    if pid:
        return pid
    try:
        if ask_to_die:
            ask_to_die()
        call_command("send_reminders", "--loop", "--no-plan", "--stream", "session", "--every", every)
    finally:
        os._exit(1)


def main(count: int, every: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    living = {fork_sender(every) for _ in range(count)}
    while True:
        pid, _ = os.wait()
        living.discard(pid)
        living.add(fork_sender(every))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
