from django.urls import path

from tickets.views.portal.agreements import list_agreements, show_agreement
from tickets.views.portal.drafts import save_draft
from tickets.views.portal.home import home, list_services
from tickets.views.portal.request_form import request_form
from tickets.views.portal.search import find
from tickets.views.portal.service import show_service

urlpatterns = [
    path("", home, name="home"),
    path("search/", find, name="search"),
    path("agreements/", list_agreements, name="agreements"),
    path("agreements/<slug:code>/", show_agreement, name="agreement"),
    path("drafts/", save_draft, name="draft"),
    path("services/", list_services, name="services"),
    path("services/<slug:slug>/", show_service, name="service"),
    path("services/<slug:slug>/<slug:offering>/", request_form, name="request_form"),
]
