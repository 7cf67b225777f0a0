"""Durations as counts in buckets: small, quick to fill, and two of them can be added.

Each bucket is a tenth wider than the one before, so a percentile is at most 5 % off.
"""

from collections.abc import Mapping
from math import log
from typing import Final

_FIRST_MS: Final = 0.1
_GROWTH: Final = 1.1
_PER_LOG: Final = 1 / log(_GROWTH)


def bucket_of(ms: float) -> int:
    """The bucket of a duration. Zero is everything up to a tenth of a millisecond."""
    return int(log(ms / _FIRST_MS) * _PER_LOG) + 1 if ms > _FIRST_MS else 0


def percentile(counts: Mapping[int, int], share: float) -> float:
    """The milliseconds that ``share`` (0 to 1) of the durations do not exceed; 0 without any.

    >>> round(percentile({bucket_of(10): 99, bucket_of(500): 1}, 0.5))
    10
    """
    total = sum(counts.values())
    if not total:
        return 0.0
    wanted, seen = share * total, 0
    for bucket in sorted(counts):
        seen += counts[bucket]
        if seen >= wanted:
            return _middle(bucket)
    return _middle(max(counts))


def _middle(bucket: int) -> float:
    if bucket == 0:
        return _FIRST_MS / 2
    return float(_FIRST_MS * _GROWTH ** (bucket - 0.5))
