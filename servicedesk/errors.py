"""The error tree. Each leaf has a stable code for programs and a sentence a user can read."""

from typing import Any, ClassVar


class DeskError(Exception):
    """Something the desk says no to. `sentence` may use the values given when it is raised."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    sentence: ClassVar[str] = "The desk cannot do that."

    def __init__(self, **values: Any) -> None:
        super().__init__(self.code)
        self.values = values

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


class NotFound(DeskError):
    """Raised alike for what does not exist and for what this person may not know of."""

    code = "not_found"
    status = 404
    sentence = "There is nothing here, or it is not open to you."


class Forbidden(DeskError):
    """Raised when the object is visible but the act is not this person's."""

    code = "forbidden"
    status = 403
    sentence = "This is not yours to do. Nothing was changed."


class Conflict(DeskError):
    """Raised when somebody else was faster."""

    code = "conflict"
    status = 409
    sentence = "Somebody changed this meanwhile. Nothing of yours was written; look again and repeat."


class Refused(DeskError):
    """Raised when the rules of the desk forbid the act in this state."""

    code = "refused"
    status = 409
    sentence = "This cannot be done now. Nothing was changed."


class Invalid(DeskError):
    """Raised when what was given cannot be used."""

    code = "invalid"
    status = 422
    sentence = "{problem} Nothing was changed."
