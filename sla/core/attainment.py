"""Of these verdicts, how many promises were kept, and how sure can one be of the share."""

from math import sqrt

#: The standard normal quantile of a 95 % interval.
Z_95 = 1.959963984540054


def wilson_interval(*, met: int, total: int) -> tuple[float, float] | None:
    """The 95 % interval (low, high) of the share `met / total`, unrounded; None where nothing was decided.

    Wilson's, because it stays within 0 and 1 and is honest about few verdicts and about shares close to 1.
    """
    if not 0 <= met <= total:
        raise ValueError(f"{met} of {total} cannot have been met")
    if total == 0:
        return None
    share, z2 = met / total, Z_95**2
    middle = share + z2 / (2 * total)
    spread = Z_95 * sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    scale = 1 + z2 / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
