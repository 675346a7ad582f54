"""Drafts as files and callers of the API say them: by codes. Every problem at its path, in words."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Offering, Service
from catalog.shaping.codes import CODE
from catalog.shaping.kind import definition_in
from servicedesk.errors import Invalid
from servicedesk.people.models import Customer, Segment
from sla.core.calendar import Calendar as CoreCalendar
from sla.core.errors import SlaError
from sla.core.policy import Policy as CorePolicy
from sla.models import Agreement, AgreementLine, Calendar, Policy
from sla.replay.tried import Tried, TriedAgreement
from sla.shaping.refusing import core_words

PARTS = ("policies", "calendars", "agreements")
#: What reads the definitions of a part.
CORES: dict[str, type[CorePolicy | CoreCalendar]] = {"policies": CorePolicy, "calendars": CoreCalendar}
MOST = 50  # drafts of one kind, and lines of one agreement


class TriedUnreadable(Invalid):
    """What is to be tried cannot be kept as it stands; `values["problems"]` says what is wrong, by path."""

    code = "tried_unreadable"
    sentence = "What is to be tried cannot be read. Nothing was begun."


def read_file(path: Path) -> Tried:
    """The drafts of a JSON file: {"policies", "calendars", "agreements"} by code, or one policy that says its "code".

    Raises TriedUnreadable.
    """
    try:
        said = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise TriedUnreadable(problems={str(path): str(error)}) from error
    if isinstance(said, dict) and "targets" in said:
        code = str(said.get("code", ""))
        said = {"policies": {code: {part: value for part, value in said.items() if part != "code"}}}
    return read_tried(said)


def read_tried(
    said: Any, *, providers: frozenset[int] | None = None, policies: Mapping[str, str] | None = None
) -> Tried:
    """The drafts that `said` holds. Raises TriedUnreadable with every problem.

    `providers` are the departments somebody may promise for, `policies` those they may promise by; None: all.
    """
    problems: dict[str, str] = {}
    parts = _parts(said, problems)
    definitions = {
        part: {code: _definition(core, one, f"{part}.{code}", problems) for code, one in parts[part].items()}
        for part, core in CORES.items()
    }
    tried = Tried(**definitions)
    if not problems:
        calendars = {*Calendar.objects.filter(current__isnull=False).values_list("code", flat=True), *tried.calendars}
        _demand_calendars(tried, calendars, problems)
        known = {*(Policy.objects.values_list("code", flat=True) if policies is None else policies), *tried.policies}
        reader = _Agreements(problems, providers, known, calendars)
        agreements = {code: reader.read(code, one) for code, one in parts["agreements"].items()}
        read = dict(filter(None, agreements.values()))
        tried = Tried(policies=tried.policies, calendars=tried.calendars, agreements=read)
    if not problems and not _can_be_kept(tried):
        problems["policies"] = _("Some of the text is of no alphabet.")
    if not problems and tried.is_empty:
        problems["policies"] = _("Say at least one draft.")
    if problems:
        raise TriedUnreadable(problems=problems)
    return tried


def _parts(said: Any, problems: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The three parts, each a mapping of codes; what is not of that form is a problem."""
    found: dict[str, dict[str, Any]] = {part: {} for part in PARTS}
    if not isinstance(said, Mapping) or said.keys() - set(PARTS):
        problems["drafts"] = _("Say policies, calendars and agreements, each by code.")
        return found
    for part in PARTS:
        drafts = said.get(part) or {}
        if not isinstance(drafts, Mapping) or len(drafts) > MOST:
            problems[part] = _("Say at most %(n)s drafts, each by code.") % {"n": MOST}
            continue
        for code, one in drafts.items():
            if not CODE.fullmatch(str(code)):
                problems[part] = _("Small Latin letters, digits and hyphens, such as office-2027; at most 50.")
            found[part][str(code)] = one
    return found


def _definition(core: type[CorePolicy | CoreCalendar], said: Any, path: str, problems: dict[str, str]) -> Any:
    """As the core reads it, without the name, which the workshop keeps beside it."""
    if isinstance(said, Mapping):
        said = definition_in(said)
    try:
        return core.from_dict(said).to_dict()
    except SlaError as error:
        problems[path] = core_words(error)
        return {}


def _demand_calendars(tried: Tried, known: set[str], problems: dict[str, str]) -> None:
    for code, policy in tried.policies.items():
        for target in policy["targets"]:
            if target["calendar"] and target["calendar"] not in known:
                words = _("The calendar %(name)s has no published version.") % {"name": target["calendar"]}
                problems[f"policies.{code}"] = words


