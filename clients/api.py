"""The clients' API: one's own plan and sessions, and the events that a session sends."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients.analytics.plans import plans_of
from clients.analytics.today import local_day
from clients.analytics.when_words import when_words
from clients.exports.bundle import account_key, event_json
from clients.exports.prescription import plan_seconds, whole_minutes
from clients.models import Client, Event, Session
from clients.requests import is_client
from clients.rules import safety
from clients.rules.events import Answer, EventError, instant_in
from clients.rules.safety import CheckError
from clients.services.record import record_events
from clients.services.safety import record_checks


class EventSerializer(serializers.Serializer[Any]):
    """One event as a device sends it; `data` depends on `type`, see clients.rules.events."""

    id = serializers.UUIDField()
    session = serializers.UUIDField()
    type = serializers.CharField()
    item = serializers.IntegerField(allow_null=True, required=False)
    at = serializers.DateTimeField()
    app = serializers.CharField(required=False)
    data = serializers.JSONField()  # type: ignore[assignment]  # the word of the event; never read as the attribute


class EventBatchSerializer(serializers.Serializer[Any]):
    events = EventSerializer(many=True)


class AnswerSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    status = serializers.IntegerField(help_text="200 kept, 400 not readable, 404 not yours, 409 id taken")
    detail = serializers.CharField()
    problems = serializers.DictField(child=serializers.CharField())


class AnswersSerializer(serializers.Serializer[Any]):
    results = AnswerSerializer(many=True)


class SessionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    plan = serializers.IntegerField(source="assignment_id")
    plan_version = serializers.IntegerField(source="version_id")
    on = serializers.DateField(source="occurrence_on")
    slot = serializers.IntegerField()
    state = serializers.CharField()
    counted = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    fraction = serializers.FloatField()
    pain_before = serializers.IntegerField(allow_null=True)
    pain_peak = serializers.IntegerField(allow_null=True)
    pain_after = serializers.IntegerField(allow_null=True)
    pain_next = serializers.IntegerField(allow_null=True)
    effort = serializers.IntegerField(allow_null=True)
    note = serializers.CharField()


class SessionDetailSerializer(SessionSerializer):
    events = EventSerializer(many=True)


class PlanItemSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    exercise = serializers.CharField()
    title = serializers.CharField()
    dose_words = serializers.CharField()
    optional = serializers.BooleanField()
    choice_group = serializers.CharField(allow_null=True)
    note = serializers.CharField()
    lang = serializers.CharField(allow_null=True, help_text="The language of its words where it is not the reader's.")
    timeline = serializers.JSONField()


class PlanSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    schedule = serializers.JSONField()
    when = serializers.CharField(help_text="The schedule in words.")
    minutes = serializers.IntegerField()
    items = PlanItemSerializer(many=True)


class PlansSerializer(serializers.Serializer[Any]):
    results = PlanSerializer(many=True)


class AccountSerializer(serializers.Serializer[Any]):
    account = serializers.CharField(help_text="Opaque; a device keeps what it stores under this name.")
    token = serializers.CharField(help_text="The CSRF token of this session, for the header X-CSRFToken.")


class ProblemSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()


MEANT_FOR = OpenApiParameter(
    "X-Account", str, OpenApiParameter.HEADER, description="The `account` that a device kept this for; 403 for another."
)
PROBLEMS = {
    401: OpenApiResponse(ProblemSerializer, "Not signed in."),
    403: OpenApiResponse(
        ProblemSerializer, "Not signed in, the CSRF token is missing, or X-Account is another account."
    ),
    404: OpenApiResponse(ProblemSerializer, "Not a client here, or not yours."),
    429: OpenApiResponse(ProblemSerializer, "Too many calls. Wait a minute."),
}


def own_record(request: Request) -> Client:
    """Return the client record in scope. Raises Http404 for whoever has none.

    Raises PermissionDenied where the device says by the header X-Account that it kept this for another account: nothing
    is lost then, the device sends it when that account is signed in.
    """
    if not is_client(request._request):
        raise Http404
    client = request._request.client_record
    meant = request.headers.get("X-Account")
    if meant is not None and not constant_time_compare(meant, account_key(client)):
        raise PermissionDenied(_("This belongs to another account. Sign in to that one to send it."))
    return client


class AccountView(APIView):
    """GET whose session this is, and the token with which it may write: a new sign-in changes both."""

    @extend_schema(operation_id="read_account", responses={200: AccountSerializer, **PROBLEMS})
    def get(self, request: Request) -> Response:
        client = own_record(request)
        answer = Response({"account": account_key(client), "token": get_token(request._request)})
        answer["Cache-Control"] = "no-store"
        return answer


class EventsView(APIView):
    """POST a batch of events; each is answered for itself, and sending again changes nothing."""

    @extend_schema(
        operation_id="send_events",
        parameters=[MEANT_FOR],
        request=EventBatchSerializer,
        responses={200: AnswersSerializer, 400: ProblemSerializer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        client = own_record(request)
        if not isinstance(request.data, dict) or set(request.data) != {"events"}:
            raise ValidationError({"events": [_("Send an object with one list named events.")]})
        try:
            answers = record_events(client, request.data["events"], now=timezone.now())
        except EventError as error:
            raise ValidationError({field: [sentence] for field, sentence in error.problems.items()}) from error
        return Response(_results(answers))


class SafetyCheckSerializer(serializers.Serializer[Any]):
    """One round of the safety questions, see clients.rules.safety.read_check."""

    id = serializers.UUIDField()
    trigger = serializers.ChoiceField(choices=safety.TRIGGERS)
    place = serializers.ChoiceField(choices=safety.PLACES)
    version = serializers.CharField()
    session = serializers.UUIDField(allow_null=True)
    answers = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    level = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class SafetyCheckBatchSerializer(serializers.Serializer[Any]):
    checks = SafetyCheckSerializer(many=True)


class SafetyChecksView(APIView):
    """POST a batch of safety checks; each is answered for itself, and sending again changes nothing."""

    @extend_schema(
        operation_id="send_safety_checks",
        parameters=[MEANT_FOR],
        request=SafetyCheckBatchSerializer,
        responses={200: AnswersSerializer, 400: ProblemSerializer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        client = own_record(request)
        if not isinstance(request.data, dict) or set(request.data) != {"checks"}:
            raise ValidationError({"checks": [_("Send an object with one list named checks.")]})
        try:
            answers = record_checks(client, request.data["checks"], now=timezone.now())
        except CheckError as error:
            raise ValidationError({field: [sentence] for field, sentence in error.problems.items()}) from error
        return Response(_results(answers))


def _results(answers: Sequence[Answer]) -> dict[str, Any]:
    return {
        "results": [
            {"id": each.id, "status": each.status, "detail": each.detail, "problems": each.problems} for each in answers
        ]
    }


class PlansView(APIView):
    """GET one's own running plans with their compiled timelines."""

    @extend_schema(operation_id="read_plans", responses={200: PlansSerializer, **PROBLEMS})
    def get(self, request: Request) -> Response:
        client = own_record(request)
        day = local_day(client, timezone.now())
        return Response(
            {
                "results": [
                    {
                        "id": plan.assignment.pk,
                        "version": plan.version.pk,
                        "name": plan.name,
                        "starts_on": plan.assignment.starts_on,
                        "ends_on": plan.assignment.ends_on,
                        "schedule": plan.version.schedule,
                        "when": when_words(plan.schedule),
                        "minutes": whole_minutes(plan_seconds(plan.prescribed)),
                        "items": [
                            {
                                "id": entry.item.pk,
                                "exercise": entry.content.slug,
                                "title": entry.title,
                                "dose_words": entry.dose_words,
                                "optional": entry.item.optional,
                                "choice_group": entry.item.choice_group or None,
                                "note": entry.note,
                                "lang": entry.foreign or None,
                                "timeline": entry.timeline.to_json(),
                            }
                            for entry in plan.prescribed
                        ],
                    }
                    for plan in plans_of(client, day, since=day)
                ]
            }
        )


