"""Queues kept under a name: made, renamed, deleted and put back."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from servicedesk.errors import Forbidden, NotFound
from servicedesk.people.access import Viewer
from servicedesk.transaction import in_one_transaction
from tickets.actions.text import checked_text
from tickets.models import SavedView

LONGEST_NAME = 60


class ViewNotFound(NotFound):
    """Raised alike for a view that does not exist and for one of other people."""

    code = "view_not_found"
    sentence = "There is no such view, or it is not yours. Nothing was changed."


class ViewOfColleague(Forbidden):
    code = "view_of_colleague"
    sentence = "A shared view is changed by whoever made it or by a head of the department. Nothing was changed."


def views_of(viewer: Viewer) -> QuerySet[SavedView]:
    """One's own views and those shared in one's departments, by name."""
    own = Q(person=viewer.id, department=None)
    return SavedView.objects.filter(own | Q(department__in=sorted(viewer.departments))).order_by("name", "pk")


@in_one_transaction
def save_view(*, viewer: Viewer, name: str, filters: Mapping[str, str], department_id: int | None = None) -> SavedView:
    """Keep `filters` under a name, for oneself or for a department of one's own. Raises TextInvalid, ViewNotFound."""
    if department_id is not None and department_id not in viewer.departments:
        raise ViewNotFound
    kept = checked_text(name, longest=LONGEST_NAME)
    return SavedView.objects.create(person=viewer.person, department_id=department_id, name=kept, filters=dict(filters))


@in_one_transaction
def rename_view(*, viewer: Viewer, view_id: int, name: str) -> SavedView:
    """Raises TextInvalid, ViewNotFound, ViewOfColleague."""
    view = _changeable(viewer, view_id)
    view.name = checked_text(name, longest=LONGEST_NAME)
    view.save(update_fields=["name"])
    return view


@in_one_transaction
def delete_view(*, viewer: Viewer, view_id: int) -> SavedView:
    """Delete it and return what it was, so that it can be saved anew. Raises ViewNotFound, ViewOfColleague."""
    view = _changeable(viewer, view_id)
    view.delete()
    return view


def _changeable(viewer: Viewer, view_id: int) -> SavedView:
    view = views_of(viewer).filter(pk=view_id).first() if 0 < view_id < 2**63 else None
    if view is None:
        raise ViewNotFound
    if view.person_id != viewer.id and view.department_id not in viewer.heads:
        raise ViewOfColleague
    return view
