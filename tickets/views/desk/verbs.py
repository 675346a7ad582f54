"""What is sent from the page of a ticket: messages, and one verb after another."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from tickets.access import Access, ticket_for
from tickets.desk.macros import macro_text
from tickets.desk.undo import Outcome, Step, undo_token
from tickets.desk.verbs import verb_called
from tickets.desk.writing import THEN, write
from tickets.models import Attachment, Ticket
from tickets.priorities import Decided, decided_on
from tickets.views.desk.held import held_for_ticket
from tickets.views.desk.ticket import Typed, show
from tickets.views.desk.toasts import toast
from tickets.views.portal.typed import numbers_in, release_held, upload_all

#: Verbs that a toast can take back, and which value of the ticket they replace.
UNDONE = ("assign", "reprioritise")
MOST_FILES = 20


@require_POST
@held_for_ticket
@open_to(SIGNED_IN)
def do_verb(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Do one verb; refused, the page comes back with the reason and what was typed."""
    access, now = ticket_for(viewer_of(request), number), database_now()
    access.require(access.side == "provider")
    wanted, said = verb_called(verb), {name: str(value) for name, value in request.POST.items()}
    before = _value(access.ticket, verb)
    try:
        changed = wanted.act(access, said, now)
    except DeskError as refusal:
        typed = Typed(do="" if wanted.at_once else verb, said=said)
        return show(request, access, now=now, typed=typed, refusal=refusal)
    token = ""
    if verb in UNDONE and before != _value(changed, verb):
        step = Step(number=number, version=changed.version, before=before)
        token = undo_token(viewer=access.viewer, outcome=Outcome(act=verb, done=[step]))
    release_held(request)
    toast(request, str(wanted.done), token=token)
    return redirect("ticket", number)


def _value(ticket: Ticket, verb: str) -> str | Decided | None:
    if verb == "assign":
        return ticket.assignee.login if ticket.assignee else None
    return decided_on(ticket) if verb == "reprioritise" else None


@require_POST
@held_for_ticket
@open_to(SIGNED_IN)
def write_message(request: HttpRequest, number: int) -> HttpResponse:
    """Send a reply or leave a note; or put a canned reply into what is being written, which sends nothing."""
    access, now = ticket_for(viewer_of(request), number), database_now()
    access.require(access.side == "provider")
    body, mode = request.POST.get("body", ""), request.POST.get("kind", "reply")
    then, insert = request.POST.get("then", ""), request.POST.get("macro", "")
    files: list[Attachment] = []
    try:
        files = _files(request, access)
        if "pick" in request.POST or insert:
            return _with_macro(request, access, Typed(body=body, mode=mode, files=files, picking=not insert), insert)
        write(
            access=access,
            is_note=mode == "note",
            body=body,
            then=then if then in THEN else "",
            attachments=[file.pk for file in files],
            version=_version(request),
            now=now,
        )
    except DeskError as refusal:
        access = ticket_for(access.viewer, number)
        typed = Typed(body=body, mode=mode, files=files or _kept(request, access))
        return show(request, access, now=now, typed=typed, refusal=refusal)
    release_held(request)
    toast(request, _("The note is saved.") if mode == "note" else _("Your message was sent."))
    return redirect("ticket", number)


def _with_macro(request: HttpRequest, access: Access, typed: Typed, insert: str) -> HttpResponse:
    """The page with the canned replies to choose from, or with the chosen one below what was typed."""
    if insert:
        text = macro_text(access=access, macro_id=next(iter(numbers_in([insert])), 0))
        typed = replace(typed, body="\n\n".join(filter(None, [typed.body.rstrip(), text])))
    return show(request, access, now=database_now(), typed=typed)


def _files(request: HttpRequest, access: Access) -> list[Attachment]:
    """What was attached before and kept, and what came now; each is kept even when the message is refused."""
    new = upload_all(request, by=access.viewer.person, now=database_now(), most=MOST_FILES)
    return [*_kept(request, access), *new]


def _kept(request: HttpRequest, access: Access) -> list[Attachment]:
    ids = numbers_in(request.POST.getlist("file"))[:MOST_FILES]
    return list(Attachment.objects.filter(pk__in=ids, uploader=access.viewer.person, message=None)) if ids else []


def _version(request: HttpRequest) -> int | None:
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
