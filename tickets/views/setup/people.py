"""Files of people, departments and clients: given, looked at, and agreed to."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from servicedesk.clock import database_now
from servicedesk.errors import DeskError, Invalid, NotFound
from servicedesk.people.doors import ADMINISTRATOR, open_to
from servicedesk.people.invitations import uninvited
from servicedesk.people.models import Person, Roster
from servicedesk.people.opening import is_open, reach
from servicedesk.people.roster.apply import AlreadyApplied, DeskChanged, apply_roster
from servicedesk.people.roster.columns import headings
from servicedesk.people.roster.plan import keep_roster, plan_roster
from servicedesk.people.roster.planned import ADD, BAD, CHANGE, SAME, Plan, Planned
from servicedesk.people.roster.wording import change_words, heading_words, reason_words, value_words
from servicedesk.refusals import in_words
from sla.exporting.answer import answer_rows
from tickets.views.setup.frame import show

KINDS = {
    Roster.Kind.DEPARTMENTS: later("Departments"),
    Roster.Kind.PEOPLE: later("People at work and at clients"),
    Roster.Kind.CLIENTS: later("Clients"),
}
#: What a sample file shows below its headings.
SAMPLES = {
    Roster.Kind.DEPARTMENTS: ["Warehouse", "warehouse", ""],
    Roster.Kind.CLIENTS: ["Opt Torg", "opt-torg", "", "key", "", "opt-torg.example"],
    Roster.Kind.PEOPLE: ["i.petrov", "Ivan Petrov", "i.petrov@example.org", "warehouse", "agent", "ru"],
}
GROUPS = (BAD, CHANGE, ADD, SAME, "left")
ROWS_A_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(ADMINISTRATOR)
def people(request: HttpRequest) -> HttpResponse:
    """Where files are given; nothing is written before they were looked at."""
    if request.method != "POST":
        return _ask(request)
    if "next" in request.POST and not is_open():
        reach("mail")
        return redirect("setup_mail")
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Http404
    try:
        roster = _kept(request, Roster.Kind(kind))
    except DeskError as refused:
        return _ask(request, 422, wrong={kind: in_words(refused)})
    return redirect("setup_roster", roster_id=roster.pk)


def _kept(request: HttpRequest, kind: Roster.Kind) -> Roster:
    given = request.FILES.get("file")
    if not isinstance(given, UploadedFile):
        raise Invalid(problem="Choose a file first.")
    by = request.user
    assert isinstance(by, Person)
    return keep_roster(kind=kind, file_name=given.name or "", content=given.read(), by=by, now=database_now())


def _ask(request: HttpRequest, status: int = 200, wrong: dict[str, str] | None = None) -> HttpResponse:
    kinds = [
        {
            "kind": kind,
            "name": name,
            "columns": ", ".join(headings(kind=kind, language=request.LANGUAGE_CODE)),
            "wrong": (wrong or {}).get(kind),
        }
        for kind, name in KINDS.items()
    ]
    return show(request, "people", status, kinds=kinds, uninvited=uninvited().count())


@require_safe
@open_to(ADMINISTRATOR)
def sample(request: HttpRequest, kind: str) -> HttpResponse:
    """A file to begin with: the headings and one row."""
    if kind not in KINDS:
        raise Http404
    return answer_rows(kind, [headings(kind=kind, language=request.LANGUAGE_CODE), SAMPLES[Roster.Kind(kind)]])


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(ADMINISTRATOR)
def roster(request: HttpRequest, roster_id: int) -> HttpResponse:
    """What a file would do, row by row; POST does exactly that."""
    kept = Roster.objects.filter(pk=roster_id).first()
    if kept is None:
        raise NotFound
    if kept.applied_at is not None:
        messages.info(request, in_words(AlreadyApplied()))
        return redirect("setup_people")
    if request.method == "POST":
        return _apply(request, kept)
    by = request.user
    assert isinstance(by, Person)
    return _preview(request, kept, plan_roster(roster=kept, by=by))


def _apply(request: HttpRequest, kept: Roster) -> HttpResponse:
    by = request.user
    assert isinstance(by, Person)
    try:
        plan = apply_roster(roster=kept, fingerprint=request.POST.get("seen", ""), by=by, now=database_now())
    except (DeskChanged, AlreadyApplied) as refused:
        messages.error(request, in_words(refused))
        return (
            redirect("setup_roster", roster_id=kept.pk)
            if isinstance(refused, DeskChanged)
            else redirect("setup_people")
        )
    messages.success(request, _done(len(plan.of(ADD)), len(plan.of(CHANGE)), len(plan.of(BAD))))
    return redirect("setup_people")


def _done(added: int, changed: int, bad: int) -> str:
    return " ".join([
        ngettext("%(n)s row added,", "%(n)s rows added,", added) % {"n": added},
        ngettext("%(n)s changed,", "%(n)s changed,", changed) % {"n": changed},
        ngettext("%(n)s left out.", "%(n)s left out.", bad) % {"n": bad},
    ])  # fmt: skip


def _preview(request: HttpRequest, kept: Roster, plan: Plan) -> HttpResponse:
    groups = {name: plan.left if name == "left" else plan.of(name) for name in GROUPS}
    wanted = request.GET.get("show", "")
    shown = wanted if wanted in groups else next((name for name in GROUPS if groups[name]), ADD)
    page = Paginator(groups[shown], ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "roster": kept,
        "kind_name": KINDS[Roster.Kind(kept.kind)],
        "groups": [{"code": name, "count": len(rows), "is_shown": name == shown} for name, rows in groups.items()],
        "shown": shown,
        "rows": [_row(row) if isinstance(row, Planned) else row for row in page],
        "pages": page,
        "seen": plan.fingerprint,
        "writes": len(groups[ADD]) + len(groups[CHANGE]),
        "segments": plan.segments,
        "left_out": kept.columns["left_out"],
    }
    return show(request, "roster", **context)


def _row(row: Planned) -> dict[str, object]:
    """A row of the preview in words."""
    shown = {"line": row.line, "key": row.key, "name": row.name or (row.found.name if row.found else "")}
    if row.reason:
        return shown | {"reason": reason_words(row.reason)}
    if row.state == CHANGE:
        return shown | {"changes": [change_words(one) for one in row.changed]}
    values = {name: value for name, value in row.values.items() if name != "name" and value}
    return shown | {"values": [(_heading(name), _value(name, value)) for name, value in values.items()]}


def _heading(name: str) -> str:
    return heading_words("role" if name == "roles" else name)


def _value(name: str, value: object) -> str:
    said = " ".join(value) if isinstance(value, list) else str(value)
    return value_words("role" if name == "roles" else name, said)
