"""Services, offerings and request forms, edited by administrators in Django's admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.models import Offering, RequestForm, Service


class Kept(admin.ModelAdmin):
    """What past tickets name is withdrawn and never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Service)
class ServiceAdmin(Kept):
    list_display = ("slug", "provider", "is_active")
    list_filter = ("is_active", "provider")
    list_select_related = ("provider",)
    search_fields = ("slug",)


@admin.register(Offering)
class OfferingAdmin(Kept):
    list_display = ("slug", "service", "kind", "audience", "is_active")
    list_filter = ("is_active", "kind", "audience")
    list_select_related = ("service",)
    search_fields = ("slug",)


@admin.register(RequestForm)
class RequestFormAdmin(Kept):
    """A version that tickets were filled in on is not edited: add the next number."""

    list_display = ("code", "number", "published_at")

    def has_change_permission(self, request: HttpRequest, obj: RequestForm | None = None) -> bool:
        return obj is None or obj.published_at is None
