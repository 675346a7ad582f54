"""Lines of agreements that were looked at for a promise, and what became of each, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from sla.agreements import Candidate
from sla.shaping.agreement_words import names_of

OUTCOMES: dict[str, Lazy] = {
    "applies": later("applies"),
    "policy_inactive": later("its policy is withdrawn"),
    "policy_unpublished": later("its policy was never published"),
    "customer_less_specific": later("another line names the customer more closely"),
    "thing_less_specific": later("another line names the offering more closely"),
    "not_then": later("it could not apply when the promise was chosen"),
}


@dataclass(frozen=True, kw_only=True)
class CandidateWords:
    """A line, to whom and for what it is, and why it applies or lost."""

    agreement: str
    name: str
    version: int
    party: str
    thing: str
    outcome: str
    applies: bool


def candidate_words(candidates: Sequence[Candidate]) -> list[CandidateWords]:
    """In their order, the closest first; four statements at most."""
    names = names_of([{"party": one.party, "thing": one.thing} for one in candidates])
    return [
        CandidateWords(
            agreement=one.agreement,
            name=one.name,
            version=one.version,
            party=names.get(one.party, one.party) or _("Anybody"),
            thing=names.get(one.thing, one.thing) or _("Anything"),
            outcome=str(OUTCOMES[one.outcome]),
            applies=one.outcome == "applies",
        )
        for one in candidates
    ]
