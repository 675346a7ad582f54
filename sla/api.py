"""Reports through the API: the same numbers as the pages."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from servicedesk.people.doors import viewer_of
from servicedesk.strictness import refuse_other_parameters
from servicedesk.texts import in_language
from sla.reports.attainment import Attainment, Row, attainment
from sla.reports.matrix import Served, matrix
from sla.reports.scope import scope_of
from sla.schemas import AttainmentIn, AttainmentOut, MatrixIn, MatrixOut

router = Router(tags=["reports"])


@router.get("/attainment", response=AttainmentOut, by_alias=True, summary="How many promises were kept")
def get_attainment(request: HttpRequest, asked: Query[AttainmentIn]) -> dict[str, Any]:
    """Promises met and breached in [from, to), for leaders, heads (of their departments) and managers of clients."""
    refuse_other_parameters(request, AttainmentIn)
    viewer = viewer_of(request)
    report = attainment(
        from_on=asked.from_on, to_on=asked.to_on, by=asked.by, metric=asked.metric, scope=scope_of(viewer)
    )
    return {"from": asked.from_on, "to": asked.to_on, **_shown(report, viewer.person.language), "metric": asked.metric}


@router.get("/matrix", response=MatrixOut, by_alias=True, summary="How departments serve each other and clients")
def get_matrix(request: HttpRequest, asked: Query[MatrixIn]) -> dict[str, Any]:
    """A cell for each pair of who asked and which department served, with what stands behind every share. Leaders see
    all, heads what their departments promised and were promised, managers their clients."""
    refuse_other_parameters(request, MatrixIn)
    viewer = viewer_of(request)
    cells = matrix(
        from_on=asked.from_on, to_on=asked.to_on, asks=asked.asks, metric=asked.metric, scope=scope_of(viewer)
    )
    period = {"from": asked.from_on, "to": asked.to_on}
    return {**period, "asks": asked.asks, "metric": asked.metric, "cells": [_cell(cell) for cell in cells]}


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
        "filed": ratings.filed,
        "resolved": ratings.resolved,
        "rated": ratings.rated,
        "satisfied": ratings.satisfied,
        "satisfied_share": ratings.kept.share,
        "mean_score": ratings.mean,
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
    }
