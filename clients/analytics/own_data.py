"""What a practice keeps about one client, read for the client's own download, and whether they asked to delete it.

The document is an object of these parts. Names of keys stay; a change that older readers would misread counts FORM up.
Times are ISO 8601 in UTC, days and clock times the client's own, pain and effort 0 to 10, null is "not answered".

    form, made_at, clinic        what this file is, and whose
    client                       details and settings
    plans                        each with its pauses and versions; a version has its exercises, doses in words
    sessions                     each with its answers and its events, as the device told them
    goals                        what the client wants to do, in numbers, and what was told of it
    put_off, flare_ups           what was said beside sessions; a flare-up with its daily answers
    messages                     both sides of the thread
    safety_checks                with what was ticked; answers is null where they cannot be opened any more
    visits, invitations          when the clinic saw the client, and when the client accepted which invitation
    refused_messages             the client's no to a kind of e-mail
    calendar_addresses           when the client made an address for their calendar, and stopped it; never the address
    reminder_devices             the phones with reminders, and since when
    messages_sent                e-mails and reminders on phones, without their words
    deletion_requests            when the client asked to delete all this

Left out is what the practice writes for itself (drafts of plans and notes, notes for colleagues, marks, alerts,
suggestions of rules, time logs), what opens an account (passkeys, codes), and everything of other practices.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.utils.translation import get_language

from clients.analytics.plans import items_of_all_lanes
from clients.exports.prescription import Prescribed
from clients.models import (
    ActivityGoal,
    Alert,
    Assignment,
    AssignmentVersion,
    CalendarAddress,
    Client,
    Flare,
    Invitation,
    Message,
    PushSubscription,
    PutOff,
    Reminder,
    SafetyCheck,
    Session,
    StreamChoice,
    Visit,
)
from portal.lib import sealing
from routines.content.translation import said
from routines.queries import phrases_in

FORM: Final = 1
DELETION: Final = "deletion_asked"  # the alert's reason
ROWS: Final = 1000  # read at a time; engineering bound

Json = dict[str, Any]  # Any: the values of a JSON document

SETTINGS = (
    "first_name", "last_name", "name_to_use", "email", "problem", "state", "time_zone", "country", "language", "tags",
    "usual_pain", "minutes_a_day", "figure_palette", "first_side", "reminder_channel", "reminder_times", "quiet_from",
    "quiet_until", "reminders_paused_until", "follow_up", "weekly_note", "push_put_off_at", "anchor", "anchor_words",
    "anchor_place", "if_sore", "if_missed", "created_at",
)  # fmt: skip
OF_SESSION = {
    "id": "pk", "plan": "assignment_id", "version": "version__number", "on": "occurrence_on", "slot": "slot",
    "lane": "lane", "percent": "percent", "short_form": "short_form", "state": "state", "counted": "counted",
    "replaced": "replaced",
    "started_at": "started_at", "finished_at": "finished_at", "fraction": "fraction", "pain_before": "pain_before",
    "pain_peak": "pain_peak", "pain_after": "pain_after", "pain_next": "pain_next", "pain_worst": "pain_worst",
    "effort": "effort", "leg_symptoms": "leg_symptoms", "leg_pain": "leg_pain", "can_do": "can_do", "note": "note",
    "looked_at": "look__at",
}  # fmt: skip
OF_EVENT = {
    "id": "events__pk", "type": "events__type", "exercise": "events__item_id", "at": "events__at",
    "utc_offset_min": "events__utc_offset_min", "received_at": "events__received_at", "data": "events__data",
}  # fmt: skip
OF_PUT_OFF = {
    "plan": "assignment_id", "on": "on", "slot": "slot", "choice": "choice", "moved_to": "moved_to",
    "reason": "reason_key", "pain": "pain", "at": "at",
}  # fmt: skip
OF_MESSAGE_SENT = {
    "kind": "stream", "channel": "channel", "on": "local_date", "due_at": "due_at", "sent_at": "sent_at",
    "state": "state",
}  # fmt: skip


def own_data(client: Client, now: datetime) -> Iterator[tuple[str, Any]]:
    """Yield the parts of the document by name; a part that is an iterator is a list, to be written as it comes.

    A fixed number of statements, however much is kept, and no list of sessions in memory. now is aware. Words are in
    the language in force. Runs in the practice scope; client.practice must be loaded.
    """
    yield "form", FORM
    yield "made_at", now
    yield "clinic", {"name": client.practice.name, "phone": client.practice.phone}
    yield "client", {name: getattr(client, name) for name in SETTINGS} | {"physiotherapist": str(client.lead)}
    yield "plans", _plans(client)
    yield "sessions", _sessions(client)
    yield "goals", _goals(client)
    yield "put_off", _rows(PutOff.objects.filter(client=client).order_by("at", "pk"), OF_PUT_OFF)
    yield "flare_ups", _flares(client)
    yield "messages", _messages(client)
    yield "safety_checks", _safety_checks(client)
    seen = Visit.objects.filter(client=client).select_related("by").order_by("on")
    yield "visits", ({"on": row.on, "by": str(row.by), "at": row.at} for row in seen.iterator(ROWS))
    dates = ("email", "created_at", "expires_at", "accepted_at", "revoked_at")
    invited = Invitation.objects.filter(client=client).order_by("pk")
    yield "invitations", _rows(invited, {name: name for name in dates})
    refused = StreamChoice.objects.filter(client=client).order_by("pk")
    yield "refused_messages", _rows(refused, {"kind": "stream", "refused_at": "refused_at", "how": "how"})
    addresses = CalendarAddress.objects.filter(client=client).order_by("pk")
    yield "calendar_addresses", _rows(addresses, {"made_at": "made_at", "stopped_at": "stopped_at"})
    phones = PushSubscription.objects.filter(client=client).order_by("pk")
    yield "reminder_devices", _rows(phones, {"device": "device__name", "since": "created_at"})
    yield "messages_sent", _rows(Reminder.objects.filter(client=client).order_by("pk"), OF_MESSAGE_SENT)
    yield "deletion_requests", _rows(_requests(client), {"asked_at": "raised_at", "settled_at": "cleared_at"})


def deletion_request(client: Client) -> Alert | None:
    """Return the client's latest request to delete what is kept; open until a practitioner clears it. None: no one."""
    return _requests(client).last()


