"""A day on which the client rests instead of the gentle session: kept with its pain answer, and told."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from clients.models import Assignment, Client, PutOff
from clients.rules.events import Answer, EventIn
from clients.services.alerts import tell_of_rest
from clients.services.clocks import impossible_times
from clients.services.remind import plan_for
from portal.accounts.tenancy import all_practices


@transaction.atomic
def rest(
    client: Client,
    *,
    assignment: Assignment,
    on: date,
    slot: int,
    pain: int | None,
    now: datetime,
    event: EventIn | None = None,
) -> PutOff:
    """Keep that the client rests on the day (local date), and tell the practitioner; reminders of the session stop.

    pain: the answer to the first question of the check-in, None for none. event: what a device told of it. Raises
    IntegrityError where the event's id is taken.
    """
    row = PutOff.objects.create(
        client=client,
        assignment=assignment,
        on=on,
        slot=slot,
        choice=PutOff.Choice.REST,
        pain=pain,
        event_id=event.id if event is not None else None,
        content_hash=event.content_hash if event is not None else "",
        at=event.at if event is not None else now,
    )
    tell_of_rest(client, assignment, on=on, now=now)
    plan_for(client)
    return row


def record_rests(client: Client, events: Sequence[EventIn], *, now: datetime) -> list[Answer]:
    """Keep the rests that a device told of; return one answer each, in their order.

    The same id with the same content changes nothing, with other content it is refused. Runs in the practice scope.
    """
    return [_record(client, event, now) for event in events]


def _record(client: Client, event: EventIn, now: datetime) -> Answer:
    problems = impossible_times(client, event, now)
    if problems:
        return Answer(str(event.id), 400, next(iter(problems.values())), problems)
    plan = Assignment.objects.filter(pk=event.data["assignment"], client=client).first()
    if plan is None:
        return _not_found(event)
    try:
        with transaction.atomic():
            rest(
                client,
                assignment=plan,
                on=date.fromisoformat(event.data["on"]),
                slot=max(1, event.data["slot"]),
                pain=event.data["pain"],
                now=now,
                event=event,
            )
    except IntegrityError:
        return _taken(client, event)
    return Answer(str(event.id), 200)


def _taken(client: Client, event: EventIn) -> Answer:
    with all_practices():  # an id may belong to anybody; it is only compared
        owner, content_hash = PutOff.objects.values_list("client_id", "content_hash").get(event_id=event.id)
    if owner != client.pk:
        return _not_found(event)
    if content_hash != event.content_hash:
        return Answer(str(event.id), 409, gettext("This id was used for something else, which is kept."))
    return Answer(str(event.id), 200)


def _not_found(event: EventIn) -> Answer:
    return Answer(str(event.id), 404, gettext("We cannot find this plan. Load the page again."))
