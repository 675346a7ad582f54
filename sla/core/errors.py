"""The tree of what the core refuses; each leaf stands beside the function that raises it."""

from typing import ClassVar


class SlaError(Exception):
    """Something the core refuses: a stable `code`, and a sentence a person can read (`str(error)`)."""

    code: ClassVar[str] = "sla_error"
    sentence: ClassVar[str] = "This cannot be computed."

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.sentence.format(**details))
