"""Lists of the workshop, one thing with what is in force, and its past versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_safe

from catalog.models import WorkshopEvent
from catalog.shaping.difference import difference
from catalog.shaping.kind import Edition, Kind, Thing, edition_of
from catalog.shaping.objections import PublishingObjected
from catalog.views.workshop.links import Links
from servicedesk.clock import database_now
from servicedesk.people.doors import HEAD, open_to, viewer_of
from servicedesk.people.models import Person
from servicedesk.refusals import in_words

LONGEST_HISTORY = 50
WORDS: dict[str, Lazy] = {
    WorkshopEvent.Verb.WITHDRAWN: later("Withdrawn"),
    WorkshopEvent.Verb.RESTORED: later("Put back in force"),
}


@dataclass(frozen=True, kw_only=True)
class Past:
    """A line of a thing's history; `number` 0 is no version but a withdrawal or its end."""

    number: int
    words: str
    at: datetime | None
    by: Person | None
    read: str = ""
    edit_from: str = ""
    reason: str = ""


@require_safe
@open_to(HEAD)
def list_things(request: HttpRequest, kind: Kind) -> HttpResponse:
    """What is in force, since when and by whom; drafts marked."""
    viewer = viewer_of(request)
    things = [(thing, Links(kind=kind, code=thing.code).show) for thing in kind.things(viewer)]
    return render(request, "workshop/list.html", frame(kind) | {"things": things, "now": database_now()})


@require_safe
@open_to(HEAD)
def show_thing(request: HttpRequest, kind: Kind, code: str) -> HttpResponse:
    """The version in force in words and as its readers see it, and the history. 404 alike for unknown and strange."""
    return thing_page(request, kind, kind.find(viewer_of(request), code))


def thing_page(
    request: HttpRequest, kind: Kind, thing: Thing, refusal: PublishingObjected | None = None
) -> HttpResponse:
    """The page of a thing; with a `refusal` to put it back, what a check objects to it and where to say why all the
    same."""
    viewer, now = viewer_of(request), database_now()
    content = thing.present.content if thing.present else {}
    context = {
        **frame(kind, thing),
        "refusal": in_words(refusal) if refusal else "",
        "objections": refusal.values["objections"] if refusal else (),
        "now": now,
        "lines": kind.describe(content) if content else [],
        "shown": kind.shown(content, thing=thing, viewer=viewer, now=now, asked=request.GET) if content else None,
        "warnings": kind.warnings(content, code=thing.code, now=now) if content else [],
        "history": history_of(kind, thing),
        "told_open": kind.told_open(thing) if thing.present else (),
        "walks": True,
        "preview_template": f"workshop/{kind.code}_preview.html",
    }
    return render(request, "workshop/thing.html", context, status=refusal.status if refusal else 200)


@require_safe
@open_to(HEAD)
def show_edition(request: HttpRequest, kind: Kind, code: str, number: int) -> HttpResponse:
    """A past version in words, beside the one in force."""
    viewer = viewer_of(request)
    thing = kind.find(viewer, code)
    edition = edition_of(kind, thing, number)
    present = thing.present.content if thing.present else {}
    context = {
        **frame(kind, thing),
        "now": database_now(),
        "edition": edition,
        "lines": kind.describe(edition.content),
        "changes": difference(before=kind.describe(edition.content), after=kind.describe(present)),
        "edit_from": Links(kind=kind, code=code).edit_from(number),
    }
    return render(request, "workshop/edition.html", context)


def frame(kind: Kind, thing: Thing | None = None) -> dict[str, Any]:
    """What every page of a kind says of itself."""
    links = Links(kind=kind, code=thing.code if thing else "")
    return {"section": "workshop", "room": kind.code, "kind": kind, "thing": thing, "links": links}


def revision_seen(request: HttpRequest) -> int:
    """Which revision of the draft the form was shown with; 0 where there was none."""
    said = request.POST.get("revision", "")
    return int(said) if said.isdecimal() and len(said) < 9 else 0


def history_of(kind: Kind, thing: Thing) -> list[Past]:
    """Versions, withdrawals and their ends, newest first; the oldest beyond fifty lines are left out."""
    if thing.present is None:
        return []
    events = WorkshopEvent.objects.filter(Q(verb__in=WORDS) | ~Q(reason=""), kind=kind.code, code=thing.code)
    acts = list(events.select_related("by").defer("content").order_by("-at"))
    reasons = {act.number: act.reason for act in acts if act.reason}
    past = [_version(kind, thing, edition, reasons.get(edition.number, "")) for edition in kind.editions(thing)]
    past += [
        Past(number=0, words=str(WORDS[act.verb]), at=act.at, by=act.by, reason=act.reason)
        for act in acts
        if act.verb in WORDS
    ]
    past.sort(key=lambda line: (line.at is not None, line.at or 0, line.number), reverse=True)
    return past[:LONGEST_HISTORY]


def _version(kind: Kind, thing: Thing, edition: Edition, reason: str) -> Past:
    links = Links(kind=kind, code=thing.code)
    return Past(
        number=edition.number,
        words=_("Version %(n)s") % {"n": edition.number},
        at=edition.at,
        by=edition.by,
        read=links.edition(edition.number),
        edit_from=links.edit_from(edition.number),
        reason=reason,
    )
