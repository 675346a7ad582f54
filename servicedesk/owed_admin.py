"""Owed work as administrators see it: read only, and tried again by hand where it is parked."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from servicedesk.owed import retry


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("parked", "parked"), ("open", "open"), ("done", "done")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        states = {
            "parked": Q(failed_at__isnull=False),
            "open": Q(failed_at=None, done_at=None),
            "done": Q(done_at__isnull=False),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


class OwedAdmin(admin.ModelAdmin):
    list_display = ["__str__", "due_at", "attempts", "done_at", "failed_at", "last_error"]
    list_filter = (StateFilter,)
    ordering = ("-due_at",)
    show_full_result_count = False
    actions = ("try_again",)

    @admin.action(description="Try again what is parked")
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.message_user(request, f"{retry(queryset)} parked rows will be tried again.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None  # the list, for its action; the work itself is nobody's to edit

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
