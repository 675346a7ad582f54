"""The canned replies of the demonstration company."""

from collections.abc import Mapping

from servicedesk.people.models import Customer
from servicedesk.texts import LANGUAGES
from tickets.demo.reading import read_texts
from tickets.models import Macro


def write_replies(*, departments: Mapping[str, Customer]) -> None:
    """Everybody's and those of some departments."""
    Macro.objects.bulk_create(
        Macro(
            name=said["name"],
            texts={language: said[language].strip() for language in LANGUAGES},
            department=departments[said["department"]] if "department" in said else None,
        )
        for said in read_texts("replies")["reply"]
    )
