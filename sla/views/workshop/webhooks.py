"""Webhooks: other systems that steps of a ladder call. For administrators."""

from http.client import responses
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError, NotFound
from servicedesk.people.doors import ADMINISTRATOR, open_to, viewer_of
from servicedesk.people.said.refusal import SaidInvalid
from servicedesk.refusals import in_words
from sla import webhooks as acts
from sla.administration.wording import deeds_of
from sla.models import Webhook
from sla.webhooks import WebhookSaid

FRAME = {"section": "workshop", "room": "webhooks"}
#: In the session: the webhook whose secret the next page shows, once.
SHOWN_ONCE = "webhook_secret"
LONGEST = 600


@open_to(ADMINISTRATOR)
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every webhook, those in use first."""
    rows = Webhook.objects.order_by("-is_active", "name")
    return render(request, "workshop/webhooks.html", {**FRAME, "webhooks": rows})


@open_to(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def add_webhook(request: HttpRequest) -> HttpResponse:
    """A new webhook; the page it leads to shows its secret, this once."""
    if request.method != "POST":
        return _page(request, None, WebhookSaid())
    said = _said(request)
    try:
        webhook = acts.add_webhook(viewer=viewer_of(request), said=said, now=database_now())
    except SaidInvalid as refusal:
        return _page(request, None, said, refusal)
    request.session[SHOWN_ONCE] = webhook.pk
    return redirect("workshop_webhook", webhook.pk)


@open_to(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def show_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name, its address and what was done to it; POST keeps what was typed."""
    webhook = _named(pk)
    if request.method != "POST":
        return _page(request, webhook, WebhookSaid(name=webhook.name, url=webhook.url))
    said = _said(request)
    try:
        changes = acts.change_webhook(viewer=viewer_of(request), pk=pk, said=said, now=database_now())
    except SaidInvalid as refusal:
        return _page(request, webhook, said, refusal)
    messages.success(request, _("Kept.") if changes else _("Nothing was changed."))
    return redirect("workshop_webhook", pk)


@open_to(ADMINISTRATOR)
@require_POST
def renew_secret(request: HttpRequest, pk: int) -> HttpResponse:
    acts.renew_secret(viewer=viewer_of(request), pk=pk, now=database_now())
    request.session[SHOWN_ONCE] = pk
    return redirect("workshop_webhook", pk)


@open_to(ADMINISTRATOR)
@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    is_active = request.POST.get("active") == "yes"
    acts.set_webhook_active(viewer=viewer_of(request), pk=pk, is_active=is_active, now=database_now())
    messages.success(request, _("It is called again.") if is_active else _("It is called no more."))
    return redirect("workshop_webhook", pk)


@open_to(ADMINISTRATOR)
@require_POST
def try_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test message and say what came back, or why it could not be sent."""
    try:
        tried = acts.try_webhook(viewer=viewer_of(request), pk=pk, now=database_now())
    except NotFound:
        raise
    except DeskError as refusal:
        messages.error(request, in_words(refusal))
        return redirect("workshop_webhook", pk)
    tell = messages.success if tried.is_good else messages.error
    tell(request, _tried_words(tried))
    return redirect("workshop_webhook", pk)


def _tried_words(tried: acts.Tried) -> str:
    status = f"{tried.status} {responses.get(tried.status, '')}".strip()
    said = {"status": status, "time": number_format(tried.milliseconds, force_grouping=True)}
    if tried.is_good:
        return _("It took the test message: it answered %(status)s after %(time)s\u00a0ms.") % said
    return _("It was reached and did not take the test message: it answered %(status)s. Only 2xx is success.") % said


def _page(
    request: HttpRequest, webhook: Webhook | None, said: WebhookSaid, refusal: SaidInvalid | None = None
) -> HttpResponse:
    shows = webhook is not None and request.method == "GET" and request.session.pop(SHOWN_ONCE, None) == webhook.pk
    context: dict[str, Any] = {
        **FRAME,
        "now": database_now(),
        "webhook": webhook,
        "secret": webhook.secret if webhook and shows else "",
        "typed": said.typed,
        "problems": refusal.problems if refusal else {},
        "deeds": deeds_of(kind="webhook", pk=webhook.pk) if webhook else [],
    }
    return render(request, "workshop/webhook.html", context, status=refusal.status if refusal else 200)


def _said(request: HttpRequest) -> WebhookSaid:
    typed = {field: request.POST.get(field, "").replace("\x00", "")[:LONGEST] for field in WebhookSaid().typed}
    return WebhookSaid(**typed)


def _named(pk: int) -> Webhook:
    found = Webhook.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
