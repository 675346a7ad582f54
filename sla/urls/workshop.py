from django.urls import URLPattern, path

from catalog.urls.workshop import routes_of
from sla.shaping.agreements import AGREEMENTS
from sla.shaping.calendars import CALENDARS
from sla.shaping.policies import POLICIES
from sla.views.workshop.health import health, try_again
from sla.views.workshop.home import workshop
from sla.views.workshop.people import customers, people
from sla.views.workshop.which import which_promise

urlpatterns: list[URLPattern] = [
    path("", workshop, name="workshop"),
    path("promises/", which_promise, name="workshop_which"),
    path("people/", people, name="workshop_people"),
    path("customers/", customers, name="workshop_customers"),
    path("health/", health, name="workshop_health"),
    path("health/again/", try_again, name="workshop_try_again"),
    *routes_of(CALENDARS),
    *routes_of(POLICIES),
    *routes_of(AGREEMENTS),
]
