from django.urls import path

from tickets.views.bridge.behind import show_behind
from tickets.views.bridge.overview import show_bridge

urlpatterns = [
    path("", show_bridge, name="bridge"),
    path("tickets/", show_behind, name="behind"),
]
