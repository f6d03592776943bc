"""Safety checks: kept as they were answered, once; what they ask for happens in the same transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext

from clients.models import Client, SafetyCheck, Session
from clients.models.safety import seal_content
from clients.rules import safety as rules
from clients.rules.events import Answer
from clients.rules.safety import CheckError, CheckIn, read_check
from clients.services.alerts import raise_alert
from clients.services.clocks import believed
from clients.services.session import tell
from portal.accounts import audit
from portal.accounts.tenancy import all_practices
from portal.lib import sealing
from routines.library import starter

BATCH_LIMIT = 20  # checks in one request; engineering bound


def record_checks(client: Client, raw_checks: Sequence[Any], *, now: datetime) -> list[Answer]:
    """Keep the checks of one client's device; return one answer each, in their order.

    The same id with the same content gets the stored answer, with other content 409. Runs in the client's practice
    scope. Raises CheckError where the batch itself is not a list of at most BATCH_LIMIT checks.
    """
    if not isinstance(raw_checks, list) or len(raw_checks) > BATCH_LIMIT:
        raise CheckError({"checks": f"Send a list of at most {BATCH_LIMIT} checks."})
    return [_record(client, raw, now) for raw in raw_checks]


def _record(client: Client, raw: Any, now: datetime) -> Answer:
    try:
        check = read_check(starter.safety().questions, raw)
        keep_check(client, check, now=now)
    except CheckError as error:
        shown = raw.get("id") if isinstance(raw, dict) else None
        return Answer(str(shown)[:36] if shown else "", 400, str(error), error.problems)
    except IdTaken as error:
        return Answer(str(check.id), 404 if error.by_another else 409, str(error))
    return Answer(str(check.id), 200)


class IdTaken(Exception):
    """The id of a check was used before, for something else or by somebody else."""

    def __init__(self, *, by_another: bool) -> None:
        self.by_another = by_another
        super().__init__(
            gettext("We cannot find this check. Load the page again.")
            if by_another
            else gettext("This id was used for something else, which is kept.")
        )


def keep_check(client: Client, check: CheckIn, *, now: datetime) -> SafetyCheck:
    """Return the check as it is kept, with what it asks for done: plan locked, practitioner told, sessions ended.

    The level is decided here from the answers; what the device decided counts where it is more serious. The lock is
    committed before sessions are ended, so that a fault there takes nothing back; sending the check again ends them.
    Raises CheckError for an unanswered question, and IdTaken.
    """
    try:
        kept = _known(client, check) or _keep(client, check, now=now)
    except IntegrityError:  # sent twice at the same moment: the other one has just been kept
        again = _known(client, check)
        if again is None:
            raise
        kept = again
    if rules.locks(kept.level):
        _end_sessions(client, check.session, now=now)
    return kept


@transaction.atomic
def _keep(client: Client, check: CheckIn, *, now: datetime) -> SafetyCheck:
    level = rules.more_serious(check.level, _decided(check))
    kept = SafetyCheck(
        id=check.id,
        client=client,
        trigger=check.trigger,
        place=check.place,
        questions_version=check.version,
        session_key=check.session,
        sealed=seal_content(check.answers, check.content_hash),
        level=level or "",
        at=believed(check.at, now=now),
        utc_offset_min=int((check.at.utcoffset() or timedelta()).total_seconds() // 60),
    )
    kept.save(force_insert=True)
    audit.record("safety_checked", kept, by=client.user, practice=client.practice_id, detail={"trigger": check.trigger})
    if level is not None:
        raise_alert(
            client,
            f"safety_{level}",
            level=level,
            subject_key=f"check:{check.id}",
            now=now,
            since=check.at,
            locks=rules.locks(level),
        )
    return kept


def _known(client: Client, check: CheckIn) -> SafetyCheck | None:
    with all_practices():  # an id may belong to anybody; what does not belong to this client is only compared
        found: SafetyCheck | None = SafetyCheck.objects.filter(pk=check.id).first()
    if found is None:
        return None
    if found.client_id != client.pk:
        raise IdTaken(by_another=True)
    try:
        is_same = found.content["hash"] == check.content_hash
    except sealing.Unreadable:
        is_same = False
    if not is_same:
        raise IdTaken(by_another=False)
    return found


def _decided(check: CheckIn) -> str | None:
    questions = starter.safety().questions
    decision = rules.decide(questions, check.answers)
    if check.version == rules.version_of(questions):
        # A question for some clients only was not asked where the device did not know of the tag yet.
        always = {each.id for each in questions if each.only_for_tag is None}
        missing = [id_ for id_ in decision.missing if id_ in always]
        if missing and not decision.is_final:
            raise CheckError({f"answers.{id_}": gettext("Choose an answer.") for id_ in missing})
    return decision.level


def _end_sessions(client: Client, session_id: UUID | None, *, now: datetime) -> None:
    """End what is open, and the session in which the answers were given; all that was done of them stays."""
    meant = Q(state=Session.State.OPEN) if session_id is None else Q(state=Session.State.OPEN) | Q(pk=session_id)
    for session in Session.objects.filter(meant, client=client).exclude(state=Session.State.FINISHED):
        tell(client, session.pk, now=now, events=[("finished", {})])
