"""A help-desk event log, read: the rows that can be used, by case, and what is wrong with the others."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from servicedesk.errors import DeskError

COLUMNS = ("case", "activity", "resource", "time")
LONGEST = {"case": 50, "activity": 200, "resource": 200}
#: Beginnings of files that are text, but not UTF-8.
OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class LogUnreadable(DeskError):
    """The file as a whole cannot be taken for a log."""

    code = "log_unreadable"
    status = 422
    sentence = "{problem} Nothing was imported."


class _BadRow(Exception):
    pass


@dataclass(frozen=True)
class Row:
    """Something that happened: who did what at which whole second."""

    activity: str
    resource: str
    at: datetime


@dataclass(frozen=True)
class Bad:
    """A line that could not be used (the header is line 1), and why."""

    line: int
    why: str


@dataclass
class Log:
    """The rows of each case in order of time, rows of one second in the file's order; exact repeats are left out."""

    name: str
    cases: dict[str, list[Row]] = field(default_factory=dict)
    rows: int = 0
    repeated: int = 0
    bad: list[Bad] = field(default_factory=list)


def read_log(*, path: Path, now: datetime) -> Log:
    """Read the whole file before anything is made of it: UTF-8, columns case, activity, resource, time, a row a line.

    `time` is ISO 8601 with an offset from UTC and before `now`. Raises LogUnreadable when the file cannot be opened, is
    in another encoding, or lacks a column; a bad row is put into `bad` and stops nothing.
    """
    lines = _text_of(path).splitlines()
    log = Log(name=path.stem[:40])
    seen: dict[str, set[tuple[datetime, str, str]]] = {}
    for number, fields in _rows(lines, log):
        try:
            case, moment, row = _understand(fields, now)
        except _BadRow as why:
            log.bad.append(Bad(number, str(why)))
            continue
        log.rows += 1
        known = seen.setdefault(case, set())
        if (moment, row.activity, row.resource) in known:
            log.repeated += 1
            continue
        known.add((moment, row.activity, row.resource))
        log.cases.setdefault(case, []).append(row)
    for rows in log.cases.values():
        rows.sort(key=lambda row: row.at)
    return log


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LogUnreadable(problem=f"{path} cannot be read: {error.strerror}.") from None
    for beginning, name in OTHER_ENCODINGS.items():
        if content.startswith(beginning):
            raise LogUnreadable(problem=f"{path} is in {name}; save it as UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problem = f"{path} is not UTF-8: byte 0x{content[error.start]:02x} in line {line}; save it as UTF-8."
        raise LogUnreadable(problem=problem) from None


def _rows(lines: list[str], log: Log) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row that has the header's number of fields, by column, with its line number."""
    header = [name.strip().lower() for name in _split(lines[0])] if lines else []
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        found = ", ".join(header)[:200] or "nothing"
        wanted = ",".join(COLUMNS)
        raise LogUnreadable(problem=f"The first line must name the columns {wanted}; it names {found}.")
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        try:
            fields = _split(line)
        except csv.Error as error:
            log.bad.append(Bad(number, f"not CSV: {error}"))
            continue
        if len(fields) != len(header):
            log.bad.append(Bad(number, f"{len(fields)} fields instead of {len(header)}"))
            continue
        yield number, dict(zip(header, fields, strict=True))


def _split(line: str) -> list[str]:
    """One line by itself, so that a stray quotation mark spoils its own row and no other."""
    return next(csv.reader([line], strict=True), [])


def _understand(fields: Mapping[str, str], now: datetime) -> tuple[str, datetime, Row]:
    """The case, the exact moment and the row. Raises _BadRow, saying why."""
    values = {name: fields[name].strip() for name in COLUMNS}
    for name, longest in LONGEST.items():
        if not values[name]:
            raise _BadRow(f"{name} is empty")
        if len(values[name]) > longest:
            raise _BadRow(f"{name} is longer than {longest} characters")
        if "\x00" in values[name]:
            raise _BadRow(f"{name} holds the character NUL")
    moment = _moment(values["time"], now)
    row = Row(activity=values["activity"], resource=values["resource"], at=moment.replace(microsecond=0))
    return values["case"], moment, row


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _BadRow(f"time {text[:40]!r} is not of the form 2010-01-13T08:40:25+00:00") from None
    if moment.tzinfo is None:
        raise _BadRow(f"time {text[:40]!r} has no offset from UTC")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise _BadRow(f"time {text[:40]!r} is out of range") from None
    if not EARLIEST <= moment < now.replace(microsecond=0):
        raise _BadRow(f"time {text[:40]!r} is before 1970 or not yet over")
    return moment
