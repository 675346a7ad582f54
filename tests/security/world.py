"""The canary world, and everything the walks need to know of it: routes, questions, and whether anything changed."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import Operation

from servicedesk.api import api
from servicedesk.people.tokens import issue_token
from tests.cast import Cast
from tickets import actions
from tickets.attachments import upload
from tickets.models import Attachment, Ticket

API = "/api/v1"
ROLES = ("nobody", "ann", "igor", "wanda", "carla", "dora", "mara", "lena", "adam")
UNKNOWN_NUMBER, UNKNOWN_ID = 99_999_999, 2**40
CANARY_B, CANARY_INT = "CANARY-B-5f1c", "CANARY-INT-90ad"
#: What a valid request of each unsafe operation says, so that only its ids can be the reason for a refusal.
BODIES: dict[str, dict[str, Any]] = {
    "take": {},
    "assign": {"assignee": "igor"},
    "wait": {"reason": "customer"},
    "resume": {},
    "hand_over": {"department": "warehouse"},
    "reprioritise": {"priority": "high"},
    "resolve": {},
    "reopen": {},
    "withdraw": {},
    "close": {},
    "merge": {"into": UNKNOWN_NUMBER},
    "unmerge": {},
    "rate": {"score": 5},
    "escalate": {"reason": "It cannot wait."},
    "take_charge": {"metric": "resolution"},
    "name_cause": {"metric": "resolution", "cause": "supplier"},
    "ask_exclusion": {"metric": "resolution", "ground": "supplier", "reason": "They were late."},
    "decide_exclusion": {"metric": "resolution", "approved": True},
    "withdraw_exclusion": {"metric": "resolution"},
    "watch": {},
    "unwatch": {},
    "write_message": {"body": "Hello.", "kind": "reply"},
    "edit_ticket": {"subject": "Another"},
    "ask_for_replay": {"from": "2026-01-01", "to": "2026-03-01", "drafts": ["policy:unknown"]},
    "file_request": {"offering": "help", "subject": "Help", "body": "Please."},
}


def routes(patterns: Any = None, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Every path of the site with its view."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def operations() -> Iterator[tuple[str, str, Operation]]:
    """Every operation of the API: method, path and the operation."""
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, f"{API}{bound.prefix}{path}", operation


def filled(path: str, number: int = UNKNOWN_NUMBER, attachment: int = UNKNOWN_ID) -> str:
    """The path with ids for its parameters."""
    path = re.sub(r"[{<]int:number[}>]", str(number), path)
    path = re.sub(r"[{<]int:attachment_id[}>]", str(attachment), path)
    return re.sub(r"[{<](?:\w+:)?\w+[}>]", "1", path.replace("{slug:slug}", "support"))


@dataclass
class World:
    """The cast with tickets of their own and one that each of them must not know of."""

    cast: Cast
    hidden: dict[str, Ticket] = field(default_factory=dict)
    own: dict[str, Ticket] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        if role == "nobody":
            return Client(raise_request_exception=False)
        token = issue_token(person=self.cast.people[role], now=self.cast.now)
        return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)

    def file_of(self, ticket: Ticket) -> int:
        return Attachment.objects.filter(message__ticket=ticket).earliest("pk").pk

    def upload_by(self, login: str) -> int:
        return keep(self.cast, login, "waiting.txt")


def keep(cast: Cast, login: str, name: str) -> int:
    person = cast.people[login]
    return upload(uploader=person, name=name, content_type="text/plain", content=name.encode(), now=cast.now).pk


def canary_world(cast: Cast) -> World:
    """Each of the cast has a ticket; `hidden` holds, for each, one full of canaries that is not theirs to know."""
    world = World(cast)
    for login in ("ann", "carla", "dora"):
        world.own[login] = cast.files(login, "help")
    by_dora = canary_ticket(cast, "dora", "help", agent="igor")
    by_carla = canary_ticket(cast, "carla", "help", agent="igor")
    in_warehouse = canary_ticket(cast, "ann", "pallet", agent="wanda")
    confidential = canary_ticket(cast, "dora", "help", agent="igor")
    Ticket.objects.filter(pk=confidential.pk).update(is_confidential=True)
    for login in ("nobody", "ann", "wanda", "carla", "mara"):
        world.hidden[login] = by_dora
    world.hidden |= {"dora": by_carla, "igor": in_warehouse, "lena": confidential, "adam": confidential}
    world.own |= {
        "igor": world.own["ann"],
        "lena": world.own["ann"],
        "adam": world.own["ann"],
        "mara": world.own["carla"],
    }
    world.own["wanda"] = cast.files("ann", "pallet")
    return world


def canary_ticket(cast: Cast, requester: str, offering: str, agent: str) -> Ticket:
    """A ticket with a conversation, files and a note; every text in it sings."""
    ticket = cast.files(requester, offering, subject=f"{CANARY_B} subject", body=f"{CANARY_B} body")
    inside, outside = cast.sees(agent, ticket), cast.sees(requester, ticket)
    kept = keep(cast, requester, f"{CANARY_B}.txt")
    actions.reply(access=outside, body=f"{CANARY_B} reply", attachments=[kept], now=cast.now)
    actions.take(access=inside, now=cast.now)
    secret = keep(cast, agent, f"{CANARY_INT}.txt")
    actions.note(access=inside, body=f"{CANARY_INT} {CANARY_B} note", attachments=[secret], now=cast.now)
    actions.reply(access=inside, body=f"{CANARY_B} answer", now=cast.now)
    ticket.refresh_from_db()
    return ticket


def ask(client: Client, method: str, path: str, body: dict[str, Any] | None) -> Any:
    if path.endswith("/attachments") and method == "POST":
        return client.post(path, {"file": SimpleUploadedFile("a.txt", b"a")})
    return client.generic(method, path, data_of(body), content_type="application/json")


def data_of(body: dict[str, Any] | None) -> str:
    import json

    return "" if body is None else json.dumps(body)


def told(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """All that an answer tells: status, body, headers; the date and random nonces aside."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    content = re.sub(rb'(nonce|csrfmiddlewaretoken" value)="[^"]*"', b"", content)
    headers = {name: re.sub(r"'nonce-[^']*'", "", value) for name, value in answer.headers.items() if name != "Date"}
    return answer.status_code, content, headers


def fingerprint() -> str:
    """Of every row of every table but sessions and what axes notes of sign-ins."""
    digest = hashlib.sha256()
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label not in ("sessions", "axes")]
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in models}):
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t"
            )
            digest.update(f"{table} {cursor.fetchone()[0]}\n".encode())
    return digest.hexdigest()
