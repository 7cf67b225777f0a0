"""All pages and templates of one moment: what is at a path, and its layout."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.template import Context, Engine, TemplateDoesNotExist, TemplateSyntaxError
from django.template.backends.django import get_installed_libraries
from django.urls.resolvers import RoutePattern
from django.utils import translation

from ..errors import PageTemplateError
from ..page import Layout, SlotCollector, collecting, lay_out
from ..reserved import reserved_prefix
from .config import Match, PageSpec, Scalar
from .facts import TemplateFacts, facts_of_all

# Rendering and reading a template costs more than a fetch, and a page with a slot that may not
# be cached is laid out for every visitor. For a second, because templates may tell the time.
_KEEP_LAYOUT: Final = 1.0
_MAX_LAYOUTS: Final = 1024
_MAX_MATCHES: Final = 4096  # of paths up to 2 KiB, as a visitor may send
_LONGEST_VALUE: Final = 200
# The composer has another name in other projects than the shell.
_COMPOSER: Final = __name__.removesuffix(".page_templates.page_set")
_BUILTINS: Final = [
    "django.templatetags.i18n",
    "django.templatetags.static",
    f"{_COMPOSER}.templatetags.composer",
]


@dataclass(frozen=True, slots=True)
class PageSet:
    """All pages and templates as they were at one moment.

    ``preview`` is the name of a version that only who asked for it gets to see.
    """

    version: int = 0
    pages: tuple[PageSpec, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    routes: tuple[tuple[RoutePattern, PageSpec], ...] = field(default=(), repr=False)
    _engine: Engine = field(default_factory=lambda: engine_of({}), repr=False)
    _matches: dict[str, Match | None] = field(default_factory=dict, repr=False)
    _facts: dict[str, TemplateFacts] = field(default_factory=dict, repr=False)
    _layouts: dict[object, tuple[Layout, float]] = field(default_factory=dict, repr=False)
    preview: str = field(default="", kw_only=True)

    def match(self, path: str) -> Match | None:
        """The page of a decoded path, which begins with a slash."""
        if path in self._matches:
            return self._matches[path]
        if len(self._matches) >= _MAX_MATCHES:
            self._matches.clear()
        match = self._matches[path] = self._match(path)
        return match

    def _match(self, path: str) -> Match | None:
        # Whatever a route may catch: these are the shell's own, in front of Django as behind it.
        if reserved_prefix(path) is not None:
            return None
        for pattern, page in self.routes:
            found = pattern.match(path[1:])
            if found is not None:
                values: Mapping[str, Any] = found[2]
                if any(len(str(value)) > _LONGEST_VALUE for value in values.values()):
                    return None
                return Match(page, {name: _scalar(value) for name, value in values.items()})
        return None

    def layout(
        self,
        names: Sequence[str],
        context: Mapping[str, object],
        locale: str,
        collector: SlotCollector | None = None,
    ) -> Layout:
        """Render the first of the templates that exists. Raises PageTemplateError.

        Any of the site's own comes before those that come with an app. What comes of a page's
        own values is kept for a moment; what a collector of the caller's takes is not.
        """
        if collector is not None:
            return self._render(names, context, locale, collector)
        key = (tuple(names), tuple(context.items()), locale)
        now = time.monotonic()
        layout, until = self._layouts.get(key, (None, now))
        if layout is None or now >= until:
            layout = self._render(names, context, locale, SlotCollector())
            if len(self._layouts) >= _MAX_LAYOUTS:
                self._layouts.clear()
            self._layouts[key] = layout, now + _KEEP_LAYOUT
        return layout

    def _render(
        self,
        names: Sequence[str],
        context: Mapping[str, object],
        locale: str,
        collector: SlotCollector,
    ) -> Layout:
        names = sorted(names, key=lambda name: name not in self.sources)
        try:
            template = self._engine.select_template(names)
            with collecting(collector), translation.override(locale):
                text = template.render(Context(dict(context)))
        # A template can call anything; whatever comes of it is a fault of the template.
        except Exception as error:
            kind = type(error).__name__
            raise PageTemplateError(f"{' or '.join(names)}: {kind}: {error}") from error
        return lay_out(text, collector.slots, self.facts(template.name or ""))

    def facts(self, name: str) -> TemplateFacts:
        """What a page's policy has to know of a template, found at its first use."""
        known = self._facts.get(name)
        if known is None:
            known = self._facts[name] = facts_of_all(name, self._source)
        return known

    def _source(self, name: str) -> str | None:
        try:
            source: str = self.template(name).source
        except (TemplateDoesNotExist, TemplateSyntaxError):
            return None
        return source

    def template(self, name: str) -> Any:
        """The parsed template, for checks. Raises TemplateDoesNotExist, TemplateSyntaxError."""
        return self._engine.get_template(name)


def engine_of(sources: Mapping[str, str]) -> Engine:
    """What finds these sources, and after them the templates that come with apps."""
    loaders = [
        ("django.template.loaders.locmem.Loader", dict(sources)),
        "django.template.loaders.app_directories.Loader",
    ]
    return Engine(
        loaders=[("django.template.loaders.cached.Loader", loaders)],
        builtins=_BUILTINS,
        libraries=get_installed_libraries(),
    )


def _scalar(value: object) -> Scalar:
    """Converters may make anything; templates and cache keys get texts and numbers."""
    return value if isinstance(value, int) else str(value)
