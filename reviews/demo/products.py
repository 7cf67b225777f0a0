"""The products of the demonstration, as far as reviews must know them: reference and kind."""

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {f"h{number}": "piece" for number in range(1001, 1073)}
# The product whose reviews are full of markup, broken text and other people's syntax.
HOSTILE: Final = "h1070"
