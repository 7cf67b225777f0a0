"""What the composer knows about the site it serves; made once from the settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from .assets import LoadRules
from .csp import NO_SOURCES, Directives, Sources, policy_text, site_directives
from .headers import Headers, encode, security_headers
from .identity import NO_CALLERS, Callers
from .locales import ENGLISH, Locales

# Pages with different sources or inline blocks of their own.
_MAX_POLICIES: Final = 256
FOREIGN_HOST: Final = "This site does not answer to that host name."


@dataclass(frozen=True, slots=True)
class Site:
    """``is_host``: whether we answer to a host name.

    ``own_cookies`` are the shell's: no fragment sees one, and none may set one.
    ``csp_allowed`` are the sources that fragments may add to the policy of their pages.
    ``callers`` tells services who is asking.
    ``rum_percent``: how many visitors measure, as text; empty if none does. ``page_headers`` are
    those of every page; ``is_public``: search engines may show it.
    """

    origin: str
    is_host: Callable[[str], bool]
    locales: Locales = ENGLISH
    asset_origins: frozenset[str] = frozenset()
    own_cookies: frozenset[str] = frozenset()
    trusted_types: bool = True
    csp_allowed: Sources = NO_SOURCES
    integrity_required: bool = False
    # From where a page may load assets, however their URLs are written.
    loads_from: LoadRules = field(init=False)
    _directives: Directives = field(init=False)
    rum_percent: str = ""
    callers: Callers = NO_CALLERS
    page_headers: tuple[tuple[str, str], ...] = ()
    is_public: bool = True
    fixed_headers: Headers = field(init=False)
    _headers: dict[tuple[Sources, Sources], Headers] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        directives = site_directives(
            self.asset_origins, https=self.is_https, trusted_types=self.trusted_types
        )
        object.__setattr__(self, "_directives", directives)
        origins = self.asset_origins | {self.origin}
        rules = LoadRules(self.origin, origins, self.integrity_required)
        object.__setattr__(self, "loads_from", rules)
        object.__setattr__(self, "fixed_headers", encode(self.security.items()))

    @property
    def is_https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def security(self) -> dict[str, str]:
        """The headers that every answer has."""
        return self._security(policy_text(self._directives))

    def headers(self, asked: Sources, hashes: Sources = NO_SOURCES) -> Headers:
        """``fixed_headers`` for a page whose fragments and template ask for more than others."""
        if not (asked or hashes):
            return self.fixed_headers
        known = self._headers.get((asked, hashes))
        if known is None:
            if len(self._headers) >= _MAX_POLICIES:
                self._headers.clear()
            text = policy_text(self._directives, (asked & self.csp_allowed) | hashes)
            known = encode(self._security(text).items())
            self._headers[asked, hashes] = known
        return known

    def _security(self, policy: str) -> dict[str, str]:
        headers = security_headers(policy, https=self.is_https)
        return headers if self.is_public else headers | {"x-robots-tag": "noindex"}

    def refused(self, asked: Sources) -> list[tuple[str, str]]:
        """What fragments ask of the policy and the operator does not allow."""
        return sorted(asked - self.csp_allowed)

    def context(self, locale: str) -> dict[str, object]:
        """What every template may know."""
        return {
            "locale": locale,
            "site_origin": self.origin,
            "rum_percent": self.rum_percent,
        }
