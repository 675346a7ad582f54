"""Which role may be given to whom over what."""

from django.utils.translation import gettext_lazy as later

from servicedesk.people.models import Customer, Person, Role
from servicedesk.people.said.person import read_id
from servicedesk.people.said.refusal import SaidInvalid, Wrong


def read_role(*, person: Person, kind: str, customer: str) -> Role:
    """The role that was chosen, unsaved; `customer` is an id, read only for roles over one. Raises SaidInvalid.

    People of departments are agents and heads of departments, leaders and administrators; people of a company
    represent a company.
    """
    if kind not in Role.Kind.values:
        raise SaidInvalid(fields={"kind": later("Choose a role.")})
    is_over = kind in Role.OVER_A_CUSTOMER
    over = Customer.objects.filter(pk=read_id(customer)).first() if is_over else None
    wrong = _wrong(person, kind, over)
    if wrong:
        raise SaidInvalid(fields=wrong)
    return Role(person=person, kind=kind, customer=over)


def _wrong(person: Person, kind: str, over: Customer | None) -> Wrong:
    of_company = kind == Role.Kind.CLIENT_MANAGER
    home = person.customer
    if of_company and (home is None or home.is_department):
        return {"kind": later("Only people of a company represent it.")}
    if not of_company and home is not None and not home.is_department:
        return {"kind": later("People of a company cannot have this role.")}
    if kind in Role.OVER_A_CUSTOMER and (over is None or over.is_department == of_company):
        return {"over": later("Choose a company.") if of_company else later("Choose a department.")}
    return {}
