"""The walk: every route, method and role with a stranger's ids answers to the byte what an unknown id answers."""

from collections.abc import Iterator
from typing import Any

from tests.security.world import (
    BODIES,
    CANARY_B,
    ROLES,
    UNKNOWN_ID,
    UNKNOWN_NUMBER,
    World,
    ask,
    filled,
    fingerprint,
    operations,
    told,
)

#: Paths without any id: lists are walked for canaries, the rest has nothing of a stranger's to name.
WITHOUT_IDS = {
    "list_services",
    "read_service",
    "list_tickets",
    "get_attainment",
    "get_matrix",
    "get_causes",
    "upload_attachment",
    "receive_mail",
}
Question = tuple[str, str, dict[str, Any] | None]


def questions(world: World, role: str, *, number: int, attachment: int, upload: int) -> Iterator[Question]:
    """Every operation with these ids wherever an id can stand: in the path, beside an own ticket, in the body."""
    for method, path, operation in operations():
        name = operation.view_func.__name__
        if name not in WITHOUT_IDS and name != "file_request":
            yield method, filled(path, number, attachment), BODIES.get(name)
    if role == "nobody":
        return
    own = world.own[role].number
    yield "GET", f"/api/v1/tickets/{own}/attachments/{attachment}", None
    yield "POST", f"/api/v1/tickets/{own}/merge", {"into": number}
    yield "POST", f"/api/v1/tickets/{own}/messages", BODIES["write_message"] | {"attachments": [upload]}
    yield "POST", "/api/v1/tickets", BODIES["file_request"] | {"attachments": [upload]}


def test_a_strangers_id_answers_what_an_unknown_id_answers(world: World) -> None:
    for role in ROLES:
        walk_as(world, role)


def walk_as(world: World, role: str) -> None:
    hidden = world.hidden[role]
    owner = hidden.requester.login
    strange = {"number": hidden.number, "attachment": world.file_of(hidden), "upload": world.upload_by(owner)}
    unknown = {"number": UNKNOWN_NUMBER, "attachment": UNKNOWN_ID, "upload": UNKNOWN_ID}
    client = world.client(role)
    before, walked = fingerprint(), 0
    pairs = zip(questions(world, role, **strange), questions(world, role, **unknown), strict=True)
    for question, twin in pairs:
        answer, expected = told(ask(client, *question)), told(ask(client, *twin))
        assert answer == expected, question
        assert answer[0] in ((401,) if role == "nobody" else (403, 404, 422)), (question, answer)
        assert CANARY_B.encode() not in answer[1], question
        walked += 1
    assert fingerprint() == before
    assert walked >= 20


def test_the_owners_of_the_hidden_tickets_are_let_in_by_the_same_questions(world: World) -> None:
    for hidden in world.hidden.values():
        owner, attachment = world.client(hidden.requester.login), world.file_of(hidden)
        reading = [filled(path, hidden.number, attachment) for method, path, _ in operations() if method == "GET"]
        for path in (path for path in reading if str(hidden.number) in path):
            assert ask(owner, "GET", path, None).status_code == 200, path


def test_no_list_holds_what_is_hidden(world: World) -> None:
    for role in ROLES:
        client = world.client(role)
        for query in ("", "breached=yes", "breached=no", "status=open", "assignee=nobody", "department=it"):
            answer = client.get(f"/api/v1/tickets?limit=100&{query}")
            assert str(world.hidden[role].number) not in answer.content.decode(), (role, query)


def test_the_page_of_a_hidden_ticket_is_the_page_of_an_unknown_one(world: World) -> None:
    for role in ROLES[1:]:
        client = world.client("nobody")
        client.force_login(world.cast.people[role], backend="django.contrib.auth.backends.ModelBackend")
        hidden, unknown = (client.get(f"/tickets/{n}/") for n in (world.hidden[role].number, UNKNOWN_NUMBER))
        assert hidden.status_code == unknown.status_code == 404
        assert told(hidden) == told(unknown), role
        assert CANARY_B not in hidden.content.decode()


def test_every_operation_of_the_api_is_walked() -> None:
    """A new operation needs a body here, or a word that it names nobody's ids."""
    names = {operation.view_func.__name__ for method, _, operation in operations() if method != "GET"}
    assert names <= set(BODIES) | WITHOUT_IDS


def test_get_and_its_like_change_nothing(world: World) -> None:
    for role in ("ann", "igor", "carla", "lena"):
        client = world.client(role)
        before = fingerprint()
        own = world.own[role]
        for method, path, _ in operations():
            if method == "GET":
                for safe in ("GET", "HEAD", "OPTIONS"):
                    told(ask(client, safe, filled(path, own.number), None))
        assert fingerprint() == before
