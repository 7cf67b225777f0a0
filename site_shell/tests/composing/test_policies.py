"""The Content-Security-Policy of each page: its own, however it is kept and whoever asks."""

import re
import time
from typing import Any

import httpx
import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from fragment_contract.csp import Csp
from fragment_contract.manifest import FragmentInfo
from fragment_contract.testing import Reply
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer import conf
from site_shell.composer.csp import parse_allowed, policy_text, site_directives

from .conftest import Open
from .kit import PATIENCE, World

IMAGES = "https://images.example"
MAPS = "https://maps.example"
ALLOWED = [f"img-src={IMAGES}", f"frame-src={MAPS}", "trusted-types=lit-html"]


def asking(world: World, name: str, csp: Csp, html: str = "", **options: Any) -> str:
    return world.fragment(name, html, fragment=FragmentInfo(name=name, csp=csp), **options)


def policy(response: httpx.Response) -> dict[str, str]:
    assert len(response.headers.get_list("content-security-policy")) == 1
    items = response.headers["content-security-policy"].split("; ")
    return {name: rest for name, _, rest in (item.partition(" ") for item in items)}


@pytest.fixture
def allowed(settings: LazySettings) -> None:
    settings.CSP_ALLOWED = ALLOWED


@pytest.mark.usefixtures("allowed")
def test_a_page_allows_what_its_own_fragments_ask_for_and_other_pages_do_not(
    world: World, open_site: Open
) -> None:
    asking(world, "a/pictures", (("img-src", IMAGES),))
    asking(world, "b/map", (("frame-src", MAPS), ("trusted-types", "lit-html")))
    world.fragment("c/plain")
    world.page(
        '{% if which == "both" %}{% fragment "b/map" required=True %}'
        '{% fragment "a/pictures" required=True %}'
        '{% else %}{% fragment "c/plain" required=True %}{% endif %}',
        routes=("shop/<slug:which>/",),
    )
    client = open_site()
    both, plain = policy(client.get("/shop/both/")), policy(client.get("/shop/plain/"))
    assert both["img-src"] == f"'self' data: {IMAGES}"
    assert both["frame-src"] == MAPS
    assert both["trusted-types"] == "default lit-html"
    assert plain["img-src"] == "'self' data:"
    assert "frame-src" not in plain


@pytest.mark.usefixtures("allowed")
def test_a_cached_page_keeps_its_policy_from_memory_from_the_cache_and_in_a_304(
    world: World, open_site: Open
) -> None:
    asking(world, "a/pictures", (("img-src", IMAGES),))
    world.page('{% fragment "a/pictures" required=True %}')
    client = open_site()
    first = client.get("/shop/")
    assert IMAGES in policy(first)["img-src"]
    remembered = client.get("/shop/")
    conf.runtime().page_cache.clear()
    # Whoever knows the entry of the cache needs no manifest.
    conf.runtime().manifests._records.clear()
    world.services["a"].refuse()
    from_cache = client.get("/shop/")
    not_modified = client.get("/shop/", headers={"if-none-match": first.headers["etag"]})
    assert not_modified.status_code == 304
    for other in (remembered, from_cache, not_modified):
        assert policy(other) == policy(first)
        assert other.headers["etag"] == first.headers["etag"]


@pytest.mark.usefixtures("allowed")
def test_a_fallback_out_of_a_manifest_brings_its_policy(world: World, open_site: Open) -> None:
    content = asking(world, "a/pictures", (("img-src", IMAGES),), fallback="<p>instead</p>")
    world.services["a"].respond(content, Reply(status=500))
    world.page('{% fragment "a/pictures" required=True %}')
    client = open_site()
    client.get("/shop/")
    world.wait_for_fallback("a/pictures")
    response = client.get("/shop/")
    assert "instead" in response.text
    assert IMAGES in policy(response)["img-src"]


def test_what_the_operator_does_not_allow_is_left_out_and_named_once(
    world: World, open_site: Open, settings: LazySettings
) -> None:
    settings.CSP_ALLOWED = [f"img-src={IMAGES}"]
    headers = {"cache-control": "no-store"}
    asking(world, "a/greedy", (("img-src", IMAGES), ("script-src", MAPS)), headers=headers)
    world.page('{% fragment "a/greedy" required=True %}')
    client = open_site()
    for _ in range(3):
        response = client.get("/shop/")
        assert "<p>a/greedy</p>" in response.text
        assert policy(response)["script-src"] == "'self'"
        assert IMAGES in policy(response)["img-src"]
    notes = [line["what"] for line in world.records() if line.get("event") == "note"]
    assert notes == [f"a/greedy: csp script-src {MAPS} is not allowed (CSP_ALLOWED)"]
    assert conf.runtime().measures.counts()["page_findings", "kind", "csp"] == 1


