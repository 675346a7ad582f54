"""The mail servers: kept, and really tried. On the first day and afterwards."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from servicedesk import env
from servicedesk.mail_servers import MailSettingsInvalid, Server, keep_mail_settings, kept_servers
from servicedesk.people.doors import ADMINISTRATOR, open_to
from servicedesk.people.models import Desk, Person
from servicedesk.people.opening import is_open, reach
from tickets.channels.mail.trial import Outcome, try_incoming, try_outgoing
from tickets.views.setup.frame import show

SECURITY = {
    "out": {"smtp+tls": later("STARTTLS (587)"), "smtps": later("TLS (465)"), "smtp": later("none (25)")},
    "in": {"imaps": later("TLS (993)"), "imap": later("none (143)")},
}


@sensitive_post_parameters("out_password", "in_password")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(ADMINISTRATOR)
def mail(request: HttpRequest) -> HttpResponse:
    """Where mail goes out and comes in. “Save and try” connects, sends a mail to who asks, and says what came of it."""
    if request.method == "POST":
        return _keep(request)
    outgoing, incoming = kept_servers()
    return _show(request, outgoing, incoming, Desk.objects.values_list("sender", flat=True).first() or "")


def _keep(request: HttpRequest) -> HttpResponse:
    if "skip" in request.POST and not is_open():
        reach("finish")
        return redirect("setup_finish")
    outgoing, incoming = _typed(request, "out"), _typed(request, "in")
    sender = request.POST.get("sender", "")
    try:
        keep_mail_settings(outgoing=outgoing, incoming=incoming, sender=sender)
    except MailSettingsInvalid as refused:
        return _show(request, outgoing, incoming, sender, 422, refused.values["fields"])
    if "try" in request.POST:
        assert isinstance(request.user, Person)
        _tell(request, _("Outgoing mail"), try_outgoing(to=request.user))
        _tell(request, _("Incoming mail"), try_incoming())
        return redirect("setup_mail")
    if is_open():
        messages.success(request, _("The mail settings are kept."))
        return redirect("setup_mail")
    reach("finish")
    return redirect("setup_finish")


def _typed(request: HttpRequest, side: str) -> Server:
    said = {name: request.POST.get(f"{side}_{name}", "") for name in ("host", "port", "user", "password")}
    scheme = request.POST.get(f"{side}_scheme", "")
    return Server(scheme if scheme in SECURITY[side] else next(iter(SECURITY[side])), **said)


def _tell(request: HttpRequest, about: str, outcome: Outcome) -> None:
    tell = messages.success if outcome.is_good else messages.info if outcome.code == "none" else messages.error
    tell(request, f"{about}: {outcome.words}")


def _show(
    request: HttpRequest, outgoing: Server, incoming: Server, sender: str, status: int = 200, wrong: Any = None
) -> HttpResponse:
    sides = [_side("out", outgoing, "EMAIL_URL"), _side("in", incoming, "INBOX_URL")]
    return show(request, "mail", status, sides=sides, sender=sender, wrong=wrong or {})


def _side(side: str, server: Server, variable: str) -> dict[str, Any]:
    """One half of the page. What the environment sets is shown without its password, and cannot be changed here."""
    fixed = env.url(variable)
    security = SECURITY[side].items()
    return {
        "side": side,
        "server": server,
        "security": security,
        "variable": variable,
        "fixed": fixed and fixed.hostname,
    }
