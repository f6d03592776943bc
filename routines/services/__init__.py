"""Every write of the library: drafting, publishing, withdrawing, copying, importing."""

from routines.services.copies import (
    copy_exercise,
    hide_exercise,
    show_exercise,
    take_over,
    take_over_preview,
    upstream_of,
)
from routines.services.exercises import (
    discard_draft,
    move_exercise,
    publish_exercise,
    publish_together,
    restore_exercise,
    save_draft,
    send_back,
    submit_for_review,
    withdraw_exercise,
)
from routines.services.exporting import export_library, export_translations
from routines.services.importing import ImportReport, ImportRow, import_library, surroundings
from routines.services.routines import (
    change_routine,
    copy_routine,
    create_routine,
    restore_routine,
    withdraw_routine,
)

__all__ = [
    "ImportReport",
    "ImportRow",
    "change_routine",
    "copy_exercise",
    "copy_routine",
    "create_routine",
    "discard_draft",
    "export_library",
    "export_translations",
    "hide_exercise",
    "import_library",
    "move_exercise",
    "publish_exercise",
    "publish_together",
    "restore_exercise",
    "restore_routine",
    "save_draft",
    "send_back",
    "show_exercise",
    "submit_for_review",
    "surroundings",
    "take_over",
    "take_over_preview",
    "upstream_of",
    "withdraw_exercise",
    "withdraw_routine",
]
