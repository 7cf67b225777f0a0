"""The documents themselves, as parts of bytes. No Django: sitemaps.org, RSS 2.0, RFC 9309."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from ..composer.locales import Locales
from .listings import Novelty, Page

# Of the 50,000 addresses that a sitemap may have; each page is in it once for every language.
PAGES_PER_MAP: Final = 10_000
_PART: Final = 200
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
# What XML 1.0 has no character for.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The shopper's own, and what is no page: nothing there is for others.
PRIVATE: Final = ("/account/", "/bookmarks/", "/cart/", "/checkout/", "/orders/")


def robots(origin: str, locales: Locales, *, is_public: bool) -> str:
    """robots.txt; a site that is not public wants no visit at all."""
    if not is_public:
        return "User-agent: *\nDisallow: /\n"
    lines = ["User-agent: *", "Disallow: /actions/", "Disallow: /_composer/"]
    for code in locales.codes:
        # Parts of pages, which a search engine that runs scripts asks for as browsers do.
        lines.append(f"Allow: {locales.link('/_composer/fragments/', code)}")
        lines += [f"Disallow: {locales.link(path, code)}" for path in PRIVATE]
    return "\n".join([*lines, "", f"Sitemap: {origin}/sitemap.xml", ""])


def sitemap_index(maps: Iterable[tuple[str, datetime | None]]) -> str:
    """The index of sitemaps, by URL and last change."""
    parts = [_XML, '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n']
    for url, changed in maps:
        parts.append(f"<sitemap><loc>{escape(url)}</loc>{_lastmod(changed)}</sitemap>\n")
    return "".join([*parts, "</sitemapindex>\n"])


def sitemap(pages: Sequence[Page], origin: str, locales: Locales) -> Iterator[bytes]:
    """A sitemap, in parts: every page in every language, each with links to the others."""
    yield (
        f'{_XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n'
    ).encode()
    for begin in range(0, len(pages), _PART):
        part = [_urls(page, origin, locales) for page in pages[begin : begin + _PART]]
        yield "".join(part).encode()
    yield b"</urlset>\n"


def _urls(page: Page, origin: str, locales: Locales) -> str:
    addresses = {code: f"{origin}{locales.link(page.path, code)}" for code in locales.codes}
    alternates = ""
    if len(addresses) > 1:
        links = [*addresses.items(), ("x-default", addresses[locales.default])]
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(url)}/>'
            for code, url in links
        )
    images = "".join(
        f"<image:image><image:loc>{escape(image)}</image:loc></image:image>"
        for image in page.images
    )
    rest = f"{_lastmod(page.changed)}{alternates}{images}</url>\n"
    return "".join(f"<url><loc>{escape(url)}</loc>{rest}" for url in addresses.values())


def _lastmod(changed: datetime | None) -> str:
    return f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""


def rss(
    items: Iterable[Novelty],
    *,
    title: str,
    description: str,
    home: str,
    address: str,
    language: str,
    link: Callable[[str], str],
) -> str:
    """RSS 2.0. ``home`` and ``address`` are the URLs of the site and of this document."""
    parts = [
        f'{_XML}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:media="http://search.yahoo.com/mrss/">\n<channel>',
        f"<title>{_text(title)}</title><link>{escape(home)}</link>",
        f"<description>{_text(description)}</description><language>{language}</language>",
        f'<atom:link rel="self" type="application/rss+xml" href={quoteattr(address)}/>\n',
    ]
    for item in items:
        words = " · ".join(filter(None, (item.summary, item.price)))
        image = f'<media:content url={quoteattr(item.image)} medium="image"/>' if item.image else ""
        parts.append(
            f"<item><title>{_text(item.title)}</title><link>{escape(link(item.path))}</link>"
            f'<guid isPermaLink="false">{_text(item.ref)}</guid>'
            f"<pubDate>{format_datetime(item.published)}</pubDate>"
            f"<description>{_text(words)}</description>{image}</item>\n"
        )
    return "".join([*parts, "</channel>\n</rss>\n"])


def _text(value: str) -> str:
    return escape(_NO_XML.sub("", value))
