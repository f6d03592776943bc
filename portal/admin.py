"""Records of the practice itself, for its owners: people, the practice, the audit trail."""

from collections import defaultdict
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clients.models import Client
from portal import second_factor
from portal.account_views import confirm_identity
from portal.accounts import audit
from portal.accounts.errors import NotAllowed, WrongState
from portal.accounts.models import AuditEvent, Membership, Practice, Role, User
from portal.accounts.requests import PersonRequest, person_of
from portal.accounts.tenancy import all_practices, current_practice
from portal.accounts.tenant_admin import TenantAdmin
from portal.lib.dates import to_the_second
from portal.staff_invitations import invite_staff, send_again
from routines.looks import colours_of, palette_choices

OWNERS = frozenset({Role.OWNER})


class InviteForm(forms.ModelForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[("", gettext_lazy("Choose a role")), *Role.choices])

    class Meta:
        model = Membership
        fields = ["role"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        email, role = str(given.get("email", "")).strip().lower(), given.get("role")
        if role and Membership.objects.filter(user__email=email, role=role).exists():
            self.add_error("email", _("This person has this role already."))
        return given


class SwitchForm(forms.ModelForm):
    """Whether a role still counts."""

    class Meta:
        model = Membership
        fields = ["is_active"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        others = Membership.objects.in_force().filter(role=Role.OWNER).exclude(pk=self.instance.pk)
        if self.instance.role == Role.OWNER and not given.get("is_active") and not others.exists():
            self.add_error("is_active", _("This is the only owner. Make another person owner first."))
        return given


@admin.register(Membership)
class MembershipAdmin(TenantAdmin):
    """Who works here. A change of rights asks for the password again."""

    view_roles = add_roles = change_roles = OWNERS
    list_display = ["known_as", "role", "is_active", "accepted_at"]
    list_display_links = ["known_as"]
    list_filter = ["role", "is_active"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    ordering = ["-pk"]
    change_form_template = "admin/accounts/membership/change_form.html"

    @admin.display(description=gettext_lazy("person"))
    def known_as(self, membership: Membership) -> str:
        return membership.known_as

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = InviteForm if obj is None else SwitchForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["email", "role"] if obj is None else ["known_as", "role", "accepted_at", "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else ["known_as", "role", "accepted_at"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made, _link = invite_staff(
            current_practice(),
            email=form.cleaned_data["email"],
            role=form.cleaned_data["role"],
            by=person_of(request),
            now=timezone.now(),
        )
        obj.pk = made.pk
        obj.refresh_from_db()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allowed = self.has_view_permission(request)
        return (confirm_identity(request) if allowed else None) or super().changeform_view(request, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("<int:pk>/invite-again/", guarded(self.invite_again), name="accounts_membership_invite_again"),
            path("<int:pk>/reset-factor/", guarded(self.reset_factor), name="accounts_membership_reset_factor"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "POST"]))
    def invite_again(self, request: PersonRequest, pk: int) -> HttpResponse:
        """Send a new link to somebody who has not joined yet."""
        return self._confirmed(
            request,
            pk,
            title=_("Send the invitation again"),
            sentence=_("The link that was sent before stops working."),
            act=lambda membership: send_again(membership, by=request.user, now=timezone.now()),
            done=_("The invitation is on its way."),
        )

    @method_decorator(require_http_methods(["GET", "POST"]))
    def reset_factor(self, request: PersonRequest, pk: int) -> HttpResponse:
        """Remove the second factor of a colleague who lost it."""
        return self._confirmed(
            request,
            pk,
            title=_("Remove the second factor"),
            sentence=_("They are signed out everywhere, and set up a new one at their next sign-in."),
            act=lambda membership: _reset_factor(membership, by=request.user),
            done=_("The second factor is removed."),
        )

    def _confirmed(
        self, request: HttpRequest, pk: int, *, title: str, sentence: str, act: Any, done: str
    ) -> HttpResponse:
        if not self.has_change_permission(request):
            raise NotAllowed(_("Only owners of the practice change who works here."))
        membership = get_object_or_404(self.get_queryset(request), pk=pk)
        asked = confirm_identity(request)
        if asked is not None:
            return asked
        if request.method == "POST":
            act(membership)
            messages.success(request, done)
            return redirect("admin:accounts_membership_change", membership.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "person": membership.known_as,
            "sentence": sentence,
        }
        return render(request, "admin/accounts/membership/confirm.html", context, status=HTTPStatus.OK)


class PaletteSelect(forms.RadioSelect):
    """Palettes with their colours beside their names."""

    option_template_name = "admin/widgets/palette_option.html"

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        return {**super().create_option(name, value, *args, **options), "colours": colours_of(str(value))}


class PracticeForm(forms.ModelForm):
    """The practice, with how figures look as pictures to choose from."""

    figure_palette = forms.ChoiceField(
        label=gettext_lazy("How figures look"),
        choices=palette_choices,
        widget=PaletteSelect(attrs={"class": "radiolist"}),
        help_text=Practice._meta.get_field("figure_palette").help_text,
    )

    class Meta:
        model = Practice
        fields = ["name"]  # the rest is named by the admin


@admin.register(Practice)
class PracticeAdmin(TenantAdmin):
    """The practice itself."""

    form = PracticeForm
    view_roles = change_roles = OWNERS
    fields = ["name", "sender_name", "phone", "time_zone", "language"]
    fields += ["figure_palette", "exercises_need_review"]
    list_display = ["name", "phone", "time_zone"]


class ActionFilter(admin.SimpleListFilter):
    """What was done; its choices are read from an index, and do not take longer as the trail grows."""

    title = gettext_lazy("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(each, capfirst(each.replace("_", " "))) for each in audit.actions_of(current_practice())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(TenantAdmin):
    """Who did what to what. Read only."""

    view_roles = OWNERS
    list_display = ["when", "actor", "what", "about"]
    list_filter = [ActionFilter]
    list_select_related = ["actor"]
    search_fields = ["object_id__exact", "request_id__exact"]  # "=" would change the letters of every row first
    search_help_text = gettext_lazy("The number of a record, or of a request")
    fields = ("when", "actor", "what", "about", "object_id", "detail", "request_id")
    readonly_fields = fields

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Read the names of the page's clients and colleagues at once."""
        found = super().get_changelist_instance(request)
        name_what_was_touched(found.result_list)
        return found

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        entry = super().get_object(request, object_id, from_field)
        name_what_was_touched([entry] if entry is not None else [])
        return entry

    @admin.display(description=gettext_lazy("when"))
    def when(self, entry: AuditEvent) -> str:
        return to_the_second(entry.at)

    @admin.display(description=gettext_lazy("what"))
    def what(self, entry: AuditEvent) -> str:
        return capfirst(str(entry))

    @admin.display(description=gettext_lazy("about"))
    def about(self, entry: Any) -> str:
        return str(entry.touched)


def name_what_was_touched(entries: Sequence[Any]) -> None:
    """Give each entry of the audit trail `touched`: the kind of record in words, and whose it is where that is known.

    entries: AuditEvent of one practice, in whose scope this runs.
    """
    ids: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        ids[entry.object_type].add(entry.object_id)
    clients = Client.objects.filter(pk__in=ids[Client._meta.label_lower])
    users = User.objects.filter(pk__in=ids[User._meta.label_lower])
    people = Membership.objects.filter(user__in=users).select_related("user")
    names = {(Client._meta.label_lower, str(client.pk)): client.full_name for client in clients}
    names |= {(User._meta.label_lower, str(person.user_id)): person.known_as for person in people}
    kinds = {model._meta.label_lower: str(model._meta.verbose_name) for model in apps.get_models()}
    for entry in entries:
        kind = kinds.get(entry.object_type, entry.object_type)
        name = names.get((entry.object_type, entry.object_id))
        entry.touched = f"{capfirst(kind)}: {name}" if name else capfirst(kind)


def _reset_factor(membership: Membership, *, by: User) -> None:
    """Raise WrongState for one's own factor, and for a person whose other practices have a say as well."""
    if membership.user_id == by.pk:
        raise WrongState(_("Your own second factor is changed on the page of your account."))
    with all_practices():
        elsewhere = Membership.objects.filter(user=membership.user_id).exclude(practice=membership.practice_id).exists()
    if elsewhere or membership.user.edits_shared_library or membership.accepted_at is None:
        raise WrongState(_("Only whoever runs this installation can remove the second factor of this person."))
    second_factor.remove(membership.user, by=by)
