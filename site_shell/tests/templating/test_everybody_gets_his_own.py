"""Visitors of all kinds, editors and operators at random: each page is what its visitor should get.

Whatever was made before for whom, in whatever order: the answer is the one that would be composed
for him alone, from what the services say since the last purge and the templates that count.
"""

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import brotli
import httpx
import pytest
from django.conf import LazySettings
from django.core.files.storage import storages
from fragment_contract.testing import Received, Reply
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_shell.composer import conf, page_cache
from site_shell.composer.page_templates import previews
from site_shell.composer.page_templates.opening import pages_storage
from site_shell.composer.page_templates.versions import TemplateVersions
from site_shell.tests.composing.kit import World
from site_shell.tests.composing.rolling_out import roll_out
from site_shell.tests.composing.test_page_cache import TOKEN
from site_shell.tests.staging.conftest import cookie as staging_cookie

from .publishing import publish

LONG: Final = "<p>More than one packet. </p>" * 60
PRODUCT: Final = '{% fragment "product/page" required=True passthrough="query:colour" %}'
LAZY: Final = '{% fragment "product/page" delivery="lazy" label="Later" %}'
PAGES: Final = {
    "shop": f'{PRODUCT}{{% fragment "reviews/list" required=True %}}',
    "cart": f'{PRODUCT}{{% fragment "cart/mini" required=True passthrough="cookie:cart" %}}',
    "lazy": LAZY,
}
PLAIN: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "": bytes,
}


@dataclass(frozen=True)
class Visit:
    """Who asks for what, and how."""

    page: str
    colour: str
    language: str
    cart: str
    cohort: str
    previewed: int | None
    is_staff: bool
    coding: str
    method: str
    asks_again: bool


VISITS: Final = st.builds(
    Visit,
    page=st.sampled_from(["shop", "cart", "part"]),
    colour=st.sampled_from(["", "red"]),
    language=st.sampled_from(["", "/de"]),
    cart=st.sampled_from(["", "ann", "bob"]),
    cohort=st.sampled_from(["", "0", "9", "nonsense"]),
    previewed=st.sampled_from([None, None, None, 0, 1]),
    is_staff=st.sampled_from([False, False, False, True]),
    coding=st.sampled_from(["identity", "gzip", "br", "br, identity;q=0"]),
    method=st.sampled_from(["GET", "GET", "HEAD"]),
    asks_again=st.booleans(),
)
STEPS: Final = st.lists(
    VISITS | VISITS | VISITS | st.sampled_from(["edit", "switch"]), min_size=5, max_size=40
)


