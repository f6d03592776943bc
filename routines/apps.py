"""The exercise library as a Django app."""

from django.apps import AppConfig


class RoutinesConfig(AppConfig):
    name = "routines"
    verbose_name = "Exercises and routines"
