"""What is offered, in words: what it is, what is promised for it to this person, and how it went lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.models import Offering
from servicedesk.instants import duration_words
from servicedesk.people.models import Person
from servicedesk.texts import in_language, present_language
from sla.agreements import Asked
from sla.core.policy import Metric
from sla.hours import hours_words
from sla.promises import Promised, promised_to_each
from tickets.lately import Lately
from tickets.wording import METRICS, word

KINDS: Mapping[str, Lazy] = {
    Offering.Kind.BASIC: later("Basic"),
    Offering.Kind.ADDITIONAL: later("Additional"),
    Offering.Kind.ALTERNATIVE: later("Instead of it"),
}


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A planned stage in words."""

    department: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Offered:
    """One offering in words. `first` and `solved` are spans of working time, "" where none is promised."""

    offering: Offering
    name: str
    kind: str
    description: str
    first: str
    solved: str
    others: Sequence[tuple[str, str]]
    hours: str
    agreement: str
    agreement_code: str
    lately: Lately
    nine_of_ten: str
    stops: Sequence[Stop]

    @property
    def is_round_the_clock(self) -> bool:
        return self.hours == _("round the clock")

    @property
    def is_promised(self) -> bool:
        return bool(self.first or self.solved or self.others)


def describe_offerings(
    *,
    offerings: Sequence[Offering],
    person: Person,
    now: datetime,
    lately: Mapping[int | None, Lately] | None = None,
    with_hours: bool = True,
) -> list[Offered]:
    """Each of `offerings`, as read by `entitlement.offered_of`, in the active language; two statements at most."""
    asked = [asked_by(person, offering) for offering in offerings]
    promised = promised_to_each(asked=asked, at=now, with_hours=with_hours)
    pairs = zip(offerings, promised, strict=True)
    return [_offered(offering, found, (lately or {}).get(offering.pk, Lately())) for offering, found in pairs]


def asked_by(person: Person, offering: Offering) -> Asked:
    """What the choice of a promise looks at, if `person` asked for this now."""
    assert person.customer is not None  # somebody without a customer is offered nothing
    return Asked(
        provider_id=offering.service.provider_id,
        customer_path=person.customer.path,
        segment_id=person.customer.segment_id,
        service_id=offering.service_id,
        offering_id=offering.pk,
    )


def _offered(offering: Offering, promised: Promised, lately: Lately) -> Offered:
    language = present_language()
    spans = {metric: duration_words(target.seconds) for metric, target in promised.targets.items()}
    heroes = (Metric.FIRST_RESPONSE, Metric.RESOLUTION)
    return Offered(
        offering=offering,
        name=in_language(offering.name, language),
        kind=word(KINDS, offering.kind),
        description=in_language(offering.description, language),
        first=spans.get(Metric.FIRST_RESPONSE, ""),
        solved=spans.get(Metric.RESOLUTION, ""),
        others=[(word(METRICS, metric), span) for metric, span in spans.items() if metric not in heroes],
        hours=_hours(promised),
        agreement=promised.agreement,
        agreement_code=promised.code,
        lately=lately,
        nine_of_ten=duration_words(lately.nine_of_ten),
        stops=[
            Stop(department=stop["department"], name=in_language(stop["name"], language))
            for stop in getattr(offering, "stops", ())
        ],
    )


def _hours(promised: Promised) -> str:
    """The hours that are counted: of the resolution's calendar, else of whichever there is."""
    if not promised.targets:
        return ""
    resolution = promised.targets.get(Metric.RESOLUTION)
    target = resolution or next(iter(promised.targets.values()))
    if target.calendar is None:
        return _("round the clock")
    working = promised.calendars.get(target.calendar)
    return hours_words(working.calendar) if working else ""
