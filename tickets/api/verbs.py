"""One operation and one typed schema a verb; each answers the ticket as it is afterwards."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from ninja import Router

from servicedesk.api import DeskRequest
from servicedesk.strictness import Inward
from tickets import actions
from tickets.access import ticket_for
from tickets.api.conditions import IfMatch, expected
from tickets.api.tickets import answer
from tickets.schemas import inward
from tickets.schemas.outward import TicketShown

router = Router(tags=["verbs"])
AT = "/tickets/{int:number}"


def act(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    if_match: str | None,
    verb: Callable[..., Any],
    payload: Inward | None,
) -> TicketShown:
    """Do `verb` with what was sent, to the ticket this person may see under that number."""
    values = payload.model_dump() if payload else {}
    version, _ = expected(if_match)
    verb(access=ticket_for(request.viewer, number), now=request.now, version=version, **values)
    return answer(request, response, ticket_for(request.viewer, number))


@router.post(f"{AT}/take", response=TicketShown)
def take(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    payload: inward.Take | None = None,
    if_match: IfMatch = None,
) -> TicketShown:
    """Become the assignee of a ticket nobody has."""
    return act(request, response, number, if_match, actions.take, payload)


@router.post(f"{AT}/assign", response=TicketShown)
def assign(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.Assign, if_match: IfMatch = None
) -> TicketShown:
    """Give the ticket to a person of the department that has it; null gives it to nobody."""
    return act(request, response, number, if_match, actions.assign, payload)


@router.post(f"{AT}/wait", response=TicketShown)
def wait(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.Wait, if_match: IfMatch = None
) -> TicketShown:
    """Wait for someone or something; with `body` the question is put in the same act."""
    return act(request, response, number, if_match, actions.wait, payload)


@router.post(f"{AT}/resume", response=TicketShown)
def resume(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    payload: inward.Resume | None = None,
    if_match: IfMatch = None,
) -> TicketShown:
    """End the wait."""
    return act(request, response, number, if_match, actions.resume, payload)


@router.post(f"{AT}/hand_over", response=TicketShown)
def hand_over(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.HandOver, if_match: IfMatch = None
) -> TicketShown:
    """Give the work to another department."""
    return act(request, response, number, if_match, actions.hand_over, payload)


@router.post(f"{AT}/reprioritise", response=TicketShown)
def reprioritise(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.Reprioritise, if_match: IfMatch = None
) -> TicketShown:
    """Change the priority, or let the matrix make it of impact and urgency."""
    return act(request, response, number, if_match, actions.reprioritise, payload)


@router.post(f"{AT}/resolve", response=TicketShown)
def resolve(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    payload: inward.Resolve | None = None,
    if_match: IfMatch = None,
) -> TicketShown:
    """Call the ticket resolved; with `body` the requester is told in the same act."""
    return act(request, response, number, if_match, actions.resolve, payload)


@router.post(f"{AT}/reopen", response=TicketShown)
def reopen(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    payload: inward.Reopen | None = None,
    if_match: IfMatch = None,
) -> TicketShown:
    """Take the work up again; with `body` you say why."""
    return act(request, response, number, if_match, actions.reopen, payload)


@router.post(f"{AT}/withdraw", response=TicketShown)
def withdraw(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    payload: inward.Withdraw | None = None,
    if_match: IfMatch = None,
) -> TicketShown:
    """Take your request back."""
    return act(request, response, number, if_match, actions.withdraw, payload)


@router.post(f"{AT}/close", response=TicketShown)
def close(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    payload: inward.Close | None = None,
    if_match: IfMatch = None,
) -> TicketShown:
    """Close the ticket."""
    return act(request, response, number, if_match, actions.close, payload)


@router.post(f"{AT}/unmerge", response=TicketShown)
def unmerge(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    payload: inward.Unmerge | None = None,
    if_match: IfMatch = None,
) -> TicketShown:
    """Undo a merge within 30 days."""
    return act(request, response, number, if_match, actions.unmerge, payload)


@router.post(f"{AT}/rate", response=TicketShown)
def rate(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.Rate, if_match: IfMatch = None
) -> TicketShown:
    """Say how it went, 1 to 5."""
    return act(request, response, number, if_match, actions.rate, payload)


@router.post(f"{AT}/escalate", response=TicketShown)
def escalate(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.Escalate, if_match: IfMatch = None
) -> TicketShown:
    """Call on the head, or another role, before a promise falls due; the reason is left as a note."""
    return act(request, response, number, if_match, actions.escalate_by_hand, payload)


@router.post(f"{AT}/take_charge", response=TicketShown)
def take_charge(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.TakeCharge, if_match: IfMatch = None
) -> TicketShown:
    """Take charge of a clock's escalation: no further step of it fires."""
    return act(request, response, number, if_match, actions.take_charge, payload)


@router.post(f"{AT}/name_cause", response=TicketShown)
def name_cause(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.NameCause, if_match: IfMatch = None
) -> TicketShown:
    """Say why a promise was broken: for the head of the department that promised it."""
    return act(request, response, number, if_match, actions.name_cause, payload)


@router.post(f"{AT}/ask_exclusion", response=TicketShown)
def ask_exclusion(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.AskExclusion, if_match: IfMatch = None
) -> TicketShown:
    """Ask that a broken promise be excluded; approved, it is shown beside the raw figure and never changes it."""
    return act(request, response, number, if_match, actions.ask_exclusion, payload)


@router.post(f"{AT}/decide_exclusion", response=TicketShown)
def decide_exclusion(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.DecideExclusion, if_match: IfMatch = None
) -> TicketShown:
    """Approve or decline an exclusion that somebody else asked for: for leaders and administrators."""
    return act(request, response, number, if_match, actions.decide_exclusion, payload)


@router.post(f"{AT}/withdraw_exclusion", response=TicketShown)
def withdraw_exclusion(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    payload: inward.WithdrawExclusion,
    if_match: IfMatch = None,
) -> TicketShown:
    """Take an exclusion back, approved or not."""
    return act(request, response, number, if_match, actions.withdraw_exclusion, payload)


@router.post(f"{AT}/merge", response=TicketShown)
def merge(
    request: DeskRequest, response: HttpResponse, number: int, payload: inward.Merge, if_match: IfMatch = None
) -> TicketShown:
    """End this ticket as a part of another; answers this one."""
    source, target = ticket_for(request.viewer, number), ticket_for(request.viewer, payload.into)
    actions.merge(access=source, into=target, now=request.now, version=expected(if_match)[0])
    return answer(request, response, ticket_for(request.viewer, number))


@router.post(f"{AT}/watch", response=TicketShown)
def watch(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    payload: inward.Watch | None = None,
    if_match: IfMatch = None,
) -> TicketShown:
    """Hear of the ticket where a step of a ladder tells its watchers; for those who see the provider's side."""
    return act(request, response, number, if_match, actions.watch, payload)


@router.post(f"{AT}/unwatch", response=TicketShown)
def unwatch(
    request: DeskRequest,
    response: HttpResponse,
    number: int,
    payload: inward.Watch | None = None,
    if_match: IfMatch = None,
) -> TicketShown:
    """Hear of it no more."""
    return act(request, response, number, if_match, actions.unwatch, payload)