class SessionPages(CursorPagination):
    """
    Fifty sessions at a time, newest first.

    Sessions of the same moment follow in the order of their ids: a database may tell rows that are alike in another
    order each time it is asked, and some would be told twice and others not at all.
    """

    page_size = 50
    ordering = ("-started_at", "-pk")
    cursor_query_param = "before"
    invalid_cursor_message = gettext_lazy(  # type: ignore[assignment]  # translated when it is told, as DRF's own
        "This is no place in your sessions. Read on from the `next` of the answer before."
    )

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return the place that the address names, None for the beginning. Raises NotFound where it is no moment."""
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and instant_in(cursor.position, {}) is None:
            raise NotFound(self.invalid_cursor_message)
        return cursor


class SessionsView(ListAPIView[Session]):
    """GET one's own sessions, newest first, fifty at a time."""

    serializer_class = SessionSerializer
    pagination_class = SessionPages

    @extend_schema(operation_id="list_sessions", responses={200: SessionSerializer(many=True), **PROBLEMS})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Session]:
        sessions: QuerySet[Session] = Session.objects.filter(client=own_record(self.request))
        return sessions


class SessionView(APIView):
    """GET one of one's own sessions with its events."""

    @extend_schema(operation_id="read_session", responses={200: SessionDetailSerializer, **PROBLEMS})
    def get(self, request: Request, session_id: UUID) -> Response:
        client = own_record(request)
        session: Session = get_object_or_404(Session.objects.filter(client=client), pk=session_id)
        events = Event.objects.filter(session=session, client=client).order_by("at", "pk")
        return Response({**SessionSerializer(session).data, "events": [event_json(event) for event in events]})
