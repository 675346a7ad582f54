"""What an act did, said on the next page; with a token it can be taken back from there."""

from django.contrib import messages
from django.http import HttpRequest

from servicedesk.people.access import Viewer
from tickets.desk.undo import Outcome, undo_token
from tickets.desk.wording import outcome_words


def toast(request: HttpRequest, text: str, *, token: str = "", failed: bool = False) -> None:
    """Say `text` on the page that follows; `token` adds Undo to it."""
    messages.add_message(request, messages.ERROR if failed else messages.SUCCESS, text, extra_tags=token)


def toast_outcome(request: HttpRequest, viewer: Viewer, outcome: Outcome, *, act: str = "") -> None:
    """Say what was done to which tickets, and offer to take it back unless this was the taking back."""
    token = "" if act else undo_token(viewer=viewer, outcome=outcome)
    toast(request, outcome_words(outcome, act=act or outcome.act), token=token, failed=bool(outcome.refused))
