from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sla.core.errors import SlaError
from sla.shaping.wording import DAY_NAMES, METRICS, PRIORITIES

WORDS = {"where": DAY_NAMES, "metric": METRICS, "part": METRICS, "priority": PRIORITIES}


def core_words(error: SlaError) -> str:
    """What the core refuses, in the active language: codes in words, values as they were typed."""
    details = {name: _detail(name, value) for name, value in error.details.items()}
    return capfirst(_(error.sentence).format(**details))


def _detail(name: str, value: object) -> object:
    if name == "department" and value is None:
        return _("any department")
    word = WORDS.get(name, {}).get(str(value))
    return str(word) if word else value
