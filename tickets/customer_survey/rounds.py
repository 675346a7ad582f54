"""A round of the survey: planned for its quarter's end, opened, reminded of once, closed after two weeks."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from email.utils import make_msgid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from servicedesk import owed
from servicedesk.errors import Forbidden, Refused
from servicedesk.people.access import Viewer
from servicedesk.people.models import Person
from servicedesk.people.tokens import fingerprint
from servicedesk.transaction import in_one_transaction
from sla.reports.period import Period, Span, midnight, named, today
from tickets.customer_survey.drawing import DRAWN_BITS, draw, who_asked_whom
from tickets.customer_survey.links import token_of
from tickets.models import Asked, SurveyLetter, SurveyRound

OPEN_FOR = timedelta(days=14)
REMINDS_AFTER = timedelta(days=7)
#: A round that could not be opened within this time after its quarter is left out: nobody remembers so far back.
IN_TIME = timedelta(days=14)
LETTERS_FROM = time(9)  # of the company's zone: nobody is written to at midnight
NOBODY = "Nobody of one department asked another for anything in this quarter."
TOO_LATE = "No worker ran within two weeks of the quarter's end."


class SurveyOpened(Refused):
    """Raised for a quarter that was asked about already, and for one that may not be asked about."""

    code = "survey_opened"
    sentence = "This quarter has been asked about already. Nothing was sent."


class NobodyToAsk(Refused):
    code = "survey_nobody"
    status = 422
    sentence = "Nobody of one department asked another for anything in this quarter, so there is nobody to ask."


def quarters_to_ask(now: datetime) -> list[Period]:
    """Which quarters a leader may ask about by hand: the one that ended last, and the present one so far; of these,
    those that nobody was asked about. One statement."""
    offered = [named(span, on=today(now)) for span in (Span.LAST_QUARTER, Span.QUARTER)]
    asked = SurveyRound.objects.filter(from_on__in=[one.from_on for one in offered]).exclude(state__in=NOT_ASKED)
    taken = set(asked.values_list("from_on", flat=True))
    return [one for one in offered if one.from_on not in taken]


def plan_round(*, now: datetime) -> None:
    """See to it that a round is planned for the end of the present quarter, or of the next where it was opened early.
    Called by every worker when it begins, and when a round is opened."""
    quarter = named(Span.QUARTER, on=today(now))
    if not SurveyRound.objects.filter(from_on__gte=quarter.from_on, state=SurveyRound.State.PLANNED).exists():
        if SurveyRound.objects.filter(from_on=quarter.from_on).exists():
            quarter = named(Span.QUARTER, on=quarter.to_on)
        _planned(quarter)


@in_one_transaction
def open_round(*, viewer: Viewer, from_on: date, now: datetime) -> SurveyRound:
    """Ask now about the quarter that begins on `from_on`, by hand. Raises Forbidden for who leads nothing,
    SurveyOpened, NobodyToAsk."""
    if not (viewer.leads or viewer.administers):
        raise Forbidden
    quarter = next((one for one in quarters_to_ask(now) if one.from_on == from_on), None)
    if quarter is None:
        raise SurveyOpened
    round = SurveyRound.objects.select_for_update(no_key=True).get(pk=_planned(quarter).pk)
    if round.state not in NOT_ASKED:
        raise SurveyOpened
    if not _open(round, now=now, letters_at=now, by=viewer.person):
        raise NobodyToAsk
    state = {name: getattr(round, name) for name in (*KEPT, "due_at")}
    fresh = {**owed.FRESH, "done_at": None, "failed_at": None}
    # Whoever holds the planned row to open it finds its claim spent.
    SurveyRound.objects.filter(pk=round.pk).update(claim=F("claim") + 1, **fresh, **state)
    round.refresh_from_db()
    plan_round(now=now)
    return round


@in_one_transaction
def advance_round(*, pk: int, claim: int, now: datetime) -> None:
    """Do what round `pk` owes now under `claim`: open it, remind of it, or close it; and say when its next is due.

    Raises Stale when the claim is no longer the caller's.
    """
    round = SurveyRound.objects.select_for_update(no_key=True).get(pk=pk)
    note = ""
    if round.state == SurveyRound.State.PLANNED:
        note = _open_in_time(round, now)
        plan_round(now=now)
    else:
        _remind_or_close(round, now)
    state = {name: getattr(round, name) for name in KEPT}
    if round.state in (SurveyRound.State.CLOSED, SurveyRound.State.SKIPPED):
        owed.settle(model=SurveyRound, pk=pk, claim=claim, now=now, note=note, **state)
    else:
        owed.put_back(model=SurveyRound, pk=pk, claim=claim, due_at=round.due_at, **state)


KEPT = ("state", "seed", "opened_at", "opened_by_id", "reminded_at", "closes_at")
NOT_ASKED = (SurveyRound.State.PLANNED, SurveyRound.State.SKIPPED)


def _open_in_time(round: SurveyRound, now: datetime) -> str:
    """Open it, or leave the quarter out; returns why it was left out."""
    if now >= midnight(round.to_on) + IN_TIME:
        round.state = SurveyRound.State.SKIPPED
        return TOO_LATE
    morning = datetime.combine(today(now), LETTERS_FROM, tzinfo=ZoneInfo(settings.TIME_ZONE))
    if not _open(round, now=now, letters_at=max(now, morning), by=None):
        round.state = SurveyRound.State.SKIPPED
        return NOBODY
    return ""


def _open(round: SurveyRound, *, now: datetime, letters_at: datetime, by: Person | None) -> bool:
    """Draw whom to ask and owe each a letter; False where there is nobody to ask. The caller saves `round`."""
    round.seed = secrets.randbits(DRAWN_BITS)
    known = who_asked_whom(begins=midnight(round.from_on), ends=midnight(round.to_on))
    drawn = draw(known, seed=round.seed)
    if not drawn:
        return False
    round.state, round.opened_at, round.opened_by = SurveyRound.State.OPEN, now, by
    round.closes_at = closing_of(now)
    round.due_at, round.reminded_at = now + REMINDS_AFTER, None
    _write_to(ask_people(round, drawn), at=letters_at)
    return True


def closing_of(opened_at: datetime) -> datetime:
    """Opened with the day or in the middle of it, a round is open for two whole weeks and ends with a day."""
    return midnight(today(opened_at - timedelta(seconds=1)) + OPEN_FOR + timedelta(days=1))


def ask_people(round: SurveyRound, drawn: dict[tuple[int, int], list[int]]) -> list[Asked]:
    """The rows of those who are asked, each with its link."""
    return Asked.objects.bulk_create(
        Asked(
            round=round,
            person_id=person,
            customer_id=customer,
            providers=providers,
            sha256=fingerprint(token_of(round_id=round.pk, person_id=person)),
        )
        for (customer, person), providers in drawn.items()
    )


def _remind_or_close(round: SurveyRound, now: datetime) -> None:
    """Whoever answered is not reminded, and nobody after the end."""
    assert round.closes_at is not None, "an open round says when it closes"
    if now >= round.closes_at:
        round.state = SurveyRound.State.CLOSED
        return
    if round.reminded_at is None:
        round.reminded_at = now
        _write_to(Asked.objects.filter(round=round, is_answered=False).order_by("pk"), at=now, is_reminder=True)
    round.due_at = round.closes_at


def _write_to(people: Iterable[Asked], *, at: datetime, is_reminder: bool = False) -> None:
    SurveyLetter.objects.bulk_create(
        SurveyLetter(asked=one, is_reminder=is_reminder, due_at=at, message_id=make_msgid(domain="servicedesk.invalid"))
        for one in people
    )


def _planned(quarter: Period) -> SurveyRound:
    planned, _ = SurveyRound.objects.get_or_create(
        from_on=quarter.from_on, defaults={"to_on": quarter.to_on, "due_at": midnight(quarter.to_on)}
    )
    return planned
