"""Tickets are worked on in their own pages; here administrators see what is owed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html

from servicedesk.clock import database_now
from servicedesk.owed_admin import OwedAdmin
from tickets.channels.mail.quarantine import let_in
from tickets.channels.mail.store import raw_of
from tickets.models import InboundMail, Inbox, Notification, WebhookMessage


@admin.register(Notification)
class NotificationAdmin(OwedAdmin):
    list_display = ["__str__", "ticket", "due_at", "attempts", "done_at", "failed_at", "last_error"]
    list_select_related = ("ticket", "person")


@admin.register(WebhookMessage)
class WebhookMessageAdmin(OwedAdmin):
    list_display = ["__str__", "ticket", "webhook", "due_at", "attempts", "done_at", "failed_at", "last_error"]
    list_select_related = ("ticket", "webhook")


@admin.register(InboundMail)
class InboundMailAdmin(OwedAdmin):
    """Every mail that came, also those that became no message; these can be read and let in."""

    list_display = ["received_at", "sender", "subject", "state", "reason", "ticket", "size", "raw", "last_error"]
    list_filter = ("state", "reason", "source")  # type: ignore[assignment]
    list_select_related = ("ticket",)
    search_fields = ("sender", "subject", "header_id")
    ordering = ("-received_at",)
    actions = ("let_in",)

    @admin.action(description="Let in: I vouch for the sender")
    def let_in(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = let_in(mails=queryset, now=database_now())
        self.message_user(
            request, f"{count} mails will be read again; unknown senders need to be added as people first."
        )

    @admin.display(description="as it came")
    def raw(self, mail: InboundMail) -> str:
        return format_html('<a href="{}/raw/" download>download</a>', mail.pk)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.download)
        view.model_admin = self  # type: ignore[attr-defined]  # as Django marks its own: an administrator's door
        return [path("<int:pk>/raw/", view, name="tickets_inboundmail_raw"), *super().get_urls()]

    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bytes of one mail, never shown in a page of ours."""
        mail = InboundMail.objects.filter(pk=pk).first()
        if mail is None:
            return HttpResponse(status=404)
        response = HttpResponse(raw_of(mail), content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="mail-{pk}.eml"'
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response


@admin.register(Inbox)
class InboxAdmin(OwedAdmin):
    list_display = ["__str__", "fetched_at", "mails", "due_at", "last_error"]
