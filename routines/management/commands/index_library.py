"""Make the words by which exercises are found anew, after the vocabulary of the library changed."""

from typing import Any

from django.core.management.base import BaseCommand

from routines.services.indexing import index_library


class Command(BaseCommand):
    help = "Make the search words and list columns of all exercises anew. May run at any time, any number of times."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{index_library()} exercises can be found anew.")
