"""What each benchmark may cost. All budgets of the product stand in this one table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """Bounds that must hold together; None: no bound. Times are medians, SQL statements are exact.

    `at_least` and `at_most` bound the ratio of two things measured in pairs.
    """

    ms: float | None = None
    sql: int | None = None
    megabytes: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        said = [
            f"≤ {self.sql} SQL" if self.sql is not None else "",
            f"≤ {self.ms:g} ms" if self.ms is not None else "",
            f"≤ {self.megabytes:g} MB" if self.megabytes is not None else "",
            f"≥ {self.at_least:,g} ×" if self.at_least is not None else "",
            f"≤ {self.at_most:g} ×" if self.at_most is not None else "",
        ]
        return ", ".join(filter(None, said))


#: Twice as fast as django-helpdesk on such a machine: 17 ms to create, 480 ms a queue, 38 ms a ticket, 8 ms a due one.
BUDGETS = {
    "add": Budget(ms=0.003),
    "elapsed": Budget(ms=0.003),
    "span": Budget(at_most=1.5),
    "businesstimedelta_day": Budget(at_least=80),
    "businesstimedelta_year": Budget(at_least=5_000),
    "fold": Budget(ms=0.15),
    "create": Budget(sql=20, ms=8.5),
    "list": Budget(sql=12, ms=240),
    "ticket": Budget(sql=15, ms=19),
    "queue_page": Budget(sql=12, ms=50),
    "ticket_page": Budget(sql=15, ms=50),
    "portal_home": Budget(sql=10, ms=50),
    "portal_search": Budget(ms=50),
    "service_page": Budget(sql=8, ms=50),
    "request_form": Budget(sql=8, ms=50),
    "submit": Budget(sql=25, ms=50),
    "attainment": Budget(sql=10, ms=100),
    "attainment_years": Budget(sql=10, ms=1500),
    "matrix": Budget(sql=10, ms=300),
    "matrix_years": Budget(sql=10, ms=1500),
    "bridge": Budget(sql=15, ms=300),
    "long_ticket": Budget(at_most=1.5),
    "sweep_idle": Budget(sql=1, ms=2),
    "sweep_due_1000": Budget(ms=2500),
    "escalate_1000": Budget(ms=2500),
    "mail_intake": Budget(ms=50),
    "replay": Budget(ms=0.125, megabytes=1024),
    "memory_idle": Budget(megabytes=450),
}

#: Where more tickets than the usual 100,000 may cost more.
AT_A_MILLION = {"attainment": Budget(sql=10, ms=300)}


def budget_of(name: str, size: int) -> Budget | None:
    """What the benchmark may cost with `size` tickets; None where it has no bound."""
    return (AT_A_MILLION if size > 100_000 else {}).get(name) or BUDGETS.get(name)
