"""Who depends on a policy or a calendar: that decides who may edit it (docs/sla.md says what an edit changes)."""

from collections.abc import Mapping
from dataclasses import dataclass

from sla.models import AgreementVersion, Policy


@dataclass(frozen=True, kw_only=True)
class Use:
    """`provider_id` is None where a policy that nobody promises yet names a calendar."""

    provider_id: int | None
    words: str


def latest_agreements() -> list[AgreementVersion]:
    """The newest version of every agreement, with its agreement, provider, policy and calendar; one statement."""
    versions = AgreementVersion.objects.order_by("agreement_id", "-number").distinct("agreement_id")
    return list(versions.select_related("agreement__provider", "policy", "calendar"))


def _use(version: AgreementVersion) -> Use:
    agreement = version.agreement
    return Use(provider_id=agreement.provider_id, words=f"{agreement.name} ({agreement.provider.name})")


def policy_uses(latest: list[AgreementVersion] | None = None) -> Mapping[str, list[Use]]:
    """By a policy's code, the agreements that promise it."""
    uses: dict[str, list[Use]] = {}
    for version in latest_agreements() if latest is None else latest:
        uses.setdefault(version.policy.code, []).append(_use(version))
    return uses


def calendar_uses() -> Mapping[str, list[Use]]:
    """By a calendar's code, the agreements that bind it and those whose policies name it, and policies without any."""
    latest = latest_agreements()
    promised = policy_uses(latest)
    found: dict[str, list[Use]] = {}
    for version in latest:
        if version.calendar:
            found.setdefault(version.calendar.code, []).append(_use(version))
    for policy in Policy.objects.filter(current__isnull=False).select_related("current"):
        assert policy.current is not None
        names = {target.get("calendar") for target in policy.current.definition.get("targets", [])} - {None}
        for name in names:
            found.setdefault(name, []).extend(promised.get(policy.code) or [Use(provider_id=None, words=policy.name)])
    return found
