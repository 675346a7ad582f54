"""Who was invited, who came, and who must be asked again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from servicedesk import mail_settings
from servicedesk.clock import database_now
from servicedesk.errors import NotFound
from servicedesk.people.doors import ADMINISTRATOR, open_to
from servicedesk.people.invitations import (
    InvitationSpent,
    invite,
    invite_again,
    link_of,
    revoke_invitation,
    state_of,
    uninvited,
    without_password,
)
from servicedesk.people.models import Invitation, Person
from tickets.views.setup.frame import show

ROWS_A_PAGE = 50


@require_safe
@open_to(ADMINISTRATOR)
def invitations(request: HttpRequest) -> HttpResponse:
    """The newest invitation of each person, and how many have none."""
    now = database_now()
    page = Paginator(_newest(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [{"invitation": one, "state": state_of(one, now)} for one in page]
    return show(
        request, "invitations", rows=rows, pages=page, now=now, uninvited=uninvited().count(),
        without_address=without_password().filter(email="").count(), has_server=mail_settings.outgoing() is not None,
    )  # fmt: skip


def _newest() -> QuerySet[Invitation]:
    newest = Invitation.objects.order_by("person", "-pk").distinct("person").values("pk")
    return Invitation.objects.filter(pk__in=newest).select_related("person__customer").order_by("-made_at", "-pk")


@open_to(ADMINISTRATOR)
@require_POST
def send_all(request: HttpRequest) -> HttpResponse:
    """Invite everybody who has an address, no password and no invitation."""
    number = invite(people=list(uninvited()), by=_by(request), now=database_now())
    messages.success(
        request,
        ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", number) % {"n": number},
    )
    return redirect("setup_invitations")


@open_to(ADMINISTRATOR)
@require_POST
def send_again(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """A new link for the same person; the old one opens nothing any more."""
    try:
        invite_again(invitation=_named(invitation_id), by=_by(request), now=database_now())
    except InvitationSpent:
        messages.error(request, _("This person has chosen a password already. Nothing was sent."))
        return redirect("setup_invitations")
    messages.success(request, _("A new invitation is on its way; the old link opens nothing any more."))
    return redirect("setup_invitations")


@open_to(ADMINISTRATOR)
@require_POST
def revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Let the link open nothing any more."""
    revoke_invitation(invitation=_named(invitation_id), now=database_now())
    messages.success(request, _("The invitation is withdrawn; its link opens nothing any more."))
    return redirect("setup_invitations")


@open_to(ADMINISTRATOR)
@require_POST
def reveal(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """The link itself, to be handed over where there is no mail."""
    invitation = _named(invitation_id)
    if state_of(invitation, database_now()) not in ("waiting", "sent", "failed"):
        raise NotFound
    return show(request, "link", invitation=invitation, link=link_of(invitation))


def _named(invitation_id: int) -> Invitation:
    found = Invitation.objects.select_related("person").filter(pk=invitation_id).first()
    if found is None:
        raise NotFound
    return found


def _by(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user
