"""What follows a change of a plan: ten seconds to take it back, then a card that tells the client what and why."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from clients.analytics.today import local_day
from clients.errors import NotAllowed, WrongState
from clients.models import Assignment, AssignmentVersion, Message, Session
from clients.rules import contraindications, plan_diff
from clients.rules.messages import QUIET_MINUTES
from clients.rules.schedule import Schedule
from clients.rules.undo import seconds_left
from clients.services.apply import reopen
from clients.services.assign import PainStop, change_plan
from clients.services.drafting import ItemDraft, view_of_version, written_lanes_of
from clients.services.messages import send_message
from portal.accounts import audit
from portal.accounts.models import User
from portal.accounts.tenancy import all_practices, practice_scope
from portal.lib.rows import lock

NEWS_FOR: Final = timedelta(days=1)  # a change that could not be told within a day is not told later
KEYS: Final = UUID("0c1b6a1e-6a0f-4a8e-9f55-0f6f0b6f4d11")  # namespace of the cards' keys


def undo_left(version: AssignmentVersion, now: datetime) -> int:
    """Return for how many seconds, rounded up, the version may still be taken back; 0 where it may not."""
    return seconds_left(version.created_at, now) if version.number > 1 else 0


def undo_change(version: AssignmentVersion, *, by: User, now: datetime) -> AssignmentVersion:
    """Return the plan's next version, which says what the one before this change said; pressed again, the same one.

    Nothing is rewritten: what was done meanwhile keeps the version it was done with. A suggestion whose acceptance had
    made the change waits again. Raises NotAllowed for another's
    change, and WrongState after ten seconds, after a later change, or once a session was begun with it.
    """
    assignment = version.assignment
    if version.created_by_id != by.pk:
        raise NotAllowed(_("Only the person who made a change can take it back."))
    if not undo_left(version, now):
        raise WrongState(_("The ten seconds are over. Change the plan instead."))
    with transaction.atomic():
        if Session.objects.filter(version=version).exists():
            raise WrongState(_("The client has begun a session with this change. Change the plan instead."))
        before = AssignmentVersion.objects.get(assignment=assignment, number=version.number - 1)
        if _is_undone(assignment, version, before):
            return assignment.versions.get(number=version.number + 1)
        made = change_plan(
            assignment,
            items=[ItemDraft.from_row(row) for row in _steady(before)],
            schedule=Schedule.from_dict(before.schedule),
            by=by,
            effective_from=max(version.effective_from, local_day(assignment.client, now)),
            based_on=version.number,
            name=_name_before(assignment, version),
            pain_stop=PainStop(before.pain_stop, before.pain_stop_reason, before.pain_stop_review_on),
            note=before.note,
            answers=_answers(before),
            lanes=written_lanes_of(before),
        )
        reopen(version)
        audit.record(
            "undid_change",
            assignment,
            by=by,
            practice=assignment.client.practice_id,
            detail={"version": version.number},
        )
    return made


def _is_undone(assignment: Assignment, version: AssignmentVersion, before: AssignmentVersion) -> bool:
    """Tell whether the plan has gone back already: the version after the change is in force, and says what was before.

    Somebody who undoes at this moment is waited for.
    """
    lock(assignment)
    assignment.refresh_from_db(fields=["current_version"])
    current = assignment.current_version
    if current is None or current.number != version.number + 1 or current.created_by_id != version.created_by_id:
        return False
    was = view_of_version(before, name=assignment.name)
    return not plan_diff.diff(was, view_of_version(current, name=assignment.name))


def tell_changes(now: datetime) -> int:
    """Send a card about each plan that was changed and then left alone for five minutes; return how many were sent.

    One card tells all changes since the last one; what was taken back again is not told. Serves all practices.
    """
    with all_practices():
        changed = list(
            Assignment.objects.filter(
                state__in=[Assignment.State.ACTIVE, Assignment.State.PAUSED],
                current_version__number__gt=1,
                current_version__created_at__lte=now - QUIET_MINUTES,
                current_version__created_at__gt=now - NEWS_FOR,
            )
            .exclude(current_version__in=Message.objects.filter(kind=Message.Kind.PLAN).values("version"))
            .select_related("client__practice", "client__user", "current_version__created_by")
        )
    count = 0
    for assignment in changed:
        with practice_scope(assignment.client.practice):
            try:
                count += _tell(assignment, now)
            except (NotAllowed, WrongState):
                continue
    return count


def _tell(assignment: Assignment, now: datetime) -> bool:
    version = assignment.current_version
    if version is None:
        return False
    told = Message.objects.filter(version__assignment=assignment).order_by("-version__number").first()
    versions = AssignmentVersion.objects.filter(assignment=assignment).order_by("number")
    known = versions.filter(number__gte=told.version.number if told and told.version else 1).first()
    since = [each for each in versions if known is not None and each.number > known.number]
    if known is None:
        return False
    name = _name_before(assignment, *since)
    changes = plan_diff.diff(view_of_version(known, name=name), view_of_version(version, name=assignment.name))
    if not changes:
        return False
    send_message(
        assignment.client,
        by=version.created_by,
        text=version.why,
        now=now,
        key=uuid5(KEYS, str(version.pk)),
        version=version,
        changes=[change.to_dict() for change in changes],
    )
    return True


def _name_before(assignment: Assignment, *versions: AssignmentVersion) -> str:
    """The plan's name before the first of the versions that changed it."""
    for version in versions:
        for change in version.changes:
            if change["kind"] == "name":
                return str(change["before"])
    return assignment.name


def _steady(version: AssignmentVersion) -> Any:
    return version.items.filter(lane="steady").select_related("exercise_version__exercise").order_by("position")


def _answers(version: AssignmentVersion) -> Mapping[str, contraindications.Answer]:
    records = [*version.cautions, *(record for row in version.items.all() for record in row.cautions)]
    return contraindications.answers_from(records)
