from datetime import datetime

from django.utils.translation import gettext as _

from catalog.models import Draft
from catalog.shaping.codes import CODE
from catalog.shaping.kind import DraftInvalid, Kind, NothingShaped, may_shape
from catalog.shaping.typed import Typed, empty
from servicedesk.people.access import Viewer
from servicedesk.transaction import in_one_transaction

RESERVED = {"new"}


@in_one_transaction
def begin_draft(*, kind: Kind, viewer: Viewer, code: str, said: Typed, now: datetime) -> Draft:
    """Begin a thing that does not exist yet, as a draft with what was `said` of it: its name and its provider.

    Raises DraftInvalid where the code cannot stand in an address or is taken, the name is empty, or the provider is
    not this person's to speak for; NothingShaped for a kind of which there is always one.
    """
    if not kind.can_be_begun:
        raise NothingShaped
    problems = _problems(kind, viewer, code, said)
    if problems:
        raise DraftInvalid(problems=problems)
    return Draft.objects.create(
        kind=kind.code,
        code=code,
        typed=empty(kind.shape) | said,
        begun_by=viewer.person,
        saved_at=now,
        saved_by=viewer.person,
    )


def _problems(kind: Kind, viewer: Viewer, code: str, said: Typed) -> dict[str, str]:
    problems = {}
    if not CODE.fullmatch(code) or code in RESERVED:
        problems["code"] = _("Small Latin letters, digits and hyphens, such as office-2027; at most 50.")
    elif kind.exists(code) or Draft.objects.filter(kind=kind.code, code=code).exists():
        problems["code"] = _("This code is taken; choose another.")
    named = [value for part, value in said.items() if part.startswith("name")]
    if named and not any(value.strip() for value in named):
        problems["name"] = _("A name is needed.")
    provider = said.get("provider", "")
    if kind.has_provider and not (provider.isdecimal() and len(provider) < 10 and may_shape(viewer, int(provider))):
        problems["provider"] = _("Choose a department that you speak for.")
    return problems
