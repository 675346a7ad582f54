from allauth.account import views
from django.urls import path

from servicedesk.people.joining import join
from servicedesk.people.language import choose_language

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("language/", choose_language, name="account_language"),
    path("join/<slug:token>/", join, name="account_join"),
]
