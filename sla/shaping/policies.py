"""Policies, as the workshop shapes them. A policy belongs to whoever's agreements promise it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from catalog.models import Draft
from catalog.shaping.kind import (
    Content,
    Edition,
    NothingShaped,
    Said,
    Thing,
    begun_things,
    definition_in,
    drafts_by_code,
    find_unborn,
    own_codes,
    providers_for,
)
from catalog.shaping.typed import Typed
from servicedesk.people.access import Viewer
from servicedesk.people.models import Customer, Person
from sla.core.policy import DEFAULT_PAUSES, Metric
from sla.models import Calendar, Policy, PolicyVersion
from sla.publishing import publish_policy
from sla.retelling.terms import Terms
from sla.shaping import ladders
from sla.shaping.calendars import CALENDARS
from sla.shaping.durations import duration_exactly
from sla.shaping.far_targets import far_targets
from sla.shaping.open_tickets import ToldToOpenTickets, drafted_policy
from sla.shaping.policy_reading import read_policy, typed_policy
from sla.shaping.use import Use, policy_uses
from sla.shaping.wording import ACTIONS, METRICS, MOMENTS, PRIORITIES, REASONS, ROLES, step_words


class Policies(ToldToOpenTickets):
    code, path = "policy", "policies"
    can_be_tried = True
    title, one = later("Policies"), later("Policy")
    purpose = later("How soon what is promised, what stops the clock, and who hears before it is too late.")
    shape = {
        "name": "",
        "reopen_days": "",
        "by_agent": "",
        "targets": [
            {
                "metric": "",
                "priority": "",
                "department": "",
                "duration": "",
                "calendar": "",
                "pauses": (),
                "steps": [ladders.SHAPE],
            }
        ],
    }

    def things(self, viewer: Viewer) -> Sequence[Thing]:
        policies = Policy.objects.filter(current__isnull=False).select_related("current__published_by").order_by("name")
        drafts, uses = drafts_by_code(self), policy_uses()
        own = set() if viewer.administers else own_codes(self, viewer)
        found = [
            self._thing(policy, drafts.get(policy.code), uses.get(policy.code, []), viewer)
            for policy in policies
            if _readable(viewer, policy.code, uses.get(policy.code, []), own)
        ]
        published = set(policies.values_list("code", flat=True))
        return [*found, *begun_things(self, viewer, drafts, published)]

    def codes_for(self, viewer: Viewer) -> dict[str, str]:
        """The published policies this person may read, code to name: those they may promise by."""
        names = dict(Policy.objects.filter(current__isnull=False).order_by("name").values_list("code", "name"))
        if viewer.administers:
            return names
        uses, own = policy_uses(), own_codes(self, viewer)
        return {code: name for code, name in names.items() if _readable(viewer, code, uses.get(code, []), own)}

    def find(self, viewer: Viewer, code: str) -> Thing:
        policy = Policy.objects.filter(code=code).select_related("current__published_by").first()
        if policy is None or policy.current is None:
            return find_unborn(self, viewer, code)
        uses = policy_uses().get(code, [])
        own = set() if viewer.administers else own_codes(self, viewer)
        if not _readable(viewer, code, uses, own):
            raise NothingShaped
        return self._thing(policy, drafts_by_code(self, [code]).get(code), uses, viewer)

    def _thing(self, policy: Policy, draft: Draft | None, uses: Sequence[Use], viewer: Viewer) -> Thing:
        """Readable it is; a policy that another department promises as well is for administrators to edit."""
        assert policy.current is not None
        return Thing(
            kind=self.code,
            code=policy.code,
            name=policy.name,
            may_edit=viewer.administers or all(use.provider_id in viewer.heads for use in uses),
            is_active=policy.is_active,
            row=policy,
            present=_edition(policy, policy.current),
            draft=draft,
            notes=sorted({use.words for use in uses if viewer.administers or use.provider_id in viewer.heads}),
        )

    def exists(self, code: str) -> bool:
        return Policy.objects.filter(code=code).exists()

    def editions(self, thing: Thing) -> Sequence[Edition]:
        versions = PolicyVersion.objects.filter(policy=thing.row).select_related("published_by").order_by("-number")
        return [_edition(thing.row, version) for version in versions]

    def typed(self, content: Content) -> Typed:
        return typed_policy(content)

    def read(self, typed: Typed, *, viewer: Viewer, code: str) -> Content:
        return read_policy(typed)

    def publish(self, *, code: str, content: Content, now: datetime, by: Person) -> int:
        policy, _made = Policy.objects.update_or_create(code=code, defaults={"name": content["name"]})
        return publish_policy(policy=policy, definition=definition_in(content), now=now, by=by).number

    def terms_of(self, content: Content, *, code: str, number: int, now: datetime) -> Terms:
        return drafted_policy(content, code=code, number=number)

    def describe(self, content: Content) -> Sequence[Said]:
        calendars = dict(Calendar.objects.values_list("code", "name"))
        departments = _department_names()
        names = ladders.names_of(step for target in content["targets"] for step in target.get("steps") or [])
        lines = [Said(text=content["name"])]
        for target in content["targets"]:
            lines += _describe(target, calendars, departments, names)
        return [*lines, Said(text=_reopened(content)), Said(text=_filed_by_agent(content))]

    def choices(self, viewer: Viewer, typed: Typed, *, code: str) -> dict[str, Any]:
        known = ladders.known_names()
        calendars = [
            (place.removeprefix("calendar:"), name) for place, name in known.items() if place.startswith("calendar:")
        ]
        published = {code for code, _name in calendars}
        drafted = [(thing.code, thing.name) for thing in CALENDARS.begun(viewer, published=published)]
        priorities = [(code, words) for code, words in PRIORITIES.items() if code != "*"]
        return {
            "metrics": list(METRICS.items()),
            "priorities": list(PRIORITIES.items()),
            "departments": [("", _("any department")), *((str(pk), name) for pk, name in _department_names().items())],
            "calendars": [
                ("", _("round the clock")),
                *calendars,
                *((code, _("%(name)s (a draft)") % {"name": name}) for code, name in drafted),
            ],
            "drafted_calendars": drafted,
            "reasons": list(REASONS.items()),
            "moments": list(MOMENTS.items()),
            "step_actions": list(ACTIONS.items()),
            "roles": list(ROLES.items()),
            "raised_to": [("", _("the next higher")), *priorities],
            "field_notes": ladders.steps_without_anybody(typed["targets"], departments=_departments_for(viewer, code)),
            **ladders.choices_of(known),
        }

    def warnings(self, content: Content, *, code: str, now: datetime) -> Sequence[str]:
        metrics = {target["metric"] for target in content["targets"]}
        said = [] if metrics else [_("The policy promises nothing: no time will be measured.")]
        if metrics and "resolution" not in metrics:
            said.append(_("It promises no resolution: a ticket may stay open without any clock telling."))
        if any(not target["seconds"] for target in content["targets"]):
            said.append(_("A target of 0 min is due with the next opening."))
        departments = _promising(code) or _department_names()
        unheard = ladders.steps_without_anybody(content["targets"], departments=departments)
        return [*said, *dict.fromkeys(unheard.values()), *far_targets(content["targets"], now=now)]


def _readable(viewer: Viewer, code: str, uses: Sequence[Use], own: set[str]) -> bool:
    theirs = any(use.provider_id in viewer.heads for use in uses) or (not uses and code in own)
    return viewer.administers or theirs


def _promising(code: str) -> dict[int, str]:
    """The departments whose agreements promise the policy; none for one that nobody promises yet."""
    promising = {use.provider_id for use in policy_uses().get(code, [])}
    return {pk: name for pk, name in _department_names().items() if pk in promising}


def _departments_for(viewer: Viewer, code: str) -> dict[int, str]:
    """Whose people the steps of this draft would reach: those who promise it, else those this person stands for."""
    return _promising(code) or {one.pk: one.name for one in providers_for(viewer)}


def _department_names() -> dict[int, str]:
    departments = Customer.objects.filter(kind=Customer.Kind.DEPARTMENT).order_by("name")
    return dict(departments.values_list("pk", "name"))


def _describe(
    target: Mapping[str, Any],
    calendars: Mapping[str, str],
    departments: Mapping[int, str],
    names: Mapping[str, str],
) -> list[Said]:
    metric, calendar = target["metric"], target.get("calendar")
    whose = target.get("department")
    words = {
        "metric": METRICS[metric],
        "priority": PRIORITIES.get(target.get("priority") or "*", target.get("priority")),
        "span": duration_exactly(target["seconds"]),
    }
    if calendar:
        said = _("%(metric)s, %(priority)s: within %(span)s of working time") % words
        said += f" ({calendars.get(calendar, calendar)})"
    else:
        said = _("%(metric)s, %(priority)s: within %(span)s, round the clock") % words
    if whose is not None:
        said += ", " + _("only of %(department)s") % {"department": departments.get(int(whose), whose)}
    return [
        Said(text=said),
        *_pauses(target),
        *(Said(text=capfirst(step_words(step, names)), depth=1) for step in target.get("steps") or []),
    ]


def _reopened(content: Content) -> str:
    days = content.get("reopen_new_after_days")
    if days is None:
        return _("A reopened ticket goes on with the clock it had, whenever it is reopened")
    return _("A ticket reopened more than %(n)s d after its resolution gets a new clock") % {"n": days}


def _filed_by_agent(content: Content) -> str:
    if content.get("first_response_when_filed_by_agent"):
        return _("A first response is owed also where an agent filed the ticket")
    return _("Where an agent filed the ticket for the customer, the first response counts as given")


def _pauses(target: Mapping[str, Any]) -> list[Said]:
    named = target.get("pauses_on")
    reasons = sorted(DEFAULT_PAUSES[Metric(target["metric"])] if named is None else named)
    if not reasons:
        return [Said(text=_("Nothing stops it"), depth=1)] if DEFAULT_PAUSES[Metric(target["metric"])] else []
    words = ", ".join(str(REASONS[reason]) for reason in reasons)
    return [Said(text=_("Stops while: %(reasons)s") % {"reasons": words}, depth=1)]


def _edition(policy: Policy, version: PolicyVersion) -> Edition:
    content = {"name": policy.name, **version.definition}
    return Edition(number=version.number, at=version.published_at, by=version.published_by, content=content)


POLICIES = Policies()
