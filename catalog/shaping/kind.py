"""What the workshop asks of each kind of thing it shapes: services, forms, calendars, policies, agreements."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise as Lazy

from catalog.models import Draft, WorkshopEvent
from catalog.shaping.typed import Shape, Typed
from servicedesk.errors import Invalid, NotFound
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer, Person

Content = dict[str, Any]


class NothingShaped(NotFound):
    """Raised alike for what does not exist and for what another department shapes."""

    code = "nothing_shaped"


class DraftInvalid(Invalid):
    """The draft cannot be published as it stands. `values["problems"]` says what is wrong, by the path of a field."""

    code = "draft_invalid"
    sentence = "Some of it cannot be published yet. Everything you typed is kept; correct what is marked."

    @property
    def problems(self) -> dict[str, str]:
        problems: dict[str, str] = self.values["problems"]
        return problems


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One published version, in the form its kind's `typed` and `describe` read."""

    number: int
    at: datetime | None
    by: Person | None
    content: Content


@dataclass(frozen=True, kw_only=True)
class Said:
    """One line of what a thing says, in words; `depth` 1 belongs to the line above."""

    text: str
    depth: int = 0


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A service, form, calendar, policy or agreement as the workshop shows it; without `present` never published."""

    kind: str
    code: str
    name: str
    owner: str = ""
    may_edit: bool
    is_active: bool = True
    row: Any = None
    present: Edition | None = None
    draft: Draft | None = None
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def mark(self) -> str:
        """Stands for what is in force, so that nobody publishes over what they have not seen."""
        content = self.present.content if self.present else None
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]


class Kind(ABC):
    """A kind of thing. `code` stands in drafts and in the audit log, `path` in addresses."""

    code: ClassVar[str]
    path: ClassVar[str]
    #: Words: several of them, one of them, and what they are for.
    title: ClassVar[Lazy]
    one: ClassVar[Lazy]
    purpose: ClassVar[Lazy]
    shape: ClassVar[Shape]
    has_provider: ClassVar[bool] = False
    can_be_withdrawn: ClassVar[bool] = True
    #: Whether its drafts can be tried on past tickets.
    can_be_tried: ClassVar[bool] = False
    #: Whether the editor tells all of `warnings` already, not only at some fields.
    warns_in_editor: ClassVar[bool] = False
    #: Whether there can be another one of it.
    can_be_begun: ClassVar[bool] = True
    #: Whether a version can be told to open tickets as well, and whether it is unless somebody says no.
    tells_open: ClassVar[bool] = False
    tells_open_unasked: ClassVar[bool] = False

    @abstractmethod
    def things(self, viewer: Viewer) -> Sequence[Thing]:
        """What this person may read, published things before drafts of new ones."""

    @abstractmethod
    def find(self, viewer: Viewer, code: str) -> Thing:
        """The thing, to be read. Raises NothingShaped alike for unknown ones and for those of strangers."""

    @abstractmethod
    def exists(self, code: str) -> bool:
        """Whether the code is taken, whoever may know of it."""

    @abstractmethod
    def editions(self, thing: Thing) -> Sequence[Edition]:
        """The published versions, newest first."""

    @abstractmethod
    def typed(self, content: Content) -> Typed:
        """A published version as the editor holds it."""

    @abstractmethod
    def read(self, typed: Typed, *, viewer: Viewer, code: str) -> Content:
        """What the editor holds as it can be published. Raises DraftInvalid, naming every problem by its path."""

    @abstractmethod
    def describe(self, content: Content) -> Sequence[Said]:
        """What it says, line by line, in the active language."""

    @abstractmethod
    def publish(self, *, code: str, content: Content, now: datetime, by: Person) -> int:
        """Put it in force; returns the version's number. Raises a DeskError where the database says no."""

    def set_active(self, thing: Thing, *, is_active: bool, now: datetime, by: Person) -> None:
        """Withdraw it or put it back; what past tickets name stays as it is."""
        thing.row.is_active = is_active
        thing.row.save(update_fields=["is_active"])

    def choices(self, viewer: Viewer, typed: Typed, *, code: str) -> dict[str, Any]:
        """What the editor offers to choose from."""
        return {}

    def warnings(self, content: Content, *, code: str, now: datetime) -> Sequence[str]:
        """What is allowed, and still worth knowing before it is published."""
        return ()

    def shown(self, content: Content, *, thing: Thing, viewer: Viewer, now: datetime, asked: Mapping[str, str]) -> Any:
        """What the kind's preview template draws; `asked` is what the address says."""
        return None

    def foresee(self, content: Content, *, thing: Thing, now: datetime) -> Any:
        """What telling open tickets would change for them; the template workshop/_foreseen.html draws it."""
        return None

    def tell_open(self, *, code: str, number: int, now: datetime, by: Person) -> None:  # noqa: B027  # most cannot
        """Owe the version to every open ticket, in the transaction that publishes it."""

    def told_open(self, thing: Thing) -> Sequence[Any]:
        """Which versions were told to open tickets, and how far that is; workshop/_told_open.html draws it."""
        return ()

    def act(self, typed: Typed, act: str, asked: Mapping[str, str]) -> str:
        """Do what a button of this kind's own says; what came of it in words, "" where there is nothing to say."""
        return ""


