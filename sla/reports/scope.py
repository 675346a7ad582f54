"""Whose promises a person may count."""

from dataclasses import dataclass

from servicedesk.errors import Forbidden
from servicedesk.people.access import Viewer


class ReportsForbidden(Forbidden):
    code = "reports_forbidden"
    sentence = "Reports are for leaders, for heads of departments and for managers of clients."


@dataclass(frozen=True)
class Scope:
    """The clocks a report is made of: all, those of some departments, or those promised to some customers."""

    departments: frozenset[int] | None = None
    customers: frozenset[int] | None = None


def scope_of(viewer: Viewer) -> Scope:
    """The widest scope `viewer` has: everything for leaders and administrators, their departments for heads, the
    clients in their care for account managers, their company for managers of a client. Raises ReportsForbidden for
    everybody else."""
    if viewer.leads or viewer.administers:
        return Scope()
    if viewer.heads:
        return Scope(departments=viewer.heads)
    if viewer.accounts or viewer.manages:
        return Scope(customers=viewer.accounts or viewer.manages)
    raise ReportsForbidden


def scope_inside(viewer: Viewer) -> Scope:
    """As `scope_of`, for what nobody on the customer's side is told: who held what up, and in which segment one is.
    Raises ReportsForbidden for managers of a client, too."""
    if not viewer.measures:
        raise ReportsForbidden
    return scope_of(viewer)


def scope_of_agents(viewer: Viewer) -> Scope:
    """What may be counted by agent: the departments `viewer` heads, and of nobody else's whatever else they may count.
    Raises ReportsForbidden for everybody who heads none."""
    if not viewer.heads:
        raise ReportsForbidden
    return Scope(departments=viewer.heads)
