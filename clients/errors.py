"""The errors of the clients' room."""

from portal.accounts.errors import NotAllowed, WrongState

__all__ = ["Invalid", "NotAllowed", "WrongState"]


class Invalid(Exception):
    """Bad input: which field, what was wrong and what to do, as {field: sentence}."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in errors.items()))
        self.errors = errors
