"""One business verb per file, called alike by pages, API, mail and worker.

Each takes who acts and `now`, checks, changes, records the event and its fact, and writes what is owed to whom, all in
one transaction. It raises a DeskError, with nothing written, when the rules forbid the act.
"""

from tickets.actions.assign import assign
from tickets.actions.broken_promise import ask_exclusion, decide_exclusion, name_cause, withdraw_exclusion
from tickets.actions.close import close
from tickets.actions.edit import edit
from tickets.actions.escalate import escalate
from tickets.actions.escalate_by_hand import escalate_by_hand
from tickets.actions.file_request import file_request
from tickets.actions.hand_over import hand_over
from tickets.actions.merge import merge
from tickets.actions.note import note
from tickets.actions.rate import rate
from tickets.actions.reopen import reopen
from tickets.actions.reply import reply
from tickets.actions.reprioritise import reprioritise, restore_priority
from tickets.actions.resolve import resolve
from tickets.actions.resume import resume
from tickets.actions.take import take
from tickets.actions.take_charge import take_charge
from tickets.actions.unmerge import unmerge
from tickets.actions.wait import wait
from tickets.actions.watch import unwatch, watch
from tickets.actions.withdraw import withdraw

__all__ = [
    "ask_exclusion",
    "assign",
    "close",
    "decide_exclusion",
    "edit",
    "escalate",
    "escalate_by_hand",
    "file_request",
    "hand_over",
    "merge",
    "name_cause",
    "note",
    "rate",
    "reopen",
    "reply",
    "reprioritise",
    "resolve",
    "restore_priority",
    "resume",
    "take",
    "take_charge",
    "unmerge",
    "unwatch",
    "wait",
    "watch",
    "withdraw",
    "withdraw_exclusion",
]
