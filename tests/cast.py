"""The cast of characters: who appears in tests, always the same people doing what they always do.

Ann Employee asks from Sales. Igor and Inna are agents of IT, Hanna heads it. Wanda works in the Warehouse. Lena leads.
Carla and Carl buy for Opt Torg, a key client; Dora buys for Dom Dekor, who must never see what is Opt Torg's.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from catalog.models import Offering, RequestForm, Service
from servicedesk.people.access import Viewer, viewer_for
from servicedesk.people.customers import place_customer
from servicedesk.people.models import Customer, Person, Role, Segment
from sla.models import Agreement, AgreementLine, Calendar, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from tickets import actions
from tickets.access import Access, ticket_for
from tickets.models import Ticket

#: A Monday morning in Moscow, while every department works.
MONDAY_10 = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)

OFFICE = {
    "tz": "Europe/Moscow",
    "weekly": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [], "sun": []},
    "holidays": ["2026-03-09"],
    "exceptions": {},
}


def target(metric: str, hours: float, *, steps: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """A target of `hours` business hours in the office calendar, for any priority and department."""
    return {
        "metric": metric,
        "priority": "*",
        "department": None,
        "seconds": int(hours * 3600),
        "calendar": "office",
        "pauses_on": None,
        "steps": steps or [],
        **more,
    }


LADDER = [{"percent": 80, "to": ["assignee"]}, {"percent": 100, "to": ["head"]}]

PROMISE = {
    "targets": [
        target("taking", 1),
        target("first_response", 4, steps=LADDER),
        target("next_response", 4),
        target("stage", 6),
        target("resolution", 8, steps=LADDER),
        target("resolution", 4, steps=LADDER, priority="urgent"),
    ]
}


@dataclass
class Cast:
    """Everyone and everything a test may need, by the names tests call them."""

    now: datetime = MONDAY_10
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def viewer(self, name: str) -> Viewer:
        return viewer_for(self.people[name])

    def sees(self, name: str, ticket: Ticket) -> Access:
        """The ticket as this person may see it."""
        return ticket_for(self.viewer(name), ticket.number)

    def files(self, name: str = "ann", offering: str = "laptop", **more: Any) -> Ticket:
        """File a request, now unless said otherwise."""
        said = {"subject": "A laptop for the new colleague", "body": "She starts on Monday.", "now": self.now} | more
        return actions.file_request(viewer=self.viewer(name), offering=offering, **said)


def assemble() -> Cast:
    """Put the whole cast on stage; about forty statements."""
    cast = Cast()
    cast.key = Segment.objects.create(code="key", name={"en": "Key clients", "ru": "Ключевые клиенты"})
    for code, name in {"sales": "Sales", "it": "IT", "warehouse": "Warehouse"}.items():
        setattr(cast, code, place_customer(customer=Customer(kind="department", code=code, name=name), parent=None))
    for code, name, segment in (("opt-torg", "Opt Torg", cast.key), ("dom-dekor", "Dom Dekor", None)):
        company = Customer(kind="company", code=code, name=name, segment=segment)
        setattr(cast, code.replace("-", "_"), place_customer(customer=company, parent=None))
    _hire(cast)
    _promise(cast)
    _offer(cast)
    return cast


def _hire(cast: Cast) -> None:
    hired = {
        "ann": ("Ann Employee", cast.sales, "en"),
        "igor": ("Igor Agent", cast.it, "ru"),
        "inna": ("Inna Agent", cast.it, "ru"),
        "hanna": ("Hanna Head", cast.it, "en"),
        "wanda": ("Wanda Warehouse", cast.warehouse, "en"),
        "lena": ("Lena Leader", cast.sales, "ru"),
        "adam": ("Adam Administrator", cast.sales, "en"),
        "carla": ("Carla Client", cast.opt_torg, "ru"),
        "carl": ("Carl Colleague", cast.opt_torg, "ru"),
        "mara": ("Mara Manager", cast.opt_torg, "ru"),
        "dora": ("Dora Different", cast.dom_dekor, "en"),
        "alex": ("Alex Account", cast.sales, "ru"),
    }
    for login, (name, customer, language) in hired.items():
        cast.people[login] = Person.objects.create(
            login=login, name=name, customer=customer, language=language, email=f"{login}@example.org", password="!"
        )
    roles = [
        ("igor", "agent", cast.it),
        ("inna", "agent", cast.it),
        ("hanna", "head", cast.it),
        ("wanda", "agent", cast.warehouse),
        ("lena", "leader", None),
        ("adam", "administrator", None),
        ("mara", "client_manager", cast.opt_torg),
    ]
    Role.objects.bulk_create(Role(person=cast.people[who], kind=kind, customer=over) for who, kind, over in roles)
    Customer.objects.filter(pk=cast.opt_torg.pk).update(account_manager=cast.people["alex"])
    cast.opt_torg.account_manager = cast.people["alex"]


def _promise(cast: Cast) -> None:
    long_ago = datetime(2025, 1, 1, tzinfo=UTC)
    cast.office = Calendar.objects.create(code="office", name="Office")
    publish_calendar(calendar=cast.office, definition=OFFICE, now=long_ago)
    cast.policy = Policy.objects.create(code="standard", name="Standard")
    publish_policy(policy=cast.policy, definition=PROMISE, now=long_ago)
    cast.agreement = Agreement.objects.create(code="it-for-all", name="IT for everybody", provider=cast.it)
    publish_agreement(agreement=cast.agreement, policy=cast.policy, lines=[Line(AgreementLine.ANY)], now=long_ago)


def _offer(cast: Cast) -> None:
    form = RequestForm.objects.create(
        code="laptop",
        fields=[
            {"key": "model", "type": "choice", "label": {"en": "Model"}, "choices": [{"value": "13"}, {"value": "15"}]},
            {"key": "why", "type": "text", "label": {"en": "Why 15?"}, "when": {"field": "model", "equals": "15"}},
        ],
    )
    cast.hardware = Service.objects.create(provider=cast.it, slug="hardware", name={"en": "Hardware", "ru": "Техника"})
    cast.laptop = Offering.objects.create(service=cast.hardware, slug="laptop", name={"en": "A laptop"}, form=form)
    cast.support = Service.objects.create(provider=cast.it, slug="support", name={"en": "Support", "ru": "Поддержка"})
    cast.help = Offering.objects.create(
        service=cast.support, slug="help", name={"en": "Technical help"}, audience=Offering.Audience.EVERYONE
    )
    cast.delivery = Service.objects.create(provider=cast.warehouse, slug="delivery", name={"en": "Delivery"})
    cast.pallet = Offering.objects.create(service=cast.delivery, slug="pallet", name={"en": "A pallet moved"})
