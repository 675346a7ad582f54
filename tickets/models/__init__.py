from tickets.models.attachment import Attachment, AttachmentPart
from tickets.models.event import Event
from tickets.models.idempotency import Accepted
from tickets.models.message import Message
from tickets.models.notification import Notification
from tickets.models.ticket import Ticket

__all__ = ["Accepted", "Attachment", "AttachmentPart", "Event", "Message", "Notification", "Ticket"]
