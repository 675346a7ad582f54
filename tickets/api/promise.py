"""Which promise applies to a ticket, and why."""

from ninja import Router

from servicedesk.api import DeskRequest
from tickets.access import ticket_for
from tickets.promised_by import chosen_promise
from tickets.schemas.promise import AgreementChosen, CandidateShown, PromiseShown

router = Router(tags=["logs"])


@router.get("/tickets/{int:number}/promise", response=PromiseShown)
def read_promise(request: DeskRequest, number: int) -> PromiseShown:
    """The agreement that was chosen and when; for the provider's side every line that was looked at, the closest
    first, with its outcome."""
    found = chosen_promise(ticket_for(request.viewer, number))
    version = found.version
    return PromiseShown(
        promised=version is not None,
        chosen_at=found.chosen_at,
        agreement=AgreementChosen(code=version.agreement.code, name=version.agreement.name, version=version.number)
        if version
        else None,
        candidates=[CandidateShown(**vars(one)) for one in found.candidates],
    )