def definition_in(content: Mapping[str, Any]) -> Content:
    """What a content says but for its name, which is kept beside what is published."""
    return {part: value for part, value in content.items() if part != "name"}


def edition_of(kind: Kind, thing: Thing, number: int) -> Edition:
    """Raises NothingShaped for a version that was never published."""
    found = next((one for one in kind.editions(thing) if one.number == number), None)
    if found is None:
        raise NothingShaped
    return found


def drafts_by_code(kind: Kind, codes: Iterable[str] | None = None) -> dict[str, Draft]:
    drafts = Draft.objects.filter(kind=kind.code).select_related("saved_by", "begun_by")
    return {draft.code: draft for draft in (drafts if codes is None else drafts.filter(code__in=codes))}


def begun_things(kind: Kind, viewer: Viewer, drafts: Mapping[str, Draft], published: set[str]) -> list[Thing]:
    """Drafts of things that were never published: for whoever began them, and for administrators."""
    theirs = [draft for code, draft in sorted(drafts.items()) if code not in published]
    return [unborn(kind, draft) for draft in theirs if viewer.administers or draft.begun_by_id == viewer.id]


def unborn(kind: Kind, draft: Draft) -> Thing:
    return Thing(
        kind=kind.code, code=draft.code, name=name_typed(draft.typed) or draft.code, may_edit=True, draft=draft
    )


def find_unborn(kind: Kind, viewer: Viewer, code: str) -> Thing:
    """Raises NothingShaped where there is no draft of this code that this person may know of."""
    found = begun_things(kind, viewer, drafts_by_code(kind, [code]), set())
    if not found:
        raise NothingShaped
    return found[0]


def name_typed(typed: Typed) -> str:
    return str(typed.get("name") or typed.get("name_ru") or typed.get("name_en") or "")


def own_codes(kind: Kind, viewer: Viewer) -> set[str]:
    """What this person has published: theirs to edit as long as nobody uses it."""
    events = WorkshopEvent.objects.filter(kind=kind.code, by=viewer.person, verb=WorkshopEvent.Verb.PUBLISHED)
    return set(events.values_list("code", flat=True))


def providers_for(viewer: Viewer) -> list[Customer]:
    """The departments on whose behalf this person may offer and promise."""
    departments = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT, is_active=True).order_by("name")
    return list(departments if viewer.administers else departments.filter(pk__in=viewer.heads))


def may_shape(viewer: Viewer, provider_id: int) -> bool:
    return viewer.administers or provider_id in viewer.heads
