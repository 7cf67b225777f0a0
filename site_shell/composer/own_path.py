"""What is a path of this site: the one rule for every place to go to that somebody else names."""

import re
from typing import Final, TypeGuard

# What follows the first slash must not make a host name of it. Browsers read a backslash as a
# slash, and leave tabs and line breaks out; neither is in the range.
# https://url.spec.whatwg.org/#relative-slash-state
_PATH: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2047}")


def is_own_path(given: str | None) -> TypeGuard[str]:
    """Tell whether a text can only lead to this site, and can stand in a header.

    >>> is_own_path("/products/?page=2#reviews"), is_own_path("//evil.example/"), is_own_path("")
    (True, False, False)
    """
    return given is not None and _PATH.fullmatch(given) is not None


def own_path(given: str | None, otherwise: str) -> str:
    """Where to go: a path of this site, or else somewhere that is known to be one."""
    return given if is_own_path(given) else otherwise
