from django.urls import URLPattern, path

from catalog.shaping.forms import FORMS
from catalog.shaping.kind import Kind
from catalog.shaping.services import SERVICES
from catalog.views.workshop import editing, publishing, things


def routes_of(kind: Kind) -> list[URLPattern]:
    """The pages of one kind, each under a name such as workshop_service_edit."""
    more = {"kind": kind}

    def route(address: str, view: object, verb: str) -> URLPattern:
        return path(f"{kind.path}/{address}", view, more, name=f"workshop_{kind.code}_{verb}")  # type: ignore[call-overload, no-any-return]

    return [
        route("", things.list_things, "list"),
        route("new/", editing.begin, "begin"),
        route("<slug:code>/", things.show_thing, "show"),
        route("<slug:code>/edit/", editing.edit, "edit"),
        route("<slug:code>/publish/", publishing.publish, "publish"),
        route("<slug:code>/discard/", editing.discard, "discard"),
        route("<slug:code>/active/", publishing.activate, "activate"),
        route("<slug:code>/versions/<int:number>/", things.show_edition, "edition"),
        route("<slug:code>/versions/<int:number>/edit/", editing.edit_from, "edit_from"),
    ]


urlpatterns: list[URLPattern] = [*routes_of(SERVICES), *routes_of(FORMS)]
