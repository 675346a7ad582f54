"""/tickets/NUMBER/why/: why each clock of a ticket shows the time it shows, in words, rows and a picture."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField
from django.db.models import Value as Literal
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_safe

from servicedesk.clock import database_now
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from servicedesk.people.locality import zone_of
from servicedesk.people.models import Customer
from sla.breach.answering import Answer, Place, answers_of
from sla.breach.deciding import decided_by
from sla.explaining import duration, explain
from sla.exporting.answer import answer_rows
from sla.exporting.document import Value
from sla.models import AgreementVersion, Calendar, Clock, Policy
from sla.reading import LedgerLine, Reading, read_every_clock
from tickets.access import Access, ticket_for
from tickets.desk.breaches import CAUSES, GROUNDS, Broken, broken_of
from tickets.ledger import late_by, lines_for
from tickets.picture import Picture, draw
from tickets.promise import NO_PROMISE, standing_of
from tickets.wording import METRICS, WAITS, PromiseWords, promise_words, word

NO_BREAK = "\u00a0"
Titles = Mapping[tuple[str, str], tuple[str, int]]
RESTS = {"resolved": later("was resolved"), "elsewhere": later("another stage was at work")}


@dataclass(frozen=True, kw_only=True)
class Refused:
    """An answer to a broken promise that was refused: of which (its `mark`), which act, what was typed, why not."""

    mark: str
    act: str
    said: Mapping[str, str]
    problem: str
    status: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the ledger in words; `seconds` are of working time."""

    since: datetime
    until: datetime
    begins: str
    ends: str
    seconds: int
    long: str
    counted: bool
    is_late: bool
    why: str
    whose: str


@dataclass(frozen=True, kw_only=True)
class Why:
    """One clock explained. `late` is how much was counted after due and `late_parts` whose that was; `terms` name what
    promised it and `broken` what was said of its breach, for the provider's side only."""

    clock: Clock
    name: str
    cycle: int
    promise: PromiseWords
    sentence: str
    lines: Sequence[Line]
    used: str
    stood: str
    target: str
    late: str
    late_parts: str
    picture: Picture | None
    terms: Sequence[str]
    broken: Broken | None

    @property
    def is_open(self) -> bool:
        """Whether its rows are unfolded at once: those that still run or were broken."""
        return self.clock.state in ("running", "paused") or self.clock.verdict == "breached"


@require_safe
@open_to(SIGNED_IN)
def show_why(request: HttpRequest, number: int) -> HttpResponse:
    """The page; for htmx its clocks alone; with ?as=csv every row of every ledger. 404 as for the ticket itself."""
    access, now = ticket_for(viewer_of(request), number), database_now()
    if request.GET.get("as") == "csv":
        return answer_rows(f"ledger-{number}", _rows(explain_clocks(access, now=now)))
    part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    return explained(request, access, now=now, template="tickets/_why.html" if part else "tickets/why.html")


def explained(
    request: HttpRequest,
    access: Access,
    *,
    now: datetime,
    template: str = "tickets/why.html",
    refused: Refused | None = None,
) -> HttpResponse:
    """The page; with what was `refused` of an answer to a broken promise, as it was typed, and the reason."""
    context = {
        "access": access,
        "ticket": access.ticket,
        "whys": explain_clocks(access, now=now),
        "now": now,
        "section": "tickets",
        "refused": refused,
        "causes": CAUSES,
        "grounds": GROUNDS,
    }
    return render(request, template, context, status=refused.status if refused else 200)


def explain_clocks(access: Access, *, now: datetime) -> list[Why]:
    """Every clock that this person may see, each cycle. Three statements, and two where one is broken."""
    readings = read_every_clock(journey=access.ticket.journey, side=access.side, now=now)
    ledgers = [lines_for(reading.ledger, side=access.side) for reading in readings]
    names = _departments(line for lines in ledgers for line in lines)
    titles = _titles([reading.clock for reading in readings]) if access.side == "provider" else {}
    answers = _answers(access, readings)
    return [
        _why(access, reading, lines, names=names, titles=titles, answers=answers, now=now)
        for reading, lines in zip(readings, ledgers, strict=True)
    ]


def _answers(access: Access, readings: Sequence[Reading]) -> dict[Place, Broken]:
    """What was said of the broken promises, by clock; nothing for the customer's side."""
    broken = [reading.clock for reading in readings if reading.clock.verdict == Clock.Verdict.BREACHED]
    if access.side != "provider" or not broken:
        return {}
    said = answers_of(journey=access.ticket.journey)
    places = {(clock.metric, clock.stage, clock.cycle): clock for clock in broken if clock.metric != NO_PROMISE}
    waits = decided_by(access.viewer, [one.exclusion for one in said.values() if one.exclusion])
    return {
        place: broken_of(access, clock, said.get(place, Answer()), decides_on=waits) for place, clock in places.items()
    }


