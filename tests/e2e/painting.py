"""What a browser counts as the largest thing of a page, whatever of it happens to come first."""

from functools import partial
from typing import Any

from playwright.sync_api import Page, Route

from .waiting import eventually

# A candidate is followed by another one when something larger is painted. Of things that are
# equally large, such as the pictures of one row, it is the one that was painted first.
_OBSERVE = """window.painted = [];
new PerformanceObserver((list) => window.painted.push(...list.getEntries()))
    .observe({ type: "largest-contentful-paint", buffered: true });"""
_PREFERRED = """() => [...document.querySelectorAll("img[fetchpriority=high]")]
    .flatMap((image) => [image, ...image.closest("picture")?.querySelectorAll("source") ?? []])
    .flatMap((one) => one.srcset.split(", ").map((text) => text.trim().split(" ")[0]))
    .map((address) => new URL(address, location).href)"""
_IS_PAINTED = "painted.some(({ element }) => element?.fetchPriority === 'high')"
_ALL_PAINTED = """() => new Promise(async (resolve, reject) => {
    setTimeout(reject, 30_000, new Error("not all that is in sight was painted within 30 s"));
    const isInSight = ({ left, right, top, bottom }) =>
        right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
    const images = [...document.images].filter((it) => isInSight(it.getBoundingClientRect()));
    await Promise.all(images.map((image) => image.decode()));
    // What is painted is told of in its order: with this line all that came before it.
    const line = document.createElement("p");
    Object.assign(line.style, { position: "fixed", top: 0, left: 0 });
    line.setAttribute("elementtiming", "last");
    line.textContent = "x";
    new PerformanceObserver(resolve).observe({ type: "element" });
    document.body.append(line);
})"""
_CANDIDATES = """() => painted.map(({ element, size, url, startTime }) => ({
    at: Math.round(startTime),
    size,
    url,
    html: element?.outerHTML.slice(0, 200),
    priority: element?.fetchPriority,
    loading: element?.loading,
    width: element?.getBoundingClientRect().width,
    source: element?.currentSrc,
    candidates: (element?.closest("picture")?.querySelector("source") ?? element)?.srcset,
}))"""


class _Gate:
    """Lets pictures of some addresses through, and keeps all others until it is opened."""

    def __init__(self) -> None:
        self._sources: list[str] = []
        self._held: list[Route] = []
        self._is_open = False

    def hold(self, route: Route) -> None:
        if route.request.resource_type != "image" or self._lets(route):
            route.continue_()
        else:
            self._held.append(route)

    def let(self, sources: list[str]) -> None:
        self._sources = sources
        self._go_on()

    def open(self) -> None:
        self._is_open = True
        self._go_on()

    def _lets(self, route: Route) -> bool:
        return self._is_open or route.request.url in self._sources

    def _go_on(self) -> None:
        held, self._held = self._held, []
        for route in held:
            self.hold(route)


def largest(page: Page, path: str) -> list[dict[str, Any]]:
    """Everything that was the largest for a while; the last one is it.

    Pictures with priority are painted before all others have come, as they should be, so that
    another one is among these only if it is larger.
    """
    gate = _Gate()
    page.add_init_script(_OBSERVE)
    page.route("**/*", gate.hold)
    page.goto(path, wait_until="domcontentloaded")
    gate.let(page.evaluate(_PREFERRED))
    told = partial(page.evaluate, _CANDIDATES)
    eventually(partial(page.evaluate, _IS_PAINTED), tell=told)
    gate.open()
    page.wait_for_load_state("load")
    page.evaluate(_ALL_PAINTED)
    return list(told())
