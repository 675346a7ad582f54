"""Canned replies: whose they are, and how their placeholders are filled. What no placeholder names stays as it is."""

import re
from collections.abc import Callable, Mapping

from django.db.models import Q, QuerySet
from django.utils.text import Truncator

from servicedesk.errors import NotFound
from servicedesk.people.access import Viewer
from servicedesk.templatetags.frame import grouped
from servicedesk.texts import in_language
from tickets.access import Access
from tickets.models import Macro

PLACEHOLDER = re.compile(r"\{([a-z_]{1,30})\}")
#: All that a macro may name; the language is that of whoever reads the reply.
PLACEHOLDERS: Mapping[str, Callable[[Access, str], str]] = {
    "requester": lambda access, language: access.ticket.requester.name,
    "customer": lambda access, language: access.ticket.customer.name,
    "number": lambda access, language: grouped(access.ticket.number),
    "subject": lambda access, language: Truncator(access.ticket.subject).chars(100),
    "service": lambda access, language: (
        in_language(access.ticket.service.name, language) if access.ticket.service else ""
    ),
    "agent": lambda access, language: access.viewer.person.name,
    "department": lambda access, language: access.ticket.department.name,
}


class MacroNotFound(NotFound):
    code = "macro_not_found"
    sentence = "There is no such canned reply, or it is another department's."


def macros_of(viewer: Viewer) -> QuerySet[Macro]:
    """The canned replies of everybody and of this person's departments."""
    theirs = Q(department=None) | Q(department__in=sorted(viewer.departments))
    return Macro.objects.filter(theirs, is_active=True).order_by("pk")


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces and names nothing, as it stands there, each once."""
    found = (match for match in PLACEHOLDER.finditer(text) if match[1] not in PLACEHOLDERS)
    return list(dict.fromkeys(match[0] for match in found))


def macro_text(*, access: Access, macro_id: int) -> str:
    """The reply for this ticket, in the language of its requester. Raises MacroNotFound."""
    macro = macros_of(access.viewer).filter(pk=macro_id).first() if 0 < macro_id < 2**63 else None
    if macro is None:
        raise MacroNotFound
    return fill(in_language(macro.texts, access.ticket.requester.language), access=access)


def fill(text: str, *, access: Access) -> str:
    """`text` with its placeholders replaced, once: what a value holds is never a placeholder itself."""
    language = access.ticket.requester.language

    def value(found: re.Match[str]) -> str:
        known = PLACEHOLDERS.get(found[1])
        return known(access, language) if known else found[0]

    return PLACEHOLDER.sub(value, text)
