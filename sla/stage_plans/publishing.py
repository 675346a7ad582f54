"""The check of catalog/shaping/objections.py: a plan, a policy or an agreement that breaks a promise is objected to."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from catalog.models import Service
from catalog.shaping.kind import Content
from catalog.shaping.objections import Objection
from sla.stage_plans.fitting import Misfit, find_misfits
from sla.stage_plans.scene import read_scene
from sla.stage_plans.wording import word_misfits

#: So many are shown, of each promise the priority at which it is most over; correcting them shows the next.
MOST = 6
OFFERED = Q(is_active=True, service__is_active=True, plan__position=1)


def objections(*, kind: str, code: str, content: Content, now: datetime) -> Sequence[Objection]:
    """What would be promised and could not be kept, were `content` in force; nothing for kinds that promise nothing.

    A service answers for every plan it publishes. A policy or an agreement answers for plans that it breaks: that
    fitted before, or were less over than they would be.
    """
    if kind == "service":
        found = _of_service(code, content, now)
    elif kind in ("policy", "agreement"):
        found = _broken_by(kind, code, content, now)
    else:
        return []
    heaviest = {misfit.key[:3]: misfit for misfit in reversed(found)}
    return word_misfits(list(heaviest.values())[::-1][:MOST])


def _of_service(code: str, content: Content, now: datetime) -> list[Misfit]:
    if not any(offering["plan"] and not offering["withdrawn"] for offering in content["offerings"]):
        return []
    service = Service.objects.filter(slug=code).values_list("pk", flat=True).first()
    scene = read_scene(offerings=Q(service__slug=code), now=now)
    return find_misfits(scene.with_service(service, content), now=now)


def _broken_by(kind: str, code: str, content: Content, now: datetime) -> list[Misfit]:
    scene = read_scene(offerings=OFFERED, now=now)
    before = {misfit.key: misfit.weight for misfit in find_misfits(scene, now=now)}
    changed = scene.with_policy(code, content) if kind == "policy" else scene.with_agreement(code, content)
    return [one for one in find_misfits(changed, now=now) if one.weight > before.get(one.key, (0, 0))]
