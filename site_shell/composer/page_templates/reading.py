"""Files become a page set, and what is wrong with them is told.

What cannot be understood is left as it was before: one template for a broken template, all
routes for a broken pages.toml.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.urls.resolvers import RoutePattern

from ..errors import PageTemplateError
from ..markup import line_of
from .config import FILE, parse_pages
from .page_set import PageSet, engine_of

_LINE: Final = re.compile(r"^:(\d+): |at line (\d+)")
_STRAY: Final = re.compile(r"[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a file of the storage."""

    file: str
    line: int
    message: str


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
        pages, routes = former.pages, former.routes
    if FILE not in texts:
        problems.append(Problem(FILE, 1, "there is no such file: the site has no pages"))
    sources = dict(_parseable(texts, former.sources, problems))
    made = PageSet(former.version + 1, pages, sources, routes, engine_of(sources), preview=preview)
    return made, tuple(problems)


def texts_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """What is no UTF-8 is found, and told with its line, by whoever reads the text."""
    return {name: data.decode(errors="surrogateescape") for name, data in files.items()}


def _parseable(
    texts: Mapping[str, str], former: Mapping[str, str], problems: list[Problem]
) -> Iterator[tuple[str, str]]:
    """The sources that parse; in the place of one that does not, the last one that did."""
    engine = engine_of(texts)
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


def _sound(name: str, text: str) -> str:
    """The text. Raises PageTemplateError if it came from bytes that are not UTF-8."""
    if stray := _STRAY.search(text):
        raise PageTemplateError(f"{name}:{line_of(text, stray.start())}: the file is not UTF-8")
    return text


def _problem(name: str, message: str) -> Problem:
    found = _LINE.search(message.removeprefix(name))
    line = int(found[1] or found[2]) if found else 1
    return Problem(name, line, message.removeprefix(f"{name}:{line}: ").removeprefix(f"{name}: "))
