"""Settings from the environment, with errors that name the variable and the remedy."""

import json
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_env = environ.Env()

DATABASE_KINDS = {"postgres", "postgresql", "sqlite"}


def text(name: str, *, default: str = "") -> str:
    """Return the variable's text, stripped; the default where it is unset or empty."""
    return _env.str(name, default=default).strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable. Raises ImproperlyConfigured for anything but 1/0, true/false, yes/no, on/off."""
    raw = text(name).lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r} is not a yes/no value. Use 1 or 0.")


def whole(name: str, *, default: int, low: int, high: int) -> int:
    """Return a whole number between low and high, both included. Raises ImproperlyConfigured otherwise."""
    raw = text(name)
    if not raw:
        return default
    if not raw.isdecimal() or not low <= int(raw) <= high:
        raise ImproperlyConfigured(f"{name}={raw!r} must be a whole number from {low} to {high}.")
    return int(raw)


def words(name: str) -> list[str]:
    """Return a comma-separated variable as a list without empty entries."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def rows(name: str) -> list[object] | None:
    """Return a variable that holds a JSON list, None where it is unset. Raises ImproperlyConfigured otherwise."""
    raw = text(name)
    if not raw:
        return None
    try:
        found = json.loads(raw)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise ImproperlyConfigured(f"{name} is not a JSON list.")
    return found


def required(name: str, *, why: str) -> str:
    """Return the variable's text. Raises ImproperlyConfigured naming it where it is unset."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {why}")
    return value


def database(name: str, *, default: str) -> dict[str, Any]:
    """Return Django's database dictionary for a URL such as postgres://user:pw@host/db or sqlite:///path."""
    try:
        if text(name, default=default).partition(":")[0] in DATABASE_KINDS:
            return dict(_env.db_url(name, default=default))
    except ValueError:  # such as a port that is no number; told below
        pass
    raise ImproperlyConfigured(f"{name} is not a database URL. Example: postgres://user:password@host:5432/steadyback")


def email(name: str, *, default: str) -> dict[str, object]:
    """Return Django's EMAIL_* settings for a URL such as smtp+tls://user:pw@host:587."""
    try:
        return dict(_env.email_url(name, default=default))
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(
            f"{name} is not a mail URL. Example: smtp+tls://user:password@mail.example.org:587"
        ) from error
