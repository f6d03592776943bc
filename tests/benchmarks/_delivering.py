"""How quickly due reminders reach a mail server, beside bare SMTP, Django and django-post-office.

Run by reminders.py on the table that _claiming.py has filled.
"""

import multiprocessing
import os
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from tests.benchmarks._claiming import note, say

MAILS, ROUNDS = 2000, 4
CROWD, SENDERS = 20_000, 2
PORT = int(os.environ["BENCH_SINK_PORT"])


def timed(send: Callable[[], int]) -> float:
    """Mails a second of one round."""
    begun = time.perf_counter()
    count = send()
    assert count == MAILS, count
    return count / (time.perf_counter() - begun)


def ours() -> int:
    """Send what is due, as the task does."""
    from clients.services import remind

    return remind.send_due("session", run_s=600)["sent"]


def crowd_sender(number: int) -> int:
    """One of several senders, in a process of its own. The first call only loads the portal."""
    import django

    django.setup()
    return ours() if number >= 0 else 0


def make_due(count: int) -> None:
    """So many due reminders, and none of another round."""
    from django.db import connection

    from clients.models import Client, Reminder
    from portal.accounts.tenancy import all_practices
    from tests.faults import world

    with all_practices():
        Reminder.objects.exclude(subject_key="history").delete()
        world.make_due("session")
        last = Client.objects.order_by("pk").values_list("pk", flat=True)[count - 1]
        Reminder.objects.filter(subject_key=world.SUBJECT, client__gt=last).delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE clients_reminder")


def post_office() -> float:
    """Mails a second of django-post-office."""
    argv = [sys.executable, "-m", "tests.benchmarks._post_office", str(MAILS)]
    return float(subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True).stdout)


def main() -> None:
    import django

    django.setup()
    from django.core.mail import EmailMultiAlternatives, get_connection
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from clients.notifications import wording
    from clients.notifications.email import compose, new_message_id
    from portal.accounts.tenancy import all_practices
    from tests.faults.world import make_people

    with all_practices():
        make_people(CROWD, practice_name="Crowd")

    words = wording.session_wording(0, language="en-gb", sender="Riverside", more_url="https://portal.example/more/")
    stop = "https://portal.example/u/" + "t" * 130 + "/"
    values = {
        "name": "Carl",
        "minutes": "",
        "href": "https://portal.example/today/",
        "stop": stop,
        "done": "https://portal.example/d/" + "t" * 50 + "/",
        "later": "https://portal.example/p/" + "t" * 50 + "/",
    }
    fixed = compose(
        words,
        values,
        to="carl@home.example",
        sender_name="Riverside",
        message_id=new_message_id(),
        at=datetime.now(UTC),
        stop_token="t" * 130,
    )

    def bare_smtp() -> int:
        with smtplib.SMTP("127.0.0.1", PORT) as server:
            for _ in range(MAILS):
                server.sendmail(fixed.sender, [fixed.to], fixed.data)
        return MAILS

    def django_mail() -> int:
        text, page = words.fill(values)
        messages = []
        for _ in range(MAILS):
            message = EmailMultiAlternatives(words.subject, text, fixed.sender, [fixed.to])
            message.attach_alternative(page, "text/html")
            messages.append(message)
        return get_connection().send_messages(messages) or 0

    make_due(MAILS)
    ours()  # a sender that has just started reads its templates once
    rounds: dict[str, list[float]] = {"smtplib": [], "ours": [], "django": [], "post-office": []}
    for _ in range(ROUNDS):
        rounds["smtplib"].append(timed(bare_smtp))
        make_due(MAILS)
        rounds["ours"].append(timed(ours))
        rounds["django"].append(timed(django_mail))
        rounds["post-office"].append(post_office())
    rate = {name: statistics.median(each) for name, each in rounds.items()}
    note("mails a second: " + ", ".join(f"{name} {value:.0f}" for name, value in rate.items()))
    say("deliver, ours / smtplib on one connection with fixed bytes", rate["ours"] / rate["smtplib"], 0.5, "higher")
    say("deliver, ours / post-office send_queued", rate["ours"] / rate["post-office"], 3, "higher")
    say("deliver, ours / Django send_messages on one connection", rate["ours"] / rate["django"], 2, "higher")

    make_due(MAILS)
    with CaptureQueriesContext(connection) as captured:
        ours()
    # One mark for at most 20 mails, and a fixed number for each claimed batch of 500.
    say("statements for 100 mails", len(captured.captured_queries) / MAILS * 100, 8, "lower")

    make_due(CROWD)
    connection.close()
    with multiprocessing.get_context("spawn").Pool(SENDERS) as pool:
        pool.map(crowd_sender, [-1] * SENDERS, chunksize=1)
        begun = time.perf_counter()
        sent = pool.map(crowd_sender, range(SENDERS), chunksize=1)
        took = time.perf_counter() - begun
    assert sum(sent) == CROWD, sent
    note(f"{CROWD} due at once: {took:.1f} s by {SENDERS} senders, {sent}")
    say(f"{CROWD} due at once, the last delivered ({SENDERS} senders)", took, CROWD * 60 / 100_000, "lower", "s")


if __name__ == "__main__":
    main()
