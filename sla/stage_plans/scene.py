"""What the check of stage plans looks at: plans, promises and calendars in force, with one draft put in their place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from catalog.models import Offering, PlannedStage
from catalog.shaping.kind import Content, definition_in
from servicedesk.people.models import Customer
from sla.core.business_time import ROUND_THE_CLOCK, BusinessTime, WorkingTime
from sla.core.calendar import Calendar as CoreCalendar
from sla.core.policy import Policy as CorePolicy
from sla.models import AgreementLine, AgreementVersion, Calendar, Policy


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A planned stage; `seconds` only of an approval, whose time stands in the plan."""

    department: int
    name: Mapping[str, str]
    beside: bool = False
    seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The stages of one offering, and what decides which promises are made for it; ids None: not published yet."""

    offering: str
    name: Mapping[str, str]
    service: Mapping[str, str]
    provider: int
    service_id: int | None
    offering_id: int | None
    audience: str
    segments: frozenset[int]
    stages: tuple[Stage, ...]

    def things(self) -> list[str]:
        """As lines of agreements name them, the most specific first."""
        offering = [f"offering:{self.offering_id}"] if self.offering_id else []
        service = [f"service:{self.service_id}"] if self.service_id else []
        return [*offering, *service, AgreementLine.ANY]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of an agreement that holds now or later; `calendar` stands for all of the policy's."""

    agreement: str
    agreement_name: str
    provider: int
    party: str
    thing: str
    policy: str
    calendar: str


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything by value; `policies` holds the active ones in their current version."""

    plans: Sequence[Plan]
    lines: Sequence[Line]
    policies: Mapping[str, CorePolicy]
    calendars: Mapping[str, BusinessTime]
    departments: frozenset[int] = field(default_factory=frozenset)

    def working(self, name: str | None) -> WorkingTime:
        """A calendar by its code; round the clock where none is named."""
        return self.calendars.get(name, ROUND_THE_CLOCK) if name else ROUND_THE_CLOCK

    def with_service(self, service_id: int | None, content: Content) -> "Scene":
        """The one service whose offerings are here as `content` says it; `service_id` None: a new one."""
        known = {plan.offering: plan.offering_id for plan in self.plans}
        said = [one for one in content["offerings"] if not one["withdrawn"]]
        plans = [_plan_said(one, content, service_id, known.get(one["slug"])) for one in said]
        return replace(self, plans=plans)

    def with_policy(self, code: str, content: Content) -> "Scene":
        return replace(self, policies={**self.policies, code: CorePolicy.from_dict(definition_in(content))})

    def with_calendar(self, code: str, content: Content) -> "Scene":
        time = BusinessTime(CoreCalendar.from_dict(definition_in(content)))
        return replace(self, calendars={**self.calendars, code: time})

    def with_agreement(self, code: str, content: Content) -> "Scene":
        lines = [
            Line(
                agreement=code,
                agreement_name=content["name"],
                provider=content["provider"],
                party=line["party"],
                thing=line["thing"],
                policy=content["policy"],
                calendar=content["calendar"],
            )
            for line in content["lines"]
        ]
        return replace(self, lines=[*(one for one in self.lines if one.agreement != code), *lines])


def _plan_said(said: Mapping[str, Any], content: Content, service_id: int | None, offering_id: int | None) -> Plan:
    return Plan(
        offering=said["slug"],
        name=said["name"],
        service=content["name"],
        provider=content["provider"],
        service_id=service_id,
        offering_id=offering_id,
        audience=said["audience"],
        segments=frozenset(said["segments"]),
        stages=tuple(
            Stage(
                department=stage["department"],
                name=stage["name"],
                beside=bool(stage.get("beside")),
                seconds=stage.get("approval_seconds"),
            )
            for stage in said["plan"]
        ),
    )


def read_scene(*, offerings: Q, now: datetime) -> Scene:
    """What holds at `now` or later, of the offerings that `offerings` selects; five statements.

    Definitions are read anew and not through the look-up of published versions: this may yet be rolled back.
    """
    found = Offering.objects.filter(offerings).select_related("service").prefetch_related("plan", "segments")
    policies = Policy.objects.filter(is_active=True, current__isnull=False).values_list("code", "current__definition")
    calendars = Calendar.objects.filter(current__isnull=False).values_list("code", "current__definition")
    departments = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT).values_list("pk", flat=True)
    return Scene(
        plans=[_plan(offering) for offering in found.order_by("slug")],
        lines=list(_lines(now)),
        policies={code: CorePolicy.from_dict(definition) for code, definition in policies},
        calendars={code: BusinessTime(CoreCalendar.from_dict(definition)) for code, definition in calendars},
        departments=frozenset(departments),
    )


def _plan(offering: Offering) -> Plan:
    return Plan(
        offering=offering.slug,
        name=offering.name,
        service=offering.service.name,
        provider=offering.service.provider_id,
        service_id=offering.service_id,
        offering_id=offering.pk,
        audience=offering.audience,
        segments=frozenset(segment.pk for segment in offering.segments.all()),
        stages=tuple(map(_stage, offering.plan.all())),
    )


def _stage(stage: PlannedStage) -> Stage:
    return Stage(department=stage.department_id, name=stage.name, beside=stage.beside, seconds=stage.seconds)


def _lines(now: datetime) -> Iterable[Line]:
    lines = AgreementLine.objects.filter(period__endswith__gt=now) | AgreementLine.objects.filter(
        period__upper_inf=True
    )
    related = ("version__agreement", "version__policy", "version__calendar")
    for line in lines.select_related(*related).order_by("pk"):
        version: AgreementVersion = line.version
        yield Line(
            agreement=version.agreement.code,
            agreement_name=version.agreement.name,
            provider=line.provider_id,
            party=line.party,
            thing=line.thing,
            policy=version.policy.code,
            calendar=version.calendar.code if version.calendar else "",
        )
