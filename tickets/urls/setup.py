from django.urls import path

from tickets.views.setup.departments import departments, done, finish
from tickets.views.setup.invitations import invitations, reveal, revoke, send_again, send_all
from tickets.views.setup.mail import mail
from tickets.views.setup.people import people, roster, sample
from tickets.views.setup.start import administrator, begin, company

urlpatterns = [
    path("", begin, name="setup"),
    path("company/", company, name="setup_company"),
    path("administrator/", administrator, name="setup_administrator"),
    path("departments/", departments, name="setup_departments"),
    path("people/", people, name="setup_people"),
    path("people/sample/<slug:kind>.csv", sample, name="setup_sample"),
    path("people/<int:roster_id>/", roster, name="setup_roster"),
    path("mail/", mail, name="setup_mail"),
    path("finish/", finish, name="setup_finish"),
    path("done/", done, name="setup_done"),
    path("invitations/", invitations, name="setup_invitations"),
    path("invitations/send/", send_all, name="setup_invite"),
    path("invitations/<int:invitation_id>/again/", send_again, name="setup_invite_again"),
    path("invitations/<int:invitation_id>/revoke/", revoke, name="setup_revoke"),
    path("invitations/<int:invitation_id>/link/", reveal, name="setup_link"),
]
