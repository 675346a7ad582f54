from django.urls import URLPattern, path

from catalog.urls.workshop import routes_of
from sla.shaping.agreements import AGREEMENTS
from sla.shaping.calendars import CALENDARS
from sla.shaping.policies import POLICIES
from sla.views.workshop import customers as customer_pages
from sla.views.workshop import people as people_pages
from sla.views.workshop import segments as segment_pages
from sla.views.workshop import webhooks as webhook_pages
from sla.views.workshop.health import health, try_again
from sla.views.workshop.home import workshop
from sla.views.workshop.which import which_promise
from sla.views.workshop.years import confirm_days

urlpatterns: list[URLPattern] = [
    path("", workshop, name="workshop"),
    path("promises/", which_promise, name="workshop_which"),
    path("people/", people_pages.people, name="workshop_people"),
    path("people/new/", people_pages.add_person, name="workshop_person_add"),
    path("people/<int:pk>/", people_pages.show_person, name="workshop_person"),
    path("people/<int:pk>/roles/", people_pages.give_role, name="workshop_role_give"),
    path("people/<int:pk>/roles/<int:role>/take/", people_pages.take_role, name="workshop_role_take"),
    path("people/<int:pk>/close/", people_pages.close_account, name="workshop_account_close"),
    path("people/<int:pk>/reopen/", people_pages.reopen_account, name="workshop_account_reopen"),
    path("people/<int:pk>/invite/", people_pages.invite_person, name="workshop_person_invite"),
    path("people/<int:pk>/password/", people_pages.renew_password, name="workshop_password_renew"),
    path("people/<int:pk>/tokens/", people_pages.revoke_tokens, name="workshop_tokens_revoke"),
    path("customers/", customer_pages.customers, name="workshop_customers"),
    path("customers/new/<slug:kind>/", customer_pages.add_customer, name="workshop_customer_add"),
    path("customers/<int:pk>/", customer_pages.show_customer, name="workshop_customer"),
    path("customers/<int:pk>/active/", customer_pages.activate_customer, name="workshop_customer_activate"),
    path("segments/", segment_pages.segments, name="workshop_segments"),
    path("segments/new/", segment_pages.add_segment, name="workshop_segment_add"),
    path("segments/<int:pk>/", segment_pages.show_segment, name="workshop_segment"),
    path("webhooks/", webhook_pages.webhooks, name="workshop_webhooks"),
    path("webhooks/new/", webhook_pages.add_webhook, name="workshop_webhook_add"),
    path("webhooks/<int:pk>/", webhook_pages.show_webhook, name="workshop_webhook"),
    path("webhooks/<int:pk>/secret/", webhook_pages.renew_secret, name="workshop_webhook_secret"),
    path("webhooks/<int:pk>/try/", webhook_pages.try_webhook, name="workshop_webhook_try"),
    path("webhooks/<int:pk>/active/", webhook_pages.set_active, name="workshop_webhook_active"),
    path("health/", health, name="workshop_health"),
    path("health/again/", try_again, name="workshop_try_again"),
    *routes_of(CALENDARS),
    path("calendars/<slug:code>/years/<int:year>/", confirm_days, name="workshop_calendar_confirm"),
    *routes_of(POLICIES),
    *routes_of(AGREEMENTS),
]
