"""The library in the admin: lists to look things up, and each thing to read. Writing has pages of its own."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role
from portal.accounts.roles import edits_library_of, edits_shared_library
from portal.accounts.tenant_admin import TenantAdmin
from routines.bulk_actions import archive, set_tags
from routines.dose import dose_words
from routines.finding.matching import search
from routines.library import starter
from routines.models import Exercise, ExerciseFacet, Routine, SelfCareItem
from routines.self_care_form import evidence_words
from routines.templatetags.figures import exercise_figure


class LibraryFilter(admin.SimpleListFilter):
    """Where a row belongs: the shared library, the clinic, or one person in it."""

    title = _("library")
    parameter_name = "library"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("shared", _("Shared")), ("clinic", _("Ours")), ("mine", _("Mine"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "shared":
            return queryset.filter(practice=None)
        if self.value() == "clinic":
            return queryset.filter(practice__isnull=False)
        return queryset.filter(owner=request.user) if self.value() == "mine" else queryset


class CategoryFilter(admin.SimpleListFilter):
    """The category of an exercise; its choices are the vocabulary, never a query."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return starter.vocabulary().categories.items()

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(category=self.value()) if self.value() else queryset


class DifficultyFilter(admin.SimpleListFilter):
    """How demanding an exercise is."""

    title = _("difficulty")
    parameter_name = "difficulty"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("1", _("1 – gentle")), ("2", _("2 – moderate")), ("3", _("3 – demanding"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(difficulty=self.value()) if self.value() in ("1", "2", "3") else queryset


class EquipmentFilter(admin.SimpleListFilter):
    """A thing that an exercise needs."""

    title = _("equipment")
    parameter_name = "equipment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return starter.vocabulary().equipment.items()

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.with_facet(ExerciseFacet.Kind.EQUIPMENT, self.value()) if self.value() else queryset


class RegionFilter(admin.SimpleListFilter):
    """A region of the body that an exercise is for."""

    title = _("body region")
    parameter_name = "region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return starter.vocabulary().body_regions.items()

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.with_facet(ExerciseFacet.Kind.REGION, self.value()) if self.value() else queryset


class LibraryAdmin(TenantAdmin):
    """What the lists of the library share: read by all staff and by the editors of the shared library."""

    view_roles = frozenset({Role.PRACTITIONER, Role.OWNER, Role.EDITOR})
    sortable_by = ("name",)  # the columns that an index puts in order
    ordering = ("name", "id")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or edits_shared_library(request.user)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search by indexed words; no row comes twice. A list without a search box, of a few rows, stays whole."""
        return queryset.search(search_term) if self.search_fields else queryset, False

    @admin.display(description=_("library"))
    def library(self, row: Any) -> str:
        """Whose the row is."""
        if row.practice_id is None:
            return gettext("Shared")
        return row.owner.get_short_name() if row.owner_id else gettext("Ours")


@admin.register(Exercise)
class ExerciseAdmin(LibraryAdmin):
    """Exercises; what they say is read here and written in the editor."""

    list_display = (
        "name",
        "body_parts",
        "category_words",
        "length",
        "state",
        "reviewed",
        "library",
    )
    list_filter = ("state", LibraryFilter, CategoryFilter, DifficultyFilter, RegionFilter, EquipmentFilter)
    list_display_links = ("name",)
    list_select_related = ("owner", "current_version")
    search_fields = ("name",)
    search_help_text = _("Words for a body region, position, equipment or purpose. Typing errors are forgiven.")
    actions = (set_tags, archive)
    fields = ("name", "editor", "state", "library", "origin", "words", "versions")
    readonly_fields = fields

    def get_list_display(self, request: HttpRequest) -> Any:
        """Begin each row with a picture, lit as the person's pages are."""
        page = Context({"request": request, "practice": getattr(request, "practice", None)})

        @admin.display(description=_("picture"))
        def picture(exercise: Exercise) -> SafeString:
            return exercise_figure(page, exercise.current_version)

        return (picture, *super().get_list_display(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return edits_library_of(request.user) or edits_shared_library(request.user)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return redirect("admin:new_exercise")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search as the pickers do; no row comes twice."""
        return search(queryset, search_term), False

    @admin.display(description=_("editor"))
    def editor(self, exercise: Exercise) -> SafeString:
        """The way to the page on which it is written."""
        return format_html('<a href="{}">{}</a>', reverse("admin:edit_exercise", args=[exercise.pk]), gettext("Edit"))

    @admin.display(description=_("category"))
    def category_words(self, exercise: Exercise) -> str:
        """The category as people call it."""
        return starter.vocabulary().categories.get(exercise.category, exercise.category)

    @admin.display(description=_("body part"))
    def body_parts(self, exercise: Exercise) -> str:
        """The regions of the body that it is for, in the order in which they were given."""
        version = exercise.current_version
        names = starter.vocabulary().body_regions
        return ", ".join(names.get(region, region) for region in version.document["body_regions"]) if version else ""

    @admin.display(description=_("reviewed"))
    def reviewed(self, exercise: Exercise) -> str:
        """The day on which a clinician reviewed what is published."""
        version = exercise.current_version
        return date_format(version.reviewed_at, "j M Y") if version and version.reviewed_at else ""

    @admin.display(description=_("length"))
    def length(self, exercise: Exercise) -> str:
        """The length of the exercise at its own dose."""
        minutes, seconds = divmod(exercise.seconds, 60)
        return gettext("%(minutes)d min %(seconds)02d s") % {"minutes": minutes, "seconds": seconds}

    @admin.display(description=_("what it says"))
    def words(self, exercise: Exercise) -> SafeString:
        """The newest version, as a page of words."""
        version = exercise.versions.order_by("-number").first()
        if version is None:
            return SafeString("")
        content = version.content
        words = starter.vocabulary()
        return render_to_string(
            "admin/routines/exercise_words.html",
            {
                "content": content,
                "picture": exercise_figure(Context({"practice": exercise.practice}), version, size="card"),
                "dose_words": dose_words(content.dose, content.sides, gettext=gettext, ngettext=ngettext),
                "equipment": [words.equipment.get(thing, thing) for thing in content.equipment],
                "cautions": [
                    (words.tags.get(entry.tag, entry.tag), words.levels.get(entry.level, entry.level), entry.note)
                    for entry in content.contraindications
                ],
                "links": [link for link in (content.easier, content.harder) if link],
            },
        )

    @admin.display(description=_("versions"))
    def versions(self, exercise: Exercise) -> SafeString:
        """All versions, newest first: number, when and by whom they were published."""
        rows = exercise.versions.select_related("created_by", "published_by").order_by("-number")
        return render_to_string("admin/routines/versions.html", {"versions": rows, "exercise": exercise})


@admin.register(Routine)
class RoutineAdmin(LibraryAdmin):
    """Routines; a plan is copied from one when it is assigned."""

    list_display = ("name", "goal", "minutes", "library", "withdrawn_at")
    list_filter = (LibraryFilter,)
    list_select_related = ("owner",)
    search_fields = ("name",)
    search_help_text = _("Beginnings of words: name, goal or an exercise.")
    fields = ("name", "editor", "goal", "minutes", "library", "origin", "withdrawn_at", "words")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return edits_library_of(request.user) or edits_shared_library(request.user)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return redirect("admin:new_routine")

    @admin.display(description=_("editor"))
    def editor(self, routine: Routine) -> SafeString:
        """The way to the page on which it is written."""
        return format_html('<a href="{}">{}</a>', reverse("admin:edit_routine", args=[routine.pk]), gettext("Edit"))

    @admin.display(description=_("what it says"))
    def words(self, routine: Routine) -> SafeString:
        """The exercises with their dose in words, and the schedule."""
        rows = routine.items.select_related("exercise__current_version").order_by("position")
        items = []
        for row in rows:
            version = row.exercise.current_version
            content = version.content if version else None
            dose = content.dose.override(**row.dose) if content else None
            said = dose_words(dose, content.sides, gettext=gettext, ngettext=ngettext) if content and dose else ""
            items.append({"row": row, "dose_words": said})
        return render_to_string(
            "admin/routines/routine_words.html", {"items": items, "content": routine.content, "routine": routine}
        )


@admin.register(SelfCareItem)
class SelfCareItemAdmin(LibraryAdmin):
    """Comfort measures that are no exercises, and articles."""

    list_display = ("name", "kind", "aim", "evidence", "state")
    list_filter = ("state", "kind")
    list_select_related = ("current_version",)
    fields = ("name", "editor", "state", "aim", "how", "evidence", "cautions")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return edits_library_of(request.user) or edits_shared_library(request.user)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return redirect("admin:new_self_care")

    @admin.display(description=_("editor"))
    def editor(self, item: SelfCareItem) -> SafeString:
        """The way to the page on which it is written."""
        return format_html('<a href="{}">{}</a>', reverse("admin:edit_self_care", args=[item.pk]), gettext("Edit"))

    @admin.display(description=_("aim"))
    def aim(self, item: SelfCareItem) -> str:
        return str(item.newest_document["aim"])

    @admin.display(description=_("how"))
    def how(self, item: SelfCareItem) -> str:
        return str(item.newest_document["how"])

    @admin.display(description=_("evidence"))
    def evidence(self, item: SelfCareItem) -> str:
        return evidence_words().get(item.newest_document["evidence"], "")

    @admin.display(description=_("cautions"))
    def cautions(self, item: SelfCareItem) -> str:
        return "; ".join(item.newest_document.get("cautions", ()))