def _requests(client: Client) -> Any:
    return Alert.objects.filter(client=client, reason_key=DELETION).order_by("raised_at", "pk")


def _rows(rows: Any, names: Mapping[str, str]) -> Iterator[Json]:
    """Return the rows as objects; names: key -> column."""
    values = rows.values_list(*names.values())
    return (dict(zip(names, row, strict=True)) for row in values.iterator(ROWS))


def _plans(client: Client) -> Iterator[Json]:
    plans = list(
        Assignment.objects.filter(client=client)
        .select_related("created_by")
        .prefetch_related("pauses", "versions__created_by")
        .order_by("pk")
    )
    words = phrases_in(get_language() or "", {plan.routine_id for plan in plans if plan.routine_id})
    items = items_of_all_lanes([version for plan in plans for version in plan.versions.all()], client)
    for plan in plans:
        yield {
            "id": plan.pk,
            "name": said(plan.name, words.get(plan.routine_id or 0, {})),
            "state": plan.state,
            "starts_on": plan.starts_on,
            "ends_on": plan.ends_on,
            "given_by": str(plan.created_by),
            "given_at": plan.created_at,
            "pauses": [{"first_day": pause.first_day, "last_day": pause.last_day} for pause in plan.pauses.all()],
            "versions": [_version(version, items.get(version.pk, [])) for version in plan.versions.all()],
        }


def _version(version: AssignmentVersion, items: list[Prescribed]) -> Json:
    return {
        "number": version.number,
        "effective_from": version.effective_from,
        "schedule": version.schedule,
        "pain_stop": version.pain_stop,
        "note": version.note,
        "why": version.why,
        "made_by": str(version.created_by),
        "made_at": version.created_at,
        "exercises": [
            {
                "id": entry.item.pk,
                "lane": entry.item.lane,
                "position": entry.item.position,
                "name": entry.title,
                "dose": entry.dose_words,
                "optional": entry.item.optional,
                "note": entry.note,
            }
            for entry in items
        ],
    }


def _sessions(client: Client) -> Iterator[Json]:
    """Yield sessions with their events from one statement: its rows are events, each with its session beside it."""
    rows = (
        Session.objects.filter(client=client)
        .order_by("started_at", "pk", "events__at", "events__pk")
        .values_list(*OF_SESSION.values(), *OF_EVENT.values())
    )
    count = len(OF_SESSION)
    for _id, told in groupby(rows.iterator(ROWS), key=itemgetter(0)):
        together = list(told)
        events = [dict(zip(OF_EVENT, row[count:], strict=True)) for row in together if row[count] is not None]
        yield {**dict(zip(OF_SESSION, together[0], strict=False)), "events": events}


def _goals(client: Client) -> Iterator[Json]:
    goals = ActivityGoal.objects.filter(client=client).order_by("pk")
    for goal in goals.select_related("set_by").prefetch_related("values__told_by"):
        yield {
            "activity": goal.activity,
            "unit": goal.unit,
            "began_at": goal.began_at,
            "target": goal.target,
            "set_by": str(goal.set_by),
            "set_at": goal.set_at,
            "ended_at": goal.ended_at,
            "values": [
                {
                    "value": told.value,
                    "on": told.on,
                    "by": "client" if told.told_by_id == client.user_id else str(told.told_by),
                    "at": told.told_at,
                }
                for told in goal.values.all()
            ],
        }


def _flares(client: Client) -> Iterator[Json]:
    for flare in Flare.objects.filter(client=client).order_by("pk").prefetch_related("answers"):
        yield {
            "first_day": flare.first_day,
            "last_day": flare.last_day,
            "ended_how": flare.ended_how,
            "reported_at": flare.reported_at,
            "answers": [{"on": answer.on, "pain": answer.pain, "at": answer.at} for answer in flare.answers.all()],
        }


def _messages(client: Client) -> Iterator[Json]:
    rows = Message.objects.filter(client=client).select_related("author", "version").order_by("pk")
    for row in rows.iterator(ROWS):
        yield {
            "sent_at": row.sent_at,
            "from": "client" if row.is_from_client else "clinic",
            "author": client.full_name if row.is_from_client else str(row.author),
            "kind": row.kind,
            "text": row.text,
            "session": row.session_id,
            "plan": row.version and row.version.assignment_id,
            "version": row.version and row.version.number,
            "detail": row.detail,
        }


def _safety_checks(client: Client) -> Iterator[Json]:
    for check in SafetyCheck.objects.filter(client=client).order_by("at", "pk").iterator(ROWS):
        yield {
            "id": check.pk,
            "asked_because_of": check.trigger,
            "questions_version": check.questions_version,
            "session": check.session_key,
            "answers": _answers(check),
            "result": check.level,
            "at": check.at,
            "utc_offset_min": check.utc_offset_min,
            "received_at": check.received_at,
        }


def _answers(check: SafetyCheck) -> Mapping[str, Any] | None:
    try:
        return check.answers
    except sealing.Unreadable:
        return None
