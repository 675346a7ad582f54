"""What stood in a form when it came: kept across a dead session, uploaded files and all."""

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from servicedesk.people.models import Person
from tickets.actions.text import LONGEST_BODY
from tickets.attachments import LARGEST, AttachmentTooLarge, upload
from tickets.models import Attachment

SESSION_KEY = "typed"
#: Fields of a form that are not typed.
UNTYPED = {"csrfmiddlewaretoken", "once", "show", "draft", "kept", "offered"}
#: How long a stranger's session holds what they typed before they sign in.
HELD = timedelta(hours=2)
#: How much: a message of the longest kind, and the other fields of its form.
LONGEST_HELD = LONGEST_BODY + 20_000

View = Callable[..., HttpResponseBase]


def typed_fields(request: HttpRequest) -> dict[str, str]:
    """The texts of a form by the names of its fields; of several with one name the last."""
    return {name: str(value) for name, value in request.POST.items() if name not in UNTYPED}


def held_for_sign_in(view: View) -> View:
    """Around a view behind SIGNED_IN: what nobody signed in sends is held, and shown again on the form's page after
    signing in. A page's form is sent to its own address or to one right below it."""

    @functools.wraps(view)
    def holding(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        page = request.path.removesuffix("reply/")
        hold(request, page, typed_fields(request))
        return redirect_to_login(page, settings.LOGIN_URL)

    return holding


def hold(request: HttpRequest, page: str, fields: Mapping[str, str]) -> None:
    """Let the session of nobody signed in keep what they typed, unless no form of ours could be so long: it may be
    anybody's who sends it."""
    if sum(map(len, fields.values())) + sum(map(len, fields)) > LONGEST_HELD:
        return
    request.session[SESSION_KEY] = {"page": page, "fields": fields}
    request.session.set_expiry(int(HELD.total_seconds()))


def held_fields(request: HttpRequest) -> Mapping[str, str]:
    """What was typed on this page before its session died; empty where nothing was."""
    held = request.session.get(SESSION_KEY) or {}
    fields: Mapping[str, str] = held.get("fields", {}) if held.get("page") == request.path else {}
    return fields


def release_held(request: HttpRequest) -> None:
    """It has been sent."""
    if SESSION_KEY in request.session:
        del request.session[SESSION_KEY]


def upload_all(request: HttpRequest, *, by: Person, now: datetime, most: int | None = None) -> Sequence[Attachment]:
    """Keep the files that came with the form, at most so many. Raises AttachmentTooLarge, also where they are too large
    together: Django has not even read them then."""
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        raise AttachmentTooLarge(size=size, largest=LARGEST)
    return [
        upload(uploader=by, name=one.name or "", content_type=one.content_type or "", content=one.read(), now=now)
        for one in request.FILES.getlist("files")[:most]
    ]


def kept_ids(request: HttpRequest) -> list[int]:
    """The earlier uploads that are still wanted with the form."""
    return numbers_in(request.POST.getlist("kept"))[:20]


def numbers_in(said: Sequence[str]) -> list[int]:
    """Those of the values that can be the id of anything."""
    return [int(value) for value in said if value.isascii() and value.isdigit() and len(value) < 19]
