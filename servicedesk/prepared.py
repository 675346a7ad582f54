"""Statements that PostgreSQL plans once per connection: prepared on first use, executed by name from then on.

For what is asked or written in every request and for every promise that falls due (docs/decisions/0006). Placeholders
are `%s`; where the statement itself does not say what type one has, it is cast.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

#: What a connection keeps prepared. Beyond, and for statements of many rows, a statement is planned each time.
MOST_STATEMENTS = 200
MOST_VALUES = 200

Asked = tuple[str, Sequence[Any]]
_names = count(1)
_kept: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def execute_prepared(cursor: Any, *asked: Asked) -> None:
    """Execute statements with their values in order, in one round trip; `cursor` has the answer of the last one."""
    kept = _kept.setdefault(connection.connection, {})
    new = {sql: f"desk_{next(_names)}" for sql, values in asked if sql not in kept and _is_worth(values, kept)}
    names = kept | new if new else kept
    text = [f"PREPARE {name} AS {_numbered(sql)}" for sql, name in new.items()]
    text += [_execution(names[sql], len(values)) if sql in names else sql for sql, values in asked]
    cursor.execute(";\n".join(text), [value for _, values in asked for value in values])
    kept.update(new)  # not before: what failed may have been prepared or not, and gets another name next time


def _is_worth(values: Sequence[Any], kept: dict[str, str]) -> bool:
    return len(values) <= MOST_VALUES and len(kept) < MOST_STATEMENTS


def _numbered(sql: str) -> str:
    """The statement with placeholders as PREPARE has them; a doubled % stays for the driver."""
    number = count(1)
    return re.sub(r"%[s%]", lambda found: f"${next(number)}" if found[0] == "%s" else found[0], sql)


@cache
def _execution(name: str, values: int) -> str:
    return f"EXECUTE {name}({', '.join(['%s'] * values)})" if values else f"EXECUTE {name}"
