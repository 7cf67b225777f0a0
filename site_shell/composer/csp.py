"""The Content-Security-Policy of a page: the site's own, and what its fragments may add to it.

No policy allows inline script or style, so each is the same for all visitors and can be cached
with its page. Fragments ask in their manifests for sources of other origins; what the operator
allows (``CSP_ALLOWED``) goes into the policies of the pages that they are on, and no others.
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from fragment_contract.csp import DIRECTIVES, problem_of

Directives: TypeAlias = Mapping[str, tuple[str, ...]]
# (directive, source), as manifests and CSP_ALLOWED have them.
Sources: TypeAlias = frozenset[tuple[str, str]]

NO_SOURCES: Final[Sources] = frozenset()
REPORT_PATH: Final = "/_composer/csp-report"
# The one policy that makes HTML out of texts, in static/site_shell/trusted.js.
TRUSTED_POLICY: Final = "default"


def site_directives(
    asset_origins: Iterable[str], *, https: bool, trusted_types: bool = True
) -> Directives:
    """The policy of a page whose fragments ask for nothing.

    JSON-LD is data, which a policy for scripts does not touch.
    """
    own = ("'self'", *sorted(asset_origins))
    directives: dict[str, tuple[str, ...]] = {
        "default-src": ("'none'",),
        "script-src": own,
        "style-src": own,
        "img-src": (*own, "data:"),
        "font-src": own,
        "media-src": own,
        "connect-src": ("'self'",),
        "manifest-src": ("'self'",),
        "form-action": ("'self'",),
        "base-uri": ("'none'",),
        "frame-ancestors": ("'none'",),
    }
    if trusted_types:
        directives["require-trusted-types-for"] = ("'script'",)
        directives["trusted-types"] = (TRUSTED_POLICY,)
    if https:
        directives["upgrade-insecure-requests"] = ()
    directives["report-uri"] = (REPORT_PATH,)
    directives["report-to"] = ("csp",)
    return directives


def policy_text(directives: Directives, added: Iterable[tuple[str, str]] = ()) -> str:
    """The value of the header; what is added comes in one order, whoever asked first.

    >>> policy_text({"img-src": ("'self'",), "frame-src": ("'none'",)}, [("img-src", "https://a")])
    "img-src 'self' https://a; frame-src 'none'"
    """
    merged = dict(directives)
    for directive, source in sorted(added):
        known = merged.get(directive, ())
        if source not in known:
            merged[directive] = (*known, source)
    return "; ".join([" ".join([name, *sources]) for name, sources in merged.items()])


def parse_allowed(words: Iterable[str]) -> Sources:
    """CSP_ALLOWED: ``img-src=https://images.example``, one word for each source.

    Raises ValueError, naming the word and what is legal.
    """
    allowed: set[tuple[str, str]] = set()
    for word in words:
        directive, equals, source = word.strip().partition("=")
        if not equals:
            legal = ", ".join(DIRECTIVES)
            raise ValueError(f"CSP_ALLOWED: {word!r} is not directive=source; legal are {legal}")
        if problem := problem_of(directive, source):
            raise ValueError(f"CSP_ALLOWED: {word!r}: {problem}")
        allowed.add((directive, source))
    return frozenset(allowed)
