"""Settings that can start but would not work are refused with the remedy."""

import subprocess
import sys

import pytest

from tests.check import PRODUCTION
from tests.rig import ROOT
from tests.suites import clean_environment


def said_by_check(changed: dict[str, str]) -> str:
    run = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**clean_environment(), **PRODUCTION, **changed},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (run.returncode == 0) == ("no issues" in run.stdout), run.stdout + run.stderr
    return run.stdout + run.stderr


def test_settings_that_fit_are_accepted() -> None:
    assert "no issues (0 silenced)" in said_by_check({})


def test_settings_that_do_not_fit_are_each_named_with_the_remedy() -> None:
    said = said_by_check(
        {
            "SITE_URL": "http://other.example.org",
            "TRUSTED_PROXIES": "0",
            "MAIL_FROM": "no-reply@localhost",
            "REMINDER_LEASE_SECONDS": "20",
            "DATABASE_URL": "sqlite:///x.sqlite3",
        }
    )
    remedies = {
        "portal.E002": "Set SITE_URL to the https:// address",
        "portal.E003": "Name the same host in both",
        "portal.E004": "Set TRUSTED_PROXIES",
        "portal.E005": "Set MAIL_FROM",
        "portal.W001": "Set it to 30 or more",
        "portal.W002": "PostgreSQL",
    }
    assert {id: (id in said, remedy in said) for id, remedy in remedies.items()} == dict.fromkeys(
        remedies, (True, True)
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_production_does_not_start_without_what_it_must_be_told(name: str) -> None:
    environment = {**clean_environment(), **PRODUCTION}
    del environment[name]
    run = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 1
    assert f"{name} is not set." in run.stderr
    assert "Traceback" not in run.stderr


def test_a_key_for_push_services_that_is_none_stops_the_start_by_name() -> None:
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**clean_environment(), "VAPID_PRIVATE_KEY": "mine"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1
    assert "VAPID_PRIVATE_KEY is no key." in run.stderr
    assert "Traceback" not in run.stderr