class Site:
    """The open site, and what everybody should see of it."""

    def __init__(self, world: World, client: httpx.Client, versions: list[str], part: str) -> None:
        self.world = world
        self.client = client
        self.versions = versions
        self.part = part
        self.edition = 0
        self.current = 0
        self.bodies: dict[str, bytes] = {}
        self.last: dict[str, str] = {}

    def product(self, request: Received) -> Reply:
        colour = dict(request.parameters).get("colour", "")
        locale = request.headers["accept-language"]
        html = f"<p>product {self.edition} {colour} {locale}</p>{LONG}"
        kept = {"cache-control": "max-age=600", "surrogate-key": "product:h1"}
        return Reply(body=html, headers=kept)

    def cart(self, request: Received) -> Reply:
        html = f"<p>cart of {request.headers.get('cookie', 'nobody')}</p>"
        return Reply(body=html, headers={"cache-control": "private, max-age=600"})

    def step(self, step: Visit | str) -> None:
        if step == "edit":
            self.edition += 1
            told = self.client.post(
                "/_composer/purge", headers=TOKEN, json={"tags": ["product:h1"]}
            )
            assert told.status_code == 204
        elif step == "switch":
            self.current = 1 - self.current
            follower = conf.runtime().follower
            assert follower is not None
            TemplateVersions(storages["pages"]).use(self.versions[self.current])
            follower.look()
        elif isinstance(step, Visit):
            self.visit(step)

    def visit(self, visit: Visit) -> None:
        path = self.part if visit.page == "part" else f"/{visit.page}/"
        path = f"{visit.language}{path}"
        headers = {"accept-encoding": visit.coding, "accept-language": "de, fr;q=0.1"}
        staged = staging_cookie(f"override product/page={self.staged}")["cookie"]
        token = "" if visit.previewed is None else previews.sign(self.versions[visit.previewed])
        cookies = [
            f"cart={visit.cart}" if visit.cart else "",
            f"cohort={visit.cohort}" if visit.cohort else "",
            f"templates_preview={token}" if token else "",
            staged if visit.is_staff else "",
        ]
        headers["cookie"] = "; ".join(filter(None, cookies))
        known = self.last.get(path, "") if visit.asks_again else ""
        headers |= {"if-none-match": known} if known else {}
        query = f"?colour={visit.colour}" if visit.colour else ""
        self.client.cookies.clear()
        with self.client.stream(visit.method, f"{path}{query}", headers=headers) as response:
            raw = b"".join(response.iter_raw())
        self.judge(visit, path, response, raw)

    def judge(self, visit: Visit, path: str, response: httpx.Response, raw: bytes) -> None:
        dealt = re.search("cohort=([0-9]+)", response.headers.get("set-cookie", ""))
        wanted = self.wanted(visit, dealt[1] if dealt else visit.cohort)
        control, etag = response.headers["cache-control"], response.headers.get("etag", "")
        is_own = visit.is_staff or visit.previewed is not None or visit.page == "cart"
        if is_own or dealt:
            assert "no-store" in control
            assert not etag
        else:
            assert control.startswith("public")
        if response.status_code == 304:
            assert self.bodies[etag] == wanted
            return
        assert response.status_code == 200
        if visit.method == "HEAD":
            assert raw == b""
            return
        body = PLAIN[response.headers.get("content-encoding", "")](raw)
        found = re.search(b"<main>(.*)</main>", body, re.DOTALL)
        assert found is not None
        assert found[1] == wanted
        if etag:
            self.bodies[etag] = wanted
            self.last[path] = etag

    def wanted(self, visit: Visit, cohort: str) -> bytes:
        """What a page for this visitor alone would be."""
        version = self.current if visit.previewed is None else visit.previewed
        locale = visit.language.strip("/") or "en"
        colour = "" if visit.page == "part" else visit.colour
        product = f"<p>product {self.edition} {colour} {locale}</p>{LONG}"
        product = "<p>mine</p>" if visit.is_staff else product
        rest = ""
        if visit.page == "shop":
            rollouts = conf.runtime().rollouts
            release = rollouts.choose("reviews/list", cohort=rollouts.cohort(cohort))
            rest = {"1.0.0": "<p>old</p>", "2.0.0": "<p>new</p>"}[release.version]
        elif visit.page == "cart":
            rest = f"<p>cart of {f'cart={visit.cart}' if visit.cart else 'nobody'}</p>"
        return f"templates {version} {product}{rest}".encode()

    @property
    def staged(self) -> str:
        return self.world.services["laptop"].add_fragment("product/page", html="<p>mine</p>")


@pytest.fixture
def site(
    world: World, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    """All that makes pages differ, at once; every page is looked at each time it is used."""
    monkeypatch.setattr("site_shell.composer.binding.LOOK_SECONDS", 0.0)
    monkeypatch.setattr(page_cache, "LOOK_SECONDS", 0.0)
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    settings.OVERRIDE_ORIGINS = ["http://127.0.0.1:*"]
    settings.PAGE_TEMPLATES = str(tmp_path / "published")
    settings.PAGE_TEMPLATES_COPY = str(tmp_path / "copy.json")
    # Nobody looks unless the test says so.
    settings.PAGE_TEMPLATES_SECONDS = 3600
    settings.STORAGES = {**settings.STORAGES, "pages": pages_storage(settings.PAGE_TEMPLATES)}
    product, cart = world.fragment("product/page"), world.fragment("cart/mini")
    roll_out(world, traffic=50)
    table = [f'[[page]]\nname = "{n}"\nroutes = ["{n}/"]\ntemplate = "{n}.html"\n' for n in PAGES]
    world.template("pages.toml", "\n".join(table))
    versions: list[str] = []
    for number in (1, 0):
        for name, body in {**PAGES, "fragment": "{{ answer }}"}.items():
            block = f"{{% block main %}}<main>templates {number} {body}</main>{{% endblock %}}"
            world.template(f"{name}.html", f'{{% extends "base.html" %}}{block}')
        versions.insert(0, publish(world))
    conf.forget_runtime()
    with world.open("lane") as client:
        link = re.search(r'fragment-slot__link" href="([^"]+)"', client.get("/lazy/").text)
        assert link is not None
        made = Site(world, client, versions, link[1])
        world.services["product"].respond(product, made.product)
        world.services["cart"].respond(cart, made.cart)
        yield made


@settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_each_visitor_gets_what_would_be_composed_for_him_alone(
    site: Site, steps: list[Visit | str]
) -> None:
    # Nothing is left of the steps before but the pages that were kept.
    site.step("edit")
    for step in steps:
        site.step(step)
