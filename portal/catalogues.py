"""The words of clients' pages and mails in other languages: found in the sources, kept as .po, compiled to .mo.

What counts is said once, in OTHER_WORDS: everything that the product says is for clients unless its source is named
there, so that a new page cannot be forgotten. Babel reads and writes the files; no gettext program is needed.
"""

import io
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from clients import safety_words
from routines.authoring.checks import LEAST_WORDS, MOST_GRADE
from routines.authoring.readability import grade_of, words_of
from routines.library import starter

SOURCE_FOLDERS = ("portal", "clients", "templates")
# All that the library itself says to clients.
SOURCE_FILES = ("routines/dose.py", "routines/looks.py", "routines/timeline.py")

# Sources whose words only staff meet; paths from the root, * crosses folders. Everything else is for clients.
OTHER_WORDS = (
    "templates/admin/*",
    "templates/clients/practitioner/*",
    "templates/clients/inviting.html",
    "templates/accounts/demo.html",
    "templates/accounts/join.html",
    "templates/components/desk_nav.html",
    "templates/mfa/*",
    "templates/outbox.html",
    "templates/practice/*",
    "templates/routines/*/*",
    "templates/routines/remarks.html",
    "templates/styleguide/*",
    "clients/access.py",
    "clients/admin.py",
    "clients/analytics/alert_page.py",
    "clients/analytics/alert_words.py",
    "clients/analytics/brief_words.py",
    "clients/analytics/budget.py",
    "clients/analytics/caseload.py",
    "clients/analytics/cautions.py",
    "clients/analytics/change_words.py",
    "clients/analytics/client_page.py",
    "clients/analytics/day_words.py",
    "clients/analytics/decision_words.py",
    "clients/analytics/digest.py",
    "clients/analytics/desk_search.py",
    "clients/analytics/event_words.py",
    "clients/analytics/flag_words.py",
    "clients/analytics/session_page.py",
    "clients/analytics/timeline.py",
    "clients/desk_*.py",
    "clients/exports/monitoring.py",
    "clients/exports/overview.py",
    "clients/exports/report.py",
    "clients/management/*",
    "clients/migrations/*",
    "clients/models/absence.py",
    "clients/models/alert.py",
    "clients/models/assignment.py",
    "clients/models/care_text.py",
    "clients/models/decision.py",
    "clients/models/draft.py",
    "clients/models/flag.py",
    "clients/models/flare.py",
    "clients/models/management_time.py",
    "clients/models/message.py",
    "clients/models/pain_levels.py",
    "clients/models/plan_rule.py",
    "clients/models/put_off.py",
    "clients/models/reminder.py",
    "clients/models/safety.py",
    "clients/models/session.py",
    "clients/models/visit.py",
    "clients/item_form.py",
    "clients/plan_forms.py",
    "clients/rules/contraindications.py",
    "clients/services/absences.py",
    "clients/services/adjust.py",
    "clients/services/alerts.py",
    "clients/services/apply.py",
    "clients/services/assign.py",
    "clients/services/bulk_invite.py",
    "clients/services/care_texts.py",
    "clients/services/client_notes.py",
    "clients/services/client_state.py",
    "clients/services/details.py",
    "clients/services/goal_drafts.py",
    "clients/services/held_notes.py",
    "clients/services/drafting.py",
    "clients/services/first_steps.py",
    "clients/services/flags.py",
    "clients/services/invite.py",
    "clients/services/management_time.py",
    "clients/services/pain_levels.py",
    "clients/services/plan_news.py",
    "clients/services/plan_rules.py",
    "clients/services/plan_state.py",
    "clients/services/replies.py",
    "clients/services/safety_setup.py",
    "clients/services/sharing.py",
    "clients/services/templates.py",
    "clients/templatetags/practitioner.py",
    "clients/templatetags/reports.py",
    "clients/views/inviting.py",
    "clients/views/practitioner/*",
    "portal/accounts/*",
    "portal/admin*.py",
    "portal/checks.py",
    "portal/demo/*",
    "portal/demo_door.py",
    "portal/doctor.py",
    "portal/joining.py",
    "portal/lib/spreadsheets.py",
    "portal/lib/uploads.py",
    "portal/management/*",
    "portal/practice/*",
    "portal/second_factor.py",
    "portal/staff_*.py",
    "portal/styleguide*.py",
    "portal/templatetags/desk.py",
)

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = """\
# Words of clients' pages and mails. Written by `python3 start.py messages`; the texts are kept by hand.
"""

Key = tuple[str | tuple[str, ...], str | None]  # id (of a plural: both forms) and context


def languages() -> list[str]:
    """Return the codes of the languages that need a catalogue: all but that of the sources."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def po_path(language: str) -> Path:
    """Return where the texts of a language are kept; the compiled file stands beside it."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def wanted() -> dict[Key, list[str]]:
    """Return every message for clients with the files that hold it, sorted by file."""
    found: dict[Key, list[str]] = {}
    for path in _sources():
        for key in _messages_in(path):
            files = found.setdefault(key, [])
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if name not in files:
                files.append(name)
    for words, name in _library_words():
        found.setdefault((words, None), []).append(f"routines/library/{name}")
    return found


def _library_words() -> Iterator[tuple[str, str]]:
    """Yield the words of the shipped library that pages translate one by one, each with its file."""
    for words in dict.fromkeys(starter.vocabulary().equipment.values()):
        yield words, "exercises.yaml"
    library = starter.library()
    rules = [
        rule
        for content, _document in library.routines.values()
        for rule in (*content.progression, *content.regression)
        if not isinstance(rule, str)
    ]
    told = [rule.client_text for rule in (*library.global_rules, *rules) if rule.client_text]
    for words in dict.fromkeys([*starter.safety().stop_signs, *safety_words.library_sentences(), *told]):
        yield words, "routines.yaml"


