"""What is typed and not sent, kept on the server as one types; it outlives a closed tab and a dead session."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from servicedesk.errors import Invalid
from servicedesk.people.models import Person
from tickets.models import Attachment, Draft

KEY = re.compile(r"^(request:[-a-zA-Z0-9_]{1,60}|reply:[0-9]{1,18})$")
LONGEST = 200_000
MOST = 50


class DraftInvalid(Invalid):
    code = "draft_invalid"
    status = 422
    sentence = "This draft is too long to be kept. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A draft's content. Files are uploads of this person's that no message names yet: {"id", "name", "size"}."""

    fields: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[Mapping[str, int | str]] = ()
    saved_at: datetime | None = None


def request_key(offering: str) -> str:
    return f"request:{offering}"


def reply_key(number: int) -> str:
    return f"reply:{number}"


def draft_of(*, person: Person, key: str) -> Kept:
    """What this person has typed under `key`, which may be nothing; one query."""
    draft = Draft.objects.filter(person=person, key=key).first()
    return Kept(fields=draft.fields, files=draft.files, saved_at=draft.saved_at) if draft else Kept()


def keep_draft(*, person: Person, key: str, fields: Mapping[str, str], now: datetime) -> None:
    """Keep what stands in the form instead of what stood there before; its files stay. Raises DraftInvalid.

    Of a person's drafts the fifty saved last are kept.
    """
    kept = {name.replace("\x00", ""): text.replace("\x00", "") for name, text in fields.items()}
    if not KEY.fullmatch(key) or sum(map(len, kept.values())) + sum(map(len, kept)) > LONGEST:
        raise DraftInvalid
    _draft, is_new = Draft.objects.update_or_create(person=person, key=key, defaults={"fields": kept, "saved_at": now})
    if is_new:
        newest = Draft.objects.filter(person=person).order_by("-saved_at", "-pk").values("pk")
        Draft.objects.filter(pk__in=newest[MOST : MOST + MOST]).delete()


def keep_files(*, person: Person, key: str, files: Sequence[Attachment], now: datetime) -> None:
    """Remember these uploads with the draft, so that they need not be chosen again."""
    if not files:
        return
    draft, _ = Draft.objects.get_or_create(person=person, key=key, defaults={"saved_at": now})
    draft.files = [*draft.files, *({"id": one.pk, "name": one.name, "size": one.size} for one in files)]
    draft.save(update_fields=["files"])


def forget_draft(*, person: Person, key: str) -> None:
    """It has been sent."""
    Draft.objects.filter(person=person, key=key).delete()
