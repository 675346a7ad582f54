"""How fast the departments of the demonstration are: most promises hold, and some departments struggle."""

from random import Random

#: The share of promises each department keeps in the middle of the half-year.
KEPT = {
    "sales": 0.93, "purchasing": 0.86, "warehouse": 0.95, "logistics": 0.91, "returns": 0.9, "accounting": 0.92,
    "it": 0.95, "hr": 0.96, "legal": 0.9, "marketing": 0.93, "facility": 0.94, "quality": 0.92,
}  # fmt: skip
#: What a month adds, the oldest first: a hard season, then better every month.
SEASON = (0.0, -0.03, -0.05, -0.01, 0.01, 0.03, 0.03)
WITHDRAWN, ON_BEHALF, ASKED, NUDGED, NOTED, SUPPLIER = 0.02, 0.05, 0.34, 0.22, 0.4, 0.06
FOLLOWS_PLAN, REOPENED, THANKED, RATED, CLOSED_BY_REQUESTER = 0.85, 0.05, 0.3, 0.42, 0.45
PRIORITIES = {"low": 12, "normal": 63, "high": 19, "urgent": 6}
SCORES_KEPT = {5: 60, 4: 28, 3: 8, 2: 3, 1: 1}
SCORES_BROKEN = {5: 14, 4: 27, 3: 28, 2: 18, 1: 13}


def kept_share(*, department: str, month: int) -> float:
    """The chance that a promise of this department holds, in that month of the half-year from 0."""
    return KEPT[department] + SEASON[min(month, len(SEASON) - 1)]


def draw_share(*, chance: Random, kept: float) -> float:
    """The share of a budget that is used up: below one with chance `kept`, else beyond it."""
    if chance.random() < kept:
        return 0.06 + 0.86 * chance.betavariate(1.5, 2.3)
    return 1.04 + min(chance.expovariate(1.8), 2.0)


def draw_score(*, chance: Random, kept: bool) -> int:
    """1 to 5; who was kept waiting is seldom delighted."""
    scores = SCORES_KEPT if kept else SCORES_BROKEN
    return chance.choices(list(scores), list(scores.values()))[0]
