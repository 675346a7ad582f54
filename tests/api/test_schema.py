"""What OpenAPI says of the API is what it does: schemathesis calls every operation, as a client and as an agent."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pydantic import BaseModel
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from servicedesk.people.tokens import issue_token
from servicedesk.wsgi import application
from tests.cast import Cast
from tests.security.world import keep, operations
from tickets import actions
from tickets.models import Ticket
from tickets.schemas import inward

CONFORMS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
#: Every field that each operation takes, reviewed by hand (trust: no mass assignment).
WRITABLE = {
    "NewTicket": {
        "offering",
        "subject",
        "body",
        "answers",
        "priority",
        "impact",
        "urgency",
        "on_behalf_of",
        "attachments",
    },
    "TicketEdit": {"subject", "priority"},
    "NewMessage": {"body", "kind", "attachments"},
    "Take": set(),
    "Assign": {"assignee"},
    "Wait": {"reason", "body"},
    "Resume": set(),
    "HandOver": {"department", "note"},
    "Reprioritise": {"priority", "impact", "urgency"},
    "Resolve": {"body"},
    "Reopen": {"body"},
    "Withdraw": set(),
    "Close": set(),
    "Merge": {"into"},
    "Unmerge": set(),
    "Rate": {"score", "comment"},
    "Escalate": {"reason", "role"},
    "TakeCharge": {"metric", "stage", "cycle"},
    "Watch": set(),
    "NewReplay": {"from_on", "to_on", "policies", "calendars", "agreements", "drafts"},
    "NameCause": {"metric", "stage", "cycle", "cause", "comment"},
    "AskExclusion": {"metric", "stage", "cycle", "ground", "reason"},
    "DecideExclusion": {"metric", "stage", "cycle", "approved", "answer"},
    "WithdrawExclusion": {"metric", "stage", "cycle"},
}


@schemathesis.serializer("message/rfc822")
def as_mail(context: Any, value: Any) -> bytes:
    """A mail is bytes, whatever they say."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The application itself is called, and it would close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def schema(cast: Cast, kept_connection: None) -> Any:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    schema.config.generation.with_security_parameters = False  # who calls is said by the test
    return schema


@pytest.fixture
def tickets(cast: Cast) -> list[Ticket]:
    """One that is new, one resolved, one with a conversation and a file."""
    made = [cast.files("carla", "help") for _ in range(3)]
    actions.resolve(access=cast.sees("igor", made[1]), now=cast.now)
    kept = keep(cast, "carla", "a.txt")
    actions.reply(access=cast.sees("carla", made[2]), body="See.", attachments=[kept], now=cast.now)
    return made


@pytest.mark.parametrize("who", ["carla", "igor"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
def test_every_operation_answers_as_it_declares(
    schema: Any, cast: Cast, tickets: list[Ticket], who: str, mode: GenerationMode
) -> None:
    headers = {"Authorization": f"Bearer {issue_token(person=cast.people[who], now=cast.now)}"}
    numbers = st.sampled_from([ticket.number for ticket in tickets])
    uncalled = []
    for found in schema.get_all_operations():
        operation = found.ok()
        try:
            _caller(operation, mode, numbers, headers)()
        except Unsatisfiable:
            uncalled.append(operation.label)
    taking_anything = ["GET /api/v1/services", "GET /api/v1/services/{slug}", "POST /api/v1/mail"]
    assert uncalled == ([] if mode is GenerationMode.POSITIVE else taking_anything)


def _caller(operation: Any, mode: GenerationMode, numbers: Any, headers: dict[str, str]) -> Any:
    """A run of several examples against one operation; fitting ones go to tickets that exist.

    Where a parameter of the address was negated into nothing, what is sent fits; so only bodies must be rejected.
    """
    rejects = mode is GenerationMode.NEGATIVE and operation.method != "get"
    checks = [*CONFORMS, negative_data_rejection] if rejects else CONFORMS

    @EXAMPLES
    @given(case=operation.as_strategy(generation_mode=mode), number=numbers)
    def call(case: Any, number: int) -> None:
        if mode is GenerationMode.POSITIVE and "number" in (case.path_parameters or {}):
            case.path_parameters["number"] = number
        case.call_and_validate(headers=headers, checks=checks)

    return call


def _inward_models() -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for _, _, operation in operations():
        for model in operation.models:
            if model.__ninja_param_source__ != "body":
                continue
            for field in model.model_fields.values():
                for kind in (field.annotation, *get_args(field.annotation)):
                    if isinstance(kind, type) and issubclass(kind, BaseModel):
                        found[kind.__name__] = kind
    return found


def test_every_writable_field_is_on_the_reviewed_list() -> None:
    assert {name: set(model.model_fields) for name, model in _inward_models().items()} == WRITABLE


def test_every_body_refuses_other_fields_and_other_types() -> None:
    for name, model in _inward_models().items():
        assert issubclass(model, inward.Inward), name
        assert (model.model_config.get("extra"), model.model_config.get("strict")) == ("forbid", True), name


def test_every_operation_declares_its_problems(schema: Any) -> None:
    for found in schema.get_all_operations():
        declared = found.ok().definition.raw["responses"]
        assert {"400", "401", "403", "404", "409", "413", "422", "429", "503"} <= set(map(str, declared))


def test_every_operation_says_what_it_does() -> None:
    assert [path for _, path, operation in operations() if not operation.description] == []
