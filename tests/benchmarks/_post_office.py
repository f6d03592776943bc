"""django-post-office as a peer: queue so many mails, then time send_queued. Prints mails a second.

Run by _delivering.py with the number of mails, on a database that the settings below make their own.
"""

import os
import sys
import time


def main(count: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks._post_office_settings"
    import django

    django.setup()
    from django.core.management import call_command
    from post_office import mail
    from post_office.models import Email

    call_command("migrate", verbosity=0, skip_checks=True)
    message = {
        "sender": "no-reply@localhost",
        "recipients": ["carl@home.example"],
        "subject": "Your routine is ready",
        "message": "Hello Carl,\n\nYour routine is ready. The short form counts too.\n" * 4,
        "html_message": "<p>Hello Carl,</p><p>Your routine is ready. The short form counts too.</p>" * 20,
    }
    mail.send_many([dict(message) for _ in range(count)])
    begun = time.perf_counter()
    call_command("send_queued_mail", processes=1, log_level=0, skip_checks=True)
    took = time.perf_counter() - begun
    assert Email.objects.filter(status=0).count() >= count, "not all were sent"
    print(count / took)


if __name__ == "__main__":
    main(int(sys.argv[1]))
