"""The languages of the site, each below a path of its own.

The first one is at ``/``, every other one below its code: ``/de/products/`` is ``/products/`` in
German. So a page's language is in its address, where every cache and search engine sees it, and
no page needs to vary on what a browser says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from .request import PageRequest

# Addresses without a language: what is sent to them comes from a page that has one.
_FROM_PAGES: Final = "/actions/"


@dataclass(frozen=True, slots=True)
class Locales:
    """``codes`` are language codes of Django; the first one is the default.

    ``by_path``: pages have their language in their path. Otherwise all are in the default one.
    """

    codes: tuple[str, ...]
    by_path: bool = True
    # By the first segment of a path.
    _others: Mapping[str, str] = field(init=False, repr=False)
    _mounts: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        others = self.codes[1:] if self.by_path else ()
        object.__setattr__(self, "_others", {code.lower(): code for code in others})
        object.__setattr__(self, "_mounts", tuple(f"/{code.lower()}/" for code in others))

    @property
    def default(self) -> str:
        return self.codes[0]

    def mount(self, locale: str) -> str:
        """The path below which the pages of a language are; that of the default if it has none.

        >>> Locales(("en", "de")).mount("de"), Locales(("en", "de")).mount("fr")
        ('/de/', '/')
        """
        segment = locale.lower()
        return f"/{segment}/" if segment in self._others else "/"

    def split(self, path: str) -> tuple[str, str]:
        """The language of a path, and the path that is the same in all languages.

        >>> Locales(("en", "de")).split("/de/products/"), Locales(("en", "de")).split("/deal/")
        (('de', '/products/'), ('en', '/deal/'))
        """
        if not path.startswith(self._mounts):
            return self.default, path
        segment, _, rest = path[1:].partition("/")
        return self._others[segment], f"/{rest}"

    def link(self, path: str, locale: str) -> str:
        """A path of the site that has no language, in this one; all else stays as it is.

        >>> Locales(("en", "de")).link("/products/", "de")
        '/de/products/'
        """
        if not path.startswith("/") or path.startswith("//"):
            return path
        return f"{self.mount(locale)}{path[1:]}"

    def of(self, request: PageRequest) -> str:
        """The language of a request, by its path; of an action by the page it was sent from."""
        path = request.path
        if path.startswith(_FROM_PAGES):
            try:
                path = urlsplit(request.headers.get("referer", "")).path
            except ValueError:
                return self.default
        return self.split(path)[0]


ENGLISH: Final = Locales(("en",))
