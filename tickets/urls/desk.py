from django.urls import path

from tickets.views.desk.acts import act_on_selected, change_view, drop_view, keep_view, show_filters, take_back
from tickets.views.desk.breaches import answer, list_exclusions, list_uncaused
from tickets.views.desk.queue import show_arrived, show_queue
from tickets.views.desk.verbs import do_verb, write_message

urlpatterns = [
    path("", show_queue, name="desk"),
    path("filter/", show_filters, name="desk_filter"),
    path("arrived/", show_arrived, name="desk_arrived"),
    path("selected/", act_on_selected, name="desk_selected"),
    path("undo/", take_back, name="desk_undo"),
    path("views/", keep_view, name="desk_views"),
    path("views/<int:view_id>/", change_view, name="desk_view"),
    path("views/<int:view_id>/delete/", drop_view, name="desk_view_delete"),
    path("breaches/", list_uncaused, name="desk_breaches"),
    path("breaches/exclusions/", list_exclusions, name="desk_exclusions"),
    path("tickets/<int:number>/broken/<slug:act>/", answer, name="desk_broken"),
    path("tickets/<int:number>/write/", write_message, name="desk_write"),
    path("tickets/<int:number>/<slug:verb>/", do_verb, name="desk_verb"),
]
