"""Which promise a fact names once the drafts hold: the versions it named, or drafts in their place."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import connection

from sla.agreements import Asked, ranked_lines
from sla.models import AgreementVersion, Calendar, Policy
from sla.replay.tried import DRAFT, TimedLine, Tried, TriedVersions, calendar_draft

LINES = """
SELECT l.provider_id, l.party, l.thing, l.version_id, v.number, a.code, a.name, p.code, p.is_active, pv.number,
       c.code || '@' || cv.number,
       date_part('epoch', lower(l.period))::bigint, date_part('epoch', upper(l.period))::bigint
FROM sla_agreementline l
    JOIN sla_agreementversion v ON v.id = l.version_id JOIN sla_agreement a ON a.id = v.agreement_id
    JOIN sla_policy p ON p.id = v.policy_id LEFT JOIN sla_policyversion pv ON pv.id = p.current_id
    LEFT JOIN sla_calendar c ON c.id = v.calendar_id LEFT JOIN sla_calendarversion cv ON cv.id = c.current_id
WHERE NOT isempty(l.period)
"""

NOBODY = "{}"


class Named(NamedTuple):
    """What a fact names: policy and its version, and by the policy's calendar names the keys in force."""

    policy: str | None
    policy_version: int | None
    calendars: Mapping[str, str]


class Naming:
    """Puts the drafts in the place of what facts name. Reads once which agreements, lines and versions there are."""

    def __init__(self, tried: Tried, *, with_ladders: bool = False) -> None:
        self.tried = tried
        self.versions = TriedVersions(tried, with_ladders=with_ladders)
        self.drafted = {code: calendar_draft(code) for code in tried.calendars}
        self.current = _current_calendars() | self.drafted
        self.own = _own_calendars()
        self.lines = _lines(tried, self.current) if tried.agreements else []
        self.agreements = dict(AgreementVersion.objects.values_list("pk", "agreement__code"))
        self._ranked: dict[tuple[Any, ...], list[TimedLine]] = {}
        self._named: dict[tuple[Any, ...], Named | None] = {}
        self._read: dict[str, dict[str, str]] = {}

    def calendars_in(self, text: str | None) -> Mapping[str, str]:
        """The calendars a fact names, from the JSON it is stored as; each text is read once."""
        found = self._read.get(text or NOBODY)
        if found is None:
            found = self._read[text or NOBODY] = json.loads(text or NOBODY)
        return found

    def instead(
        self, *, agreement_id: int | None, policy: str | None, version: int | None, calendars: str | None
    ) -> Named | None:
        """What stands in place of the named versions, where agreements stay what they were; None: they stay, too."""
        key = (agreement_id, policy, version, calendars)
        if key not in self._named:
            self._named[key] = self._instead(agreement_id, policy, version, self.calendars_in(calendars))
        return self._named[key]

    def _instead(
        self, agreement_id: int | None, policy: str | None, version: int | None, calendars: Mapping[str, str]
    ) -> Named | None:
        own = self.own.get(agreement_id) if agreement_id else None
        found = {name: self._drafted(key) for name, key in calendars.items()}
        if policy is not None and policy in self.tried.policies:
            version = DRAFT
            for name in self._names(policy, DRAFT) - found.keys():
                found[name] = self._drafted(next(iter(found.values()), self.current[own])) if own else self._key(name)
        elif found == calendars:
            return None
        return Named(policy, version, found)

    def chosen(self, asked: Asked, at: int, agreement_id: int | None) -> Named | None:
        """The promise of whom the drafted agreements reach, or have left; None: it stays as the fact names it."""
        line = next((line for line in self._ranking(asked) if line.holds(at) and line.is_usable), None)
        was_drafted = self.agreements.get(agreement_id or 0) in self.tried.agreements
        if line is None:
            return Named(None, None, {}) if was_drafted else None
        if not (line.is_draft or was_drafted):
            return None
        version = DRAFT if line.policy in self.tried.policies else line.policy_version
        assert version is not None  # a usable line has a published or a drafted policy
        names = self._names(line.policy, version)
        return Named(line.policy, version, {name: line.calendar or self._key(name) for name in names})

    def _ranking(self, asked: Asked) -> list[TimedLine]:
        """Every line that may ever apply to `asked`, the most specific first; of one kind, drafts first."""
        key = (asked.provider_id, *asked.customer_path, None, asked.segment_id, asked.service_id, asked.offering_id)
        found = self._ranked.get(key)
        if found is None:
            ranked = ranked_lines(asked=asked, lines=self.lines)
            found = self._ranked[key] = [line for line in ranked if isinstance(line, TimedLine)]
        return found

    def _names(self, policy: str, version: int) -> set[str]:
        return {target.calendar for target in self.versions.policy(policy, version).targets if target.calendar}

    def _key(self, name: str) -> str:
        """The draft of the calendar, or its present version. Raises KeyError for one that was never published."""
        return self.current[name]

    def _drafted(self, key: str) -> str:
        """The draft of the calendar that `key` names a version of, if there is one, else `key`."""
        return self.drafted.get(key.rpartition("@")[0], key) if self.drafted else key


def _current_calendars() -> dict[str, str]:
    found = Calendar.objects.filter(current__isnull=False).values_list("code", "current__number")
    return {code: f"{code}@{number}" for code, number in found}


def _own_calendars() -> dict[int, str]:
    """By version of an agreement, the code of the calendar it binds itself to."""
    versions = AgreementVersion.objects.filter(calendar__isnull=False)
    return dict(versions.values_list("pk", "calendar__code"))


def _lines(tried: Tried, current: Mapping[str, str]) -> list[TimedLine]:
    """Drafted lines, then those of all agreements that are not drafted."""
    with connection.cursor() as cursor:
        cursor.execute(LINES)
        published = [TimedLine(*row) for row in cursor.fetchall()]
    kept = [_as_tried(line, tried, current) for line in published if line.agreement not in tried.agreements]
    return [*_drafted_lines(tried, current), *kept]


def _as_tried(line: TimedLine, tried: Tried, current: Mapping[str, str]) -> TimedLine:
    own = line.calendar and current[line.calendar.rpartition("@")[0]]
    version = DRAFT if line.policy in tried.policies else line.policy_version
    return TimedLine(**{**vars(line), "calendar": own, "policy_version": version})


def _drafted_lines(tried: Tried, current: Mapping[str, str]) -> Iterable[TimedLine]:
    codes = [agreement.policy for agreement in tried.agreements.values()]
    known = {code: (active, n) for code, active, n in _policies(codes)} | dict.fromkeys(tried.policies, (True, DRAFT))
    for code, agreement in tried.agreements.items():
        is_active, version = known[agreement.policy]
        for party, thing in agreement.lines:
            yield TimedLine(
                provider_id=agreement.provider_id,
                party=party,
                thing=thing,
                version_id=0,
                version=DRAFT,
                agreement=code,
                agreement_name=code,
                policy=agreement.policy,
                is_active=is_active,
                policy_version=version,
                calendar=current[agreement.calendar] if agreement.calendar else None,
                is_draft=True,
            )


def _policies(codes: Iterable[str]) -> Iterable[tuple[str, bool, int | None]]:
    return Policy.objects.filter(code__in=codes).values_list("code", "is_active", "current__number")
