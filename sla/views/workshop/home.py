from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from servicedesk.people.doors import HEAD, open_to


@require_safe
@open_to(HEAD)
def workshop(request: HttpRequest) -> HttpResponse:
    """The workshop begins with what is shaped most often."""
    return redirect("workshop_service_list")
