"""Broken promises that are approved to be excluded: shown beside the raw figure, never instead of it.

They are few, so what counts them reads the exclusions first and joins their clocks; it stands in one statement with
the raw count, which goes on reading its own index alone.
"""

#: The clocks `c` of the period that are excluded; what limits the raw figure limits them.
EXCLUDED = (
    "FROM sla_exclusion x JOIN sla_clock c ON c.id = x.clock_id"
    " WHERE x.state = 'approved' AND c.verdict_at >= %(begins)s AND c.verdict_at < %(ends)s"
)


def adjusted_share(*, met: int, total: int, excluded: int) -> float | None:
    """met / (total - excluded), unrounded; None where nothing is excluded, or nothing is left."""
    return met / (total - excluded) if excluded and total > excluded else None
