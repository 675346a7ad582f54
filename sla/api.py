"""Reports through the API: the same numbers as the pages."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from servicedesk.people.doors import viewer_of
from servicedesk.people.models import Customer
from servicedesk.strictness import refuse_other_parameters
from servicedesk.texts import in_language
from sla.reports.attainment import Attainment, Row, attainment
from sla.reports.causes import Share, departments_in, find_causes
from sla.reports.matrix import Fold, Served, matrix
from sla.reports.period import days
from sla.reports.question import By, Question
from sla.reports.scope import scope_inside, scope_of, scope_of_agents
from sla.schemas import AttainmentIn, AttainmentOut, CausesIn, CausesOut, MatrixIn, MatrixOut

router = Router(tags=["reports"])


@router.get("/attainment", response=AttainmentOut, by_alias=True, summary="How many promises were kept")
def get_attainment(request: HttpRequest, asked: Query[AttainmentIn]) -> dict[str, Any]:
    """Promises met and breached in [from, to), for leaders, heads (of their departments) and managers of clients."""
    refuse_other_parameters(request, AttainmentIn)
    viewer = viewer_of(request)
    scope = scope_of_agents(viewer) if asked.by is By.AGENT else scope_of(viewer)
    report = attainment(from_on=asked.from_on, to_on=asked.to_on, by=asked.by, metric=asked.metric, scope=scope)
    return {"from": asked.from_on, "to": asked.to_on, **_shown(report, viewer.person.language), "metric": asked.metric}


@router.get("/matrix", response=MatrixOut, by_alias=True, summary="How departments serve each other and clients")
def get_matrix(request: HttpRequest, asked: Query[MatrixIn]) -> dict[str, Any]:
    """A cell for each pair of who asked and which department served, with what stands behind every share. Leaders see
    all, heads what their departments promised and were promised, managers their clients; of segments a client's own
    managers are told nothing."""
    refuse_other_parameters(request, MatrixIn)
    viewer = viewer_of(request)
    scope = scope_inside(viewer) if asked.fold is Fold.SEGMENT else scope_of(viewer)
    cells = matrix(
        from_on=asked.from_on,
        to_on=asked.to_on,
        asks=asked.asks,
        fold=asked.fold,
        metric=asked.metric,
        scope=scope,
    )
    said = {"from": asked.from_on, "to": asked.to_on, "asks": asked.asks, "fold": asked.fold, "metric": asked.metric}
    return {**said, "cells": [_cell(cell) for cell in cells]}


@router.get("/causes", response=CausesOut, by_alias=True, summary="Where the minutes of broken promises went")
def get_causes(request: HttpRequest, asked: Query[CausesIn]) -> dict[str, Any]:
    """Of the promises broken in [from, to): business seconds after due by who had the work or whom one waited for, and
    by the cause that the head gave. Each reader's scope as in the other reports."""
    refuse_other_parameters(request, CausesIn)
    period = days(asked.from_on, asked.to_on)
    viewer = viewer_of(request)
    question = Question(period.begins, period.ends, By.METRIC, scope_inside(viewer), metric=asked.metric)
    found = find_causes(question)
    names = dict(Customer.objects.filter(pk__in=departments_in(found)).values_list("pk", "code"))
    return {
        "from": asked.from_on,
        "to": asked.to_on,
        "metric": asked.metric,
        "broken": found.broken,
        "seconds": found.seconds,
        "by_holder": [_holder(one, names) for one in found.by_holder],
        "by_cause": [_cause(one) for one in found.by_cause],
    }


def _cause(share: Share) -> dict[str, Any]:
    return {"cause": share.key or None, "seconds": share.seconds, "promises": share.promises}


def _holder(share: Share, names: Mapping[int, str]) -> dict[str, Any]:
    """A department by its code, or a wait by its reason."""
    department = names.get(share.department) if share.department else None
    reason = None if share.department else share.key
    return {"department": department, "reason": reason, "seconds": share.seconds, "promises": share.promises}


def _cell(cell: Served) -> dict[str, Any]:
    promises, ratings = cell.line.promises, cell.line.ratings
    low, high = promises.interval or (None, None)
    return {
        "asker": vars(cell.asker),
        "provider": vars(cell.provider),
        "met": promises.met,
        "breached": promises.broken,
        "total": promises.total,
        "share": promises.share,
        "share_low": low,
        "share_high": high,
        "excluded": promises.excluded,
        "adjusted_share": promises.adjusted,
        "filed": ratings.filed,
        "resolved": ratings.resolved,
        "rated": ratings.rated,
        "satisfied": ratings.satisfied,
        "satisfied_share": ratings.kept.share,
        "mean_score": ratings.mean,
        "returned": ratings.returned,
        "returned_share": ratings.back.share,
        "solved": cell.solving.number if cell.solving else 0,
        "median_seconds": cell.solving.median if cell.solving else None,
        "p90_seconds": cell.solving.p90 if cell.solving else None,
        "backlog": cell.backlog.number if cell.backlog else 0,
        "oldest_open_at": cell.backlog.oldest_at if cell.backlog else None,
        "middle_open_at": cell.backlog.middle_at if cell.backlog else None,
    }


def _shown(report: Attainment, language: str) -> dict[str, Any]:
    return {
        "by": report.by,
        "rows": [_row(row, language) for row in report.rows],
        "total": _row(report.total, language),
    }


def _row(row: Row, language: str) -> dict[str, Any]:
    low, high = row.interval or (None, None)
    return {
        **vars(row),
        "name": in_language(row.name, language) or row.key,
        "total": row.total,
        "share": row.share,
        "share_low": low,
        "share_high": high,
        "adjusted_share": row.adjusted_share,
    }
