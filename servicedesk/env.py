"""Everything that differs between machines, read from typed environment variables.

`VARIABLES` is the one table: readers refuse a name that is not in it, `manage.py environment` prints it, and
docs/environment.md is that print. A bad value ends the start with the variable's name and what was expected.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

ROOT = Path(__file__).resolve().parent.parent
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class BadSetting(Exception):
    """An environment variable holds what cannot be meant; the message names it and says what was expected."""


@dataclass(frozen=True)
class Variable:
    name: str
    kind: str
    default: str
    meaning: str
    schemes: tuple[str, ...] = ()


VARIABLES = (
    Variable("DATABASE_URL", "url", "", "A PostgreSQL server; without it the desk runs its own.",
             ("postgres", "postgresql")),
    Variable("DATABASE_OWNER_URL", "url", "", "The same database as the role that owns the tables and migrates; "
             "without it DATABASE_URL does both.", ("postgres", "postgresql")),
    Variable("DESK_DATA", "path", "var", "Folder of everything the desk keeps on this machine (also `--data DIR`)."),
    Variable("BROKER_URL", "url", "", "RabbitMQ or Redis for several machines; without it the worker wakes itself.",
             ("redis", "rediss", "amqp", "amqps")),
    Variable("SECRET_KEY", "text", "", "Signs sessions; without it one is made and kept in DESK_DATA/secret_key."),
    Variable("ALLOWED_HOSTS", "list", "localhost,127.0.0.1,[::1]", "Host names the desk answers to."),
    Variable("PUBLIC_URL", "url", "http://localhost:8000", "The address people see, for links in mail.",
             ("http", "https")),
    Variable("TIME_ZONE", "zone", "Europe/Moscow", "Time zone of people who chose none."),
    Variable("EMAIL_URL", "url", "", "Where mail is handed over; without it mail waits unsent.",
             ("smtp", "smtps", "smtp+tls")),
    Variable("INBOX_URL", "url", "", "The mailbox that becomes requests; its path names a folder other than INBOX.",
             ("imap", "imaps")),
    Variable("EMAIL_SENDER", "text", "", "The address the desk writes from; answers come back to it."),
    Variable("AUTHSERV_ID", "text", "", "Our mail server's name in Authentication-Results: "
             "what it says of DMARC counts."),
    Variable("WEBHOOK_NETWORKS", "networks", "", "Own networks that webhooks may lie in, such as `10.1.0.0/16`; "
             "without it only public addresses are called."),
    Variable("DEBUG", "flag", "no", "Error pages with source code; never on a public address."),
    Variable("DESK_POSTGRES_AS", "word", "auto", "How root runs the desk's own PostgreSQL: in a user namespace where "
             "there are any, or always as nobody.", ("auto", "nobody")),
    Variable("LOG_LEVEL", "word", "info", "How much is logged.", ("debug", "info", "warning", "error")),
    Variable("WEB_THREADS", "number", "8", "Requests served at once by one web process."),
)  # fmt: skip
_BY_NAME = {variable.name: variable for variable in VARIABLES}


def _raw(name: str) -> str:
    variable = _BY_NAME[name]
    return os.environ.get(name, "").strip() or variable.default


def _refuse(name: str, expected: str) -> BadSetting:
    shown = "a value that is not shown here" if name.endswith(("URL", "KEY")) else repr(_raw(name))
    return BadSetting(f"{name}: expected {expected}, got {shown}")


def text(name: str) -> str:
    return _raw(name)


def flag(name: str) -> bool:
    """True or False; raises BadSetting on anything but yes/no, on/off, true/false, 1/0."""
    word = _raw(name).lower()
    if word not in TRUE | FALSE:
        raise _refuse(name, "yes or no")
    return word in TRUE


def number(name: str) -> int:
    """A whole number above zero; raises BadSetting otherwise."""
    raw = _raw(name)
    if not (raw.isascii() and raw.isdigit() and int(raw) > 0):
        raise _refuse(name, "a whole number above zero")
    return int(raw)


def items(name: str) -> list[str]:
    return [item.strip() for item in _raw(name).split(",") if item.strip()]


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of a list such as 10.1.0.0/16, fd00::/8; raises BadSetting for what is none."""
    try:
        return _networks(_raw(name))
    except ValueError:
        raise _refuse(name, "networks such as 10.1.0.0/16, with commas between") from None


@cache
def _networks(raw: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(item.strip()) for item in raw.split(",") if item.strip())


def word(name: str) -> str:
    """One of the words the table allows, in lower case; raises BadSetting otherwise."""
    allowed = _BY_NAME[name].schemes
    if _raw(name).lower() not in allowed:
        raise _refuse(name, "one of " + ", ".join(allowed))
    return _raw(name).lower()


def zone(name: str) -> str:
    if _raw(name) not in available_timezones():
        raise _refuse(name, "a time zone such as Europe/Moscow")
    return _raw(name)


def path(name: str) -> Path:
    """An absolute path; a relative one counts from the folder of manage.py."""
    return ROOT / Path(_raw(name)).expanduser()


def url(name: str) -> SplitResult | None:
    """The address in parts, or None when not set; raises BadSetting on an unknown scheme, bad port or missing host."""
    if not _raw(name):
        return None
    schemes = _BY_NAME[name].schemes
    expected = f"an address such as {schemes[0]}://host/…, scheme one of {', '.join(schemes)}"
    try:
        parts = urlsplit(_raw(name))
        _ = parts.port
    except ValueError:
        raise _refuse(name, expected) from None
    is_local_socket = name.startswith("DATABASE") and "host=" in parts.query
    if parts.scheme not in schemes or not (parts.hostname or is_local_socket):
        raise _refuse(name, expected)
    return parts


def database(name: str) -> dict[str, str | int | dict[str, str]]:
    """A DATABASES entry (without ENGINE) from the variable's address; empty when it is not set."""
    parts = url(name)
    if parts is None:
        return {}
    options = dict(parse_qsl(parts.query))
    if not parts.path.strip("/"):
        raise _refuse(name, "an address that ends with the database's name")
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": options,
    }


def secret_key() -> str:
    """SECRET_KEY, or the one kept in the data folder: made once, readable to its owner only."""
    if _raw("SECRET_KEY"):
        return _raw("SECRET_KEY")
    place = path("DESK_DATA") / "secret_key"
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = place.with_name(f".secret_key.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        if not place.exists():
            descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
            os.link(made, place)  # fails when another process was first: then its key is the key
    except FileExistsError:
        pass
    finally:
        made.unlink(missing_ok=True)
    return place.read_text().strip()


_READERS = {
    "url": url, "text": text, "flag": flag, "number": number, "list": items, "word": word, "zone": zone, "path": path,
    "networks": networks,
}  # fmt: skip


def check_all() -> None:
    """Read every variable once; raises BadSetting with a line for each bad one."""
    wrong = []
    for variable in VARIABLES:
        try:
            _READERS[variable.kind](variable.name)
        except BadSetting as error:
            wrong.append(str(error))
    if wrong:
        raise BadSetting("\n".join(wrong))


def table(variables: Mapping[str, Variable] = _BY_NAME) -> str:
    """The table of variables as Markdown."""
    rows = [f"| `{v.name}` | {v.kind} | {f'`{v.default}`' if v.default else ''} | {v.meaning}"
            f"{' ' + ', '.join(v.schemes) + '.' if v.schemes else ''} |" for v in variables.values()]  # fmt: skip
    return "\n".join(["| variable | kind | default | meaning |", "| --- | --- | --- | --- |", *rows])
