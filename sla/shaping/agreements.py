"""Agreements, as the workshop shapes them: whoever heads the provider promises."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.models import Draft
from catalog.shaping.kind import (
    Content,
    Edition,
    NothingShaped,
    Said,
    Thing,
    begun_things,
    drafts_by_code,
    find_unborn,
    providers_for,
)
from catalog.shaping.typed import Typed
from servicedesk.clock import database_now
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer, Person
from sla.models import Agreement, AgreementLine, AgreementVersion, Calendar, Policy
from sla.publishing import AgreementOverlaps, Line, publish_agreement
from sla.retelling.terms import Terms
from sla.shaping.agreement_reading import read_agreement, typed_agreement
from sla.shaping.agreement_words import (
    PROVIDER_SIDE,
    line_words,
    named_refusal,
    names_of,
    parties,
    promised_by,
    signatory_words,
)
from sla.shaping.open_tickets import ToldToOpenTickets, drafted_agreement
from sla.shaping.policies import POLICIES


class Agreements(ToldToOpenTickets):
    code, path = "agreement", "agreements"
    can_be_tried = True
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
        "signatories": [{"party": "", "name": "", "role": "", "signed_on": ""}],
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
        return editions_of(thing.row)

    def typed(self, content: Content) -> Typed:
        return typed_agreement(content)

    def read(self, typed: Typed, *, viewer: Viewer, code: str) -> Content:
        versions = AgreementVersion.objects.filter(agreement__code=code).order_by("-number")
        allowed = set(versions.values_list("policy__code", flat=True)[:1])
        if typed.get("policy") not in allowed:
            allowed |= POLICIES.codes_for(viewer).keys()
        return read_agreement(typed, viewer=viewer, policies=allowed, code=code, now=database_now())

    def publish(self, *, code: str, content: Content, now: datetime, by: Person) -> int:
        named = {"name": content["name"], "provider_id": content["provider"]}
        agreement, _made = Agreement.objects.update_or_create(code=code, defaults=named)
        try:
            version = publish_agreement(
                agreement=agreement,
                policy=Policy.objects.get(code=content["policy"]),
                calendar=Calendar.objects.get(code=content["calendar"]) if content["calendar"] else None,
                text=content["text"],
                signatories=content["signatories"],
                lines=[_line(line, now) for line in content["lines"]],
                now=now,
                by=by,
            )
        except AgreementOverlaps as error:
            raise named_refusal(error) from error
        return version.number

    def terms_of(self, content: Content, *, code: str, number: int, now: datetime) -> Terms:
        return drafted_agreement(content, code=code, number=number, now=now)

    def set_active(self, thing: Thing, *, is_active: bool, now: datetime, by: Person) -> None:
        """Withdrawn, it is a version without lines: nobody is promised anything by it. It comes back by publishing."""
        if is_active:
            raise NothingShaped
        content = _content(_versions(thing.row)[0])
        self.publish(code=thing.code, content=content | {"lines": []}, now=now, by=by)

    def describe(self, content: Content) -> Sequence[Said]:
        if not content:
            return []
        signed = content.get("signatories", [])
        names = names_of([*content["lines"], *({"party": one["party"], "thing": "any"} for one in signed)])
        policy = Policy.objects.filter(code=content["policy"]).values_list("name", flat=True).first()
        provider = Customer.objects.filter(pk=content["provider"]).values_list("name", flat=True).first()
        lines = [
            Said(text=content["name"]),
            Said(text=_("Provider: %(name)s") % {"name": provider}),
            Said(text=_("Policy: %(name)s") % {"name": policy}),
        ]
        if content["calendar"]:
            calendar = Calendar.objects.filter(code=content["calendar"]).values_list("name", flat=True).first()
            lines.append(Said(text=_("Counted in the calendar %(name)s") % {"name": calendar}))
        lines += [Said(text=line_words(line, names)) for line in content["lines"]]
        if not content["lines"]:
            lines.append(Said(text=_("It has no lines: nobody is promised anything by it.")))
        lines += [Said(text=part) for part in content["text"].split("\n\n") if part.strip()]
        return [*lines, *(Said(text=signatory_words(one, names)) for one in signed)]

    def choices(self, viewer: Viewer, typed: Typed, *, code: str) -> dict[str, Any]:
        provider = typed.get("provider", "")
        calendars = Calendar.objects.filter(current__isnull=False).order_by("name").values_list("code", "name")
        everybody = parties()
        return {
            "providers": [(str(one.pk), one.name) for one in providers_for(viewer)],
            "policies": list(POLICIES.codes_for(viewer).items()),
            "calendars": [("", _("those of the policy")), *calendars],
            "parties": everybody,
            "sides": [(PROVIDER_SIDE, _("The provider")), *everybody],
            "promised": promised_by(int(provider) if provider.isdecimal() and len(provider) < 10 else 0),
        }

    def warnings(self, content: Content, *, code: str, now: datetime) -> Sequence[str]:
        return [] if content["lines"] else [_("It has no lines: nobody is promised anything by it.")]


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


def editions_of(agreement: Agreement) -> list[Edition]:
    """Its versions, newest first, each with what it promised when it was published."""
    versions = _versions(agreement)
    cuts = {one.published_at for one in versions}
    return [
        Edition(number=one.number, at=one.published_at, by=one.published_by, content=_content(one, cuts))
        for one in versions
    ]


def _content(version: AgreementVersion, cuts: Collection[datetime] = ()) -> Content:
    """What the version promised when it was published; an end that a later version set, in `cuts`, is not its own."""
    return {
        "name": version.agreement.name,
        "provider": version.agreement.provider_id,
        "policy": version.policy.code,
        "calendar": version.calendar.code if version.calendar else "",
        "text": version.text,
        "lines": [_written(line, version, cuts) for line in sorted(version.lines.all(), key=lambda line: line.pk)],
        "signatories": version.signatories,
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
