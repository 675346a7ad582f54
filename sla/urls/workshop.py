from django.urls import URLPattern, path

from catalog.urls.workshop import routes_of
from sla.shaping.agreements import AGREEMENTS
from sla.shaping.calendars import CALENDARS
from sla.shaping.policies import POLICIES
from sla.views.workshop.home import workshop
from sla.views.workshop.which import which_promise

urlpatterns: list[URLPattern] = [
    path("", workshop, name="workshop"),
    path("promises/", which_promise, name="workshop_which"),
    *routes_of(CALENDARS),
    *routes_of(POLICIES),
    *routes_of(AGREEMENTS),
]
