"""The policies and calendars of a vector, published as versions of this desk and promised by an agreement of it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sla.core import facts as core
from sla.core.policy import ANY_PRIORITY
from sla.core.vectors import Record
from sla.models import Agreement, AgreementVersion, Calendar, Policy
from sla.publishing import Line, publish_agreement, publish_calendar, publish_policy
from tickets.models import Ticket
from tickets.vectors.refusing import Unsayable
from tickets.vectors.world import World, place_department

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
UNNAMED = "unnamed"


class Promises:
    """What a vector promises, in this desk's words: priorities, departments and agreements by the vector's names."""

    def __init__(self, record: Record, facts: Iterable[core.Fact], world: World) -> None:
        self._record, self._world = record, world
        self._numbers = {"calendars": _counted(record["calendars"]), "policies": _counted(record["policies"])}
        self._published: dict[tuple[str, str], int] = {}
        self._rows: dict[tuple[str, str], Any] = {}
        self.agreement: AgreementVersion | None = None
        targets, told = _targets(record), list(facts)
        self.priorities = _our_priorities([*(one.get("priority") for one in targets), *(one.priority for one in told)])
        named = {one.get("department") for one in targets} | {one.department for one in told}
        names = sorted({self.name_of(name) for name in named})
        self.departments = {name: place_department(f"vectors-{place}") for place, name in enumerate(names, start=1)}

    def publish_for(self, filed: core.Fact) -> None:
        """Publish what the filing is promised, and nothing later: the desk promises what is current."""
        for name, count in self._numbers["calendars"].items():
            self._publish("calendars", name, int(filed.calendars.get(name, count)))
        if filed.policy is None:
            return
        self._publish("policies", filed.policy, filed.policy_version or 0)
        agreement = Agreement.objects.create(code="vectors", name="Vectors", provider=self._world.desk)
        self.agreement = publish_agreement(
            agreement=agreement,
            policy=self._rows["policies", filed.policy],
            lines=[Line(thing=f"offering:{self._world.asked.pk}")],
            now=LONG_AGO,
        )

    def publish_rest(self) -> None:
        """Publish all versions that only later facts name."""
        for what in ("calendars", "policies"):
            for name, count in self._numbers[what].items():
                self._publish(what, name, count)

    def left_unnamed(self, filed: core.Fact) -> Mapping[str, int | str]:
        """The calendars that the filing names although its policy uses none of them."""
        if filed.policy is None:
            return filed.calendars
        targets = self._record["policies"][filed.policy][str(filed.policy_version)]["targets"]
        used = {target.get("calendar") for target in targets}
        return {name: version for name, version in filed.calendars.items() if name not in used}

    def name_of(self, department: int | str | None) -> str:
        """The name under which `departments` has the vector's department."""
        return str(department or UNNAMED)

    def _publish(self, what: str, name: str, upto: int) -> None:
        if (what, name) not in self._rows:
            self._rows[what, name] = MODELS[what].objects.create(code=name, name=name)
        row = self._rows[what, name]
        for number in range(self._published.get((what, name), 0) + 1, upto + 1):
            definition = self._record[what][name][str(number)]
            if what == "calendars":
                publish_calendar(calendar=row, definition=definition, now=LONG_AGO)
            else:
                publish_policy(policy=row, definition=self._translated(definition), now=LONG_AGO)
            self._published[what, name] = number

    def _translated(self, policy: Record) -> dict[str, Any]:
        """A policy in this desk's words. What a vector promises any department is promised each of the vector's own,
        so that the desk's own first stage, of which no vector knows, has no clock."""
        targets = [{**one, "priority": self._priority(one)} for one in policy["targets"]]
        stages = [one for one in targets if one["metric"] == "stage"]
        said = [one for one in targets if one["metric"] != "stage"]
        for name, row in self.departments.items():
            said += [{**one, "department": row.pk} for one in _stage_targets(stages, name)]
        return {**policy, "targets": said}

    def _priority(self, target: Record) -> str:
        return self.priorities.get(target.get("priority", ANY_PRIORITY), ANY_PRIORITY)


MODELS: dict[str, type[Any]] = {"calendars": Calendar, "policies": Policy}


def _targets(record: Record) -> list[Record]:
    """Every target of every version."""
    versions = [version for numbers in record["policies"].values() for version in numbers.values()]
    return [target for version in versions for target in version["targets"]]


def _stage_targets(stages: Iterable[Record], department: str) -> list[Record]:
    """Those that hold for `department`: its own beat the general ones, then the exact priority beats any."""
    own = [one for one in stages if str(one.get("department") or "") == department]
    taken = {one["priority"] for one in own}
    if ANY_PRIORITY in taken:
        return own
    return own + [one for one in stages if not one.get("department") and one["priority"] not in taken]


def _counted(versions: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    for name, numbers in versions.items():
        if set(numbers) != {str(number) for number in range(1, len(numbers) + 1)}:
            raise Unsayable(f"versions are not numbered from one: {name}")
    return {name: len(numbers) for name, numbers in versions.items()}


def _our_priorities(names: Iterable[str | None]) -> dict[str, str]:
    """Our name of each of the vector's priorities: its own where we have it, else one that it does not use."""
    wanted = dict.fromkeys(name for name in names if name not in (None, ANY_PRIORITY))
    ours = list(Ticket.Priority.values)
    free = [name for name in reversed(ours) if name not in wanted]
    strange = [name for name in wanted if name not in ours]
    if len(strange) > len(free):
        raise Unsayable(f"more than {len(ours)} priorities")
    return {name: name for name in wanted if name in ours} | dict(zip(strange, free, strict=False))
