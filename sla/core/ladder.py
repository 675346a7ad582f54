"""Escalation steps: when a rung of the ladder is ripe, in counted seconds of its clock (docs/sla.md, Escalation)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple

from sla.core.errors import SlaError


class PolicyError(SlaError):
    """Raised where a policy is read that cannot be kept."""

    code: ClassVar[str] = "policy_refused"


class BadStep(PolicyError):
    """A step says exactly one instant, by a whole positive number."""

    code = "policy_bad_step"
    sentence = "The step {step!r} does not say when: a whole positive percent, seconds before or after due, or every."


class StepTooOften(PolicyError):
    """A step that repeats within minutes would flood whoever hears of it, and a ticket forgotten for years."""

    code = "policy_step_too_often"
    sentence = "A step may repeat every five minutes at most, not every {number} seconds."


class DuplicateStep(PolicyError):
    """A step is known by its definition, so one target cannot have it twice."""

    code = "policy_duplicate_step"
    sentence = "The step {key} stands twice in the target for {metric}."


#: No budget or step may be longer, in seconds: fifty years, so that every instant can be stored.
LONGEST = 50 * 366 * 86_400

#: A step's form in a definition -> the name its key begins with.
STEP_FORMS = {
    "percent": "percent",
    "before_due_seconds": "before_due",
    "after_due_seconds": "after_due",
    "every_seconds": "every",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung of the ladder. `action` carries what to do, to whom; it is no part of the step's identity."""

    form: str
    number: int
    action: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        """The definition as a stable string, such as percent:80 or after_due:3600."""
        return f"{STEP_FORMS[self.form]}:{self.number}"

    @property
    def repeats(self) -> bool:
        """Every N seconds after due, each repetition being a step of its own."""
        return self.form == "every_seconds"

    def amount(self, budget: int) -> int:
        """The counted seconds at which the step is ripe (docs/sla.md, Steps); of a repeating one, the first time."""
        if self.form == "percent":
            return -(-self.number * budget // 100)
        return max(budget - self.number, 0) if self.form == "before_due_seconds" else budget + self.number

    @classmethod
    def from_dict(cls, data: Any) -> "Step":
        """Read {percent | before_due_seconds | after_due_seconds | every_seconds: N, …action}. Raises a PolicyError."""
        forms = [form for form in STEP_FORMS if form in data] if isinstance(data, Mapping) else []
        if len(forms) != 1 or not is_whole(data[forms[0]]) or not 0 < data[forms[0]] <= LONGEST:
            raise BadStep(step=data)
        if forms[0] == "every_seconds" and data[forms[0]] < 300:
            raise StepTooOften(number=data[forms[0]])
        action = {name: value for name, value in data.items() if name != forms[0]}
        return cls(form=forms[0], number=data[forms[0]], action=action)

    def to_dict(self) -> dict[str, Any]:
        """The form `from_dict` reads."""
        return {self.form: self.number, **self.action}


class Rung(NamedTuple):
    """A step within a budget: `amount` counted seconds; `number` counts the repetitions of a repeating one."""

    amount: int
    key: str
    number: int
    step: Step


class Ladder(NamedTuple):
    """The steps of a target by amount: those that fire once, and the first repetition of those that repeat."""

    budget: int
    once: tuple[Rung, ...]
    repeating: tuple[Rung, ...]

    @classmethod
    def build(cls, steps: Iterable[Step], budget: int) -> "Ladder":
        """The ladder of `steps` within a budget in seconds; of one amount, the earlier step comes first."""
        rungs = sorted((Rung(step.amount(budget), step.key, 1, step) for step in steps), key=itemgetter(0))
        once = tuple(rung for rung in rungs if not rung.step.repeats)
        return cls(budget, once, tuple(rung for rung in rungs if rung.step.repeats))

    def find_next(self, spent: Mapping[str, int]) -> Rung | None:
        """The lowest rung not spent; `spent` says by key how often a step has fired."""
        lowest = None
        for rung in self.once:
            if rung.key not in spent:
                lowest = rung
                break
        for _, key, _, step in self.repeating:
            number = spent.get(key, 0) + 1
            amount = self.budget + step.number * number
            if lowest is None or amount < lowest.amount:
                lowest = Rung(amount, key, number, step)
        return lowest

    def ask_anew(self, spent: dict[str, int], elapsed: int, *, is_unopened: bool) -> None:
        """Forget what was spent but lies ahead of `elapsed` seconds; of `is_unopened`, nothing could be counted yet.

        Only a change of target or start asks anew (docs/sla.md, Fine print 19).
        """
        for rung in self.once:
            if rung.amount > elapsed or is_unopened:
                spent.pop(rung.key, None)
        for _, key, _, step in self.repeating:
            if key in spent:
                spent[key] = min(spent[key], max(elapsed - self.budget, 0) // step.number)


def is_whole(value: Any) -> bool:
    """An int; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool)
