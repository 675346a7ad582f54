"""/services/SLUG/OFFERING/: the form of a request. Sent twice it files one ticket; refused it comes back as typed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.entitlement import ServiceNotFound, offered_of
from catalog.fields import AnswersInvalid
from catalog.models import Offering
from servicedesk.clock import database_now
from servicedesk.errors import DeskError
from servicedesk.people.access import Viewer
from servicedesk.people.doors import SIGNED_IN, open_to, viewer_of
from servicedesk.refusals import in_words
from servicedesk.texts import in_language, present_language
from tickets import actions
from tickets.drafts import Kept, draft_of, forget_draft, keep_files, request_key
from tickets.forms.request import IMPACT, URGENCY, ask_questions, ask_urgency, read_answers, read_urgency
from tickets.idempotency import Answer, IdempotencyKeyReused, accept_once
from tickets.listing import own_tickets
from tickets.models import Ticket
from tickets.offering_words import describe_offerings
from tickets.priorities import PriorityUnclear
from tickets.views.portal.typed import (
    held_fields,
    held_for_sign_in,
    kept_ids,
    numbers_in,
    release_held,
    typed_fields,
    upload_all,
)

SIMILAR = 3


@dataclass
class Form:
    """One person's form, as it stands and as it is shown."""

    viewer: Viewer
    offering: Offering
    now: datetime
    kept: Kept
    recent: Sequence[Ticket]
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""

    @property
    def key(self) -> str:
        return request_key(self.offering.slug)

    @property
    def fields(self) -> list[Mapping[str, Any]]:
        return self.offering.form.fields if self.offering.form else []

    @property
    def once(self) -> str:
        """The same in every tab until the next ticket is filed, so that two tabs with one request file one ticket."""
        return f"form-{self.offering.slug}-{self.recent[0].pk if self.recent else 0}"

    @property
    def may_ask_for_others(self) -> bool:
        return bool(self.offering.service.provider_id in self.viewer.departments or self.viewer.accounts)


@held_for_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
@open_to(SIGNED_IN)
def request_form(request: HttpRequest, slug: str, offering: str) -> HttpResponse:
    """404 alike for what does not exist, is withdrawn or is not offered; what was typed for it is shown still."""
    viewer = viewer_of(request)
    try:
        form = _read_form(viewer, slug, offering)
    except ServiceNotFound:
        if request.method != "POST":
            raise
        return render(request, "portal/withdrawn.html", {"typed": typed_fields(request)}, status=404)
    if request.method != "POST":
        form.typed = held_fields(request) or form.kept.fields
        return _page(request, form)
    form.typed = typed_fields(request)
    if "show" in request.POST:
        is_fragment = request.headers.get("HX-Request") == "true"
        return _page(request, form, template="portal/_questions.html" if is_fragment else "portal/request_form.html")
    return _submit(request, form)


def _read_form(viewer: Viewer, slug: str, offering: str) -> Form:
    person, now = viewer.person, database_now()
    found = [one for one in offered_of(customer=person.customer, service=slug) if one.slug == offering]
    if not found:
        raise ServiceNotFound
    recent = list(own_tickets(viewer).order_by("-filed_at", "-id")[:20])
    kept = draft_of(person=person, key=request_key(offering))
    return Form(viewer=viewer, offering=found[0], now=now, kept=kept, recent=recent)


def _submit(request: HttpRequest, form: Form) -> HttpResponse:
    """File it, once under this form's key; refused, everything typed and uploaded comes back."""
    person, key = form.viewer.person, form.key
    try:
        files = upload_all(request, by=person, now=form.now)
        keep_files(person=person, key=key, files=files, now=form.now)
        number = _file(request, form, [*kept_ids(request), *(one.pk for one in files)])
    except DeskError as refusal:
        return _refused(request, form, refusal)
    forget_draft(person=person, key=key)
    release_held(request)
    messages.success(request, _("Your request is filed. You will hear of every answer by mail."))
    return redirect("ticket", number)


def _file(request: HttpRequest, form: Form, attachments: Sequence[int]) -> int:
    typed = form.typed
    impact, urgency = read_urgency(typed) if form.offering.asks_urgency else (None, None)

    def act() -> Answer:
        ticket = actions.file_request(
            viewer=form.viewer,
            offering=form.offering.slug,
            subject=typed.get("subject", ""),
            body=typed.get("body", ""),
            answers=read_answers(form.fields, typed),
            impact=impact,
            urgency=urgency,
            on_behalf_of=typed.get("for", "").strip() or None,
            attachments=attachments,
            now=form.now,
        )
        return 302, {"number": ticket.number}

    once = request.POST.get("once", "")[:120].replace("\x00", "") or form.once
    asked = json.dumps(sorted(typed.items()))
    _status, answer = accept_once(person=form.viewer.person, key=once, request=asked, now=form.now, act=act)
    return int(answer["number"])


def _refused(request: HttpRequest, form: Form, refusal: DeskError) -> HttpResponse:
    form.kept = draft_of(person=form.viewer.person, key=form.key)
    if isinstance(refusal, AnswersInvalid):
        form.problems = {key: problem.words for key, problem in refusal.values["problems"].items()}
    elif isinstance(refusal, PriorityUnclear):
        missing = [name for name in (IMPACT, URGENCY) if not form.typed.get(name)]
        form.problems = dict.fromkeys(missing, _("Choose one of the answers."))
        form.refusal = _("Two questions are not answered. Nothing was filed; answer them and send again.")
    elif isinstance(refusal, IdempotencyKeyReused):
        form.refusal = _(
            "This form has been sent already, with other words, and its ticket is filed. Nothing was filed now. "
            "If this is another request, send it again."
        )
    if not form.refusal:
        form.refusal = in_words(refusal)
    return _page(request, form, status=refusal.status)


def _page(
    request: HttpRequest, form: Form, *, template: str = "portal/request_form.html", status: int = 200
) -> HttpResponse:
    offering, language = form.offering, present_language()
    questions = ask_urgency(typed=form.typed, problems=form.problems) if offering.asks_urgency else []
    questions += ask_questions(fields=form.fields, typed=form.typed, problems=form.problems, language=language)
    shown = {question.name for question in questions if question.problem}
    context = {
        "section": "services",
        "form": form,
        "typed": form.typed,
        "offering": offering,
        "service": in_language(offering.service.name, language),
        "one": describe_offerings(offerings=[offering], person=form.viewer.person, now=form.now, with_hours=False)[0],
        "questions": questions,
        "blank": [name for name in ("subject", "body") if status == 422 and not form.typed.get(name, "").strip()],
        "other_problems": {key: said for key, said in form.problems.items() if not shown & {key, f"a-{key}"}},
        "has_conditions": any("when" in one for one in form.fields),
        "similar": [one for one in form.recent if one.is_active and one.service_id == offering.service_id][:SIMILAR],
        "unchecked": _unchecked(request) if request.method == "POST" else set(),
        "draft_key": form.key,
        "now": form.now,
    }
    return render(request, template, context, status=status)


def _unchecked(request: HttpRequest) -> set[int]:
    """Uploads of before that are no longer wanted."""
    return set(numbers_in(request.POST.getlist("offered"))) - set(kept_ids(request))
