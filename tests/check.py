"""What a reviewer should not have to look for: style, types, imports, migrations, deployment, templates, schema.

    python3 start.py check          all of it
    python3 start.py check types    one by name

Prints one line per check, and the output of those that fail.
"""

import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass, field

from tests.rig import ROOT
from tests.suites import clean_environment

MANAGE = (sys.executable, "manage.py")

# As in production, with servers that nothing is asked of.
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "ALLOWED_HOSTS": "portal.example.org",
    "SITE_URL": "https://portal.example.org",
    "DATABASE_URL": "postgres://steadyback:secret@127.0.0.1:1/steadyback",
    "REDIS_URL": "redis://:secret@127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://user:secret@127.0.0.1:1",
    "TRUSTED_PROXIES": "1",
    "MAIL_FROM": "Steadyback <no-reply@portal.example.org>",
}


@dataclass(frozen=True)
class Check:
    """One command that ends with 0 where all is well."""

    name: str
    argv: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


CHECKS = (
    Check("style", (sys.executable, "-m", "ruff", "check", ".")),
    Check("format", (sys.executable, "-m", "ruff", "format", "--check", ".")),
    Check("types", (sys.executable, "-m", "mypy")),
    Check("imports", (sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()")),
    Check("system", (*MANAGE, "check", "--fail-level", "WARNING")),
    Check("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Check("deployment", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Check("templates", (sys.executable, "-m", "djlint", "templates", "--lint", "--quiet")),
    Check("hazards", (sys.executable, "-m", "tests.hazards")),
    Check("api schema", (*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)),
)


def holds(check: Check) -> bool:
    """Run one check, print its line, and its output where it fails."""
    begun = time.monotonic()
    run = subprocess.run(
        check.argv,
        cwd=ROOT,
        env={**clean_environment(), **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    took = time.monotonic() - begun
    print(f"{'holds' if run.returncode == 0 else 'FAILS':<6} {check.name} ({took:.1f} s)", flush=True)
    if run.returncode != 0:
        print(run.stdout.rstrip(), end="\n\n", flush=True)
    return run.returncode == 0


def main(names: list[str]) -> int:
    """Run the checks of these names, or all; return 1 where one fails."""
    unknown = set(names) - {check.name for check in CHECKS}
    if unknown:
        print(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(check.name for check in CHECKS)}")
        return 2
    results = [holds(check) for check in CHECKS if not names or check.name in names]
    return int(not all(results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
