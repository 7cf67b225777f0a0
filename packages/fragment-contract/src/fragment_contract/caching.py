"""How long a fragment may be kept, and the names by which it is thrown away. No Django."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, Self

from .errors import InvalidDeclaration, InvalidTag

_TAG: Final = re.compile(r"[a-z0-9:/_.-]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """Cache-Control as a value, all times in seconds.

    ``negative_max_age`` is for 404 and 410: short, since what is unknown now may be published
    in a moment, yet long enough that a flood of bad links is not a flood of requests.
    """

    max_age: int = 0
    stale_while_revalidate: int = 0
    stale_if_error: int = 0
    negative_max_age: int = 10
    scope: Literal["public", "private", "no-store"] = "public"

    def __post_init__(self) -> None:
        for name in ("max_age", "stale_while_revalidate", "stale_if_error", "negative_max_age"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 0:
                raise InvalidDeclaration(f"Cache {name} is whole seconds from 0, not {value!r}")

    @classmethod
    def private(cls, max_age: int = 0) -> Self:
        """For what differs from person to person: never in a shared cache."""
        return cls(max_age=max_age, scope="private")

    @classmethod
    def no_store(cls) -> Self:
        """For what must be kept nowhere."""
        return cls(scope="no-store", negative_max_age=0)

    def header(self) -> str:
        """The Cache-Control value of an answer.

        >>> Cache(max_age=60, stale_if_error=3600).header()
        'public, max-age=60, stale-if-error=3600'
        """
        if self.scope == "no-store":
            return "no-store"
        directives = [self.scope, f"max-age={self.max_age}"]
        if self.stale_while_revalidate:
            directives.append(f"stale-while-revalidate={self.stale_while_revalidate}")
        if self.stale_if_error:
            directives.append(f"stale-if-error={self.stale_if_error}")
        return ", ".join(directives)

    def negative_header(self) -> str:
        """The Cache-Control value of a 404 or 410."""
        if self.scope == "no-store" or not self.negative_max_age:
            return "no-store"
        return f"{self.scope}, max-age={self.negative_max_age}"


def check_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags, each once, in order. Raises InvalidTag for one that cannot travel.

    >>> check_tags(["product:h1001", "products", "products"])
    ('product:h1001', 'products')
    """
    unique = tuple(dict.fromkeys(tags))
    for tag in unique:
        if not _TAG.fullmatch(tag):
            raise InvalidTag(f"a tag must match {_TAG.pattern}, not {tag!r}")
    return unique
