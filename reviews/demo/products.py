"""The products of the demonstration, as far as reviews must know them: reference and kind.

The references are stable, so nothing here has to follow the catalogue's names and prices.
"""

from collections.abc import Iterator, Mapping
from typing import Final

_KINDS_IN_ORDER: Final = (
    ("vase", 6),
    ("planter", 4),
    ("bowl", 4),
    ("plate", 4),
    ("mug", 4),
    ("carafe", 4),
    ("lamp", 13),
    ("candle", 3),
    ("cushion", 6),
    ("throw", 4),
    ("rug", 5),
    ("towel", 3),
    ("chair", 4),
    ("stool", 3),
    ("bench", 2),
    ("table", 3),
)


def _kinds() -> Iterator[tuple[str, str]]:
    number = 1001
    for kind, count in _KINDS_IN_ORDER:
        for _ in range(count):
            yield f"h{number}", kind
            number += 1


KINDS: Final[Mapping[str, str]] = dict(_kinds())
# Its reviews are full of markup, broken text and other people's syntax.
HOSTILE: Final = "h1060"
# Its reviews in scripts that run from right to left.
RIGHT_TO_LEFT: Final = "h1042"
