"""One page that is being composed."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from .assembly import Assembly
from .filling import Filling
from .page import Layout
from .page_cache import MemoryKey
from .request import PageRequest, Trace
from .rollouts import Pin
from .visit import Visit

NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


@dataclass(slots=True)
class Job:
    """What the parts of the composer know of one page.

    ``page`` is its name in pages.toml. ``name`` is the same for requests with the same answer, of
    which ``key`` stands for one; ``asked`` are the cache keys of its slots. ``version`` is that of
    the templates, ``generation`` the fragment cache's when the page began.
    ``context`` are the template's variables, for the error page that may come in the page's place.
    """

    request: PageRequest
    page: str
    name: Hashable
    key: MemoryKey
    version: int
    preview: str
    asked: tuple[str, ...]
    layout: Layout
    locale: str
    visit: Visit
    pin: Pin
    generation: int
    filling: Filling
    assembly: Assembly
    context: Mapping[str, object]

    @property
    def trace(self) -> Trace:
        return self.visit.trace
