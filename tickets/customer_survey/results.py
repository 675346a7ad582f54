"""What may be told of a closed round: nothing that fewer than five people said, nor what could be reckoned to it.

What is told of a round is worked out once for everybody and then narrowed to whoever reads; rounds are never added up,
for the difference of two sums is a cell of its own.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Count, Q, Sum

from servicedesk.people.access import Viewer
from sla.reports.period import Period
from sla.reports.tally import FEW
from tickets.customer_survey.answering import QUESTIONS
from tickets.models import Answer, Asked, SurveyRound

Key = TypeVar("Key", bound=Hashable)
#: (provider_id, customer_id)
Pair = tuple[int, int]


@dataclass
class Score:
    """So many people, and the sums of what they gave to each question (1 to 5)."""

    n: int = 0
    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(QUESTIONS, 0))

    @property
    def mean(self) -> float:
        """Over all questions, 1 to 5."""
        return sum(self.sums.values()) / (self.n * len(QUESTIONS))

    @property
    def means(self) -> dict[str, float]:
        """By question."""
        return {question: total / self.n for question, total in self.sums.items()}

    def add(self, other: "Score") -> None:
        self.n += other.n
        for question in QUESTIONS:
            self.sums[question] += other.sums[question]


@dataclass(frozen=True)
class Told:
    """What may be told to everybody who may read of it: all together, by provider, by pair."""

    total: Score | None = None
    providers: Mapping[int, Score] = field(default_factory=dict)
    pairs: Mapping[Pair, Score] = field(default_factory=dict)

    def to(self, viewer: Viewer) -> "Told":
        """Leaders all; heads what concerns their departments, as the one rated or the one who rates; others nothing."""
        if viewer.leads or viewer.administers:
            return self
        own = viewer.heads
        return Told(
            self.total if own else None,
            {provider: score for provider, score in self.providers.items() if provider in own},
            {pair: score for pair, score in self.pairs.items() if own & set(pair)},
        )


@dataclass(frozen=True)
class Response:
    """How many people were asked and how many of them answered; tells of nobody which."""

    asked: int = 0
    answered: int = 0

    @property
    def share(self) -> float | None:
        return self.answered / self.asked if self.asked else None


def scores(*, period: Period, viewer: Viewer) -> dict[Pair, tuple[float, int]]:
    """(provider_id, customer_id) to (mean of 1 to 5, number of people), of the round of `round_for`: only what may be
    told, and told to `viewer`. Two statements."""
    round = round_for(period=period)
    pairs = told_of(round).to(viewer).pairs if round else {}
    return {pair: (score.mean, score.n) for pair, score in pairs.items()}


def round_for(*, period: Period) -> SurveyRound | None:
    """The last closed round about a quarter that had begun before the period ended. One statement."""
    closed = SurveyRound.objects.filter(state=SurveyRound.State.CLOSED, from_on__lt=period.to_on)
    return closed.order_by("-from_on").first()


def told_of(round: SurveyRound) -> Told:
    """Nothing while the round is open, for a sum looked at twice tells what was added between. One statement."""
    if round.state != SurveyRound.State.CLOSED:
        return Told()
    return tell(_cells(round))


def tell(cells: Mapping[Pair, Score]) -> Told:
    """What may be told of these cells: a provider, or a pair, of FEW people or more, if what is left of the sum
    above it without those told is nobody, or FEW too."""
    by_provider: dict[int, dict[Pair, Score]] = defaultdict(dict)
    for pair, score in cells.items():
        by_provider[pair[0]][pair] = score
    providers = {provider: _sum(pairs) for provider, pairs in by_provider.items()}

    def behind(some: Iterable[int]) -> int:
        return least_people(pair for provider in some for pair in by_provider[provider].items())

    if behind(providers) < FEW:
        return Told()
    shown = tellable({provider: score.n for provider, score in providers.items()}, behind=behind)
    pairs = {
        pair: cells[pair]
        for provider in shown
        for pair in tellable({pair: score.n for pair, score in by_provider[provider].items()})
    }
    return Told(_sum(providers), {provider: providers[provider] for provider in shown}, pairs)


def tellable(numbers: Mapping[Key, int], *, behind: Callable[[Collection[Key]], int] | None = None) -> set[Key]:
    """Which parts of a sum that is told may be told, by how many people each is made of. `behind` says how many stand
    behind several parts together; without it nobody stands behind two."""
    behind = behind or (lambda some: sum(numbers[key] for key in some))
    kept = sorted((key for key, n in numbers.items() if n >= FEW), key=lambda key: (numbers[key], str(key)))
    while kept and 0 < behind(numbers.keys() - set(kept)) < FEW:
        kept.pop(0)  # the smallest is told with the rest
    return set(kept)


def least_people(cells: Iterable[tuple[Pair, Score]]) -> int:
    """How many people said this, at the least: somebody of one customer may have rated several providers, each once."""
    most: dict[int, int] = {}
    for (_provider, customer), score in cells:
        most[customer] = max(most.get(customer, 0), score.n)
    return sum(most.values())


def comments_by_provider(round: SurveyRound, *, told: Told) -> Mapping[int, list[str]]:
    """What was written about the departments that may be told of, in an order that says nothing. One statement."""
    found: dict[int, list[str]] = defaultdict(list)
    said = Answer.objects.filter(round=round, provider__in=list(told.providers)).exclude(comment="")
    for provider, comment in said.order_by("pk").values_list("provider", "comment"):
        found[provider].append(comment)
    return found


def response_of(round: SurveyRound) -> Response:
    """One statement."""
    found = Asked.objects.filter(round=round).aggregate(
        asked=Count("pk"), answered=Count("pk", filter=Q(is_answered=True))
    )
    return Response(**found)


def _cells(round: SurveyRound) -> dict[Pair, Score]:
    sums = [Sum(question) for question in QUESTIONS]
    counted = Answer.objects.filter(round=round).order_by().values_list("provider", "customer")
    rows = counted.annotate(Count("pk"), *sums)
    return {
        (provider, customer): Score(n, dict(zip(QUESTIONS, totals, strict=True)))
        for provider, customer, n, *totals in rows
    }


def _sum(scores: Mapping[Key, Score]) -> Score:
    total = Score()
    for score in scores.values():
        total.add(score)
    return total
