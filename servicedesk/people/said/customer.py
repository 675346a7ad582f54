"""A department, a company or a segment as an administrator types it."""

import re
from collections.abc import Container
from dataclasses import asdict, dataclass

from django.utils.translation import gettext_lazy as later

from servicedesk.people.models import Customer, Person, Segment
from servicedesk.people.opening import find_zone
from servicedesk.people.roster.codes import make_code
from servicedesk.people.roster.customers_plan import CODE, DEEPEST, DOMAIN
from servicedesk.people.said.person import read_id
from servicedesk.people.said.refusal import SaidInvalid, Wrong

LONGEST_SEGMENT = 50


@dataclass(frozen=True, kw_only=True)
class CustomerSaid:
    """All as typed: `parent` and `segment` are ids or "", `account_manager` a login, `mail_domains` words.

    `code` is read of a new one only.
    """

    name: str = ""
    code: str = ""
    parent: str = ""
    segment: str = ""
    account_manager: str = ""
    time_zone: str = ""
    mail_domains: str = ""
    mail_offering: str = ""

    @property
    def typed(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class SegmentSaid:
    """All as typed; `code` is read of a new one only."""

    code: str = ""
    name_ru: str = ""
    name_en: str = ""

    @property
    def typed(self) -> dict[str, str]:
        return asdict(self)


def said_of_customer(customer: Customer) -> CustomerSaid:
    """What is there, as one would type it."""
    return CustomerSaid(
        name=customer.name,
        code=customer.code,
        parent=str(customer.parent_id or ""),
        segment=str(customer.segment_id or ""),
        account_manager=customer.account_manager.login if customer.account_manager else "",
        time_zone=customer.time_zone,
        mail_domains=" ".join(customer.mail_domains),
        mail_offering=customer.mail_offering,
    )


def said_of_segment(segment: Segment) -> SegmentSaid:
    return SegmentSaid(code=segment.code, name_ru=segment.name.get("ru", ""), name_en=segment.name.get("en", ""))


def put_into_customer(customer: Customer, said: CustomerSaid, *, offerings: Container[str]) -> Customer:
    """Set what was said on `customer`, unsaved; its kind must be set. A new one without a code gets one of its name.

    `offerings` are those a mail may ask for. Raises SaidInvalid with every field that cannot be so.
    """
    wrong: Wrong = {}
    customer.name = said.name.strip()
    if not customer.name or len(customer.name) > 200:
        wrong["name"] = later("Give a name of up to 200 characters.")
    if not customer.pk:
        customer.code = _code(said, wrong)
    zone = find_zone(said.time_zone)
    if zone is None:
        wrong["time_zone"] = later("This is no time zone. Choose one of the list, such as Europe/Moscow.")
    if said.mail_offering and said.mail_offering not in offerings and said.mail_offering != customer.mail_offering:
        wrong["mail_offering"] = later("Choose one of the offerings.")
    customer.parent = _parent(customer, said.parent, wrong)
    if not customer.is_department:
        _put_company(customer, said, wrong)
    if wrong:
        raise SaidInvalid(fields=wrong)
    customer.time_zone, customer.mail_offering = zone or "", said.mail_offering
    return customer


def _code(said: CustomerSaid, wrong: Wrong) -> str:
    taken = set(Customer.objects.values_list("code", flat=True))
    code = said.code.strip()
    if not code:
        return make_code(name=said.name, taken=taken)
    if not CODE.fullmatch(code):
        wrong["code"] = later("Latin letters, digits, hyphens and underscores; at most 60.")
    elif code in taken:
        wrong["code"] = later("This code is taken; choose another.")
    return code


def _parent(customer: Customer, said: str, wrong: Wrong) -> Customer | None:
    """The customer above: of the same kind, not below this one, and the tree stays shallow."""
    if not said:
        return None
    found = Customer.objects.filter(pk=read_id(said), kind=customer.kind).first()
    if found is None:
        wrong["parent"] = later("Choose what it belongs to, or nothing.")
    elif customer.pk and customer.pk in found.path:
        wrong["parent"] = later("It cannot belong to itself or to what stands below it.")
    elif len(found.path) + _height(customer) > DEEPEST:
        wrong["parent"] = later("The tree would be deeper than twelve levels.")
    return found


def _height(customer: Customer) -> int:
    """How many levels the branch of this customer has; 1 for one with nothing below."""
    if not customer.pk:
        return 1
    below = Customer.objects.filter(path__contains=[customer.pk]).values_list("path", flat=True)
    return max((len(path) for path in below), default=1) - len(customer.path) + 1


def _put_company(customer: Customer, said: CustomerSaid, wrong: Wrong) -> None:
    customer.segment = Segment.objects.filter(pk=read_id(said.segment)).first() if said.segment else None
    if said.segment and customer.segment is None:
        wrong["segment"] = later("Choose one of the segments, or none.")
    customer.account_manager = _manager(customer, said.account_manager.strip(), wrong)
    customer.mail_domains = _domains(customer, said.mail_domains, wrong)


def _manager(customer: Customer, login: str, wrong: Wrong) -> Person | None:
    """Whose care the company is in; one who is there may stay, whatever became of them."""
    kept = customer.account_manager
    if not login or (kept is not None and kept.login.lower() == login.lower()):
        return kept if login else None
    people = Person.objects.filter(is_active=True, customer__kind=Customer.Kind.DEPARTMENT)
    found = people.filter(login__iexact=login).first()
    if found is None:
        wrong["account_manager"] = later("Nobody of a department has this login.")
    return found


def _domains(customer: Customer, said: str, wrong: Wrong) -> list[str]:
    """Domains that are this company's alone: a mail from one of two companies would be nobody's."""
    domains = sorted({one.lower() for one in re.split(r"[\s,;]+", said) if one})
    if any(len(one) > 200 or not DOMAIN.fullmatch(one) for one in domains):
        wrong["mail_domains"] = later("Domains such as opt-torg.example, with spaces between them.")
        return domains
    others = Customer.objects.exclude(pk=customer.pk).filter(mail_domains__overlap=domains) if domains else ()
    holder = next(iter(others), None)
    if holder is not None:
        wrong["mail_domains"] = later("Another company has one of these domains already.")
    return domains


def put_into_segment(segment: Segment, said: SegmentSaid) -> Segment:
    """Set what was said on `segment`, unsaved. Raises SaidInvalid with every field that cannot be so."""
    wrong: Wrong = {}
    name = {"ru": said.name_ru.strip(), "en": said.name_en.strip()}
    if not any(name.values()) or max(map(len, name.values())) > 200:
        wrong["name_ru"] = later("Give a name of up to 200 characters, in one of the languages at least.")
    if not segment.pk:
        segment.code = _segment_code(said, wrong)
    if wrong:
        raise SaidInvalid(fields=wrong)
    segment.name = {code: text for code, text in name.items() if text}
    return segment


def _segment_code(said: SegmentSaid, wrong: Wrong) -> str:
    taken = set(Segment.objects.values_list("code", flat=True))
    code = said.code.strip()
    if not code:
        return make_code(name=(said.name_en or said.name_ru)[:20], taken=taken)[:LONGEST_SEGMENT]
    if len(code) > LONGEST_SEGMENT or not CODE.fullmatch(code):
        wrong["code"] = later("Latin letters, digits, hyphens and underscores; at most 50.")
    elif code in taken:
        wrong["code"] = later("This code is taken; choose another.")
    return code
