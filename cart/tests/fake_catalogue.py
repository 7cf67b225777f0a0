"""A product_details on a real socket that keeps its promises, and breaks them when told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "a-token-for-tests-0123456789-abcdefghij"


@dataclass
class Article:
    """What the fake sells."""

    sku: str
    ref: str = "h1001"
    name: str = "Tide Vase"
    label: str = "Chalk"
    price: int = 4900
    currency: str = "GBP"
    stock: int = 10
    offered: bool = True
    delivery: str = "parcel"

    def offer(self) -> dict[str, Any]:
        return {
            "sku": self.sku,
            "ref": self.ref,
            "name": self.name,
            "label": self.label,
            "path": f"/products/{self.ref}/tide-vase/",
            "image": {"src": "/media/tide.webp", "width": 240, "height": 240},
            "price": {"minor": self.price, "currency": self.currency},
            "stock": self.stock,
            "offered": self.offered,
            "delivery": self.delivery,
        }


@dataclass
class FakeCatalogue:
    """Articles, reservations, and ``broken``: what to answer instead, for paths that begin so."""

    url: str = ""
    articles: dict[str, Article] = field(default_factory=dict)
    reservations: dict[str, list[dict[str, Any]] | None] = field(default_factory=dict)
    broken: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    stores: list[dict[str, str]] = field(
        default_factory=lambda: [
            {
                "ref": "bath",
                "name": "Lumen & Loam Bath",
                "street": "3 Kiln Lane",
                "postcode": "BA1 1AA",
                "city": "Bath",
                "hours": "Mon-Sat 10-18",
            }
        ]
    )
    requests: list[tuple[str, str]] = field(default_factory=list)
    # Called with each request, before and after it is dealt with: to come in between.
    before: Callable[[str, str], None] = lambda method, path: None
    after: Callable[[str, str], None] = lambda method, path: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sell(self, sku: str, **values: Any) -> Article:
        self.articles[sku] = Article(sku, **values)
        return self.articles[sku]

    def reserved(self) -> dict[str, int]:
        """How many of each article are reserved."""
        sums: dict[str, int] = {}
        for items in self.reservations.values():
            for item in items or []:
                sums[item["sku"]] = sums.get(item["sku"], 0) + item["quantity"]
        return sums

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """As product_details answers: docs/fragment-teams/service-to-service.md."""
        parts = urlsplit(path)
        if parts.path == "/api/offers":
            skus = parse_qs(parts.query)["sku"]
            known = [self.articles[sku].offer() for sku in skus if sku in self.articles]
            return 200, {"offers": known, "unknown": []}
        if parts.path == "/api/stores":
            return 200, {"stores": self.stores}
        key = unquote(parts.path.removeprefix("/api/reservations/"))
        with self.lock:
            if method == "DELETE":
                self._release(key)
                return 204, None
            return self._reserve(key, json.loads(body)["items"])

    def _reserve(self, key: str, items: list[dict[str, Any]]) -> tuple[int, Any]:
        if key in self.reservations:
            known = self.reservations[key]
            if known is None:
                return 410, {"error": "given back"}
            return (200, {"items": known}) if known == items else (422, {"error": "other items"})
        for item in items:
            article = self.articles.get(item["sku"])
            if (
                article is None
                or article.stock < item["quantity"]
                or article.price != item["price_minor"]
            ):
                return 409, {"problems": [{"sku": item["sku"]}]}
        for item in items:
            self.articles[item["sku"]].stock -= item["quantity"]
        self.reservations[key] = items
        return 201, {"items": items}

    def _release(self, key: str) -> None:
        for item in self.reservations.get(key) or []:
            self.articles[item["sku"]].stock += item["quantity"]
        self.reservations[key] = None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    catalogue: FakeCatalogue

    def _do(self) -> None:
        fake = self.catalogue
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        fake.requests.append((self.command, self.path))
        fake.before(self.command, self.path)
        if self.headers.get("authorization") != f"Bearer {TOKEN}":
            status, raw = 401, b"{}"
        else:
            broken = next((b for p, b in fake.broken.items() if self.path.startswith(p)), None)
            if broken is None:
                status, document = fake.answer(self.command, self.path, body)
                raw = b"" if document is None else json.dumps(document).encode()
                fake.after(self.command, self.path)
            else:
                status, raw = broken
        if status == 0:  # break off without a word
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_PUT = do_DELETE = _do  # noqa: N815 -- the names that http.server looks for

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 128  # whole crowds connect in the same moment


@contextmanager
def serving() -> Iterator[FakeCatalogue]:
    """A fake that answers until the block ends."""
    fake = FakeCatalogue()
    handler = type("Handler", (_Handler,), {"catalogue": fake})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
