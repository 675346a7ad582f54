"""An agreement as both of its sides read it: the provider all of it, everybody else what concerns them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from catalog.shaping.difference import Changed, difference
from catalog.shaping.kind import Content, Edition, NothingShaped, Said
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer
from sla.models import Agreement, AgreementLine, Calendar, Policy
from sla.shaping.agreement_words import PROVIDER_SIDE, line_words, names_of, signatory_words
from sla.shaping.agreements import editions_of
from sla.shaping.promise_words import promised_words


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whose lines somebody may read, and of which departments whole agreements (None: of all)."""

    parties: frozenset[str]
    providers: frozenset[int] | None

    def reads_whole(self, provider_id: int) -> bool:
        return self.providers is None or provider_id in self.providers


@dataclass(frozen=True, kw_only=True)
class Past:
    """A version in words, with what it says otherwise than the one before it; the first says nothing otherwise."""

    edition: Edition
    changes: Sequence[Changed]


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """`versions` come newest first; `lines`, `text` and `signed` are of the newest."""

    agreement: Agreement
    promised: Sequence[str]
    lines: Sequence[str]
    text: str
    signed: Sequence[str]
    holds: bool
    is_whole: bool
    versions: Sequence[Past]

    @property
    def edition(self) -> Edition:
        return self.versions[0].edition


def reader_of(viewer: Viewer) -> Reader:
    """A person reads what is promised to their own customer, to clients they manage or look after, and all that their
    departments promise; leaders and administrators everything. One statement at most."""
    parties = {f"customer:{pk}" for pk in (*viewer.customer_path, *viewer.accounts, *viewer.manages)}
    home = viewer.person.customer
    segments = {home.segment_id} if home else set()
    if cared := viewer.accounts | viewer.manages:
        for path, segment in Customer.objects.filter(pk__in=cared).values_list("path", "segment_id"):
            parties |= {f"customer:{pk}" for pk in path}
            segments.add(segment)
    parties |= {f"segment:{pk}" for pk in segments if pk}
    parties |= {AgreementLine.ANY} if home else set()
    all_of_them = viewer.leads or viewer.administers
    return Reader(parties=frozenset(parties), providers=None if all_of_them else viewer.departments)


def promised_by(viewer: Viewer, *, now: datetime) -> QuerySet[Agreement]:
    """The agreements in force of the departments on whose side this person stands."""
    ours = Agreement.objects.filter(provider__in=viewer.departments, versions__lines__period__contains=now)
    return ours.select_related("provider").order_by("provider__name", "name").distinct()


def read_agreed(*, code: str, viewer: Viewer, now: datetime) -> Agreed:
    """The agreement as this person may read it. Raises NothingShaped alike for an unknown one and for one that never
    promised them anything."""
    reader = reader_of(viewer)
    mine = Q(provider__in=reader.providers or ()) | Q(versions__lines__party__in=reader.parties)
    known = Agreement.objects.all() if reader.providers is None else Agreement.objects.filter(mine)
    agreement = known.filter(code=code).select_related("provider").first()
    if agreement is None:
        raise NothingShaped
    whole = reader.reads_whole(agreement.provider_id)
    editions = editions_of(agreement) if whole else _of(editions_of(agreement), reader)
    if not editions:
        raise NothingShaped
    return _agreed(agreement, editions, whole=whole, holds=_holds(agreement, reader, now))


def _of(editions: Sequence[Edition], reader: Reader) -> list[Edition]:
    """The versions that promised this reader something, without the lines and signatures of others."""
    cut = [
        Edition(number=one.number, at=one.at, by=None, content=_cut(one.content, reader.parties)) for one in editions
    ]
    return [one for one in cut if one.content["lines"]]


def _cut(content: Content, parties: frozenset[str]) -> Content:
    return content | {
        "lines": [line for line in content["lines"] if line["party"] in parties],
        "signatories": [one for one in content["signatories"] if one["party"] in {PROVIDER_SIDE, *parties}],
    }


def _holds(agreement: Agreement, reader: Reader, now: datetime) -> bool:
    lines = AgreementLine.objects.filter(version__agreement=agreement, period__contains=now)
    return (lines if reader.reads_whole(agreement.provider_id) else lines.filter(party__in=reader.parties)).exists()


def _agreed(agreement: Agreement, editions: Sequence[Edition], *, whole: bool, holds: bool) -> Agreed:
    names = names_of([key for one in editions for key in (*one.content["lines"], *_keys(one.content))])
    own = _own_names() if whole else None
    words = [_words(one.content, names, own) for one in editions]
    content = editions[0].content
    return Agreed(
        agreement=agreement,
        promised=promised_words(
            policy=content["policy"], calendar=content["calendar"], provider_id=agreement.provider_id
        ),
        lines=[line_words(line, names) for line in content["lines"]],
        text=content["text"],
        signed=[signatory_words(one, names) for one in content["signatories"]],
        holds=holds,
        is_whole=whole,
        versions=[
            Past(edition=one, changes=difference(before=before, after=after))
            for one, after, before in zip(editions, words, [*words[1:], words[-1]], strict=True)
        ],
    )


def _keys(content: Content) -> list[dict[str, str]]:
    return [{"party": one["party"], "thing": AgreementLine.ANY} for one in content["signatories"]]


def _own_names() -> dict[str, dict[str, str]]:
    """The names of policies and calendars, which stay on the provider's side."""
    return {
        "policy": dict(Policy.objects.values_list("code", "name")),
        "calendar": dict(Calendar.objects.values_list("code", "name")),
    }


def _words(content: Content, names: Mapping[str, str], own: Mapping[str, Mapping[str, str]] | None) -> list[Said]:
    said = []
    if own is not None:
        said.append(_("Policy: %(name)s") % {"name": own["policy"].get(content["policy"], content["policy"])})
    if own is not None and content["calendar"]:
        name = own["calendar"].get(content["calendar"], content["calendar"])
        said.append(_("Counted in the calendar %(name)s") % {"name": name})
    said += [line_words(line, names) for line in content["lines"]]
    said += [] if content["lines"] else [_("It has no lines: nobody is promised anything by it.")]
    said += [part for part in content["text"].split("\n\n") if part.strip()]
    said += [signatory_words(one, names) for one in content["signatories"]]
    return [Said(text=line) for line in said]
