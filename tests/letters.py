"""Reading the mails the desk sends: plain text, and beside it the same words as HTML."""

from email.message import Message
from typing import Any


def text_of(mail: "Message[Any, Any]") -> str:
    """The plain text."""
    return _part(mail, "text/plain")


def html_of(mail: "Message[Any, Any]") -> str:
    """The page."""
    return _part(mail, "text/html")


def _part(mail: "Message[Any, Any]", kind: str) -> str:
    (part,) = (part for part in mail.walk() if part.get_content_type() == kind)
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode()
