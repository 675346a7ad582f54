"""Published versions of policies and calendars, as the fold asks for them: immutable, so they are read once."""

from collections.abc import Mapping
from functools import lru_cache

from servicedesk.errors import DeskError
from sla.core.business_time import BusinessTime
from sla.core.calendar import Calendar as CoreCalendar
from sla.core.policy import Policy as CorePolicy
from sla.models import CalendarVersion, PolicyVersion


class VersionMissing(DeskError):
    """A fact names a version that this database does not hold."""

    code = "version_missing"
    status = 500
    sentence = "The version {version} of {name} is named by a ticket but is not in the database."


def calendar_key(version: CalendarVersion) -> str:
    """How facts name a calendar version: code@number."""
    return f"{version.calendar.code}@{version.number}"


@lru_cache(maxsize=1024)
def _policy(code: str, number: int) -> CorePolicy:
    definition = (
        PolicyVersion.objects.filter(policy__code=code, number=number).values_list("definition", flat=True).first()
    )
    if definition is None:
        raise VersionMissing(name=code, version=number)
    return CorePolicy.from_dict(definition)


@lru_cache(maxsize=1024)
def _calendar(key: str) -> BusinessTime:
    code, _, number = key.rpartition("@")
    definition = (
        CalendarVersion.objects.filter(calendar__code=code, number=int(number))
        .values_list("definition", flat=True)
        .first()
    )
    if definition is None:
        raise VersionMissing(name=code, version=number)
    return BusinessTime(CoreCalendar.from_dict(definition))


class PublishedVersions:
    """The look-up `fold` and `step` take. A calendar's version is a key code@number, whatever name the policy uses."""

    def policy(self, name: str, version: int) -> CorePolicy:
        return _policy(name, version)

    def calendar(self, name: str, version: str) -> BusinessTime:
        return _calendar(version)


class WithDrafts(PublishedVersions):
    """What is published, and drafts beside it: policies by (code, number), calendars by key."""

    def __init__(
        self,
        *,
        policies: Mapping[tuple[str, int], CorePolicy] | None = None,
        calendars: Mapping[str, BusinessTime] | None = None,
    ) -> None:
        self.policies, self.calendars = policies or {}, calendars or {}

    def policy(self, name: str, version: int) -> CorePolicy:
        return self.policies.get((name, version)) or super().policy(name, version)

    def calendar(self, name: str, version: str) -> BusinessTime:
        return self.calendars.get(version) or super().calendar(name, version)


PUBLISHED = PublishedVersions()


def forget_versions() -> None:
    """Empty the look-up; for tests, where a rolled back version's number is used again."""
    _policy.cache_clear()
    _calendar.cache_clear()
