"""How long a fragment's answer may be kept: Cache-Control, read by a shared cache (RFC 9111).

The composer is a shared cache: ``s-maxage`` wins over ``max-age``. RFC 9111 lets ``s-maxage``
forbid serving stale, but services that write ``s-maxage`` and ``stale-while-revalidate`` side by
side mean the second too, and CDNs follow them; so an explicit stale directive is honoured unless
``must-revalidate``, ``proxy-revalidate`` or ``no-cache`` forbids it by name.

Whatever is malformed makes an answer less cacheable, never more.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

# Twice as large as any sensible lifetime, small enough for every cache backend.
MAX_SECONDS = 2**31 - 1

_DIRECTIVE = re.compile(
    r"""[\s,]* (?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)
        (?: = (?: "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<token>[^\s,"]*) ) )?
        (?P<junk>[^,]*) """,
    re.VERBOSE,
)
_NO_STALE = frozenset({"must-revalidate", "proxy-revalidate", "no-cache"})


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """What a service allows; all times in seconds.

    ``max_age`` counts from the fetch, the two stale windows from the end of freshness. ``age``
    is what the answer had already spent in caches before it reached us.
    """

    max_age: int = 0
    stale_while_revalidate: int = 0
    stale_if_error: int = 0
    private: bool = False
    no_store: bool = False
    age: int = 0

    @property
    def lifetime(self) -> int:
        """Seconds from the fetch after which the answer is of no use to anyone."""
        stale = max(self.stale_while_revalidate, self.stale_if_error)
        return max(0, self.max_age + stale - self.age)

    @property
    def storable(self) -> bool:
        """Whether a shared cache may keep the answer at all, for any time."""
        return not (self.private or self.no_store) and self.lifetime > 0


NO_STORE = CachePolicy(no_store=True)


@lru_cache(maxsize=512)
def parse_cache_control(value: str | None, age: str | None = None) -> CachePolicy:
    """Read a Cache-Control header (and an Age header) into a policy.

    Without a header nothing is kept: a composer does not guess lifetimes.

    >>> parse_cache_control("max-age=60, stale-if-error=600")
    CachePolicy(max_age=60, stale_while_revalidate=0, stale_if_error=600, private=False, \
no_store=False, age=0)
    """
    if not value:
        return CachePolicy()
    found = _directives(value)
    no_stale = not _NO_STALE.isdisjoint(found)
    max_age = found.get("s-maxage", found.get("max-age", 0))
    return CachePolicy(
        max_age=0 if "no-cache" in found else max_age,
        stale_while_revalidate=0 if no_stale else found.get("stale-while-revalidate", 0),
        stale_if_error=0 if no_stale else found.get("stale-if-error", 0),
        private="private" in found,
        no_store="no-store" in found,
        age=_seconds(age or "0", malformed=MAX_SECONDS),
    )


def _directives(value: str) -> dict[str, int]:
    """Directive names, in lower case, with their seconds; of repeated ones the shortest."""
    found: dict[str, int] = {}
    for match in _DIRECTIVE.finditer(value):
        name = match["name"].lower()
        argument = match["quoted"] if match["quoted"] is not None else match["token"]
        seconds = 0 if match["junk"].strip() else _seconds(argument or "", malformed=0)
        found[name] = min(seconds, found.get(name, MAX_SECONDS))
    return found


def _seconds(text: str, *, malformed: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit()):
        return malformed
    # Compared by length first: int() of an endless digit string is slow, and then an error.
    return MAX_SECONDS if len(text) > 10 else min(int(text), MAX_SECONDS)
