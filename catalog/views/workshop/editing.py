"""The editor: rows of fields, saved as a draft by every button, checked when asked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from catalog import actions
from catalog.shaping.kind import DraftInvalid, Kind, NothingShaped, Thing, providers_for
from catalog.shaping.typed import Typed, change_rows, fitted, read_post
from catalog.views.workshop.links import Links
from catalog.views.workshop.things import frame, revision_seen
from servicedesk.clock import database_now
from servicedesk.errors import Conflict, DeskError, Forbidden
from servicedesk.people.doors import HEAD, open_to, viewer_of
from servicedesk.refusals import in_words


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(HEAD)
def begin(request: HttpRequest, kind: Kind) -> HttpResponse:
    """A new thing: its code, its name, and for services and agreements its department; then the editor."""
    if not kind.can_be_begun:
        raise NothingShaped
    viewer = viewer_of(request)
    named = [part for part in ("name", "name_ru", "name_en") if part in kind.shape]
    said = {part: request.POST.get(part, "")[:200] for part in [*named, *(["provider"] if kind.has_provider else [])]}
    problems: dict[str, str] = {}
    if request.method == "POST":
        code = request.POST.get("code", "").strip()
        try:
            actions.begin_draft(kind=kind, viewer=viewer, code=code, said=said, now=database_now())
        except DraftInvalid as refusal:
            problems = {named[0] if key == "name" and named else key: text for key, text in refusal.problems.items()}
        else:
            return redirect(Links(kind=kind, code=code).edit)
    context = {
        **frame(kind),
        "typed": {"code": request.POST.get("code", "")[:60], **said},
        "named": named,
        "problems": problems,
        "providers": [(str(one.pk), one.name) for one in providers_for(viewer)] if kind.has_provider else [],
    }
    return render(request, "workshop/begin.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(HEAD)
def edit(request: HttpRequest, kind: Kind, code: str) -> HttpResponse:
    """GET shows the draft or what is in force; POST keeps what was typed and does what the button says.

    Whatever the button, everything typed is in the draft afterwards; ?check=1 shows what cannot be published yet.
    """
    viewer = viewer_of(request)
    thing = kind.find(viewer, code)
    if not thing.may_edit:
        raise Forbidden
    if request.method == "POST":
        return _keep(request, kind, thing)
    held = thing.draft.typed if thing.draft else kind.typed(thing.present.content) if thing.present else {}
    revision = thing.draft.revision if thing.draft else 0
    return _editor(request, kind, thing, typed=fitted(held, kind.shape), revision=revision)


def _keep(request: HttpRequest, kind: Kind, thing: Thing) -> HttpResponse:
    viewer, links = viewer_of(request), Links(kind=kind, code=thing.code)
    typed, act = read_post(request.POST, kind.shape), request.POST.get("do", "save")
    focus = change_rows(typed, act, kind.shape)
    told = kind.act(typed, act, request.POST.dict())
    seen, now = revision_seen(request), database_now()
    try:
        actions.keep_draft(kind=kind, viewer=viewer, code=thing.code, typed=typed, revision=seen, now=now)
    except Conflict as refusal:
        theirs = kind.find(viewer, thing.code)
        now_there = theirs.draft.revision if theirs.draft else 0
        return _editor(request, kind, theirs, typed=typed, revision=now_there, refusal=refusal)
    if told:
        request.session["editor_told"] = told
    if act == "publish":
        return HttpResponseClientRedirect(links.publish) if request.htmx else redirect(links.publish)  # type: ignore[attr-defined]
    said = QueryDict(mutable=True)
    said.update({"focus": focus} if focus else {"check": "1"} if act == "save" else {})
    return redirect(f"{links.edit}?{said.urlencode()}" if said else links.edit)


def _editor(
    request: HttpRequest,
    kind: Kind,
    thing: Thing,
    *,
    typed: Typed,
    revision: int,
    refusal: DeskError | None = None,
) -> HttpResponse:
    viewer, now = viewer_of(request), database_now()
    context: dict[str, Any] = {
        **frame(kind, thing),
        "now": now,
        "typed": typed,
        "revision": revision,
        "focus": request.GET.get("focus", ""),
        "refusal": in_words(refusal) if refusal else "",
        "told": request.session.pop("editor_told", ""),
        "problems": {},
        "template": f"workshop/{kind.code}_edit.html",
        "preview_template": f"workshop/{kind.code}_preview.html",
        **kind.choices(viewer, typed, code=thing.code),
    }
    try:
        content = kind.read(typed, viewer=viewer, code=thing.code)
    except DraftInvalid as invalid:
        context["problems"] = invalid.problems if "check" in request.GET else {}
        context["unfinished"] = len(invalid.problems)
    else:
        context["lines"] = kind.describe(content)
        context["warnings"] = kind.warnings(content, code=thing.code, now=now) if kind.warns_in_editor else ()
        context["shown"] = kind.shown(content, thing=thing, viewer=viewer, now=now, asked={})
    return render(request, "workshop/edit.html", context, status=refusal.status if refusal else 200)


@require_POST
@open_to(HEAD)
def edit_from(request: HttpRequest, kind: Kind, code: str, number: int) -> HttpResponse:
    """Make a past version the draft: publishing it rolls back."""
    viewer = viewer_of(request)
    actions.draft_from_edition(kind=kind, viewer=viewer, code=code, number=number, now=database_now())
    messages.success(request, _("Version %(n)s is in the editor now. Nothing is published yet.") % {"n": number})
    return redirect(Links(kind=kind, code=code).edit)


@require_POST
@open_to(HEAD)
def discard(request: HttpRequest, kind: Kind, code: str) -> HttpResponse:
    """Throw the draft away, if it is still the one that was looked at."""
    viewer = viewer_of(request)
    was_published = kind.exists(code)
    actions.discard_draft(kind=kind, viewer=viewer, code=code, revision=revision_seen(request))
    messages.success(request, _("The draft was discarded."))
    links = Links(kind=kind, code=code)
    return redirect(links.show if was_published else links.list)
