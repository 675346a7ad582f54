"""One raw mail read into a value. Pure: bytes in, value out; whatever the bytes are, no more than a ValueError."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesParser

from tickets.channels.mail.headers import Headers, decoded, decoded_bytes
from tickets.channels.mail.plain import plain_text

MOST_PARTS, DEEPEST = 500, 30
LONGEST_TEXT = 2_000_000  # characters read of a text; a message takes fewer


class Unreadable(ValueError):
    """The mail is built so that it is not read: too many parts, or too deep."""


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What a mail says of itself. All of it is a claim of whoever sent it, but `dmarc`, which our own server says."""

    sender: str
    sender_name: str
    header_id: str
    date: str
    named: tuple[str, ...]
    addressees: tuple[str, ...]
    subject: str
    text: str
    files: tuple[File, ...]
    automatic: str
    is_answerable: bool
    dmarc: str


@dataclass
class _Content:
    texts: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    parts: int = 0


def parse_mail(raw: bytes, *, authserv_id: str = "") -> Parsed:
    """Read `raw`, an RFC 5322 message or something that claims to be one. Raises ValueError where it cannot be read.

    `authserv_id` names the server whose Authentication-Results are believed; without it `dmarc` is "".
    """
    try:
        return _parse(raw, authserv_id)
    except RecursionError as error:
        raise Unreadable("It is nested too deeply.") from error


def _parse(raw: bytes, authserv_id: str) -> Parsed:
    mail = BytesParser(policy=policy.compat32).parsebytes(raw)
    headers, content = Headers(mail), _Content()
    _gather(mail, content, 0)
    name, address = headers.sender()
    return Parsed(
        sender=address,
        sender_name=name,
        header_id=headers.header_id(),
        date=headers.line("Date"),
        named=headers.named(),
        addressees=headers.addressees(),
        subject=headers.line("Subject"),
        text="\n\n".join(text for text in content.texts if text.strip()),
        files=tuple(content.files),
        automatic=headers.automatic(),
        is_answerable=headers.is_answerable(),
        dmarc=headers.dmarc(authserv_id),
    )


def _gather(part: "Message[str, str]", content: _Content, depth: int) -> None:
    content.parts += 1
    if content.parts > MOST_PARTS or depth > DEEPEST:
        raise Unreadable("It has too many parts.")
    kind = part.get_content_type()
    if kind == "message/rfc822" and part.is_multipart():
        content.files.append(_attached_mail(part))
    elif kind == "multipart/alternative" and part.is_multipart():
        _choose(_children(part), content, depth)
    elif part.is_multipart():
        for child in _children(part):
            _gather(child, content, depth + 1)
    elif kind.startswith("multipart/"):  # its boundary never came
        content.texts.append(_text(part, "text/plain"))
    elif kind in ("text/plain", "text/html") and not _is_file(part):
        content.texts.append(_text(part, kind))
    else:
        _keep_file(part, content)


def _choose(children: Iterable["Message[str, str]"], content: _Content, depth: int) -> None:
    """Of alternatives only one is read: the plain one if it says anything. Files of all are kept."""
    read = []
    for child in children:
        one = _Content(parts=content.parts)
        _gather(child, one, depth + 1)
        content.parts = one.parts
        content.files += one.files
        read.append((child.get_content_type() != "text/plain", one.texts))
    spoken = sorted((pair for pair in read if any(text.strip() for text in pair[1])), key=lambda pair: pair[0])
    content.texts += spoken[0][1] if spoken else []


def _children(part: "Message[str, str]") -> list["Message[str, str]"]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _is_file(part: "Message[str, str]") -> bool:
    return str(part.get("Content-Disposition", "")).lower().lstrip().startswith("attachment") or bool(_name(part))


def _name(part: "Message[str, str]") -> str:
    try:
        return decoded(part.get_filename() or "")
    except (ValueError, LookupError, TypeError):
        return "file"


def _bytes(part: "Message[str, str]") -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: "Message[str, str]", kind: str) -> str:
    try:
        charset = part.get_content_charset("") or ""
    except (ValueError, LookupError):
        charset = ""
    text = decoded_bytes(_bytes(part)[: 4 * LONGEST_TEXT], charset)[:LONGEST_TEXT].replace("\r\n", "\n")
    text = plain_text(text) if kind == "text/html" else text
    return text.replace("\x00", "\ufffd").replace("\r", "\n")


def _keep_file(part: "Message[str, str]", content: _Content) -> None:
    kind, payload = part.get_content_type(), _bytes(part)
    if payload:
        content.files.append(File(_name(part) or kind.replace("/", ".", 1), kind, payload))


def _attached_mail(part: "Message[str, str]") -> File:
    children = _children(part)
    inner = children[0] if children else part
    subject = Headers(inner).line("Subject")[:80] or "message"
    return File(f"{subject.replace('/', '-')}.eml", "message/rfc822", inner.as_bytes(policy=policy.compat32))
