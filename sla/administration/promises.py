"""What is promised to a customer now, line by line."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from servicedesk.people.models import Customer
from sla.models import AgreementLine
from sla.shaping.agreement_words import names_of

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Promised:
    """A line in force that may apply to a customer: to whom it is said, for what, and by which policy."""

    agreement: str
    name: str
    provider: str
    party: str
    thing: str
    policy: str


def promised_to(*, customer: Customer, now: datetime) -> list[Promised]:
    """Lines in force that name the customer, one above it, its segment or anybody, the closest first; at most 200."""
    parties = [f"customer:{pk}" for pk in reversed(customer.path)]
    parties += [f"segment:{customer.segment_id}"] if customer.segment_id else []
    parties.append(AgreementLine.ANY)
    lines = AgreementLine.objects.filter(party__in=parties, period__contains=now)
    found = list(lines.select_related("version__agreement", "version__policy", "provider").order_by("pk")[:MOST])
    names = names_of([{"party": line.party, "thing": line.thing} for line in found])
    found.sort(key=lambda line: (parties.index(line.party), line.provider.name, line.pk))
    return [
        Promised(
            agreement=line.version.agreement.code,
            name=line.version.agreement.name,
            provider=line.provider.name,
            party=names.get(line.party) or _("Anybody"),
            thing=names.get(line.thing) or _("Anything"),
            policy=line.version.policy.name,
        )
        for line in found
    ]
