"""Agreements in words: to whom, for what, from when to when, and who signed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.models import Offering, Service
from servicedesk.people.models import Customer, Segment
from servicedesk.texts import said_in
from sla.core.zones import load_zone
from sla.publishing import AgreementOverlaps

#: For whom somebody signed who did not sign for a party of the agreement's lines.
PROVIDER_SIDE = "provider"


def parties() -> list[tuple[str, str]]:
    """Whom one may promise something: anybody, each segment, each customer."""
    segments = [
        (f"segment:{one.pk}", _("Segment: %(name)s") % {"name": said_in(one.name)}) for one in Segment.objects.all()
    ]
    customers = Customer.objects.filter(is_active=True).order_by("-kind", "name")
    return [("any", _("Anybody")), *segments, *((f"customer:{one.pk}", one.name) for one in customers)]


def promised_by(provider_id: int) -> list[tuple[str, str]]:
    """What a department can promise: anything, each of its services, each of its offerings."""
    services = [(f"service:{one.pk}", said_in(one.name)) for one in Service.objects.filter(provider=provider_id)]
    offerings = Offering.objects.filter(service__provider=provider_id).select_related("service")
    parts = [(f"offering:{one.pk}", f"{said_in(one.service.name)}: {said_in(one.name)}") for one in offerings]
    return [("any", _("Anything")), *services, *parts]


def names_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The names of the parties and things that these lines name, by their keys; four statements at most."""
    keys = {key for line in lines for key in (line["party"], line["thing"])}
    found = {"any": ""}
    models: dict[str, Any] = {"customer": Customer, "segment": Segment, "service": Service, "offering": Offering}
    for prefix, model in models.items():
        ids = [int(key.split(":")[1]) for key in keys if key.startswith(f"{prefix}:")]
        for row in model.objects.filter(pk__in=ids) if ids else []:
            found[f"{prefix}:{row.pk}"] = row.name if prefix == "customer" else said_in(row.name)
    return found


def named_refusal(error: AgreementOverlaps) -> AgreementOverlaps:
    """The same refusal with names in place of keys."""
    said = error.values
    names = names_of([{"party": said["party"], "thing": said["thing"]}])
    return AgreementOverlaps(
        agreement=said["agreement"].name,
        other=said["other"].name,
        party=names[said["party"]] or _("Anybody"),
        thing=names[said["thing"]] or _("Anything"),
    )


def line_words(line: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """“Opt Torg: Support, until 1 March 2027, 00:00”; instants in the company's zone."""
    party = _("Anybody") if line["party"] == "any" else names.get(line["party"], line["party"])
    thing = _("Anything") if line["thing"] == "any" else names.get(line["thing"], line["thing"])
    said = f"{party}: {thing}"
    zone = load_zone(settings.TIME_ZONE)
    for part, words in (("begins", _("from %(when)s")), ("ends", _("until %(when)s"))):
        if line.get(part):
            when = datetime.fromisoformat(line[part]).astimezone(zone)
            said += ", " + words % {"when": date_format(when, "j E Y, H:i")}
    return said


def signatory_words(signatory: Mapping[str, str], names: Mapping[str, str]) -> str:
    """“For the provider: Hanna Head, head of IT, 1 March 2026”."""
    named = ", ".join(part for part in (signatory["name"], signatory["role"]) if part)
    day = signatory["signed_on"]
    signed = date_format(date.fromisoformat(day), "j E Y") if day else _("not signed yet")
    return f"{_side(signatory['party'], names)}: {named}, {signed}"


def _side(party: str, names: Mapping[str, str]) -> str:
    if party == PROVIDER_SIDE:
        return _("For the provider")
    return _("For everybody") if party == "any" else _("For %(name)s") % {"name": names.get(party, party)}
