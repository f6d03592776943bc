"""A mail backend for development: each message becomes one .eml file, which the outbox page shows."""

import os
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def keep(data: bytes) -> Path:
    """Write one message (bytes with any line ends) into MAIL_DIR and return its path.

    Readers never see half a file: it gets its name when it is whole.
    """
    folder = Path(settings.MAIL_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}.eml"
    draft = path.with_suffix(".part")
    with draft.open("xb") as file:
        file.write(data)
    os.replace(draft, path)
    return path


class EmailBackend(BaseEmailBackend):
    """Keeps messages as files in MAIL_DIR and sends nothing."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            as_bytes: Any = message.message()  # Any: django-stubs names a class without as_bytes
            keep(as_bytes.as_bytes())
        return len(email_messages)
