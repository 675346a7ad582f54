"""A mistake in the address is pointed at, never ignored."""

from django.http import HttpRequest
from ninja import Schema
from pydantic import BaseModel, ConfigDict

from servicedesk.errors import DeskError


class Inward(Schema):
    """What callers of the API may send: every field is listed and typed without coercion; any other is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ParameterUnknown(DeskError):
    """A parameter that is not on the list, or one that stands twice."""

    code = "parameter_unknown"
    status = 422
    sentence = "Some parameters of the address are unknown here or stand twice. Known are: {known}."


def refuse_other_parameters(request: HttpRequest, known: type[BaseModel]) -> None:
    """Raise ParameterUnknown for any parameter of the address that `known` does not have, or that is repeated."""
    names = [field.alias or name for name, field in known.model_fields.items()]
    problems = {
        name: "unknown" if name not in names else "stands twice"
        for name, values in request.GET.lists()
        if name not in names or len(values) > 1
    }
    if problems:
        raise ParameterUnknown(known=", ".join(names), problems=problems)