class _Agreements:
    """Reads agreements; codes become ids."""

    def __init__(
        self, problems: dict[str, str], providers: frozenset[int] | None, policies: set[str], calendars: set[str]
    ) -> None:
        self.problems, self.providers, self.policies, self.calendars = problems, providers, policies, calendars

    def read(self, code: str, said: Any) -> tuple[str, TriedAgreement] | None:
        """The draft under the code it is tried by; None where there is a problem."""
        path = f"agreements.{code}"
        if not isinstance(said, Mapping) or said.keys() - {"name", "text", "provider", "policy", "calendar", "lines"}:
            self.problems[path] = _("Say provider, policy, calendar and lines.")
            return None
        provider = self._provider(said.get("provider"))
        if provider is None:
            self.problems[f"{path}.provider"] = _("Choose a department that you speak for.")
            return None
        if not _is_word(said.get("policy")) or said["policy"] not in self.policies:
            self.problems[f"{path}.policy"] = _("There is no such policy that you may promise by.")
        calendar = said.get("calendar") or ""
        if calendar and (not _is_word(calendar) or calendar not in self.calendars):
            self.problems[f"{path}.calendar"] = _("The calendar %(name)s has no published version.") % {
                "name": calendar
            }
        lines = self._lines(said.get("lines", [{}]), provider.pk, path)
        return self._code(code, provider), TriedAgreement(
            provider_id=provider.pk,
            policy=str(said.get("policy")),
            calendar=str(calendar),
            lines=tuple(dict.fromkeys(lines)),
        )

    def _code(self, code: str, provider: Customer) -> str:
        """An agreement of another department that bears the code is not the one that is meant, and stays."""
        others = Agreement.objects.filter(code=code).exclude(provider=provider)
        is_strange = self.providers is not None and others.exclude(provider__in=self.providers).exists()
        return f"{code}@draft" if is_strange else code

    def _provider(self, code: Any) -> Customer | None:
        departments = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT)
        if self.providers is not None:
            departments = departments.filter(pk__in=self.providers)
        return departments.filter(code=code).first() if _is_word(code) else None

    def _lines(self, said: Any, provider_id: int, path: str) -> list[tuple[str, str]]:
        is_list = isinstance(said, list) and 0 < len(said) <= MOST
        if not is_list or not all(isinstance(one, Mapping) for one in said):
            self.problems[f"{path}.lines"] = _("Say at least one line, each with party and thing.")
            return []
        return [
            (
                self._key(line.get("party"), f"{path}.lines.{n}.party", PARTIES, {}),
                self._key(line.get("thing"), f"{path}.lines.{n}.thing", THINGS, {"provider": provider_id}),
            )
            for n, line in enumerate(said)
        ]

    def _key(self, said: Any, path: str, kinds: Mapping[str, Any], of: Mapping[str, int]) -> str:
        """any, or kind:id for kind:code."""
        if said in (None, AgreementLine.ANY):
            return AgreementLine.ANY
        kind, _colon, code = said.partition(":") if _is_word(said) else ("", "", "")
        if kind in kinds:
            model, column, owner = kinds[kind]
            more = {owner: of["provider"]} if owner else {}
            found = model.objects.filter(**{column: code}, **more).values_list("pk", flat=True).first()
            if found:
                return f"{kind}:{found}"
        self.problems[path] = _("Say any, or one of: %(kinds)s, each with a code that exists.") % {
            "kinds": ", ".join(f"{kind}:…" for kind in kinds)
        }
        return AgreementLine.ANY


#: Kind -> its model, the column of its code, and how its provider is reached.
PARTIES: dict[str, tuple[Any, str, str]] = {"customer": (Customer, "code", ""), "segment": (Segment, "code", "")}
THINGS: dict[str, tuple[Any, str, str]] = {
    "service": (Service, "slug", "provider"),
    "offering": (Offering, "slug", "service__provider"),
}


def _can_be_kept(tried: Tried) -> bool:
    """No NUL and no half of a character, which the database refuses."""
    written = json.dumps(tried.to_dict(), ensure_ascii=False)
    return "\\u0000" not in written and not any("\ud800" <= sign <= "\udfff" for sign in written)


def _is_word(said: Any) -> bool:
    return isinstance(said, str) and len(said) <= 200 and "\x00" not in said
