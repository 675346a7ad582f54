"""The site map. Other apps are named only as strings."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from servicedesk.api import api
from servicedesk.health import live, ready

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler404 = "servicedesk.refusals.not_found"
handler500 = "servicedesk.refusals.broken"

urlpatterns = [
    path("health/live", live),
    path("health/ready", ready),
    path("api/v1/", api.urls),
    path("accounts/", include("servicedesk.people.urls")),
    path("workshop/admin/", admin.site.urls),
    path("tickets/", include("tickets.urls.tickets")),
    path("desk/", include("tickets.urls.desk")),
    path("bridge/", include("tickets.urls.bridge")),
    path("workshop/", include("sla.urls.workshop")),
    path("workshop/", include("catalog.urls.workshop")),
    path("workshop/", include("tickets.urls.workshop")),
    path("survey/", include("tickets.urls.survey")),
    path("setup/", include("tickets.urls.setup")),
    path("", include("tickets.urls.portal")),
]
