"""The one base of every ModelAdmin: closes the holes that a filtered `get_queryset` leaves open in Django admin,
and keeps its lists quick however long they grow."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import EmptyPage, Page, Paginator
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.models import Role
from portal.accounts.requests import person_of
from portal.accounts.roles import roles_of
from portal.accounts.tenancy import current_practice
from portal.lib.numbers import whole_in
from portal.lib.search import fold


class UncountedPage(Page):
    """A page that knows of the next one because one row more was read."""

    def __init__(self, rows: Sequence[Any], number: int, paginator: "UncountedPaginator", *, more: bool) -> None:
        super().__init__(rows, number, paginator)
        self.more = more

    def has_next(self) -> bool:
        return self.more

    def next_page_number(self) -> int:
        if not self.more:
            raise EmptyPage("There is no page after this one.")
        return int(self.number) + 1


class UncountedPaginator(Paginator):
    """Pages through rows that are never counted: each page reads one row more than it shows.

    Nobody pages further than HORIZON rows, which bounds what a deep page costs; search narrows the rest. `count` is
    what has been seen so far, and one more where a further page is known to follow.
    """

    HORIZON = 10_000  # rows
    _seen = 0

    @property
    def count(self) -> int:
        return self._seen

    def validate_number(self, number: Any) -> int:
        whole = whole_in(str(number)) or 0
        if not 1 <= whole <= max(1, self.HORIZON // self.per_page):
            raise EmptyPage("There is no such page. Search for what you need instead.")
        return whole

    def page(self, number: Any) -> UncountedPage:
        """Return the page (the first is 1). Raises EmptyPage beyond the horizon, or where no row is left."""
        whole = self.validate_number(number)
        first = (whole - 1) * self.per_page
        rows = list(self.object_list[first : first + self.per_page + 1])
        if not rows and whole > 1:
            raise EmptyPage("There is no such page.")
        self._seen = max(self._seen, first + len(rows))
        return UncountedPage(rows[: self.per_page], whole, self, more=len(rows) > self.per_page)


class UncountedChangeList(ChangeList):
    """A change list whose size is never counted. Its rows lead where people work on them."""

    def url_for_result(self, result: Any) -> str:
        admin_of_rows: Any = self.model_admin  # a TenantAdmin; the stubs know of ModelAdmin only
        return str(admin_of_rows.address_of(result) or super().url_for_result(result))

    def get_results(self, request: HttpRequest) -> None:
        paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        try:
            page = paginator.page(self.page_num)
        except (EmptyPage, ValueError, OverflowError) as error:  # such as a year that no calendar has
            raise IncorrectLookupParameters from error
        self.paginator = paginator
        self.page = page
        self.result_list = page.object_list
        self.result_count = paginator.count
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = bool(page.object_list)
        self.can_show_all = False
        self.multi_page = page.has_other_pages()

    @property
    def previous_url(self) -> str:
        return str(self.get_query_string({PAGE_VAR: self.page_num - 1}))

    @property
    def next_url(self) -> str:
        return str(self.get_query_string({PAGE_VAR: self.page_num + 1}))


class TenantAdmin(admin.ModelAdmin):
    """A ModelAdmin in which only the practice's rows that the person may see exist.

    view_roles, add_roles, change_roles: who may. Rows are never deleted here. `practice` is never a form field; it is
    set from the scope. Choices of foreign keys pass through the same door (`visible_to`).

    search_fields name fields that hold folded text (`portal.lib.search.FoldedKey`) with `__prefix`, or exact keys.
    Columns are not sorted by a click unless sortable_by names them: a column without an index is slow to sort.
    """

    view_roles: frozenset[Role] = frozenset({Role.PRACTITIONER, Role.OWNER})
    add_roles: frozenset[Role] = frozenset()
    change_roles: frozenset[Role] = frozenset()

    show_full_result_count = False
    paginator = UncountedPaginator
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    sortable_by: ClassVar[tuple[str, ...]] = ()
    view_on_site = False
    actions: Any = None  # the site offers none, and a list that has some names them
    keeps_who_looked = False  # True where a row is about a client: opening it leaves an audit entry

    def address_of(self, row: Any) -> str:
        """The page on which people work on the row, to which the list leads; empty for the record itself."""
        return ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return UncountedChangeList

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset = super().get_queryset(request)
        return queryset.visible_to(request.user) if hasattr(queryset, "visible_to") else queryset.none()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, fold(search_term))

    def response_action(self, request: HttpRequest, queryset: Any, *more: Any, **named: Any) -> Any:
        """Do what was chosen to rows of the page, and to nothing else: never to "all", never to what is no id."""
        chosen = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        if not all(each.isascii() and whole_in(each) is not None for each in chosen):
            messages.error(request, _("Choose rows of the list."))
            return None
        return super().response_action(request, queryset.filter(pk__in=chosen))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user) & self.view_roles)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(roles_of(request.user) & self.add_roles)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user) & self.change_roles)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*(super().get_exclude(request, obj) or []), "practice"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", self._choices(db_field, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", self._choices(db_field, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @staticmethod
    def _choices(db_field: Any, request: HttpRequest) -> Any:
        manager = db_field.remote_field.model._default_manager
        return manager.visible_to(request.user) if hasattr(manager, "visible_to") else manager.none()

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        """Answer 404 for ids that do not exist here, as for another practice's."""
        raise Http404

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        if obj is not None and self.keeps_who_looked and request.method == "GET":
            audit.opened(obj, by=request.user, practice=current_practice())
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        if not change and any(field.name == "practice" for field in obj._meta.fields):
            obj.practice = current_practice()  # type: ignore[attr-defined]  # checked in the line above
        super().save_model(request, obj, form, change)
        audit.record(
            "changed" if change else "added",
            obj,
            by=person_of(request),
            practice=current_practice(),
            detail={"fields": sorted(form.changed_data)},
        )
