"""Why a mail became no message, in words for administrators."""

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from tickets.models import InboundMail

REASONS = {
    "unknown_sender": later("nobody of the desk has this address"),
    "no_sender": later("it names no sender"),
    "inactive_sender": later("the sender's account is closed, or belongs to no customer in force"),
    "stranger_in_thread": later("it answers a request that is not open to the sender"),
    "other_address": later("it was sent to an address that somebody else was given"),
    "no_longer_theirs": later("it answers a request that is not open to the sender any more"),
    "unproven_agent": later("somebody of a department seems to write, and nothing proves it"),
    "no_offering": later("no offering for mail is open to the sender"),
    "spoofed": later("our mail server says that the sender is forged"),
    "unreadable": later("it cannot be read as a mail"),
    "too_large": later("it is larger than 40 MB, so only its beginning was kept"),
    "gave_up": later("reading it failed again and again"),
    "own_mail": later("the desk wrote it itself"),
    "repeated": later("the same mail has become a message already"),
    "bounce": later("a mail server says that something could not be delivered"),
    "auto_reply": later("an automatic answer"),
    "list": later("a mail to many, from a list"),
    "by_hand": later("set aside by hand"),
}


def reason_words(mail: InboundMail) -> "str | Lazy":
    """Why it is aside; of one that a rule of the desk refused, the sentence of the rule."""
    known = REASONS.get(mail.reason)
    if known is None:
        return _(mail.last_error) if mail.last_error else mail.reason
    return f"{known}: {mail.last_error}" if mail.reason == "by_hand" and mail.last_error else known
