"""Drawing the catalogue's pictures: vectors to photographs in all sizes, on all cores."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from .. import darkroom, pictures
from .catalogue import Catalogue, Item, Palette, View
from .raster import rasterise

FOLDER = "demo"  # apart from what editors upload
BRUSHES = Path(__file__).with_name("art")
SIDE = 1000  # half the time of 1200, and enough for the page's largest picture
Files = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What decides how a picture looks, so that its name can follow from it."""

    kind: str
    seed: str
    palette: Palette
    view: str
    style: str = ""
    edition: str = ""

    @classmethod
    def of(cls, item: Item, view: View) -> "Drawing":
        """Draw all colours of a product in the same shape: the seed is the product."""
        return cls(item.kind, item.ref, view.palette, view.view, item.style, edition())

    @property
    def name(self) -> str:
        """The storage name of the original."""
        digest = hashlib.sha256(repr(self).encode()).hexdigest()[:8]
        return f"{FOLDER}/{self.seed}/{self.view}-{digest}.jpg"

    def missing(self, storage: Storage) -> bool:
        """Whether the original or one of its renditions has yet to be made."""
        names = (self.name, *pictures.rendition_names(self.name, SIDE))
        return not all(storage.exists(name) for name in names)


@cache
def edition() -> str:
    """Follow the brushes: pictures are drawn again when what draws them changes."""
    digest = hashlib.sha256()
    for path in sorted(BRUSHES.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


Illustrator = Callable[[Iterable[Drawing]], Iterator[Files]]


def drawings_of(catalogue: Catalogue) -> list[Drawing]:
    """Return everything there is to draw."""
    return [
        Drawing.of(item, view)
        for item in catalogue.items
        for view in item.pictures(catalogue.colours)
    ]


def illustrate(drawings: Iterable[Drawing]) -> Iterator[Files]:
    """Draw on every core; each drawing yields its original and its renditions."""
    # Spawned and not forked: a fork would share the parent's database connection.
    with ProcessPoolExecutor(_cores(), mp_context=get_context("spawn")) as pool:
        yield from pool.map(paint, drawings, chunksize=2)


def store(storage: Storage, files: Files) -> None:
    """Write files under exactly their names, leaving alone what is there."""
    for name, data in files:
        if not storage.exists(name):
            storage.save(name, ContentFile(data))


def paint(drawing: Drawing) -> Files:
    """Rasterise one drawing and encode it in every size and format."""
    # Loaded here: only the process that paints needs the brushes.
    from .art import draw

    svg = draw(
        drawing.kind,
        seed=drawing.seed,
        palette=drawing.palette,
        view=drawing.view,
        style=drawing.style,
    )
    picture = rasterise(svg, SIDE)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=darkroom.ORIGINAL_QUALITY)
    return [(drawing.name, buffer.getvalue()), *darkroom.renditions(picture, drawing.name)]


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
