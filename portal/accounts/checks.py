"""System checks of the floor."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from portal.accounts import tenancy


@register()
def every_model_declares_its_practice(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """accounts.E001 for each installed model that does not say where its practice is."""
    return [
        Error(
            f"{label} does not say which practice its rows belong to.",
            hint='Give it `objects = scoped("path__to__practice")` or `everyone("why")` from portal.accounts.tenancy.',
            id="accounts.E001",
        )
        for label in tenancy.undeclared()
    ]
