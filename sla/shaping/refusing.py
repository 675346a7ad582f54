from django.utils.translation import gettext as _

from sla.core.errors import SlaError


def core_words(error: SlaError) -> str:
    """What the core refuses, in the active language; its details are values as they were typed."""
    return _(error.sentence).format(**error.details)
