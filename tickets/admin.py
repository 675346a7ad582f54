"""Tickets are worked on in their own pages; here administrators see what is owed."""

from django.contrib import admin

from servicedesk.owed_admin import OwedAdmin
from tickets.models import Notification


@admin.register(Notification)
class NotificationAdmin(OwedAdmin):
    list_display = ["__str__", "ticket", "due_at", "attempts", "done_at", "failed_at", "last_error"]
    list_select_related = ("ticket", "person")
