"""The errors of the floor. Edges turn them into 403, 404 or 409 in one place."""


class NotAllowed(Exception):
    """A known person asked for something that they have no right to. Carries a reason for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WrongState(Exception):
    """A change that its state does not allow. Carries a reason for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
