"""The matrix of priorities, as the workshop shapes it: one for the company, read by heads, edited by administrators."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.shaping.kind import Content, DraftInvalid, Edition, Kind, NothingShaped, Said, Thing, drafts_by_code
from catalog.shaping.typed import Typed
from servicedesk.people.access import Viewer
from servicedesk.people.models import Person
from tickets.models import PriorityMatrix, Ticket
from tickets.priorities import DEFAULT, FIRST, cell_of
from tickets.wording import IMPACTS, PRIORITIES, URGENCIES, word

CODE = "matrix"
ORDER = list(Ticket.Priority.values)
PAIRS = [(impact, urgency) for impact in Ticket.Impact.values for urgency in Ticket.Urgency.values]


class Priorities(Kind):
    code, path = "priorities", "priorities"
    title, one = later("Priorities"), later("Priorities")
    purpose = later("Which priority follows from whom a request holds up and how much it hinders.")
    can_be_withdrawn = False
    can_be_begun = False
    shape = {f"{impact}_{urgency}": "" for impact, urgency in PAIRS}

    def things(self, viewer: Viewer) -> Sequence[Thing]:
        return [self.find(viewer, CODE)]

    def find(self, viewer: Viewer, code: str) -> Thing:
        if code != CODE:
            raise NothingShaped
        return Thing(
            kind=self.code,
            code=CODE,
            name=str(self.title),
            may_edit=viewer.administers,
            present=_editions()[0],
            draft=drafts_by_code(self, [CODE]).get(CODE),
        )

    def exists(self, code: str) -> bool:
        return code == CODE

    def editions(self, thing: Thing) -> Sequence[Edition]:
        return _editions()

    def typed(self, content: Content) -> Typed:
        return {f"{impact}_{urgency}": content[cell_of(impact, urgency)] for impact, urgency in PAIRS}

    def read(self, typed: Typed, *, viewer: Viewer, code: str) -> Content:
        wrong = [part for part, priority in typed.items() if priority not in ORDER]
        if wrong:
            raise DraftInvalid(problems={part: _("Choose one of the list.") for part in wrong})
        return {cell_of(impact, urgency): typed[f"{impact}_{urgency}"] for impact, urgency in PAIRS}

    def describe(self, content: Content) -> Sequence[Said]:
        lines = []
        for impact in Ticket.Impact.values:
            lines.append(Said(text=word(IMPACTS, impact)))
            for urgency in Ticket.Urgency.values:
                priority = word(PRIORITIES, content[cell_of(impact, urgency)])
                lines.append(Said(text=f"{word(URGENCIES, urgency)}: {priority}", depth=1))
        return lines

    def publish(self, *, code: str, content: Content, now: datetime, by: Person) -> int:
        """Tickets filed or reprioritised from now on are given their priority by it; others keep theirs."""
        number = _editions()[0].number + 1
        PriorityMatrix.objects.create(number=number, cells=content, published_at=now, published_by=by)
        return number

    def choices(self, viewer: Viewer, typed: Typed, *, code: str) -> dict[str, Any]:
        rows = [
            (words, [(f"{impact}_{urgency}", said) for urgency, said in URGENCIES.items()])
            for impact, words in IMPACTS.items()
        ]
        return {"urgencies": list(URGENCIES.values()), "grid": rows, "priorities": list(PRIORITIES.items())}

    def warnings(self, content: Content, *, code: str, now: datetime) -> Sequence[str]:
        """What is wider or worse should not be less pressing."""
        rank = {pair: ORDER.index(content[cell_of(*pair)]) for pair in PAIRS}
        impacts, urgencies = list(Ticket.Impact.values), list(Ticket.Urgency.values)
        said = []
        if any(rank[impact, a] > rank[impact, b] for impact in impacts for a, b in _steps(urgencies)):
            said.append(_("Somewhere what hinders more gets a lower priority."))
        if any(rank[a, urgency] > rank[b, urgency] for urgency in urgencies for a, b in _steps(impacts)):
            said.append(_("Somewhere what holds up more people gets a lower priority."))
        return said

    def shown(self, content: Content, *, thing: Thing, viewer: Viewer, now: datetime, asked: Mapping[str, str]) -> Any:
        rows = [
            (words, [(code := content[cell_of(impact, urgency)], word(PRIORITIES, code)) for urgency in URGENCIES])
            for impact, words in IMPACTS.items()
        ]
        return {"urgencies": list(URGENCIES.values()), "rows": rows}


def _steps(values: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(values, values[1:], strict=False))


def _editions() -> list[Edition]:
    """Newest first; the oldest is the one that came with the desk."""
    versions = PriorityMatrix.objects.select_related("published_by").order_by("-number")
    return [
        *(Edition(number=one.number, at=one.published_at, by=one.published_by, content=one.cells) for one in versions),
        Edition(number=FIRST, at=None, by=None, content=dict(DEFAULT)),
    ]


SHAPED = Priorities()
