"""The sentence that explains a clock: what was promised, what was used, why it stands, how it ended."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sla.models import Clock
from sla.reading import Reading

METRICS = {
    "taking": ("Taking", "Взятие в работу"),
    "first_response": ("First response", "Первый ответ"),
    "next_response": ("Next response", "Следующий ответ"),
    "periodic_update": ("Regular update", "Регулярное сообщение о ходе работ"),
    "stage": ("Stage", "Этап"),
    "resolution": ("Resolution", "Решение"),
    "customer_duty": ("Answer of the customer", "Ответ заказчика"),
}
WAITS = {
    "customer": ("the customer", "заказчика"),
    "supplier": ("a supplier", "поставщика"),
    "approval": ("an approval", "согласование"),
    "department": ("another department", "другой отдел"),
    "agreed_date": ("an agreed date", "согласованную дату"),
    "force_majeure": ("the end of a force majeure", "окончание форс-мажора"),
}
SENTENCES = {
    "running": ("due {due}", "срок — {due}"),
    "late": ("it was due {due} and runs on", "срок был {due}, счёт продолжается"),
    "never": ("never due by this calendar", "по этому календарю срок не наступит"),
    "paused": ("it stands, waiting for {wait}", "счёт остановлен: ждём {wait}"),
    "met": ("kept", "выполнено"),
    "breached": ("not kept, it was due {due}", "не выполнено, срок был {due}"),
    "cancelled": ("cancelled", "отменено"),
    "merged": ("ended by a merge", "завершено объединением заявок"),
    "stopped": ("ended without a verdict", "завершено без оценки"),
}
FRAMES = (
    "{metric}: {used} of {target} of {hours} used; {ending}.",
    "{metric}: использовано {used} из {target} ({hours}); {ending}.",
)
HOURS = {True: ("working time", "рабочее время"), False: ("round the clock", "круглосуточно")}
UNITS = (("h", "min", "s"), ("ч", "мин", "с"))


def explain(*, reading: Reading, language: str, zone: ZoneInfo) -> str:
    """One sentence in `language` ("ru" or "en"), with instants of `zone`; no names of people, policies, calendars."""
    words = 1 if language == "ru" else 0
    clock = reading.clock
    ending = SENTENCES[_ending(clock)][words].format(
        due=_exact(clock.due_at or clock.breached_at, zone), wait=_wait(reading.waiting, words)
    )
    return FRAMES[words].format(
        metric=METRICS[clock.metric][words],
        used=duration(clock.elapsed_seconds, words),
        target=duration(clock.target_seconds or 0, words),
        hours=HOURS[clock.calendar is not None][words],
        ending=ending,
    )


def duration(seconds: int, words: int) -> str:
    """Hours, minutes and, where there are any, seconds: working time is not told in days."""
    amounts = (seconds // 3600, seconds % 3600 // 60, seconds % 60)
    parts = [f"{amount} {unit}" for amount, unit in zip(amounts, UNITS[words], strict=True) if amount]
    return " ".join(parts) or f"0 {UNITS[words][1]}"


def _ending(clock: Clock) -> str:
    if clock.state == Clock.State.RUNNING:
        if clock.verdict == Clock.Verdict.BREACHED:
            return "late"
        return "running" if clock.due_at else "never"
    if clock.state == Clock.State.STOPPED:
        return "stopped" if clock.verdict == Clock.Verdict.OPEN else str(clock.verdict)
    return str(clock.state)


def _exact(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d.%m.%Y %H:%M} ({zone.key})" if moment else ""


def _wait(reason: str | None, words: int) -> str:
    return WAITS[reason][words] if reason in WAITS else (reason or "")
