from django.urls import path

from tickets.views.one_ticket import send_reply, show_ticket
from tickets.views.portal.verbs import accept, call_not_solved, rate, withdraw
from tickets.views.promise import show_promise
from tickets.views.ticket_list import list_tickets
from tickets.views.why import show_why

urlpatterns = [
    path("", list_tickets, name="tickets"),
    path("<int:number>/", show_ticket, name="ticket"),
    path("<int:number>/why/", show_why, name="why"),
    path("<int:number>/promise/", show_promise, name="promise"),
    path("<int:number>/reply/", send_reply, name="reply"),
    path("<int:number>/accept/", accept, name="accept"),
    path("<int:number>/not-solved/", call_not_solved, name="not_solved"),
    path("<int:number>/withdraw/", withdraw, name="withdraw"),
    path("<int:number>/rate/", rate, name="rate"),
]
