"""What a practice says itself on the care cards, by country and language: written and signed by its owners."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clients.errors import Invalid, NotAllowed
from clients.models import CareText
from clients.models.care_text import CARE_TEXT_LIMIT, CARE_TEXT_LINES
from clients.services.safety_setup import current_setup
from portal.accounts import audit
from portal.accounts.models import Practice, Role, User
from portal.accounts.roles import roles_of
from portal.lib.names import has_hidden_characters
from routines.content.library_items import LEVELS


def care_texts_in_force(practice: Practice) -> dict[tuple[str, str], CareText]:
    """Return what was signed last, by country ("": the practice's own) and language. Runs in the practice scope."""
    rows = CareText.objects.filter(practice=practice).select_related("signed_by").order_by("pk")
    return {(row.country, row.language): row for row in rows}


def countries_with_a_number(practice: Practice) -> dict[str, str]:
    """Return the signed emergency numbers by country, the practice's own ("") first; empty where nothing is signed."""
    setup = current_setup(practice)
    return {"": setup.emergency_number, **setup.country_numbers} if setup is not None else {}


def check_care_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the text of each level without empty lines and spaces around lines.

    Raises Invalid naming each level whose text is too long, has too many lines, or holds characters that nobody sees.
    """
    kept = {level: _lines(texts.get(level, "")) for level in LEVELS}
    problems = {level: problem for level, lines in kept.items() if (problem := _problem(level, lines))}
    if problems:
        raise Invalid(problems)
    return {level: "\n".join(lines) for level, lines in kept.items()}


def _lines(text: str) -> list[str]:
    whole = text.replace("\r\n", "\n").replace("\t", " ")
    return [line for each in whole.split("\n") if (line := each.strip(" "))]


def _problem(level: str, lines: list[str]) -> str:
    place = capfirst(CareText.name_of(level))
    length = len("\n".join(lines))
    if any(map(has_hidden_characters, lines)):
        return _("“%(place)s” has hidden characters in it. Type it again by hand.") % {"place": place}
    if length > CARE_TEXT_LIMIT:
        return _("“%(place)s” has %(length)d characters. Shorten it to %(limit)d.") % {
            "place": place,
            "length": length,
            "limit": CARE_TEXT_LIMIT,
        }
    if len(lines) > CARE_TEXT_LINES:
        return _("“%(place)s” has %(count)d lines. Write at most %(most)d.") % {
            "place": place,
            "count": len(lines),
            "most": CARE_TEXT_LINES,
        }
    return ""


@transaction.atomic
def sign_care_text(
    practice: Practice, *, country: str, language: str, texts: Mapping[str, str], by: User, now: datetime
) -> CareText:
    """Return the texts that count from now on for clients of the country who read the language.

    country: two letters with a signed emergency number, or "" for the practice's own. texts: by level; a level that is
    empty or left out has Steadyback's own card. Raises NotAllowed for others than owners, and Invalid naming what is
    wrong with the remedy.
    """
    if Role.OWNER not in roles_of(by, practice):
        raise NotAllowed(_("The care texts of the practice are signed by its owners."))
    if country not in countries_with_a_number(practice):
        raise Invalid({"country": _("No emergency number is signed for this country. Sign it first: Safety set-up.")})
    if language not in dict(settings.LANGUAGES):
        raise Invalid({"language": _("Choose a language that clients can choose.")})
    signed: CareText = CareText.objects.create(
        practice=practice,
        country=country,
        language=language,
        signed_by=by,
        signed_at=now,
        **check_care_texts(texts),
    )
    detail = {"country": country, "language": language, "levels": list(signed.texts)}
    audit.record("care_text_signed", signed, by=by, detail=detail)
    return signed
