"""python -m routines.movement: the figures as JSON, or what is wrong with them.

library   print {"postures", "figures"} as one line of JSON, for tests under node
check     print every problem and warning of the packaged figures; the exit status says whether there are any
sheet     draw contact sheets (see sheet.py)
"""

import json
import sys

from routines.movement.checks import warnings
from routines.movement.library import figure_library
from routines.movement.renderer import FigureError
from routines.reading import ContentError


def main(arguments: list[str]) -> int:
    """Run one command; return the exit status."""
    command, *rest = arguments or ["check"]
    if command == "sheet":
        from routines.movement.sheet import main as sheet

        return sheet(rest)
    try:
        library = figure_library()
    except ContentError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if command == "library":
        document = {"postures": library.postures, "figures": library.figures}
        sys.stdout.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
        return 0
    found = 0
    for figure_id, figure in library.figures.items():
        try:
            lines = [str(warning) for warning in warnings(figure_id, figure, library.postures)]
        except FigureError as error:
            lines = [error.reason]
        for line in lines:
            sys.stdout.write(f"{figure_id}: {line}\n")
        found += len(lines)
    sys.stdout.write(f"{len(library.figures)} figures, {found} warnings\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
