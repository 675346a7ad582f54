"""What an editor's form holds: texts, lists of texts and rows of them, by paths such as targets.0.steps.2.amount.

A shape says which parts there are: "" is a text, () a list of texts (check boxes), [shape] rows. Whatever a browser
sends beside them is left out, so a draft never holds anything but texts in known places.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict

Shape = Mapping[str, Any]
Typed = dict[str, Any]
MOST_ROWS, LONGEST = 100, 20_000


def empty(shape: Shape) -> Typed:
    """A form of this shape in which nothing was typed."""
    return {part: _nothing(kind) for part, kind in shape.items()}


def _nothing(kind: Any) -> Any:
    return "" if kind == "" else []


def read_post(post: QueryDict, shape: Shape, prefix: str = "") -> Typed:
    """The texts of a submitted form, in the order of their row numbers. NUL, which no database keeps, is dropped."""
    return {part: _read_part(post, kind, f"{prefix}{part}") for part, kind in shape.items()}


def _read_part(post: QueryDict, kind: Any, path: str) -> Any:
    if kind == "":
        return _clean(post.get(path, ""))
    if kind == ():
        return [_clean(text) for text in post.getlist(path)][:MOST_ROWS]
    return [read_post(post, kind[0], f"{path}.{number}.") for number in _numbers(post, f"{path}.")]


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n")[:LONGEST]


def _numbers(names: Iterable[str], prefix: str) -> list[int]:
    """Which rows were sent, at most a hundred."""
    found = {name[len(prefix) :].split(".", 1)[0] for name in names if name.startswith(prefix)}
    return sorted(int(number) for number in found if number.isascii() and number.isdigit() and len(number) < 4)[
        :MOST_ROWS
    ]


def change_rows(typed: Typed, act: str, shape: Shape) -> str:
    """Do what a button of the editor says: add:PATH of rows, or up:, down:, remove:PATH of one row.

    Returns the path where the eye should be next; "" where the button says nothing that can be done.
    """
    verb, _, path = act.partition(":")
    if verb == "add":
        return _add(typed, path, shape)
    where, _, last = path.rpartition(".")
    rows = _rows(typed, where)
    if rows is None or not _is_index(last) or int(last) >= len(rows):
        return ""
    at = int(last)
    if verb == "remove":
        del rows[at]
        return f"{where}.{max(0, at - 1)}"
    there = {"up": at - 1, "down": at + 1}.get(verb, -1)
    if not 0 <= there < len(rows):
        return ""
    rows[at], rows[there] = rows[there], rows[at]
    return f"{where}.{there}"


def _add(typed: Typed, path: str, shape: Shape) -> str:
    rows, kind = _rows(typed, path), _shape_at(shape, path)
    if rows is None or kind is None or len(rows) >= MOST_ROWS:
        return ""
    rows.append(empty(kind))
    return f"{path}.{len(rows) - 1}"


def _rows(typed: Any, path: str) -> list[Typed] | None:
    for step in path.split("."):
        typed = _step(typed, step)
    return typed if isinstance(typed, list) else None


def _step(typed: Any, step: str) -> Any:
    if isinstance(typed, list) and _is_index(step) and int(step) < len(typed):
        return typed[int(step)]
    return typed.get(step) if isinstance(typed, dict) else None


def _is_index(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) < 4


def _shape_at(shape: Any, path: str) -> Shape | None:
    for step in path.split("."):
        if not _is_index(step):
            shape = shape.get(step) if isinstance(shape, Mapping) else None
        if not isinstance(shape, list):
            continue
        shape = shape[0]
    return shape if isinstance(shape, Mapping) else None


def value_at(typed: Typed, path: str) -> Any:
    """What was typed at `path`; "" where there is nothing."""
    found: Any = typed
    for step in path.split("."):
        found = _step(found, step)
    return "" if found is None else found


def fitted(typed: Any, shape: Shape) -> Typed:
    """A kept draft in today's shape: parts it lacks are empty, parts nobody knows any more are gone."""
    held = typed if isinstance(typed, dict) else {}
    return {part: _fitted_part(held.get(part), kind) for part, kind in shape.items()}


def _fitted_part(held: Any, kind: Any) -> Any:
    if kind == "":
        return held if isinstance(held, str) else ""
    if not isinstance(held, list):
        return []
    return [str(text) for text in held] if kind == () else [fitted(row, kind[0]) for row in held]
