"""What a fragment may ask of the page's Content-Security-Policy. No Django.

A page's policy allows the site itself and its CDN. A fragment that needs more says so in its
manifest, source by source; whether it gets it is the operator's decision.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

# (directive, source), sorted: such as ("img-src", "https://images.example").
Csp: TypeAlias = tuple[tuple[str, str], ...]

NO_CSP: Final[Csp] = ()
MAX_SOURCES: Final = 50
# Not default-src, base-uri, object-src, frame-ancestors, sandbox: those are the page's own.
DIRECTIVES: Final = (
    "connect-src",
    "font-src",
    "form-action",
    "frame-src",
    "img-src",
    "media-src",
    "script-src",
    "style-src",
    "trusted-types",
    "worker-src",
)
# An origin and nothing else: no path, no wildcard, no keyword ('unsafe-inline'), no data:.
ORIGIN: Final = re.compile(
    r"(?:https?|wss?)://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[1-9][0-9]{0,4})?"
)
# https://w3c.github.io/trusted-types/dist/spec/#tt-policy-name, without "default": whoever has
# that name decides for all scripts of the page, and it is the site's.
POLICY_NAME: Final = re.compile(r"(?!default\Z)[A-Za-z0-9#=_/@.%-]{1,64}")


def problem_of(directive: str, source: str) -> str:
    """Why a fragment cannot declare a source for a directive; empty if it can.

    >>> problem_of("img-src", "https://images.example")
    ''
    >>> problem_of("script-src", "'unsafe-inline'")
    'must be an origin like https://images.example'
    """
    if directive not in DIRECTIVES:
        return f"{directive!r:.60} is none of {', '.join(DIRECTIVES)}"
    if directive == "trusted-types":
        is_name = POLICY_NAME.fullmatch(source)
        return "" if is_name else "must be a policy's name, and not default"
    return "" if ORIGIN.fullmatch(source) else "must be an origin like https://images.example"


def csp_of(declared: Mapping[str, Iterable[str]]) -> Csp:
    """The pairs of a mapping, in their order. Raises ValueError, naming what is wrong."""
    pairs: set[tuple[str, str]] = set()
    for directive, sources in declared.items():
        if isinstance(sources, str):
            raise ValueError(f"csp: {directive} needs a list of sources, not the text {sources!r}")
        for source in sources:
            if problem := problem_of(directive, source):
                raise ValueError(f"csp: {directive}: {source!r:.200} {problem}")
            pairs.add((directive, source))
    if len(pairs) > MAX_SOURCES:
        raise ValueError(f"csp: {len(pairs)} sources, more than {MAX_SOURCES}")
    return tuple(sorted(pairs))


def as_dict(csp: Csp) -> dict[str, list[str]]:
    """The JSON object of a manifest."""
    found: dict[str, list[str]] = {}
    for directive, source in csp:
        found.setdefault(directive, []).append(source)
    return found
