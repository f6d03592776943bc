"""Clients and their plans as a Django app."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"
    verbose_name = "Clients and plans"

    def ready(self) -> None:
        from clients.services.withdrawals import on_exercise_withdrawn
        from routines.signals import exercise_withdrawn

        exercise_withdrawn.connect(on_exercise_withdrawn, dispatch_uid="clients.withdrawals")
