"""Mails that became no message: read as text, let in as somebody's, or set aside. For administrators."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.doors import ADMINISTRATOR, open_to, viewer_of
from servicedesk.people.models import Customer, Desk, Person
from servicedesk.people.said.person import PersonSaid, named_person
from servicedesk.people.said.refusal import SaidInvalid
from servicedesk.refusals import in_words
from sla.administration.people import LANGUAGES, customer_choices, with_nothing
from sla.administration.wording import deeds_of
from tickets.channels.mail.parse import Parsed, parse_mail
from tickets.channels.mail.quarantine import (
    aside_mail,
    held_mails,
    ignored_mails,
    let_in_as,
    let_in_as_new,
    may_be_let_in,
    set_aside,
)
from tickets.channels.mail.store import raw_of
from tickets.channels.mail.wording import reason_words
from tickets.models import InboundMail

FRAME = {"section": "workshop", "room": "held"}
A_PAGE = 50
LONGEST_SHOWN = 20_000  # characters of a text
LONGEST = 300


@open_to(ADMINISTRATOR)
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """What is held; ?show=aside what was set aside. Newest first, fifty a page."""
    is_aside = request.GET.get("show") == "aside"
    page = Paginator(ignored_mails() if is_aside else held_mails(), A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        **FRAME,
        "now": database_now(),
        "is_aside": is_aside,
        "rows": [(mail, reason_words(mail)) for mail in page],
        "pages": page,
    }
    return render(request, "workshop/held_mails.html", context)


@open_to(ADMINISTRATOR)
@require_safe
def show_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as text, why it is aside, and what can be done with it."""
    return _page(request, aside_mail(pk))


def _page(
    request: HttpRequest,
    mail: InboundMail,
    *,
    typed: dict[str, str] | None = None,
    refusal: DeskError | None = None,
) -> HttpResponse:
    parsed = _parsed(mail)
    context: dict[str, Any] = {
        **FRAME,
        "now": database_now(),
        "mail": mail,
        "reason": reason_words(mail),
        "parsed": parsed,
        "text": parsed.text[:LONGEST_SHOWN] if parsed else "",
        "is_cut": bool(parsed and len(parsed.text) > LONGEST_SHOWN),
        "files": [(file.name, file.content_type, len(file.content)) for file in parsed.files] if parsed else [],
        "may_be_let_in": may_be_let_in(mail),
        "typed": _proposed(mail, parsed) | (typed or {}),
        "customers": with_nothing(customer_choices()),
        "languages": LANGUAGES,
        "problems": refusal.problems if isinstance(refusal, SaidInvalid) else {},
        "refusal": in_words(refusal) if refusal and not isinstance(refusal, SaidInvalid) else "",
        "deeds": deeds_of(kind="mail", pk=mail.pk),
    }
    return render(request, "workshop/held_mail.html", context, status=refusal.status if refusal else 200)


def _parsed(mail: InboundMail) -> Parsed | None:
    try:
        return parse_mail(raw_of(mail))
    except Exception:  # whatever a stranger's bytes do to a parser, the page still says what the mail is
        return None


def _proposed(mail: InboundMail, parsed: Parsed | None) -> dict[str, str]:
    """What the forms begin with: the person of this address, and a new one named as the sender says."""
    known = Person.objects.filter(email__iexact=mail.sender, is_active=True).first() if mail.sender else None
    domain = mail.sender.rpartition("@")[2]
    homes = list(Customer.objects.filter(mail_domains__contains=[domain])[:2]) if domain else []
    desk = Desk.objects.first() or Desk()
    return {
        "person": known.login if known else "",
        "name": (parsed.sender_name if parsed else "") or mail.sender.partition("@")[0],
        "email": mail.sender,
        "customer": str(homes[0].pk) if len(homes) == 1 else "",
        "language": desk.language,
        "reason": "",
    }


@open_to(ADMINISTRATOR)
@require_POST
def let_in_known(request: HttpRequest, pk: int) -> HttpResponse:
    """As written by a person of the desk, whatever address it came from."""
    mail, said = aside_mail(pk), _typed(request, "person")
    try:
        let_in_as(viewer=viewer_of(request), pk=pk, person=named_person(said["person"]), now=database_now())
    except DeskError as refusal:
        return _page(request, mail, typed=said, refusal=refusal)
    return _told(request)


@open_to(ADMINISTRATOR)
@require_POST
def let_in_new(request: HttpRequest, pk: int) -> HttpResponse:
    """As written by a person who is added with it, signing in by the address they write from."""
    mail, said = aside_mail(pk), _typed(request, "name", "email", "customer", "language")
    person = PersonSaid(login=said["email"], **said)
    try:
        let_in_as_new(viewer=viewer_of(request), pk=pk, said=person, now=database_now())
    except DeskError as refusal:
        return _page(request, mail, typed=said, refusal=_of_address(refusal))
    return _told(request)


def _of_address(refusal: DeskError) -> DeskError:
    """What is wrong with the login is wrong with the address here: they are one."""
    if not isinstance(refusal, SaidInvalid) or "login" not in refusal.problems:
        return refusal
    rest = {field: words for field, words in refusal.problems.items() if field != "login"}
    return SaidInvalid(fields={"email": refusal.problems["login"]} | rest)


@open_to(ADMINISTRATOR)
@require_POST
def put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Ignored, for the reason that was given."""
    mail, said = aside_mail(pk), _typed(request, "reason")
    try:
        set_aside(viewer=viewer_of(request), pk=pk, reason=said["reason"], now=database_now())
    except DeskError as refusal:
        return _page(request, mail, typed=said, refusal=refusal)
    messages.success(request, _("The mail is set aside."))
    return redirect("workshop_mail")


@open_to(ADMINISTRATOR)
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they came, to be kept and never shown in a page of ours."""
    response = HttpResponse(raw_of(aside_mail(pk)), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{pk}.eml"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _told(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("The mail is let in: it becomes a message within seconds."))
    return redirect("workshop_mail")


def _typed(request: HttpRequest, *fields: str) -> dict[str, str]:
    return {field: request.POST.get(field, "").replace("\x00", "")[: LONGEST * 2] for field in fields}
