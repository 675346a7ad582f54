"""How it really went lately: resolutions of a service over the last quarter of a year, by offering."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from catalog.models import Service
from sla.reports.tally import FEW

QUARTER = timedelta(days=91)

STATEMENT = """
SELECT ticket.offering_id, count(*), count(*) FILTER (WHERE clock.verdict = 'met'),
percentile_disc(0.9) WITHIN GROUP (ORDER BY clock.elapsed_seconds)
FROM tickets_ticket ticket JOIN sla_clock clock ON clock.journey_id = ticket.journey_id
WHERE ticket.service_id = %(service)s AND ticket.resolved_at > %(since)s AND NOT ticket.is_confidential
AND clock.metric = 'resolution' AND clock.state = 'stopped' AND clock.verdict <> 'open'
AND clock.stopped_at > %(since)s AND clock.stopped_at <= %(now)s
GROUP BY ticket.offering_id
"""


@dataclass(frozen=True, kw_only=True)
class Lately:
    """Of `number` resolutions `met` kept their promise, and nine of ten took at most `nine_of_ten` working seconds."""

    number: int = 0
    met: int = 0
    nine_of_ten: int = 0

    @property
    def is_enough(self) -> bool:
        return self.number >= FEW


def read_lately(*, service: Service, now: datetime) -> Mapping[int | None, Lately]:
    """By offering's id; one statement. Confidential tickets are not counted."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"service": service.pk, "since": now - QUARTER, "now": now})
        rows = cursor.fetchall()
    return {offering: Lately(number=n, met=met, nine_of_ten=int(p90)) for offering, n, met, p90 in rows}
