"""What the desk says, gathered from its sources, and what the catalogue of translations holds."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from servicedesk.env import ROOT

APPS = ("servicedesk", "catalog", "sla", "tickets")
CALLS = {"_", "later", "gettext", "gettext_lazy", "ngettext", "Problem"}
REFUSING = (
    "servicedesk/errors.py",
    "catalog/fields.py",
    "servicedesk/mail_servers.py",
    "servicedesk/outward.py",
    "servicedesk/people/invitations.py",
    "servicedesk/people/language.py",
    "servicedesk/people/opening.py",
    "servicedesk/people/roster",
    "servicedesk/people/said",
    "sla/breach",
    "sla/retelling",
    "sla/webhooks.py",
    "sla/years.py",
    "tickets/access.py",
    "tickets/actions",
    "tickets/attachments.py",
    "tickets/channels/mail/quarantine.py",
    "tickets/cursors.py",
    "tickets/views/desk",
    "tickets/views/setup",
    "tickets/desk",
    "tickets/priorities.py",
    "catalog/actions",
    "catalog/shaping",
    "sla/core/calendar.py",
    "sla/core/ladder.py",
    "sla/core/policy.py",
    "sla/publishing.py",
    "sla/replay",
    "sla/review",
    "tickets/customer_survey",
)
IN_TEMPLATES = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
BLOCKS = re.compile(r"{%\s*blocktranslate([^%]*)%}(.*?)(?:{%\s*plural\s*%}.*?)?{%\s*endblocktranslate\s*%}", re.DOTALL)
ENTRY = re.compile(r'^msgid ((?:".*"\n)+)(?:msgid_plural (?:".*"\n)+)?msgstr(?:\[0\])? ((?:".*"\n)+)', re.MULTILINE)
CATALOGUE = ROOT / "locale/ru/LC_MESSAGES/django.po"


def said_in_templates() -> Iterator[str]:
    for app in APPS:
        for template in (ROOT / app).rglob("templates/**/*.html"):
            for one, other in IN_TEMPLATES.findall(template.read_text()):
                yield one or other
            for options, said in BLOCKS.findall(template.read_text()):
                yield _block(said, is_trimmed="trimmed" in options)


def _block(said: str, *, is_trimmed: bool) -> str:
    """The msgid of a blocktranslate, as Django makes it: values by their names."""
    said = " ".join(said.split()) if is_trimmed else said
    return re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", said.replace("%", "%%"))


def said_in_code() -> Iterator[str]:
    """Literals handed to gettext under the names this project imports it by."""
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(said)), *_]) if name in CALLS:
                    yield said


def sentences_of_errors() -> Iterator[str]:
    """`sentence = "…"` of the refusals that somebody at work can meet: on tickets, or in the workshop."""
    for place in REFUSING:
        for path in [ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                yield from _sentence(node) if isinstance(node, ast.ClassDef) else _problem(node)


def _sentence(error: ast.ClassDef) -> Iterator[str]:
    for node in error.body:
        named = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(named, ast.Name) and named.id == "sentence" and value is not None:
            yield ast.literal_eval(value)


def _problem(node: ast.AST) -> Iterator[str]:
    """`problem="…"` where an error is raised: it becomes part of a sentence."""
    match node:
        case ast.keyword(arg="problem", value=ast.Constant(value=str(said))):
            yield said


def _sources() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


@cache
def catalogue() -> dict[str, str]:
    """msgid to msgstr, as the .po file has them; the header under ""."""
    found = ENTRY.findall(CATALOGUE.read_text())
    return {_joined(msgid): _joined(msgstr) for msgid, msgstr in found}


def _joined(lines: str) -> str:
    return "".join(ast.literal_eval(line) for line in lines.splitlines())
