"""What the composer knows about the site it serves; made once from the settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Final

from .assets import LoadRules
from .csp import NO_SOURCES, Directives, Sources, policy_text, site_directives
from .headers import Headers, encode, security_headers
from .request import PageRequest, negotiate

# Pages with different sources or inline blocks of their own.
_MAX_POLICIES: Final = 256
FOREIGN_HOST: Final = "This site does not answer to that host name."
# What a visitor reads when something is wrong; templates may say more.
SENTENCES: Final = {
    400: ("Bad request", "The address holds something that we cannot read."),
    404: ("Not found", "There is no such page."),
    405: ("Not allowed", "This page can be read, and nothing else."),
    410: ("Gone", "This page is no longer there."),
    500: ("Our mistake", "Something went wrong on our side. Please try again in a moment."),
    502: ("Not available", "A part of this page is not available. Please try again in a moment."),
    503: ("Not available", "A part of this page is not available. Please try again in a moment."),
    504: ("Not available", "A part of this page takes too long. Please try again in a moment."),
}


def sentences(status: int) -> tuple[str, str]:
    """Title and message for a status."""
    return SENTENCES.get(status) or SENTENCES[500 if status >= 500 else 400]


@dataclass(frozen=True, slots=True)
class Site:
    """``locales``: the first one is the default. ``is_host``: whether we answer to a host name.

    ``own_cookies`` are the shell's: no fragment sees one, and none may set one.
    ``csp_allowed`` are the sources that fragments may add to the policy of their pages.
    ``rum_percent``: how many visitors measure, as text; empty if none does.
    """

    origin: str
    is_host: Callable[[str], bool]
    locales: tuple[str, ...] = ("en",)
    asset_origins: frozenset[str] = frozenset()
    own_cookies: frozenset[str] = frozenset()
    trusted_types: bool = True
    csp_allowed: Sources = NO_SOURCES
    integrity_required: bool = False
    # From where a page may load assets, however their URLs are written.
    loads_from: LoadRules = field(init=False)
    _directives: Directives = field(init=False)
    rum_percent: str = ""
    fixed_headers: Headers = field(init=False, default_factory=list)
    _headers: dict[tuple[Sources, Sources], Headers] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        directives = site_directives(
            self.asset_origins, https=self.is_https, trusted_types=self.trusted_types
        )
        object.__setattr__(self, "_directives", directives)
        origins = self.asset_origins | {self.origin}
        rules = LoadRules(self.origin, origins, self.integrity_required)
        object.__setattr__(self, "loads_from", rules)
        self.fixed_headers.extend(encode(self.security.items()))

    @property
    def is_https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def security(self) -> dict[str, str]:
        """The headers that every answer has."""
        return security_headers(policy_text(self._directives), https=self.is_https)

    def headers(self, asked: Sources, hashes: Sources = NO_SOURCES) -> Headers:
        """``fixed_headers`` for a page whose fragments and template ask for more than others."""
        if not (asked or hashes):
            return self.fixed_headers
        known = self._headers.get((asked, hashes))
        if known is None:
            if len(self._headers) >= _MAX_POLICIES:
                self._headers.clear()
            text = policy_text(self._directives, (asked & self.csp_allowed) | hashes)
            known = encode(security_headers(text, https=self.is_https).items())
            self._headers[asked, hashes] = known
        return known

    def refused(self, asked: Sources) -> list[tuple[str, str]]:
        """What fragments ask of the policy and the operator does not allow."""
        return sorted(asked - self.csp_allowed)

    @property
    def vary(self) -> frozenset[str]:
        """The request headers on which every page depends."""
        return frozenset({"accept-language"}) if len(self.locales) > 1 else frozenset()

    def locale(self, request: PageRequest) -> str:
        """The locale of a visitor."""
        return negotiate(request.headers.get("accept-language", ""), self.locales)

    def context(self, locale: str) -> dict[str, object]:
        """What every template may know."""
        return {
            "locale": locale,
            "site_origin": self.origin,
            "rum_percent": self.rum_percent,
        }


LAST_RESORT: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title></head><body><main><h1>{title}</h1><p>{message}</p>"
    '<p><a href="/">Home</a></p></main></body></html>'
)


def last_resort(status: int, message: str) -> bytes:
    """A page that needs nothing to be well. ``message`` is plain text."""
    title, sentence = sentences(status)
    return LAST_RESORT.format(title=title, message=escape(message or sentence)).encode()
