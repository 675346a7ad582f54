"""Agreements, as the workshop shapes them: whoever heads the provider promises."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.models import Draft, Offering, Service
from catalog.shaping.kind import (
    Content,
    Edition,
    Kind,
    NothingShaped,
    Said,
    Thing,
    begun_things,
    drafts_by_code,
    find_unborn,
    providers_for,
)
from catalog.shaping.typed import Typed
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer, Person, Segment
from servicedesk.texts import said_in
from sla.core.zones import load_zone
from sla.models import Agreement, AgreementLine, AgreementVersion, Calendar, Policy
from sla.publishing import AgreementOverlaps, Line, publish_agreement
from sla.shaping.agreement_reading import read_agreement, typed_agreement
from sla.shaping.policies import POLICIES


class Agreements(Kind):
    code, path = "agreement", "agreements"
    title, one = later("Agreements"), later("Agreement")
    purpose = later("Which policy a department promises to whom, for what, from when to when.")
    has_provider = True
    shape = {
        "name": "",
        "provider": "",
        "policy": "",
        "calendar": "",
        "text": "",
        "lines": [{"party": "", "thing": "", "begins": "", "ends": ""}],
    }

    def things(self, viewer: Viewer) -> Sequence[Thing]:
        agreements = {one.pk: one for one in self._visible(viewer).select_related("provider").order_by("name")}
        latest = _latest(list(agreements))
        held = _held([version.pk for version in latest.values()])
        drafts = drafts_by_code(self)
        found = [
            self._thing(one, drafts.get(one.code), latest.get(pk), is_active=pk in latest and latest[pk].pk in held)
            for pk, one in agreements.items()
        ]
        taken = set(Agreement.objects.filter(code__in=drafts).values_list("code", flat=True))
        return [*found, *begun_things(self, viewer, drafts, taken)]

    def find(self, viewer: Viewer, code: str) -> Thing:
        agreement = self._visible(viewer).filter(code=code).select_related("provider").first()
        if agreement is None:
            if self.exists(code):
                raise NothingShaped
            return find_unborn(self, viewer, code)
        editions = _versions(agreement)
        version = editions[0] if editions else None
        draft = drafts_by_code(self, [code]).get(code)
        return self._thing(agreement, draft, version, is_active=bool(version and version.lines.all()), whole=True)

    def _visible(self, viewer: Viewer) -> Any:
        return Agreement.objects.all() if viewer.administers else Agreement.objects.filter(provider__in=viewer.heads)

    def _thing(
        self,
        agreement: Agreement,
        draft: Draft | None,
        version: AgreementVersion | None,
        *,
        is_active: bool,
        whole: bool = False,
    ) -> Thing:
        present = None
        if version:
            content = _content(version) if whole else {}
            present = Edition(number=version.number, at=version.published_at, by=version.published_by, content=content)
        return Thing(
            kind=self.code,
            code=agreement.code,
            name=agreement.name,
            owner=agreement.provider.name,
            may_edit=True,
            is_active=is_active,
            row=agreement,
            present=present,
            draft=draft,
        )

    def exists(self, code: str) -> bool:
        return Agreement.objects.filter(code=code).exists()

    def editions(self, thing: Thing) -> Sequence[Edition]:
        versions = _versions(thing.row)
        cuts = {one.published_at for one in versions}
        return [
            Edition(number=one.number, at=one.published_at, by=one.published_by, content=_content(one, cuts))
            for one in versions
        ]

    def typed(self, content: Content) -> Typed:
        return typed_agreement(content)

    def read(self, typed: Typed, *, viewer: Viewer, code: str) -> Content:
        allowed = POLICIES.codes_for(viewer)
        kept = (
            AgreementVersion.objects.filter(agreement__code=code)
            .order_by("-number")
            .values_list("policy__code", flat=True)[:1]
        )
        return read_agreement(typed, viewer=viewer, policies={*allowed, *kept})

    def publish(self, *, code: str, content: Content, now: datetime, by: Person) -> int:
        named = {"name": content["name"], "provider_id": content["provider"]}
        agreement, _made = Agreement.objects.update_or_create(code=code, defaults=named)
        try:
            version = publish_agreement(
                agreement=agreement,
                policy=Policy.objects.get(code=content["policy"]),
                calendar=Calendar.objects.get(code=content["calendar"]) if content["calendar"] else None,
                text=content["text"],
                lines=[_line(line, now) for line in content["lines"]],
                now=now,
                by=by,
            )
        except AgreementOverlaps as error:
            raise _named(error) from error
        return version.number

    def set_active(self, thing: Thing, *, is_active: bool, now: datetime, by: Person) -> None:
        """Withdrawn, it is a version without lines: nobody is promised anything by it. It comes back by publishing."""
        if is_active:
            raise NothingShaped
        content = _content(_versions(thing.row)[0])
        self.publish(code=thing.code, content=content | {"lines": []}, now=now, by=by)

    def describe(self, content: Content) -> Sequence[Said]:
        if not content:
            return []
        names = names_of(content["lines"])
        policy = Policy.objects.filter(code=content["policy"]).values_list("name", flat=True).first()
        provider = Customer.objects.filter(pk=content["provider"]).values_list("name", flat=True).first()
        lines = [
            Said(text=content["name"]),
            Said(text=_("Provider: %(name)s") % {"name": provider}),
            Said(text=_("Policy: %(name)s") % {"name": policy}),
        ]
        if content["calendar"]:
            lines.append(Said(text=_("Counted in the calendar %(name)s") % {"name": content["calendar"]}))
        lines += [Said(text=_describe_line(line, names)) for line in content["lines"]]
        if not content["lines"]:
            lines.append(Said(text=_("It has no lines: nobody is promised anything by it.")))
        return [*lines, *([Said(text=content["text"])] if content["text"] else [])]

    def choices(self, viewer: Viewer, typed: Typed) -> dict[str, Any]:
        provider = typed.get("provider", "")
        calendars = Calendar.objects.filter(current__isnull=False).order_by("name").values_list("code", "name")
        return {
            "providers": [(str(one.pk), one.name) for one in providers_for(viewer)],
            "policies": list(POLICIES.codes_for(viewer).items()),
            "calendars": [("", _("those of the policy")), *calendars],
            "parties": parties(),
            "promised": promised_by(int(provider) if provider.isdecimal() and len(provider) < 10 else 0),
        }

    def warnings(self, content: Content, *, now: datetime) -> Sequence[str]:
        return [] if content["lines"] else [_("It has no lines: nobody is promised anything by it.")]


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


def _named(error: AgreementOverlaps) -> AgreementOverlaps:
    """The same refusal with names in place of keys."""
    said = error.values
    names = names_of([{"party": said["party"], "thing": said["thing"]}])
    return AgreementOverlaps(
        agreement=said["agreement"].name,
        other=said["other"].name,
        party=names[said["party"]] or _("Anybody"),
        thing=names[said["thing"]] or _("Anything"),
    )


def _describe_line(line: Mapping[str, Any], names: Mapping[str, str]) -> str:
    party = _("Anybody") if line["party"] == "any" else names.get(line["party"], line["party"])
    thing = _("Anything") if line["thing"] == "any" else names.get(line["thing"], line["thing"])
    said = f"{party}: {thing}"
    zone = load_zone(settings.TIME_ZONE)
    for part, words in (("begins", _("from %(when)s")), ("ends", _("until %(when)s"))):
        if line.get(part):
            when = datetime.fromisoformat(line[part]).astimezone(zone)
            said += ", " + words % {"when": date_format(when, "j E Y, H:i")}
    return said


def _line(line: Mapping[str, Any], now: datetime) -> Line:
    """What began already begins with the publication, for the line before it ends then."""
    begins = datetime.fromisoformat(line["begins"]) if line["begins"] else None
    ends = datetime.fromisoformat(line["ends"]) if line["ends"] else None
    return Line(party=line["party"], thing=line["thing"], begins=begins if begins and begins > now else None, ends=ends)


def _latest(agreements: list[int]) -> dict[int, AgreementVersion]:
    """The newest version of each agreement, by its id."""
    newest = AgreementVersion.objects.filter(agreement__in=agreements).order_by("agreement_id", "-number")
    return {one.agreement_id: one for one in newest.distinct("agreement_id").select_related("published_by")}


def _held(versions: list[int]) -> set[int]:
    """Which of these versions have a line that ever holds."""
    lines = AgreementLine.objects.filter(version__in=versions).exclude(period__isempty=True)
    return set(lines.values_list("version_id", flat=True))


def _versions(agreement: Agreement) -> list[AgreementVersion]:
    versions = AgreementVersion.objects.filter(agreement=agreement).order_by("-number")
    return list(versions.select_related("agreement", "policy", "calendar", "published_by").prefetch_related("lines"))


def _content(version: AgreementVersion, cuts: Collection[datetime] = ()) -> Content:
    """What the version promised when it was published; an end that a later version set, in `cuts`, is not its own."""
    return {
        "name": version.agreement.name,
        "provider": version.agreement.provider_id,
        "policy": version.policy.code,
        "calendar": version.calendar.code if version.calendar else "",
        "text": version.text,
        "lines": [_written(line, version, cuts) for line in sorted(version.lines.all(), key=lambda line: line.pk)],
    }


def _written(line: AgreementLine, version: AgreementVersion, cuts: Collection[datetime]) -> dict[str, str]:
    begins, ends = line.period.lower, line.period.upper
    return {
        "party": line.party,
        "thing": line.thing,
        "begins": begins.isoformat() if begins and begins > version.published_at else "",
        "ends": ends.isoformat() if ends and ends not in cuts else "",
    }


AGREEMENTS = Agreements()
