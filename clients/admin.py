"""Records of the clients' room in the admin site: to find, to look at, and for plain details to correct.

What has rules (plans, states, tags, invitations) is done on the practitioner's own pages; "Add" leads there.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clients.analytics.change_words import change_words
from clients.analytics.event_words import event_words
from clients.models import Assignment, AssignmentVersion, Client, Event, Reminder, Session
from clients.templatetags.practitioner import schedule_words
from portal.accounts.models import Role
from portal.accounts.tenant_admin import TenantAdmin
from portal.lib.dates import to_the_second

STAFF = frozenset({Role.PRACTITIONER, Role.OWNER})
FEW_CLIENTS = 200  # up to so many who are found are named one by one; engineering bound


class RecordAdmin(TenantAdmin):
    """Rows that are looked at here and changed elsewhere, or never."""

    keeps_who_looked = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FoundByClient(TenantAdmin):
    """Rows that are found by their client.

    Who matches is looked for first, as the list of clients does: where nobody does, no row is read, however many.
    """

    search_fields = ("client__search_last__prefix", "client__search_first__prefix", "client__email__prefix")
    search_help_text = _("The beginning of a client's name or e-mail address")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term.strip():
            return queryset, False
        everybody = Client.objects.visible_to(request.user)
        clients, _twice = self.admin_site.get_model_admin(Client).get_search_results(request, everybody, search_term)
        few = list(clients.order_by().values_list("pk", flat=True)[: FEW_CLIENTS + 1])
        if not few:
            return queryset.none(), False
        return queryset.filter(client__in=few if len(few) <= FEW_CLIENTS else clients.order_by().values("pk")), False


@admin.register(Client)
class ClientAdmin(TenantAdmin):
    keeps_who_looked = True
    add_roles = STAFF
    change_roles = STAFF
    list_display = ("full_name", "email", "problem", "state", "lead", "added")
    list_select_related = ("lead",)
    list_filter = ("state",)
    search_fields = ("search_last__prefix", "search_first__prefix", "email__prefix")
    search_help_text = _("The beginning of a name or an e-mail address")
    readonly_fields = (
        "email",
        "lead",
        "state",
        "time_zone",
        "tags",
        "usual_pain",
        "reminder_channel",
        "reminders_paused_until",
        "user",
        "added",
        "page",
    )
    fields = ("first_name", "last_name", "name_to_use", "problem", "language", "first_side", *readonly_fields)

    def address_of(self, row: Client) -> str:
        return reverse("admin:client", args=[row.pk])

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return redirect("admin:new_client")

    @admin.display(description=_("client"))
    def full_name(self, client: Client) -> str:
        return client.full_name

    @admin.display(description=_("added"))
    def added(self, client: Client) -> str:
        return date_format(timezone.localtime(client.created_at), "j M Y")

    @admin.display(description=_("page"))
    def page(self, client: Client) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:client", args=[client.pk]), client.full_name)


@admin.register(Assignment)
class AssignmentAdmin(FoundByClient, RecordAdmin):
    add_roles = frozenset({Role.PRACTITIONER})
    list_display = ("name", "client", "state", "starts_on", "ends_on")
    list_select_related = ("client",)
    list_filter = ("state",)
    fields = ("name", "client", "routine", "state", "starts_on", "ends_on", "versions", "created_by", "created_at")
    readonly_fields = fields

    def address_of(self, row: Assignment) -> str:
        return f"{reverse('admin:client', args=[row.client_id])}#plan-{row.pk}"

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return redirect("admin:assign")

    @admin.display(description=_("versions"))
    def versions(self, plan: Assignment) -> SafeString:
        address = reverse("admin:clients_assignmentversion_changelist")
        return format_html('<a href="{}?assignment__id__exact={}">{}</a>', address, plan.pk, _("All versions"))


@admin.register(AssignmentVersion)
class AssignmentVersionAdmin(RecordAdmin):
    list_display = ("plan", "number", "effective_from", "created_by", "made")
    list_select_related = ("assignment__client", "created_by")
    ordering = ("-id",)
    fields = (
        "plan",
        "number",
        "effective_from",
        "days",
        "pain_stop",
        "pain_stop_reason",
        "pain_stop_review_on",
        "note",
        "what_changed",
        "created_by",
        "made",
    )
    readonly_fields = fields

    @admin.display(description=_("plan"))
    def plan(self, version: AssignmentVersion) -> str:
        return f"{version.assignment.client}: {version.assignment.name}"

    @admin.display(description=_("days"))
    def days(self, version: AssignmentVersion) -> str:
        return schedule_words(version.schedule)

    @admin.display(description=_("what changed"))
    def what_changed(self, version: AssignmentVersion) -> str:
        return " ".join(change_words(version.changes or []))

    @admin.display(description=_("made"))
    def made(self, version: AssignmentVersion) -> str:
        return to_the_second(version.created_at)


@admin.register(Session)
class SessionAdmin(FoundByClient, RecordAdmin):
    list_display = ("occurrence_on", "client", "plan", "state", "done", "pain_before", "pain_after", "started")
    list_select_related = ("client", "assignment")
    list_filter = ("state",)
    fields = (
        "page",
        "client",
        "plan",
        "version",
        "occurrence_on",
        "slot",
        "state",
        "counted",
        "started_at",
        "finished_at",
        "done",
        "pain_before",
        "pain_peak",
        "pain_after",
        "pain_next",
        "effort",
        "note",
    )
    readonly_fields = fields

    def address_of(self, row: Session) -> str:
        return reverse("admin:session", args=[row.pk])

    @admin.display(description=_("plan"))
    def plan(self, session: Session) -> str:
        return session.assignment.name

    @admin.display(description=_("done"))
    def done(self, session: Session) -> str:
        return f"{int(session.fraction * 100)}\N{NO-BREAK SPACE}%"

    @admin.display(description=_("started"), ordering="started_at")
    def started(self, session: Session) -> str:
        """The time alone, for the day stands first; another day than the session's own is named."""
        at = timezone.localtime(session.started_at)
        return date_format(at, "H:i" if at.date() == session.occurrence_on else "j M, H:i")

    @admin.display(description=_("page"))
    def page(self, session: Session) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:session", args=[session.pk]), _("Review"))


