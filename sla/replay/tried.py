"""What is tried: drafts of policies, calendars and agreements, as values that can be stored and sent to a process."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sla.agreements import Line
from sla.core.business_time import BusinessTime
from sla.core.calendar import Calendar as CoreCalendar
from sla.core.policy import Policy as CorePolicy
from sla.models import AgreementLine
from sla.versions import WithDrafts

#: The version number under which facts name a draft; published ones begin at 1.
DRAFT = 0


@dataclass(frozen=True, kw_only=True)
class TriedAgreement:
    """A draft of an agreement: (party, thing) of its lines. `calendar` is a code, empty where it names none."""

    provider_id: int
    policy: str
    calendar: str = ""
    lines: tuple[tuple[str, str], ...] = ((AgreementLine.ANY, AgreementLine.ANY),)

    def to_dict(self) -> dict[str, Any]:
        """The form `Tried.from_dict` reads."""
        return {
            "provider": self.provider_id,
            "policy": self.policy,
            "calendar": self.calendar,
            "lines": [{"party": party, "thing": thing} for party, thing in self.lines],
        }


@dataclass(frozen=True, kw_only=True)
class Tried:
    """Drafts by code. Definitions are those the core reads; nothing drafted means: the published versions."""

    policies: Mapping[str, Any] = field(default_factory=dict)
    calendars: Mapping[str, Any] = field(default_factory=dict)
    agreements: Mapping[str, TriedAgreement] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.policies or self.calendars or self.agreements)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        agreements = {code: agreement.to_dict() for code, agreement in self.agreements.items()}
        return {"policies": dict(self.policies), "calendars": dict(self.calendars), "agreements": agreements}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Tried":
        """What `to_dict` wrote."""
        return cls(
            policies=data["policies"],
            calendars=data["calendars"],
            agreements={code: _agreement(said) for code, said in data["agreements"].items()},
        )


def _agreement(said: Mapping[str, Any]) -> TriedAgreement:
    """A line holds throughout the period tried, whatever its dates; of two for the same, the first counts."""
    pairs = dict.fromkeys((line["party"], line["thing"]) for line in said["lines"])
    return TriedAgreement(
        provider_id=said["provider"], policy=said["policy"], calendar=said["calendar"], lines=tuple(pairs)
    )


class TriedVersions(WithDrafts):
    """The look-up the fold takes: drafts under the version DRAFT, all else as published.

    Without ladders: steps that fire change no verdict, and computing when they would takes a fifth of the time.
    """

    def __init__(self, tried: Tried, *, with_ladders: bool = False) -> None:
        super().__init__(
            policies={(code, DRAFT): CorePolicy.from_dict(said) for code, said in tried.policies.items()},
            calendars={
                calendar_draft(code): BusinessTime(CoreCalendar.from_dict(said))
                for code, said in tried.calendars.items()
            },
        )
        self.with_ladders = with_ladders
        self.bare: dict[tuple[str, int], CorePolicy] = {}

    def policy(self, name: str, version: int) -> CorePolicy:
        if self.with_ladders:
            return super().policy(name, version)
        found = self.bare.get((name, version))
        if found is None:
            found = self.bare[name, version] = _without_ladders(super().policy(name, version))
        return found


def _without_ladders(policy: CorePolicy) -> CorePolicy:
    return replace(policy, targets=tuple(replace(target, steps=()) for target in policy.targets))


def calendar_draft(code: str) -> str:
    """How facts name the draft of a calendar, as code@number names a published version."""
    return f"{code}@{DRAFT}"


@dataclass(frozen=True)
class TimedLine(Line):
    """A line of an agreement with the time it holds, [begins, ends) in seconds since 1970; None: no such bound."""

    begins: int | None = None
    ends: int | None = None
    is_draft: bool = False

    def holds(self, at: int) -> bool:
        return (self.begins is None or self.begins <= at) and (self.ends is None or at < self.ends)
