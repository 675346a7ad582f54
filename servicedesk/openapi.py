"""What every operation of the API may answer besides its own: declared once for all of them."""

from http import HTTPStatus
from typing import Any

from ninja.openapi.schema import OpenAPISchema

from servicedesk.problems import MEDIA_TYPE

#: Every problem an operation may answer.
STATUSES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)

PROBLEM = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457. `code` is stable and for programs, `title` is a sentence for people.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "problems": {"type": "object", "additionalProperties": {"type": "string"}},
        "conflicts": {"type": "object"},
    },
}


def declare_problems(schema: OpenAPISchema) -> OpenAPISchema:
    """Add the common problems to each operation of `schema`, in place."""
    components: dict[str, Any] = schema["components"]
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {f"Problem{status}": _response(status) for status in STATUSES}
    for methods in schema["paths"].values():
        for operation in methods.values():
            for status in STATUSES:
                operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    return schema


def _response(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": HTTPStatus(status).phrase, "content": content}
