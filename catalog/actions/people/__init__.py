"""What administrators do to people, customers and segments; each act is a line of the workshop's audit log.

Each raises Forbidden for whoever is no administrator.
"""

from catalog.actions.people.account import close_account, invite_person, renew_password, reopen_account, revoke_tokens
from catalog.actions.people.customer import add_customer, change_customer, set_customer_active
from catalog.actions.people.person import add_person, change_person
from catalog.actions.people.role import give_role, take_role
from catalog.actions.people.segment import add_segment, change_segment

__all__ = [
    "add_customer",
    "add_person",
    "add_segment",
    "change_customer",
    "change_person",
    "change_segment",
    "close_account",
    "give_role",
    "invite_person",
    "renew_password",
    "reopen_account",
    "revoke_tokens",
    "set_customer_active",
    "take_role",
]