def _sources() -> Iterator[Path]:
    yield from (Path(settings.BASE_DIR) / name for name in SOURCE_FILES)
    for folder in SOURCE_FOLDERS:
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*")):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if path.suffix in (".py", ".html", ".txt") and not any(fnmatch(name, each) for each in OTHER_WORDS):
                yield path


def _messages_in(path: Path) -> Iterator[Key]:
    code = path.read_text()
    if path.suffix != ".py":
        # The reader of Python stumbles over the indentation of what is no Python; only the calls matter.
        code = re.sub(r"(?m)^[ \t]+", "", templatize(code))
    for _line, message, _comments, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
        yield (tuple(message) if isinstance(message, list | tuple) else message), context


def read(language: str) -> Catalog:
    """Return the catalogue of a language as it is kept; an empty one where there is none."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def refresh(language: str) -> list[Key]:
    """Bring .po and .mo up to date with the sources; return the messages that wait for a text."""
    kept = read(language)
    fresh = Catalog(
        locale=language,
        project="Steadyback",
        version="1",
        header_comment=HEADER.rstrip(),
        creation_date=kept.creation_date,  # a refresh without news leaves the file as it is
        revision_date=kept.creation_date,
        last_translator="Steadyback",
        language_team=language,
        msgid_bugs_address="",
        fuzzy=False,
    )
    waiting: list[Key] = []
    for (id_, context), files in wanted().items():
        before = kept.get(id_, context)
        text = before.string if before is not None and not before.fuzzy else ""
        message = fresh.add(id_, text or None, locations=[(name, 0) for name in files], context=context)
        waiting += [] if _is_full(message) else [(id_, context)]
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_po_bytes(fresh))
    path.with_suffix(".mo").write_bytes(compiled(read(language)))
    return waiting


def _po_bytes(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return the .mo of a catalogue, without messages that wait for a text."""
    full = Catalog(locale=catalogue.locale, creation_date=catalogue.creation_date, fuzzy=False)
    for message in catalogue:
        if message.id and _is_full(message) and not message.fuzzy:
            full.add(message.id, message.string, context=message.context)
    full.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", catalogue.plural_forms)]
    out = io.BytesIO()
    write_mo(out, full)
    return out.getvalue()


def findings(language: str) -> list[str]:
    """Return what is wrong with a language, a line each naming message and file; empty when all is well."""
    kept = read(language)
    asked = wanted()
    lines = []
    for key, files in sorted(asked.items(), key=lambda entry: (entry[1], str(entry[0]))):
        message = kept.get(*key)
        where = f"{shown(key)} ({files[0]})"
        if message is None or not _is_full(message):
            lines.append(f"no text for {where}")
        elif message.fuzzy:
            lines.append(f"unsure (fuzzy) text for {where}")
        else:
            lines += [f"{error} in the text for {where}" for error in _differences(message)]
    lines += [f"no source says {shown(key)} any more" for key in _keys(kept) if key not in asked]
    path = po_path(language).with_suffix(".mo")
    if not path.exists() or path.read_bytes() != compiled(kept):
        lines.append(f"{path.name} is not what {po_path(language).name} says")
    return lines


def shown(key: Key) -> str:
    """Return a message as a finding names it."""
    id_, context = key
    text = id_ if isinstance(id_, str) else " / ".join(id_)
    return f'"{text}"' + (f" [{context}]" if context else "")


def hard_to_read() -> list[str]:
    """Return the messages above the reading age of the house, hardest first; the library has checks of its own.

    Advice: a formula knows no names of products, and a place to be filled in counts as no word.
    """
    graded = []
    for (id_, context), files in wanted().items():
        text = _SLOT.sub("", _forms(id_)[-1])
        grade = grade_of(text, settings.LANGUAGE_CODE) if len(words_of(text)) >= LEAST_WORDS else None
        if grade and grade[1] > MOST_GRADE and not files[0].startswith("routines/library/"):
            graded.append((grade[1], f"grade {grade[1]:.1f}: {shown((id_, context))} ({files[0]})"))
    return [line for _grade, line in sorted(graded, reverse=True)]


def _keys(catalogue: Catalog) -> list[Key]:
    return [
        (message.id if isinstance(message.id, str) else tuple(message.id), message.context)
        for message in catalogue
        if message.id
    ]


def _forms(texts: str | Sequence[str] | None) -> list[str]:
    """Return the forms of an id or a text: one, or one a plural form."""
    return [texts or ""] if texts is None or isinstance(texts, str) else list(texts)


def _is_full(message: Message) -> bool:
    return all(_forms(message.string))


_SLOT = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w+\}")


def _differences(message: Message) -> Iterator[str]:
    """Yield the places to be filled in that a text lacks or has beyond its source."""
    ids, texts = _forms(message.id), _forms(message.string)
    known = {slot for id_ in ids for slot in _SLOT.findall(id_)}
    needed = set(_SLOT.findall(ids[-1]))
    for text in texts[-1:]:
        for slot in sorted(needed - set(_SLOT.findall(text))):
            yield f"{slot} is missing"
    for text in texts:
        for slot in sorted(set(_SLOT.findall(text)) - known):
            yield f"{slot} is unknown"