def _why(
    access: Access,
    reading: Reading,
    lines: Sequence[LedgerLine],
    *,
    names: Mapping[int, str],
    titles: Titles,
    answers: Mapping[Place, Broken],
    now: datetime,
) -> Why:
    clock, person = reading.clock, access.viewer.person
    standing = standing_of(clock, now=now)
    stood = sum(line.seconds for line in lines if not line.counted)
    return Why(
        clock=clock,
        name=str(word(METRICS, clock.metric)),
        cycle=clock.cycle,
        promise=promise_words(standing, ticket=access.ticket, to_requester=access.is_requester, now=now),
        sentence=explain(reading=reading, language=person.language, zone=zone_of(person)),
        lines=[_line(access, line, names) for line in lines],
        used=_long(clock.elapsed_seconds),
        stood=_long(stood) if stood else "",
        target=_long(clock.target_seconds) if clock.target_seconds is not None else "",
        late=_long(late) if (late := sum(line.seconds for line in lines if line.is_late)) else "",
        late_parts=", ".join(_part(access, line, names) for line in late_by(lines)),
        picture=draw(clock, lines),
        terms=_terms(clock, titles) if access.side == "provider" else (),
        broken=answers.get((clock.metric, clock.stage, clock.cycle)),
    )


def _line(access: Access, line: LedgerLine, names: Mapping[int, str]) -> Line:
    return Line(
        since=line.since,
        until=line.until,
        begins=_day_and_time(line.since),
        ends=_ending(line),
        seconds=line.seconds,
        long=_long(line.seconds),
        counted=line.counted,
        is_late=line.is_late,
        why=_reason(line),
        whose=_whose(access, line, names),
    )


def _day_and_time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "D j E, H:i")


def _ending(line: LedgerLine) -> str:
    """Without the day where that is the day it began."""
    since, until = timezone.localtime(line.since), timezone.localtime(line.until)
    return date_format(until, "H:i") if since.date() == until.date() else _day_and_time(line.until)


def _reason(line: LedgerLine) -> str:
    if line.counted and line.reason is None:
        return _("after due") if line.is_late else _("time ran")
    return word({**WAITS, **RESTS}, line.reason or "")


def _part(access: Access, line: LedgerLine, names: Mapping[int, str]) -> str:
    """One part of the time after due, with whose it was."""
    whose = word(WAITS, line.reason) if line.reason else _whose(access, line, names)
    return _("%(span)s %(whose)s") % {"span": _long(line.seconds), "whose": whose} if whose else _long(line.seconds)


def _whose(access: Access, line: LedgerLine, names: Mapping[int, str]) -> str:
    """Who had the work, or was waited for; the customer's side is told of the provider only."""
    if line.counted and line.reason is None:
        if isinstance(line.responsible, int):
            return names.get(line.responsible, "")
        return access.ticket.provider.name if access.side != "provider" else ""
    return access.ticket.customer.name if line.responsible == "customer" else ""


def _terms(clock: Clock, titles: Titles) -> list[str]:
    """Agreement, policy and calendar by name, with their versions."""
    found = []
    if agreed := titles.get(("agreement", str(clock.agreement_id))):
        found.append(_("agreement “%(name)s”, version %(number)s") % {"name": agreed[0], "number": agreed[1]})
    if clock.policy:
        name, _any = titles.get(("policy", clock.policy), (clock.policy, 0))
        found.append(_("policy “%(name)s”, version %(number)s") % {"name": name, "number": clock.policy_version})
    if clock.calendar:
        code, _at, number = clock.calendar.rpartition("@")
        name, _any = titles.get(("calendar", code), (code, 0))
        found.append(_("calendar “%(name)s”, version %(number)s") % {"name": name, "number": number})
    return found


def _departments(lines: Iterable[LedgerLine]) -> dict[int, str]:
    named = {line.responsible for line in lines if isinstance(line.responsible, int)}
    return dict(Customer.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}


def _titles(clocks: Sequence[Clock]) -> Titles:
    """What the agreements, policies and calendars of these clocks are called, the first with its version; one
    statement."""
    policies = Policy.objects.filter(code__in={clock.policy for clock in clocks})
    calendars = Calendar.objects.filter(
        code__in={clock.calendar.rpartition("@")[0] for clock in clocks if clock.calendar}
    )
    agreements = AgreementVersion.objects.filter(pk__in={clock.agreement_id for clock in clocks if clock.agreement_id})
    named = agreements.values_list(Literal("agreement"), Cast("pk", CharField()), "agreement__name", "number").union(
        policies.values_list(Literal("policy"), "code", "name", Literal(0)),
        calendars.values_list(Literal("calendar"), "code", "name", Literal(0)),
    )
    return {(kind, key): (name, number) for kind, key, name, number in named}


def _long(seconds: int) -> str:
    """To the second, so that one can add the rows up."""
    return duration(seconds, 1 if get_language() == "ru" else 0).replace(" ", NO_BREAK)


def _rows(whys: Sequence[Why]) -> Iterator[Sequence[Value]]:
    """Every row of every ledger under its headings; seconds are of working time."""
    yield "metric", "stage", "cycle", "since", "until", "seconds", "counted", "late", "why", "whose"
    for why in whys:
        for line in why.lines:
            told = (line.since, line.until, line.seconds, int(line.counted), int(line.is_late), line.why, line.whose)
            yield why.clock.metric, why.clock.stage, why.cycle, *told