@admin.register(Event)
class EventAdmin(FoundByClient, RecordAdmin):
    list_display = ("what", "client", "happened", "received", "app_version")
    list_select_related = ("client", "item__exercise_version__exercise")
    fields = (
        "what",
        "client",
        "session",
        "data",
        "happened",
        "utc_offset_min",
        "received",
        "app_version",
        "id",
        "content_hash",
    )
    readonly_fields = fields

    @admin.display(description=_("what"))
    def what(self, event: Event) -> str:
        return event_words(event.type, event.data, event.item.exercise_version.exercise.name if event.item else "")

    @admin.display(description=_("when"))
    def happened(self, event: Event) -> str:
        return to_the_second(event.at)

    @admin.display(description=_("reached us"))
    def received(self, event: Event) -> str:
        return to_the_second(event.received_at)


@admin.register(Reminder)
class ReminderAdmin(FoundByClient, RecordAdmin):
    list_display = ("stream", "client", "due", "state", "sent", "reason")
    list_select_related = ("client",)
    list_filter = ("stream", "state")
    fields = (
        "client",
        "stream",
        "channel",
        "due",
        "worthless",
        "state",
        "reason",
        "sent",
        "tries",
        "message_id",
    )
    readonly_fields = fields

    @admin.display(description=_("planned for"))
    def due(self, message: Reminder) -> str:
        return to_the_second(message.due_at)

    @admin.display(description=_("worthless after"))
    def worthless(self, message: Reminder) -> str:
        return to_the_second(message.expires_at)

    @admin.display(description=_("sent"))
    def sent(self, message: Reminder) -> str:
        return to_the_second(message.sent_at) if message.sent_at else ""
