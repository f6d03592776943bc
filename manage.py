#!/usr/bin/env python3
"""Run a Django command for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit(
            "Django is not installed in this Python. Run `python3 start.py run`, which sets everything up."
        ) from error
    try:
        settings.INSTALLED_APPS  # noqa: B018  loads the settings, so that a wrong one is told in one line
    except ImproperlyConfigured as error:
        raise SystemExit(f"The settings do not fit: {error}") from error
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
