"""compose.yaml and Dockerfile say what really works: their commands are checked, and run here by hand."""

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from portal.management.commands.serve import PARTS
from portal.supervisor import die_with_parent
from tests.check import PRODUCTION
from tests.conftest import Services
from tests.processes import alive, descendants
from tests.rig import ROOT, MailSink, free_port, wait_for
from tests.suites import clean_environment

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ("migrate", "web", "worker", "beat")


def words_of(service: str) -> list[list[str]]:
    """Return the commands of a service: what it runs, and its health check without the leading CMD."""
    told = SERVICES[service]
    checks = [told["healthcheck"]["test"][1:]] if "healthcheck" in told else []
    return [*([told["command"]] if "command" in told else []), *checks]


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_ours_exists(name: str) -> None:
    assert words_of(name)
    for words in words_of(name):
        assert words[0] == "python"
        if words[1] == "-c":
            compile(words[2], name, "exec")
            continue
        assert words[1] == "manage.py"
        assert words[2] in get_commands()
        if words[2] == "serve":
            assert words[3] in PARTS


@pytest.mark.parametrize("name", ["postgres", "redis", "web", "worker", "beat"])
def test_every_lasting_service_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_services_are_those_of_the_plan() -> None:
    assert set(SERVICES) == {"postgres", "redis", *OURS}


def test_every_service_that_is_waited_for_can_say_that_it_is_ready() -> None:
    for service in SERVICES.values():
        for name, wish in service.get("depends_on", {}).items():
            if wish["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[name]
            else:
                assert (wish["condition"], SERVICES[name]["restart"]) == ("service_completed_successfully", "no")


def test_the_portal_is_told_all_that_production_asks_for_and_nothing_unknown() -> None:
    told = set(COMPOSE["x-portal"]["environment"])
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"} <= told
    read = set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "portal" / "settings.py").read_text()))
    assert told <= read


def test_no_secret_has_a_default_and_nothing_listens_outside_but_web() -> None:
    text = (ROOT / "compose.yaml").read_text()
    defaults = re.findall(r"\$\{(\w+):-", text)
    assert defaults == ["TRUSTED_PROXIES"]
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_the_image_holds_what_runs_and_runs_it_as_nobody_special() -> None:
    copied = re.findall(r"^COPY (?:--chown=\w+ )?(?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    assert {"manage.py", "portal", "routines", "clients", "templates", "requirements.txt"} <= sources
    assert all((ROOT / source).exists() for source in sources)
    wanted = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert sources == wanted, "what is copied is what the build is given"
    assert re.search(r"^USER (?!root)\w+$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:3.13-slim"] * 2
    assert 'CMD ["python", "manage.py", "serve", "web"]' in DOCKERFILE


class Installation:
    """The services of compose.yaml on this machine: their commands word for word, on servers of the test."""

    def __init__(self, services: Services, sink: MailSink, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.environment = {
            **clean_environment(),
            **PRODUCTION,
            "DATABASE_URL": services.postgres.make_database(folder.name),
            "REDIS_URL": services.redis.url(3),
            "EMAIL_URL": sink.url(),
            "PORT": str(self.port),
            "BIND": "127.0.0.1",
            "LOCAL_DIR": str(folder / "local"),
        }

    def argv(self, words: list[str]) -> list[str]:
        return [word.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}") for word in [sys.executable, *words[1:]]]

    def run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.argv(words), cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )

    def start(self, words: list[str], output: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.argv(words),
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )


@pytest.fixture
def installation(services: Services, mail_sink: MailSink, tmp_path: Path) -> Installation:
    return Installation(services, mail_sink, tmp_path)


@pytest.mark.services
def test_the_commands_of_compose_make_a_portal_that_is_healthy_and_stops(installation: Installation) -> None:
    migrated = installation.run(SERVICES["migrate"]["command"])
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    for line in re.findall(r"^    (python manage\.py .+?) (?:&&|$)", DOCKERFILE, re.MULTILINE):
        collected = installation.run(line.split())
        assert collected.returncode == 0, collected.stdout + collected.stderr

    with ExitStack() as logs:
        output = {name: logs.enter_context((installation.folder / name).open("wb")) for name in PARTS}
        running = {name: installation.start(SERVICES[name]["command"], output[name]) for name in PARTS}
        try:
            for name in PARTS:
                check = words_of(name)[1]
                wait_for(
                    lambda check=check: installation.run(check).returncode == 0,
                    within_s=60,
                    what=f"the health check of {name} passes",
                )
        finally:
            for process in running.values():
                os.killpg(process.pid, signal.SIGTERM)
            ended = {name: process.wait(timeout=40) for name, process in running.items()}
    said = "".join((installation.folder / name).read_text() for name in PARTS)
    assert ended == dict.fromkeys(PARTS, 0), said
    assert "Traceback" not in said, said


@pytest.mark.services
def test_one_command_serves_it_all_on_a_machine_of_ones_own(installation: Installation) -> None:
    log = installation.folder / "serve"
    with log.open("wb") as output:
        serving = installation.start(["python", "manage.py", "serve"], output)
    try:
        probe = SERVICES["web"]["healthcheck"]["test"][1:]
        senders = SERVICES["worker"]["healthcheck"]["test"][1:]
        for check in (probe, senders):
            wait_for(lambda check=check: installation.run(check).returncode == 0, within_s=90, what=" ".join(check))
        everyone = set(descendants(serving.pid))
        assert len(everyone) >= 6, "web with its processes, the worker with its pool, beat"
    finally:
        serving.send_signal(signal.SIGTERM)
        ended = serving.wait(timeout=60)
    assert (ended, alive(everyone)) == (0, set()), log.read_text()
    assert "Steadyback serves https://portal.example.org" in log.read_text()


def test_serving_needs_production_settings(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env={**clean_environment(), "LOCAL_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1
    assert "Set DEBUG=0" in run.stderr
