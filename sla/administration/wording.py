"""Words for roles, fields and what was done."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.models import WorkshopEvent
from servicedesk.people.models import Person, Role
from servicedesk.people.roster.wording import ROLES

FIELDS: dict[str, Lazy] = {
    "name": later("Name"),
    "login": later("Login"),
    "email": later("E-mail"),
    "customer": later("Customer"),
    "language": later("Language"),
    "time_zone": later("Time zone"),
    "role": later("Role"),
    "tokens": later("Tokens"),
    "code": later("Code"),
    "parent": later("Belongs to"),
    "segment": later("Segment"),
    "account_manager": later("Account manager"),
    "mail_domains": later("Mail domains"),
    "mail_offering": later("What a mail asks for"),
    "name_ru": later("Name in Russian"),
    "name_en": later("Name in English"),
    "person": later("Person"),
    "reason": later("Reason"),
    "task": later("Task"),
    "decisions": later("Decisions"),
    "url": later("Address"),
    "text_ru": later("Text in Russian"),
    "text_en": later("Text in English"),
    "department": later("Department"),
    "secret": later("Secret"),
}
VERBS: dict[str, Lazy] = {
    "published": later("published"),
    "withdrawn": later("withdrawn"),
    "restored": later("put back in force"),
    "added": later("added"),
    "changed": later("changed"),
    "closed": later("account closed"),
    "reopened": later("account reopened"),
    "revoked": later("tokens revoked"),
    "renewed": later("password forgotten, invitation sent"),
    "invited": later("invited"),
    "let_in": later("let in"),
    "set_aside": later("set aside"),
}
KINDS: dict[str, Lazy] = {
    "person": later("Person"),
    "customer": later("Customer"),
    "segment": later("Segment"),
    "mail": later("Mail"),
    "webhook": later("Webhook"),
    "macro": later("Canned reply"),
    "review": later("Review"),
}
LONGEST_HISTORY = 50


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One line of the log: what was done, field by field, when and by whom."""

    words: "str | Lazy"
    details: list[str]
    at: datetime
    by: Person | None


def role_words(role: Role) -> str:
    """The role, and over whom: "agent: IT"."""
    word = str(ROLES[role.kind])
    return f"{word}: {role.customer.name}" if role.customer else word


def deeds_of(*, kind: str, pk: int) -> list[Deed]:
    """What was done to a person, customer, segment or mail, newest first, at most fifty. One statement."""
    events = WorkshopEvent.objects.filter(kind=kind, code=str(pk)).select_related("by").order_by("-at", "-pk")
    return [
        Deed(words=VERBS[event.verb], details=_details(event), at=event.at, by=event.by)
        for event in events[:LONGEST_HISTORY]
    ]


def _details(event: WorkshopEvent) -> list[str]:
    """Each field with what it was and what it became; of something added only what it became."""
    said = []
    for field, was, becomes in (event.content or {}).get("changes", []):
        word = FIELDS.get(field, field)
        if not becomes:
            said.append(_("%(field)s: no longer %(was)s") % {"field": word, "was": _value(field, was)})
        elif was:
            pair = {"field": word, "was": _value(field, was), "becomes": _value(field, becomes)}
            said.append(_("%(field)s: %(was)s → %(becomes)s") % pair)
        else:
            said.append(f"{word}: {_value(field, becomes)}")
    return said


def _value(field: str, text: str) -> str:
    if field != "role":
        return text
    kind, _space, over = text.partition(" ")
    word = str(ROLES.get(kind, kind))
    return f"{word}: {over}" if over else word
