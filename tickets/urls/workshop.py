from django.urls import path

from catalog.urls.workshop import routes_of
from tickets.shaping.priorities import SHAPED
from tickets.views.workshop import macros, mail, replays

urlpatterns = [
    path("mail/", mail.mails, name="workshop_mail"),
    path("mail/<int:pk>/", mail.show_mail, name="workshop_held"),
    path("mail/<int:pk>/raw/", mail.download, name="workshop_held_raw"),
    path("mail/<int:pk>/known/", mail.let_in_known, name="workshop_held_known"),
    path("mail/<int:pk>/new/", mail.let_in_new, name="workshop_held_new"),
    path("mail/<int:pk>/aside/", mail.put_aside, name="workshop_held_aside"),
    path("replies/", macros.macros, name="workshop_macros"),
    path("replies/new/", macros.add_macro, name="workshop_macro_add"),
    path("replies/<int:pk>/", macros.show_macro, name="workshop_macro"),
    path("replies/<int:pk>/active/", macros.set_active, name="workshop_macro_active"),
    path("try/", replays.tries, name="workshop_tries"),
    path("try/<int:pk>/", replays.show_try, name="workshop_try"),
    path("try/<int:pk>/stop/", replays.stop_try, name="workshop_try_stop"),
    path("try/<int:pk>/promises.csv", replays.flips_file, name="workshop_try_file"),
    *routes_of(SHAPED),
]
