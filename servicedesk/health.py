"""Whether this process lives, and whether it can do its work."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from servicedesk.people.doors import PUBLIC, open_to


@open_to(PUBLIC)
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200 while the process answers."""
    return HttpResponse("live\n", content_type="text/plain")


@open_to(PUBLIC)
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 while the database answers; otherwise 503."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ready\n", content_type="text/plain")
