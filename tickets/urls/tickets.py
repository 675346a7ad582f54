from django.urls import path

from tickets.views.one_ticket import send_reply, show_ticket
from tickets.views.ticket_list import list_tickets

urlpatterns = [
    path("", list_tickets, name="tickets"),
    path("<int:number>/", show_ticket, name="ticket"),
    path("<int:number>/reply/", send_reply, name="reply"),
]
