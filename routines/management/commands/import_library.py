"""manage.py import_library: brings the library files into the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routines.library import starter
from routines.library.translations import read_translation
from routines.library.whole import LibraryError, read_library
from routines.library.yaml_reading import MAX_BYTES, LoadedFile, load
from routines.management.commands.export_library import practice_of
from routines.reading import ContentError
from routines.services import import_library, surroundings


class Command(BaseCommand):
    help = "Import the shared library or a practice's own; the same files twice change nothing, a bad file is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and store nothing")
        parser.add_argument("--exercises", type=Path, default=starter.EXERCISES, help="exercises file (YAML)")
        parser.add_argument("--routines", type=Path, default=starter.ROUTINES, help="routines file (YAML)")
        parser.add_argument(
            "--translations", type=Path, nargs="*", default=None, help="translations (YAML, one a language)"
        )
        parser.add_argument("--practice", default="", help="slug of a practice (default: the shared library)")

    def handle(self, *args: Any, **options: Any) -> None:
        practice = practice_of(options["practice"])
        try:
            files = _load(options["exercises"]), _load(options["routines"])
            library = read_library(*files, around=surroundings(practice))
            is_packaged = (options["exercises"], options["routines"]) == (starter.EXERCISES, starter.ROUTINES)
            if options["translations"] is not None:
                translations = tuple(read_translation(_load(path)) for path in options["translations"])
            else:
                translations = starter.translations() if is_packaged else ()
            report = import_library(
                library,
                practice=practice,
                dry_run=options["dry_run"],
                translations=translations,
            )
        except LibraryError as error:
            raise CommandError(_refusal(error.lines)) from error
        except ContentError as error:
            raise CommandError(_refusal([str(problem) for problem in error.problems])) from error
        for line in report.lines:
            self.stdout.write(line)
        for remark in report.remarks:
            self.stdout.write(remark)
        done = "Would import" if options["dry_run"] else "Imported"
        self.stdout.write(f"{done}: {report.new} new, {report.changed} changed, {report.unchanged} unchanged.")


def _load(path: Path) -> LoadedFile:
    try:
        if path.stat().st_size > MAX_BYTES:
            size = path.stat().st_size / 1_000_000
            text = f"{path}: has {size:.1f} MB; at most {MAX_BYTES / 1_000_000:.0f} MB are accepted. Split the file"
            raise CommandError(_refusal([text]))
        return load(path.read_bytes(), name=path.name)
    except OSError as error:
        raise CommandError(f"Cannot read {path}: {error.strerror}. Nothing was stored.") from error


def _refusal(lines: list[str]) -> str:
    shown = lines[:50] + ([f"and {len(lines) - 50} more"] if len(lines) > 50 else [])
    return "\n".join(["The library was refused and nothing was stored:", *(f"  {line}" for line in shown)])
