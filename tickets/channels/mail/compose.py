"""A mail as the desk sends it: plain text, and beside it the same words as HTML."""

import re
from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from servicedesk import mail_settings
from servicedesk.people.models import Person

#: No machine answers a mail of ours (RFC 3834).
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
#: No picture, no script and nothing fetched from anywhere: whoever reads a mail is not watched.
PAGE = """<!doctype html>
<html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>
<body style="font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; max-width: 42em; margin: 1em">
{}</body></html>
"""


def compose(*, to: Person, subject: str, text: str, headers: Mapping[str, str]) -> EmailMultiAlternatives:
    """The mail for `to`, in their language, with `text` in two parts: plain, and as HTML."""
    mail = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=mail_settings.sender(),
        to=[to.email],
        headers={**AUTOMATIC, **headers},
    )
    mail.attach_alternative(as_html(text=text, subject=subject, language=to.language), "text/html")
    return mail


def compose_rendered(*, to: Person, rendered: str, message_id: str) -> EmailMultiAlternatives:
    """The mail for `to` that a rendered template says: its subject on the first line, then its text."""
    subject, _, text = rendered.strip().partition("\n")
    return compose(
        to=to,
        subject=" ".join(subject.split()),
        text=text.strip() + "\n",
        headers={"Message-ID": message_id},
    )


def as_html(*, text: str, subject: str, language: str) -> str:
    """The same words as a page: a paragraph between empty lines, line by line, everything escaped.

    Only addresses of this desk become links. What somebody else wrote stays text, as they wrote it.
    """
    paragraphs = [part.splitlines() for part in re.split(r"\n\s*\n", text.strip())]
    said = [
        format_html_join(SafeString("<br>\n"), "{}", ((_with_links(line),) for line in part)) for part in paragraphs
    ]
    return format_html(PAGE, language, subject, format_html_join("", "<p>{}</p>\n", ((part,) for part in said)))


def _with_links(line: str) -> SafeString:
    own = re.split(rf"({re.escape(settings.PUBLIC_URL)}/[^\s<>\"«»“”]*[\w/=#-])", line)
    pieces = (
        format_html('<a href="{}">{}</a>', piece, piece) if place % 2 else format_html("{}", piece)
        for place, piece in enumerate(own)
    )
    return format_html_join("", "{}", ((piece,) for piece in pieces))
