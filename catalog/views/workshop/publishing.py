"""What a draft would change, and putting it in force; withdrawing a thing and putting it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog import actions
from catalog.shaping.difference import difference
from catalog.shaping.kind import DraftInvalid, Kind, Thing
from catalog.shaping.objections import PublishingObjected, objections_to
from catalog.shaping.typed import fitted
from catalog.views.workshop.links import Links
from catalog.views.workshop.things import frame, revision_seen, thing_page
from servicedesk.clock import database_now
from servicedesk.errors import DeskError, Forbidden, NotFound
from servicedesk.people.doors import HEAD, open_to, viewer_of
from servicedesk.refusals import in_words


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(HEAD)
def publish(request: HttpRequest, kind: Kind, code: str) -> HttpResponse:
    """GET lays the draft beside what is in force; POST publishes what was looked at and nothing newer."""
    viewer = viewer_of(request)
    thing = kind.find(viewer, code)
    if not thing.may_edit:
        raise Forbidden
    refusal: DeskError | None = None
    if request.method == "POST":
        try:
            event = actions.publish_draft(
                kind=kind,
                viewer=viewer,
                code=code,
                revision=revision_seen(request),
                seen=request.POST.get("seen", ""),
                reason=request.POST.get("reason", "").replace("\x00", ""),
                also_open="also_open" in request.POST,
                now=database_now(),
            )
        except DraftInvalid:
            return redirect(f"{Links(kind=kind, code=code).edit}?check=1")
        except NotFound:
            raise
        except DeskError as said:
            refusal, thing = said, kind.find(viewer, code)
        else:
            messages.success(request, _("Version %(n)s is in force now.") % {"n": event.number})
            return redirect(Links(kind=kind, code=code).show)
    return _before_publishing(request, kind, thing, refusal)


def _before_publishing(request: HttpRequest, kind: Kind, thing: Thing, refusal: DeskError | None) -> HttpResponse:
    viewer, now, links = viewer_of(request), database_now(), Links(kind=kind, code=thing.code)
    if thing.draft is None:
        if refusal:
            messages.error(request, in_words(refusal))
        return redirect(links.show)
    try:
        content = kind.read(fitted(thing.draft.typed, kind.shape), viewer=viewer, code=thing.code)
    except DraftInvalid:
        return redirect(f"{links.edit}?check=1")
    before = kind.describe(thing.present.content) if thing.present and thing.present.content else []
    changes = difference(before=before, after=kind.describe(content))
    context = {
        **frame(kind, thing),
        "now": now,
        "changes": changes,
        "is_same": all(line.how == "same" for line in changes),
        "warnings": kind.warnings(content, code=thing.code, now=now),
        "objections": objections_to(kind=kind.code, code=thing.code, content=content, now=now),
        "reason": request.POST.get("reason", ""),
        "foreseen": kind.foresee(content, thing=thing, now=now) if kind.tells_open and thing.present else None,
        "also_open": "also_open" in request.POST if request.method == "POST" else kind.tells_open_unasked,
        "shown": kind.shown(content, thing=thing, viewer=viewer, now=now, asked=request.GET),
        "preview_template": f"workshop/{kind.code}_preview.html",
        "next_number": (thing.present.number if thing.present else 0) + 1,
        "refusal": in_words(refusal) if refusal else "",
    }
    return render(request, "workshop/publish.html", context, status=refusal.status if refusal else 200)


@require_POST
@open_to(HEAD)
def activate(request: HttpRequest, kind: Kind, code: str) -> HttpResponse:
    """Withdraw the thing, or put it back where the form says on=1: then what a check objects to it is shown."""
    viewer, is_active = viewer_of(request), request.POST.get("on") == "1"
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        actions.set_active(kind=kind, viewer=viewer, code=code, is_active=is_active, now=database_now(), reason=reason)
    except PublishingObjected as refusal:
        return thing_page(request, kind, kind.find(viewer, code), refusal)
    messages.success(request, _("Put back in force.") if is_active else _("Withdrawn. Past tickets keep it."))
    return redirect(Links(kind=kind, code=code).show)
