"""What is sent after the session has died: held, and shown again on the ticket's page after signing in."""

import functools

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from tickets.views.portal.typed import View, hold, typed_fields


def held_for_ticket(view: View) -> View:
    """Around a view of one ticket behind SIGNED_IN that is posted to: signed in again, one finds what one typed."""

    @functools.wraps(view)
    def holding(request: HttpRequest, number: int, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, number, *args, **kwargs)
        page = reverse("ticket", args=[number])
        fields = typed_fields(request) | ({"do": str(kwargs["verb"])} if "verb" in kwargs else {})
        hold(request, page, fields)
        return redirect_to_login(page, settings.LOGIN_URL)

    return holding
