"""What a remembered page takes in memory: many are kept, in all codings, and counted."""

import gc
import os
import tracemalloc
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_PAGES: Final = 200


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes for each page: all that was allocated, and what the page's bodies are of it."""

    page: float
    bodies: float
    estimate: float

    def line(self) -> str:
        return (
            f"a remembered page takes {self.page:,.0f} bytes: {self.bodies:,.0f} of bodies in all "
            f"codings, {self.page - self.bodies:,.0f} beside them; counted as {self.estimate:,.0f}"
        )


def measure(body: bytes, folder: Path) -> Memory:
    """Keep the page under many addresses, as the composer does. Needs no server."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_shell.settings")
    os.environ.setdefault("SECRET_KEY", "only-for-measuring")
    os.environ.setdefault("PAGE_TEMPLATES", str(folder))
    import django

    django.setup()
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    kept = [_page(body + b"%d" % number, number) for number in range(_PAGES)]
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    bodies = sum(len(one.body) for page in kept for one in page.variants.values())
    estimate = sum(page.size for page in kept)
    return Memory((after - before) / _PAGES, bodies / _PAGES, estimate / _PAGES)


def _page(body: bytes, number: int) -> Any:
    from site_shell.composer.encoding import codings, compressed
    from site_shell.composer.field_lines import FieldLines
    from site_shell.composer.headers import etag
    from site_shell.composer.logs import LineLog
    from site_shell.composer.outcome import Outcome
    from site_shell.composer.records import Recorder
    from site_shell.composer.remembered import Basis, Origin, Remembered
    from site_shell.composer.request import PageRequest
    from site_shell.composer.site import Site
    from site_shell.composer.slot import Slot
    from site_shell.composer.traffic import Traffic

    slots = tuple(Slot(f"measured/{name}-{number}") for name in ("details", "list", "form"))
    outcomes = [Outcome(slot=slot, kind="cached", html=b"", release="1.0.0") for slot in slots]
    page = Remembered(
        body=body,
        etag=etag(body),
        headers=FieldLines(Site(origin="https://shop.example", is_host=bool).fixed_headers),
        control="public, max-age=0, s-maxage=60",
        basis=Basis(
            fresh_until=0.0,
            origins=tuple(Origin(0.0, frozenset({f"product:{number}", "list"})) for _ in slots),
            slots=slots,
            asked=tuple(f"fragment:{number:040}" for _ in slots),
        ),
        until=0.0,
        generation=0,
    )
    recorder = Recorder(LineLog(), Traffic())
    request = PageRequest("GET", f"/products/{number}/", "", {})
    page.settle(page.headers, recorder.again(request, "product", outcomes))
    for coding in codings():
        page.add(coding, compressed(body, coding))
    return page
