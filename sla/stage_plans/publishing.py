"""The check of catalog/shaping/objections.py: a plan, policy, calendar or agreement that breaks a promise is objected
to."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from catalog.models import Service
from catalog.shaping.kind import Content
from catalog.shaping.objections import Objection
from sla.stage_plans.fitting import Misfit, find_misfits
from sla.stage_plans.scene import Scene, read_scene
from sla.stage_plans.wording import word_misfits, word_others

#: So many are shown with their arithmetic, of each promise the priority at which it is most over; others by name.
MOST = 6
OFFERED = Q(is_active=True, service__is_active=True, plan__position=1)


def objections(*, kind: str, code: str, content: Content, now: datetime) -> Sequence[Objection]:
    """What would be promised and could not be kept, were `content` in force; nothing for kinds that promise nothing.

    A service answers for every plan it publishes. A policy or an agreement answers for plans that it breaks: that
    fitted before, or were less over than they would be. So does a calendar, of which only working time counts: a
    holiday of everybody's makes every plan that did not fit before end later, and no worse.
    """
    if kind == "service":
        found = _of_service(code, content, now)
    elif kind in CHANGED:
        found = _broken_by(kind, code, content, now)
    else:
        return []
    heaviest = {misfit.key[:3]: misfit for misfit in reversed(found)}
    worst = list(heaviest.values())[::-1]
    return [*word_misfits(worst[:MOST]), *word_others(worst[MOST:])]


def _of_service(code: str, content: Content, now: datetime) -> list[Misfit]:
    if not any(offering["plan"] and not offering["withdrawn"] for offering in content["offerings"]):
        return []
    service = Service.objects.filter(slug=code).values_list("pk", flat=True).first()
    scene = read_scene(offerings=Q(service__slug=code), now=now)
    return find_misfits(scene.with_service(service, content), now=now)


def _broken_by(kind: str, code: str, content: Content, now: datetime) -> list[Misfit]:
    scene = read_scene(offerings=OFFERED, now=now)
    before = {misfit.key: misfit.weight for misfit in find_misfits(scene, now=now)}
    parts = 1 if kind == "calendar" else 2
    after = find_misfits(CHANGED[kind](scene, code, content), now=now)
    return [one for one in after if one.key not in before or one.weight[:parts] > before[one.key][:parts]]


CHANGED: Mapping[str, Callable[[Scene, str, Content], Scene]] = {
    "policy": Scene.with_policy,
    "agreement": Scene.with_agreement,
    "calendar": Scene.with_calendar,
}
