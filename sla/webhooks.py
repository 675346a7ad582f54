"""Webhooks as administrators define them. Each change is a line of the workshop's audit log, without the secret."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from time import monotonic

from django.utils.translation import gettext_lazy as later

from catalog.actions.people.log import Change, changes_between, demand_administrator, note
from catalog.models import WorkshopEvent
from catalog.shaping.codes import CODE
from servicedesk.errors import DeskError, NotFound, Refused
from servicedesk.outward import read_web_address
from servicedesk.people.access import Viewer
from servicedesk.people.models import Person
from servicedesk.people.roster.codes import make_code
from servicedesk.people.said.refusal import SaidInvalid, Wrong
from servicedesk.refusals import in_words
from servicedesk.transaction import in_one_transaction
from sla.calling import call, is_success
from sla.models import Webhook

PREFIX = "whs_"
Verb = WorkshopEvent.Verb


class WebhookWithdrawn(Refused):
    code = "webhook_withdrawn"
    sentence = "It is called no more, so nothing was sent. Call it again first."


@dataclass(frozen=True, kw_only=True)
class WebhookSaid:
    """What somebody typed of a webhook; `code` counts only when it is added."""

    name: str = ""
    url: str = ""
    code: str = ""

    @property
    def typed(self) -> dict[str, str]:
        return asdict(self)


@in_one_transaction
def add_webhook(*, viewer: Viewer, said: WebhookSaid, now: datetime) -> Webhook:
    """Add a webhook with a secret of 256 random bits; without a code it gets one made of its name.

    Raises SaidInvalid, and Forbidden for whoever is no administrator.
    """
    demand_administrator(viewer)
    wrong = _wrong(said)
    taken = set(Webhook.objects.values_list("code", flat=True))
    code = said.code.strip() or make_code(name=said.name, taken=taken)[:50].strip("-")
    if not CODE.fullmatch(code):
        wrong["code"] = later("Small Latin letters, digits, - and _, up to 50.")
    elif code in taken:
        wrong["code"] = later("This code is taken; choose another.")
    if wrong:
        raise SaidInvalid(fields=wrong)
    webhook = Webhook.objects.create(code=code, secret=_new_secret(), **_kept(said))
    changes = changes_between({}, {"code": webhook.code, **_kept(said)})
    _note(webhook, Verb.ADDED, viewer.person, changes, now)
    return webhook


@in_one_transaction
def change_webhook(*, viewer: Viewer, pk: int, said: WebhookSaid, now: datetime) -> list[Change]:
    """Write name and address; returns what that changed. Raises SaidInvalid, NotFound."""
    webhook = _locked(viewer, pk)
    wrong = _wrong(said)
    if wrong:
        raise SaidInvalid(fields=wrong)
    changes = changes_between({"name": webhook.name, "url": webhook.url}, _kept(said))
    if changes:
        Webhook.objects.filter(pk=pk).update(**_kept(said))
        _note(webhook, Verb.CHANGED, viewer.person, changes, now)
    return changes


@in_one_transaction
def renew_secret(*, viewer: Viewer, pk: int, now: datetime) -> None:
    """Sign by another secret from now on. Raises NotFound."""
    webhook = _locked(viewer, pk)
    Webhook.objects.filter(pk=pk).update(secret=_new_secret())
    _note(webhook, Verb.CHANGED, viewer.person, [("secret", "", "…")], now)


@in_one_transaction
def set_webhook_active(*, viewer: Viewer, pk: int, is_active: bool, now: datetime) -> None:
    """Withdraw it, and nothing more is sent there, or put it back. Raises NotFound."""
    webhook = _locked(viewer, pk)
    if webhook.is_active != is_active:
        Webhook.objects.filter(pk=pk).update(is_active=is_active)
        _note(webhook, Verb.RESTORED if is_active else Verb.WITHDRAWN, viewer.person, [], now)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a webhook answered to a test message: the status, and after how many milliseconds."""

    status: int
    milliseconds: int

    @property
    def is_good(self) -> bool:
        return is_success(self.status)


def try_webhook(*, viewer: Viewer, pk: int, now: datetime) -> Tried:
    """Send a test message, signed as every other, and wait for the answer; nothing is repeated or written.

    Raises NotFound, WebhookWithdrawn, WebAddressForbidden, WebAddressInvalid, Unreachable.
    """
    demand_administrator(viewer)
    webhook = Webhook.objects.filter(pk=pk).first()
    if webhook is None:
        raise NotFound
    if not webhook.is_active:
        raise WebhookWithdrawn
    said = {"test": True, "webhook": webhook.code, "at": now.isoformat()}
    begun = monotonic()
    status = call(webhook, delivery=f"test-{secrets.token_hex(8)}", said=said, now=now)
    return Tried(status=status, milliseconds=round((monotonic() - begun) * 1000))


def _locked(viewer: Viewer, pk: int) -> Webhook:
    demand_administrator(viewer)
    webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if webhook is None:
        raise NotFound
    return webhook


def _kept(said: WebhookSaid) -> dict[str, str]:
    return {"name": said.name.strip(), "url": said.url.strip()}


def _wrong(said: WebhookSaid) -> Wrong:
    wrong: Wrong = {}
    if not said.name.strip() or len(said.name.strip()) > 100:
        wrong["name"] = later("A name is needed, up to 100 characters.")
    if not said.url.strip():
        return wrong | {"url": later("An address is needed.")}
    try:
        read_web_address(said.url)
    except DeskError as error:
        wrong["url"] = in_words(error)
    return wrong


def _new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def _note(webhook: Webhook, verb: str, by: Person, changes: list[Change], now: datetime) -> None:
    note(kind="webhook", pk=webhook.pk, name=webhook.name, verb=verb, by=by, now=now, changes=changes)
