"""Mail handed over by a mail server's pipe."""

from ninja import Router, Status

from servicedesk.api import DeskRequest
from servicedesk.errors import DeskError, Forbidden
from tickets.channels.mail.store import LARGEST_MAIL, store_mail
from tickets.models import InboundMail
from tickets.schemas import outward

router = Router(tags=["mail"])
RAW = {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}}


class MailNotYours(Forbidden):
    code = "mail_not_yours"
    sentence = "Only an administrator's token hands over mail. Nothing was kept."


class MailInvalid(DeskError):
    code = "mail_invalid"
    status = 422
    sentence = "A mail has between 1 and {largest} bytes. Nothing was kept."


@router.post(
    "/mail",
    response={202: outward.MailKept},
    openapi_extra={"requestBody": {"required": True, "content": RAW}},
)
def receive_mail(request: DeskRequest) -> Status[outward.MailKept]:
    """Keep one raw RFC 5322 message; the worker reads it. A repeat of the same mail is accepted and changes nothing."""
    if not request.viewer.administers:
        raise MailNotYours
    raw = request.read(LARGEST_MAIL + 1)
    if not 0 < len(raw) <= LARGEST_MAIL:
        raise MailInvalid(largest=LARGEST_MAIL)
    stored = store_mail(raw=raw, source=InboundMail.Source.API, now=request.now)
    return Status(202, outward.MailKept(id=stored.pk, repeated=not stored.is_new))
