"""Rosters in words: headings, values and the reasons why a row cannot be taken."""

from collections.abc import Mapping

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from servicedesk.people.roster.planned import Changed, Reason

HEADINGS: Mapping[str, Lazy] = {
    "login": later("login"),
    "name": later("name"),
    "email": later("e-mail"),
    "customer": later("department or client"),
    "role": later("role"),
    "language": later("language"),
    "code": later("code"),
    "parent": later("belongs to"),
    "segment": later("segment"),
    "account_manager": later("account manager"),
    "mail_domains": later("mail domains"),
}
REASONS: Mapping[str, Lazy] = {
    "too_wide": later("It has more cells than the first line has headings."),
    "too_long": later("The {column} is longer than {most} characters."),
    "formula": later("The {column} begins like a formula of a spreadsheet (= + - @)."),
    "empty": later("The {column} is empty."),
    "bad_code": later("The code “{code}” may have only Latin letters, digits, - and _, up to 60."),
    "repeated": later("“{key}” stands in line {line} already."),
    "other_kind": later("The code “{code}” belongs to something of another kind: {name}."),
    "unknown_parent": later("It is to belong to “{parent}”, which is neither in the file nor on the desk."),
    "two_parents": later("It is to belong to “{parent}”, a name that several have; give the code."),
    "parent_bad": later("It is to belong to “{parent}”, whose own line cannot be taken."),
    "loop": later("It would stand below itself."),
    "too_deep": later("It would stand more than 12 levels deep."),
    "unknown_manager": later("The account manager “{login}” is nobody of ours; bring in the people first."),
    "bad_domain": later("“{domain}” is no mail domain such as example.org."),
    "unknown_customer": later("There is no department and no client “{customer}”; bring it in first."),
    "two_customers": later("Several are called “{customer}”; give the code."),
    "unknown_role": later("The role “{role}” is not known."),
    "unknown_language": later("The language “{language}” is not known: expected ru or en."),
    "bad_login": later("The login “{login}” has a space in it."),
    "login_is_address": later("The login is the e-mail address of {name}."),
    "closed": later("The account “{login}” is closed. Open it before it is changed."),
    "bad_email": later("“{email}” is no e-mail address."),
    "email_taken": later("“{email}” is the address of {name}."),
    "role_without_customer": later("The role “{role}” needs a department or a client to hold it over."),
    "role_of_department": later("The role “{role}” is not for people of a client."),
    "role_of_company": later("The role “{role}” is only for people of a client."),
    "own_administrator": later("This would take your own role of administrator."),
}
ROLES: Mapping[str, Lazy] = {
    "agent": later("agent"),
    "head": later("head of department"),
    "deputy": later("deputy head of department"),
    "leader": later("leader"),
    "administrator": later("administrator"),
    "client_manager": later("representative of the client"),
}
LANGUAGES = {"ru": "русский", "en": "English"}


def reason_words(reason: Reason) -> str:
    """Why a row cannot be taken, in the active language."""
    values = dict(reason.values)
    if "column" in values:
        values["column"] = heading_words(values["column"])
    if values.get("role") in ROLES:
        values["role"] = ROLES[values["role"]]
    return str(REASONS[reason.code]).format(**values)


def heading_words(column: str) -> str:
    return str(HEADINGS[column])


def value_words(column: str, value: str) -> str:
    """A value of a row as a person reads it; a dash for none."""
    if column == "role":
        return ", ".join(str(ROLES[role]) for role in value.split()) or _("requester")
    return LANGUAGES.get(value, value) if column == "language" else value or "—"


def change_words(changed: Changed) -> tuple[str, str, str]:
    """Heading, old value and new value of one change."""
    column = changed.column
    return heading_words(column), value_words(column, changed.was), value_words(column, changed.becomes)
