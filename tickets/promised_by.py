"""Why a ticket has the promise it has: the agreement that was chosen, and for the provider every line that lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sla.agreements import Candidate, explain_promise
from sla.models import AgreementVersion
from sla.shaping.agreed import reader_of
from tickets.access import Access


@dataclass(frozen=True, kw_only=True)
class ChosenPromise:
    """`version` is None where no promise exists. `candidates` are for the provider's side, and empty for others;
    `may_open` says whether this person may read the agreement itself."""

    chosen_at: datetime | None
    version: AgreementVersion | None
    candidates: Sequence[Candidate]
    may_open: bool


def chosen_promise(access: Access) -> ChosenPromise:
    """As of when it was chosen last: at filing, or when service, offering, customer or provider changed."""
    ticket = access.ticket
    explained = explain_promise(journey=ticket.journey)
    versions = AgreementVersion.objects.select_related("agreement", "policy")
    reader = reader_of(access.viewer)
    parties = {one.party for one in explained.candidates if one.outcome == "applies"}
    return ChosenPromise(
        chosen_at=explained.at,
        version=versions.filter(pk=explained.version_id).first() if explained.version_id else None,
        candidates=explained.candidates if access.side == "provider" else (),
        may_open=reader.reads_whole(ticket.provider_id) or bool(parties & reader.parties),
    )
