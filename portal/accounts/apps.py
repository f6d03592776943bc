"""The floor as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = "People and practices"

    def ready(self) -> None:
        from portal.accounts import checks  # noqa: F401  registers the system checks
