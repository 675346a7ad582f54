"""What departments shape in the workshop, in the order of its rooms."""

from catalog.shaping.forms import FORMS
from catalog.shaping.kind import Kind
from catalog.shaping.services import SERVICES
from sla.shaping.agreements import AGREEMENTS
from sla.shaping.calendars import CALENDARS
from sla.shaping.policies import POLICIES

#: By code.
KINDS: dict[str, Kind] = {kind.code: kind for kind in (SERVICES, FORMS, CALENDARS, POLICIES, AGREEMENTS)}
