from allauth.account import views
from django.urls import path

from servicedesk.people.joining import join

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("join/<slug:token>/", join, name="account_join"),
]
