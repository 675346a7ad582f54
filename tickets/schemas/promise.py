"""What the API tells of the choice of a promise."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

Outcome = Literal[
    "applies",
    "policy_inactive",
    "policy_unpublished",
    "customer_less_specific",
    "thing_less_specific",
    "not_then",
]


class AgreementChosen(BaseModel):
    code: str
    name: str
    version: int


class CandidateShown(BaseModel):
    """A line that could have applied. `party` is any, customer:ID or segment:ID; `thing` any, service:ID or
    offering:ID."""

    agreement: str
    name: str
    version: int
    party: str
    thing: str
    outcome: Outcome


class PromiseShown(BaseModel):
    """`promised` false: no agreement applied. `candidates` stays inside the provider: [] for others."""

    promised: bool
    chosen_at: datetime | None
    agreement: AgreementChosen | None
    candidates: list[CandidateShown]