@pytest.mark.usefixtures("allowed")
def test_a_streamed_page_has_the_policy_of_the_manifests_that_are_known(
    world: World, open_site: Open
) -> None:
    headers = {"cache-control": "no-store"}
    slow = Reply(body="<p>late</p>", headers=headers, delay=0.1)
    content = asking(world, "a/pictures", (("img-src", IMAGES),), headers=headers)
    world.services["a"].respond(content, slow)
    world.page('{% fragment "a/pictures" %}')
    client = open_site()
    unknown, known = client.get("/shop/"), client.get("/shop/")
    assert unknown.text == known.text
    assert "late" in known.text
    assert "x-accel-buffering" in unknown.headers
    assert IMAGES not in policy(unknown)["img-src"]
    assert IMAGES in policy(known)["img-src"]
    notes = [line["what"] for line in world.records() if line.get("event") == "note"]
    assert notes == [f"a/pictures: too late for the policy: img-src {IMAGES}"]


BLOCK = '{"prefetch": [{"where": {"href_matches": "/*"}}]}'
# printf %s ... | openssl dgst -sha256 -binary | base64
BLOCK_HASH = "'sha256-LESSkIwIdN8f9iaDnvwCd204B4haSf2ZEX9x84nPHaI='"


def test_an_inline_block_of_a_template_is_allowed_by_its_hash(
    world: World, open_site: Open
) -> None:
    world.template("rules.html", f'<script type="speculationrules">{BLOCK}</script>')
    world.page(
        '{% include "rules.html" %}<script type="application/ld+json">{}</script>'
        "<script>let a = {{ page_path }};</script>"
        "{% comment %}<script>no()</script>{% endcomment %}",
    )
    found = policy(open_site().get("/shop/"))
    hashes = re.findall(r"'sha256-[^']+'", found["script-src"])
    assert hashes == [BLOCK_HASH]
    assert "unsafe" not in str(found)


def test_trusted_types_can_be_left_out(
    world: World, open_site: Open, settings: LazySettings
) -> None:
    world.page("Hello")
    assert policy(open_site().get("/shop/"))["require-trusted-types-for"] == "'script'"
    settings.TRUSTED_TYPES = False
    conf.forget_runtime()
    found = policy(open_site().get("/shop/"))
    assert not {"require-trusted-types-for", "trusted-types"} & found.keys()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("https://images.example", "is not directive=source; legal are connect-src"),
        ("default-src=https://a.example", "'default-src' is none of connect-src"),
        ("script-src='unsafe-inline'", "must be an origin"),
        ("img-src=*", "must be an origin"),
    ],
)
def test_a_wrong_allowance_is_refused_at_the_start(
    settings: LazySettings, word: str, said: str
) -> None:
    settings.CSP_ALLOWED = [word]
    with pytest.raises(ImproperlyConfigured, match=re.escape(said)):
        conf.build()


@given(st.text(max_size=60))
def test_no_allowance_can_add_a_directive_or_a_header(text: str) -> None:
    words = [f"img-src={text}", f"trusted-types={text}", text]
    for word in words:
        try:
            allowed = parse_allowed([word])
        except ValueError:
            continue
        plain = site_directives((), https=True)
        made = policy_text(plain, allowed)
        assert made.count(";") <= len(plain)
        assert made.isascii()
        assert made.isprintable()


@given(st.permutations([("img-src", IMAGES), ("img-src", MAPS), ("font-src", MAPS)]))
def test_the_same_sources_make_the_same_policy_in_any_order(
    sources: list[tuple[str, str]],
) -> None:
    plain = site_directives(["https://cdn.example"], https=False)
    assert policy_text(plain, sources) == policy_text(plain, reversed(sources))


@pytest.mark.usefixtures("allowed")
def test_a_page_allows_what_its_lazy_fragments_will_ask_for(world: World, open_site: Open) -> None:
    asking(world, "a/pictures", (("img-src", IMAGES),))
    world.page('{% fragment "a/pictures" delivery="lazy" %}')
    client = open_site()
    first = client.get("/shop/")
    assert policy(first)["img-src"] == "'self' data:"
    assert first.headers["cache-control"] == "no-store"  # nobody has read the manifest yet

    deadline = time.monotonic() + PATIENCE
    while "no-store" in (later := client.get("/shop/")).headers["cache-control"]:
        assert time.monotonic() < deadline
    assert policy(later)["img-src"] == f"'self' data: {IMAGES}"
