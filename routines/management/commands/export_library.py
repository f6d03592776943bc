"""manage.py export_library: writes a library as files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.accounts.models import Practice
from portal.accounts.tenancy import all_practices
from routines.services import export_library, export_translations


class Command(BaseCommand):
    help = "Write the shared library, or a practice's own, as YAML with its translations; import_library reads them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the files go; files of these names are replaced")
        parser.add_argument("--practice", default="", help="slug of a practice (default: the shared library)")

    def handle(self, *args: Any, **options: Any) -> None:
        practice = practice_of(options["practice"])
        exercises, routines = export_library(practice, by=None)
        translations = export_translations(practice, by=None)
        try:
            options["folder"].mkdir(parents=True, exist_ok=True)
            (options["folder"] / "exercises.yaml").write_bytes(exercises)
            (options["folder"] / "routines.yaml").write_bytes(routines)
            for code, file in translations.items():
                (options["folder"] / "translations").mkdir(exist_ok=True)
                (options["folder"] / "translations" / f"{code}.yaml").write_bytes(file)
        except OSError as error:
            raise CommandError(f"Cannot write to {options['folder']}: {error.strerror}.") from error
        names = ["exercises.yaml", "routines.yaml", *(f"translations/{code}.yaml" for code in translations)]
        self.stdout.write(f"Wrote {', '.join(names)} to {options['folder']}.")


def practice_of(slug: str) -> Practice | None:
    """Return the practice of a slug, None for an empty one. Raises CommandError."""
    if not slug:
        return None
    with all_practices():
        practice = Practice.objects.filter(slug=slug).first()
    if practice is None:
        raise CommandError(f"There is no practice {slug!r}.")
    return practice
