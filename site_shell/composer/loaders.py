"""Page templates and pages.toml out of a storage, read again when they change.

What cannot be understood is logged and listed in ``problems``, and what was last understood
stays: one template for a broken template, all routes for a broken pages.toml.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import Storage
from django.template import Context, Engine, TemplateDoesNotExist, TemplateSyntaxError
from django.template.backends.django import get_installed_libraries
from django.urls.resolvers import RoutePattern
from django.utils import translation

from .errors import PageTemplateError
from .markup import line_of
from .page import Layout, SlotCollector, collecting, lay_out
from .pages_config import FILE, Match, PageSpec, Scalar, parse_pages
from .reserved import reserved_prefix
from .template_facts import TemplateFacts, facts_of_all

logger = logging.getLogger(__name__)

_LOOK_EVERY: Final = 1.0  # seconds; 20 templates take half a millisecond to look at
# Rendering and reading a template costs more than a fetch, and a page with a slot that may not
# be cached is laid out for every visitor. For a second, because templates may tell the time.
_KEEP_LAYOUT: Final = 1.0
_MAX_LAYOUTS: Final = 1024
_MAX_MATCHES: Final = 4096  # of paths up to 2 KiB, as a visitor may send
_LONGEST_VALUE: Final = 200
_BUILTINS: Final = [
    "django.templatetags.i18n",
    "django.templatetags.static",
    f"{__package__}.templatetags.composer",
]
_LINE: Final = re.compile(r"^:(\d+): |at line (\d+)")
_STRAY: Final = re.compile(r"[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a file of the storage."""

    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class PageSet:
    """All pages and templates as they were at one moment.

    ``preview`` is the name of a version that only who asked for it gets to see.
    """

    version: int = 0
    pages: tuple[PageSpec, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    _routes: tuple[tuple[RoutePattern, PageSpec], ...] = field(default=(), repr=False)
    _engine: Engine = field(default_factory=lambda: _engine({}), repr=False)
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
        for pattern, page in self._routes:
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


class PageLibrary:
    """Follows a storage without a thread: it is looked at every second at most."""

    def __init__(
        self, storage: Storage | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Without a storage it has what somebody else makes it take."""
        self._storage = storage
        self._clock = clock
        self._seen: object = None
        self._look_at = float("-inf")
        self._set = PageSet()
        self.problems: tuple[Problem, ...] = ()

    @property
    def is_versioned(self) -> bool:
        """Whether only whole versions are taken: then what is served is well, come what may."""
        return self._storage is None

    def current(self) -> PageSet:
        """The pages as they are now, as far as they can be understood."""
        if self._storage is not None and (now := self._clock()) >= self._look_at:
            self._look_at = now + _LOOK_EVERY
            self._look(self._storage)
        return self._set

    def take_whole(self, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
        """Have these pages and templates from now on, unless anything is wrong with them."""
        read, problems = read_set(texts_of(files), self._set)
        if not problems:
            self._set = read
            self.tell(())
        return problems

    def tell(self, problems: tuple[Problem, ...]) -> None:
        """Say what is wrong; in the log once."""
        is_new = problems != self.problems
        self.problems = problems
        for problem in problems if is_new else ():
            logger.error("%s:%d: %s", problem.file, problem.line, problem.message)

    def _look(self, storage: Storage) -> None:
        try:
            seen = {name: storage.get_modified_time(name) for name in _files(storage, "")}
            if seen == self._seen:
                return
            files = {name: _read(storage, name) for name in seen}
        except (OSError, ValueError) as error:
            # A file that vanished while we looked: the next look may see more.
            self.tell((Problem(str(error), 1, "the page templates cannot be read"),))
            return
        self._seen = seen
        self._set, problems = read_set(texts_of(files), self._set)
        self.tell(problems)


def read_set(
    texts: Mapping[str, str], former: PageSet, *, preview: str = ""
) -> tuple[PageSet, tuple[Problem, ...]]:
    """Pages and templates, and what is wrong with them; in its place is what was there before."""
    problems: list[Problem] = []
    pages = former.pages
    try:
        pages = parse_pages(_sound(FILE, texts[FILE])) if FILE in texts else ()
        routes = tuple((RoutePattern(r, is_endpoint=True), p) for p in pages for r in p.routes)
        # Compiles them: a bad converter is an error now and not at the first request.
        for pattern, _ in routes:
            pattern.match("")
    except (PageTemplateError, ImproperlyConfigured) as error:
        problems.append(_problem(FILE, str(error)))
        pages, routes = former.pages, former._routes
    if FILE not in texts:
        problems.append(Problem(FILE, 1, "there is no such file: the site has no pages"))
    sources = dict(_parseable(texts, former.sources, problems))
    made = PageSet(former.version + 1, pages, sources, routes, _engine(sources), preview=preview)
    return made, tuple(problems)


def read_folder(storage: Storage) -> dict[str, bytes]:
    """All pages and templates of a storage that holds one version. Raises OSError."""
    return {name: _read(storage, name) for name in _files(storage, "")}


def texts_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """What is no UTF-8 is found, and told with its line, by whoever reads the text."""
    return {name: data.decode(errors="surrogateescape") for name, data in files.items()}


def _read(storage: Storage, name: str) -> bytes:
    with storage.open(name, "rb") as file:
        data: bytes = file.read()
    return data


def _files(storage: Storage, folder: str) -> Iterator[str]:
    folders, files = storage.listdir(folder)
    for name in sorted(files):
        if name == FILE or name.endswith((".html", ".svg", ".txt")):
            yield f"{folder}{name}"
    for name in sorted(folders):
        if not name.startswith("."):
            yield from _files(storage, f"{folder}{name}/")


def _parseable(
    texts: Mapping[str, str], former: Mapping[str, str], problems: list[Problem]
) -> Iterator[tuple[str, str]]:
    """The sources that parse; in the place of one that does not, the last one that did."""
    engine = _engine(texts)
    for name, text in texts.items():
        if name == FILE:
            continue
        try:
            _sound(name, text)
            engine.get_template(name)
        except PageTemplateError as error:
            problems.append(_problem(name, str(error)))
            if name in former:
                yield name, former[name]
        except TemplateSyntaxError as error:
            token = getattr(error, "token", None)
            problems.append(Problem(name, getattr(token, "lineno", None) or 1, str(error)))
            if name in former:
                yield name, former[name]
        except TemplateDoesNotExist as error:
            problems.append(Problem(name, 1, f"there is no template {error}"))
        else:
            yield name, text


def _engine(sources: Mapping[str, str]) -> Engine:
    loaders = [
        ("django.template.loaders.locmem.Loader", dict(sources)),
        "django.template.loaders.app_directories.Loader",
    ]
    return Engine(
        loaders=[("django.template.loaders.cached.Loader", loaders)],
        builtins=_BUILTINS,
        libraries=get_installed_libraries(),
    )


def _sound(name: str, text: str) -> str:
    """The text. Raises PageTemplateError if it came from bytes that are not UTF-8."""
    if stray := _STRAY.search(text):
        raise PageTemplateError(f"{name}:{line_of(text, stray.start())}: the file is not UTF-8")
    return text


def _problem(name: str, message: str) -> Problem:
    found = _LINE.search(message.removeprefix(name))
    line = int(found[1] or found[2]) if found else 1
    return Problem(name, line, message.removeprefix(f"{name}:{line}: ").removeprefix(f"{name}: "))


def _scalar(value: object) -> Scalar:
    """Converters may make anything; templates and cache keys get texts and numbers."""
    return value if isinstance(value, int) else str(value)
