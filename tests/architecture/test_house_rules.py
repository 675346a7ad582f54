"""Rules of the house that a reader would otherwise have to remember."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import APPS, ROOT, nodes, python_files, tree_of, where

LONGEST_FILE, LONGEST_FUNCTION = 300, 40
WRITTEN = [ROOT / "manage.py", *python_files(*APPS, "tests")]
OURS = python_files(*APPS)
DUMPING_GROUNDS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "signals"}
OTHER_WORDS = {
    "Issue": "Ticket", "Case": "Ticket", "Comment": "Message", "User": "Person", "Organization": "Customer",
    "Organisation": "Customer", "Contract": "Agreement", "Timer": "Clock", "Deadline": "Target", "Helper": "its job",
    "Util": "its job", "Utils": "its job", "Misc": "its job",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}
DOMAIN = python_files("sla/core", "tickets/actions")


def test_there_is_something_to_look_at() -> None:
    assert len(OURS) > 50
    assert len(DOMAIN) > 10


def test_no_file_is_too_long() -> None:
    lengths = {where(path): len(path.read_text().splitlines()) for path in WRITTEN}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    long = [
        f"{where(path, function)} {function.name}"
        for path in WRITTEN
        for kind in (ast.FunctionDef, ast.AsyncFunctionDef)
        for function in nodes(path, kind)
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_is_a_dumping_ground() -> None:
    assert [where(path) for path in WRITTEN if {path.stem, *path.relative_to(ROOT).parts[:-1]} & DUMPING_GROUNDS] == []


def test_things_have_the_names_of_the_glossary() -> None:
    wrong = [
        f"{where(path, found)} {found.name}: say {OTHER_WORDS[word]}"
        for path in OURS
        for found in nodes(path, ast.ClassDef)
        for word in re.findall("[A-Z][a-z]+", found.name)
        if word in OTHER_WORDS
    ]
    assert wrong == []


def test_nothing_happens_behind_the_back_of_a_save() -> None:
    overridden = [
        where(path, function) for path in OURS for function in nodes(path, ast.FunctionDef) if function.name == "save"
    ]
    assert overridden == []
    assert [where(path, found) for path in OURS for found in imports(path) if "signals" in ast.unparse(found)] == []


def imports(path: Path) -> list[ast.Import | ast.ImportFrom]:
    return [*nodes(path, ast.Import), *nodes(path, ast.ImportFrom)]


@pytest.mark.parametrize("path", DOMAIN, ids=where)
def test_the_domain_never_asks_what_time_it_is(path: Path) -> None:
    asked = [
        where(path, call)
        for call in nodes(path, ast.Call)
        if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS and not call.args
        if ast.unparse(call.func.value) in {"timezone", "datetime", "date", "time", "datetime.datetime"}
    ]
    assert asked == []


def test_every_function_says_what_it_takes_and_gives() -> None:
    silent = [f"{where(path, found)} {found.name}" for path in OURS for found in nodes(path, ast.FunctionDef)
              if found.returns is None]  # fmt: skip
    assert silent == []


def test_manage_py_needs_the_standard_library_only() -> None:
    import sys

    top = [node for node in tree_of(ROOT / "manage.py").body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in top if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
