"""/agreements/: what is promised to one's department or company, by which agreements, and how it was kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.entitlement import offered_to
from catalog.shaping.kind import may_shape
from servicedesk.clock import database_now
from servicedesk.people.access import Viewer
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from servicedesk.texts import in_language, present_language
from sla.reports.attainment import Row, attainment
from sla.reports.question import By
from sla.reports.scope import Scope
from sla.shaping.agreed import promised_by, read_agreed
from tickets.offering_words import Offered, describe_offerings


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """One agreement with a department, and what it promises for each service; "" is no agreement."""

    provider: str
    agreement: str
    code: str
    hours: str
    lines: list[tuple[str, Offered]] = field(default_factory=list)


@require_safe
@open_to(SIGNED_IN)
def list_agreements(request: HttpRequest) -> HttpResponse:
    """In force now: for everything this person may ask for, and what their own departments promise."""
    viewer = viewer_of(request)
    now, customer = database_now(), viewer.person.customer
    offerings = list(offered_to(customer))
    offered = describe_offerings(offerings=offerings, person=viewer.person, now=now) if offerings else []
    today = timezone.localdate(now)
    context = {
        "section": "portal",
        "customer": customer,
        "agreed": _agreed(offered),
        "ours": list(promised_by(viewer, now=now)) if viewer.departments else [],
        "kept": _kept(viewer, today),
        "month": _months(today)[0],
    }
    return render(request, "portal/agreements.html", context)


@require_safe
@open_to(SIGNED_IN)
def show_agreement(request: HttpRequest, code: str) -> HttpResponse:
    """One agreement as its side may read it, with its versions. 404 alike for unknown ones and for those of others."""
    viewer, now = viewer_of(request), database_now()
    agreed = read_agreed(code=code, viewer=viewer, now=now)
    may_edit = may_shape(viewer, agreed.agreement.provider_id)
    context = {"section": "portal", "now": now, "agreed": agreed, "may_edit": may_edit}
    return render(request, "portal/agreement.html", context)


def _agreed(offered: Sequence[Offered]) -> list[Agreed]:
    language, found = present_language(), dict[tuple[str, str, str, str], Agreed]()
    for one in offered:
        service = one.offering.service
        key = (service.provider.name, one.agreement, one.agreement_code, one.hours)
        agreed = found.setdefault(key, Agreed(provider=key[0], agreement=key[1], code=key[2], hours=key[3]))
        agreed.lines.append((in_language(service.name, language), one))
    return [found[key] for key in sorted(found)]


def _kept(viewer: Viewer, today: date) -> Row | None:
    """The promises of the last whole month to the clients this person manages; None for everybody else."""
    if not viewer.manages:
        return None
    begins, ends = _months(today)
    return attainment(from_on=begins, to_on=ends, by=By.METRIC, scope=Scope(customers=viewer.manages)).total


def _months(today: date) -> tuple[date, date]:
    """The first days of the last month and of this one."""
    this = today.replace(day=1)
    return (this - timedelta(days=1)).replace(day=1), this
