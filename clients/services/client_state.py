"""A client on hold, back in care, or discharged. One table says what may follow what: Client.TRANSITIONS."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.errors import WrongState
from clients.models import Assignment, Client, PlanPause
from clients.services.plan_state import end_plan, pause_plan, resume_plan
from portal.accounts import audit
from portal.accounts.models import User
from portal.lib.rows import lock

State = Client.State
HELD: Final = "hold"  # the reason of a pause that holding the client made; only such a pause ends with the hold


@transaction.atomic
def move_client(client: Client, to: str, *, by: User, now: datetime) -> Client:
    """Take a client to a state, and their plans with them; a repeat of the same move, at once too, changes nothing.

    On hold pauses what runs, so that nothing is asked and nothing is counted; back in care resumes exactly that.
    Discharging ends every plan; sessions and messages stay. Raises NotAllowed, and WrongState for a move that
    Client.TRANSITIONS does not have.
    """
    check_can_treat(by, client)
    lock(client)
    if client.state == to:
        return client
    if to not in State.values or to not in Client.TRANSITIONS[State(client.state)]:
        now_is = client.get_state_display().lower()
        raise WrongState(_("This client is %(state)s. That cannot follow.") % {"state": now_is})
    if to == State.ACTIVE and client.user_id is None:
        raise WrongState(_("They have not accepted the invitation yet. Send it again instead."))
    before = client.state
    client.state = to
    client.save(update_fields=["state"])
    audit.record("moved_client", client, by=by, detail={"from": before, "to": to})
    _move_plans(client, by=by, now=now)
    return client


def _move_plans(client: Client, *, by: User, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(client.time_zone)).date()
    plans = Assignment.objects.filter(client=client).select_related("client")
    if client.state == State.ON_HOLD:
        for plan in plans.filter(state=Assignment.State.ACTIVE):
            pause_plan(plan, by=by, first_day=today, reason=HELD)
    elif client.state == State.ACTIVE:
        held = PlanPause.objects.filter(last_day=None, reason=HELD).values("assignment")
        for plan in plans.filter(state=Assignment.State.PAUSED, pk__in=held):
            resume_plan(plan, by=by, on=today)
    elif client.state == State.DISCHARGED:
        for plan in plans.exclude(state=Assignment.State.ENDED):
            end_plan(plan, by=by, on=today + timedelta(days=1))
