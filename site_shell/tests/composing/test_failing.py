"""What a page shows of a fragment whose service fails: the fallback chain, step by step."""

import pytest
from fragment_contract.manifest import Asset
from fragment_contract.testing import (
    Answer,
    BreakOff,
    Drip,
    Endless,
    GzipBomb,
    Hang,
    Raw,
    Reply,
)

from site_shell.composer import conf
from site_shell.composer.breaker import BreakerPolicy

from .conftest import Open
from .kit import PATIENCE, World, other_page, wait_until

FAILURES = [
    pytest.param(Reply(status=500), "http-500", id="500"),
    pytest.param(Reply(status=400), "http-400", id="400"),
    pytest.param(Reply(status=302, headers={"location": "/x/"}), "http-302", id="302"),
    pytest.param(Hang(), "timeout", id="silent"),
    pytest.param(Drip(chunks=("<p>",) * 100), "timeout", id="dripping"),
    pytest.param(BreakOff(), "disconnected", id="broken off"),
    pytest.param(Endless(), "too-large", id="endless"),
    pytest.param(GzipBomb(), "too-large", id="gzip bomb"),
    pytest.param(Raw(b"what?\r\n\r\n"), "malformed-response", id="no HTTP"),
    pytest.param(
        Raw(b"HTTP/1.1 200 OK\r\nx: a\rset-cookie: b\r\ncontent-length: 0\r\n\r\n"),
        "malformed-response",
        id="line break in a header",
    ),
    pytest.param(
        Reply(body="{}", content_type="application/json"), "malformed-response", id="JSON"
    ),
    pytest.param(Reply(body=b"<p>\xff</p>"), "malformed-response", id="not UTF-8"),
    pytest.param(Reply(body="<p>fine</p><!-- "), "malformed-response", id="open comment"),
    pytest.param(Reply(body="<div class='"), "malformed-response", id="open tag"),
    pytest.param(Reply(body="<script>x()"), "malformed-response", id="open script"),
]


@pytest.mark.parametrize(("answer", "reason"), FAILURES)
def test_whatever_goes_wrong_stays_in_its_slot(
    world: World, open_site: Open, answer: Answer, reason: str
) -> None:
    content = world.fragment("reviews/list")
    world.fragment("product/page", "<h1>Vase</h1>")
    world.services["reviews"].respond(content, answer)
    timeout = 300 if reason == "timeout" else 60_000
    world.page(
        f'{{% fragment "product/page" %}}<b>[{{% fragment "reviews/list" timeout={timeout} %}}]</b>'
    )
    response = open_site().get("/shop/")
    assert response.status_code == 200
    assert "<h1>Vase</h1><b>[]</b></body></html>" in response.text
    line = next(line for line in world.slots() if line["fragment"] == "reviews/list")
    assert (line["outcome"], line["reason"]) == ("degraded", reason)
    assert line["level"] == "warning"


@pytest.mark.parametrize(
    "manifest",
    [
        pytest.param(Reply(body="not JSON", content_type="application/json"), id="not JSON"),
        pytest.param(Reply(status=500), id="500"),
        pytest.param(
            Reply(
                body='{"name": "other-list", "version": "1", "content": "/", '
                '"fragment": {"name": "other/list"}}',
                content_type="application/json",
            ),
            id="of another fragment",
        ),
        pytest.param(
            Reply(
                body='{"name": "reviews-list", "version": "1", "content": "/", "css": ['
                + ",".join(['{"value": "/a.css"}'] * 10_000)
                + "]}",
                content_type="application/json",
            ),
            id="10,000 assets",
        ),
    ],
)
def test_without_a_manifest_there_is_no_fragment(
    world: World, open_site: Open, manifest: Answer
) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(f"{content}manifest.json", manifest)
    world.page('<b>[{% fragment "reviews/list" %}]</b>')
    response = open_site().get("/shop/")
    assert "<b>[]</b>" in response.text
    assert world.slots()[0]["reason"] == "manifest"
    assert world.services["reviews"].requests_for(content) == ()


def test_404_and_204_of_a_fragment_that_is_not_required_show_nothing(
    world: World, open_site: Open
) -> None:
    for name, status in (("reviews/list", 404), ("reviews/form", 204), ("reviews/old", 410)):
        content = world.fragment(name, fallback="<p>fallback</p>")
        headers = {"cache-control": "max-age=30"}
        world.services["reviews"].respond(content, Reply(status=status, headers=headers))
    world.page(
        '<b>[{% fragment "reviews/list" %}'
        '{% fragment "reviews/form" %}{% fragment "reviews/old" %}]</b>'
    )
    client = open_site()
    client.get("/shop/")
    response = client.get("/shop/")
    assert "<b>[]</b>" in response.text
    assert response.headers["cache-control"].startswith("public")
    assert {line["reason"] for line in world.slots()} == {"http-404", "http-204", "http-410"}


def test_a_stale_answer_that_the_service_allows_comes_first(world: World, open_site: Open) -> None:
    content = world.fragment(
        "reviews/list",
        "<p>yesterday</p>",
        headers={"cache-control": "max-age=0, stale-if-error=600"},
        fallback="<p>fallback</p>",
    )
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    client.get("/shop/")
    world.services["reviews"].respond(content, Reply(status=500))
    response = client.get("/shop/")
    assert "<p>yesterday</p>" in response.text
    assert response.headers["cache-control"] == "no-store"
    line = world.slots()[-1]
    assert (line["outcome"], line["via"], line["reason"]) == ("stale", "stale-if-error", "http-500")


def test_then_what_the_registry_names(world: World, open_site: Open) -> None:
    world.services["cdn"].respond("/reviews.html", Reply(body="<p>from the CDN</p>"))
    content = world.fragment("reviews/list", fallback="<p>fallback</p>")
    world.services["reviews"].respond(content, Reply(status=500))
    url = f"{world.services['reviews'].url}/fragments/list"
    world.register("reviews/list", url, fallbackUrl=f"{world.services['cdn'].url}/reviews.html")
    world.page('{% fragment "reviews/list" %}')
    assert "<p>from the CDN</p>" in open_site().get("/shop/").text
    assert world.slots()[0]["via"] == "fallback-url"
    (request,) = world.services["cdn"].requests
    assert request.query == ""


def test_which_brings_the_assets_of_the_release_that_failed(world: World, open_site: Open) -> None:
    headers = {"cache-control": "max-age=600"}
    world.services["cdn"].respond("/reviews.html", Reply(body="<p>CDN</p>", headers=headers))
    fallback = f"{world.services['cdn'].url}/reviews.html"
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    for version, where in (("1.0.0", "reviews"), ("2.0.0", "elsewhere")):
        link = f"/static/{version}.css"
        css = (Asset(value=link, type="default", scope="fallback"),)
        url = world.services[where].add_fragment("reviews/list", version=version, css=css)
        world.services[where].respond("/fragments/list/", Reply(status=500))
        world.register("reviews/list", url, version=version, fallbackUrl=fallback)
        wait_until(lambda link=link: link in client.get("/shop/").text)  # type: ignore[misc]
        assert "<p>CDN</p>" in client.get("/shop/").text


def test_then_the_fragments_own_fallback_kept_from_when_it_was_well(
    world: World, open_site: Open
) -> None:
    world.fragment(
        "reviews/list",
        headers={"cache-control": "no-store"},
        fallback="<p>Reviews are on their way.</p>",
        css=(),
    )
    world.template("none.html", "local")
    world.page('{% fragment "reviews/list" fallback="none.html" %}')
    client = open_site()
    client.get("/shop/")
    world.wait_for_fallback("reviews/list")
    world.services["reviews"].refuse()
    assert "<p>Reviews are on their way.</p>" in client.get("/shop/").text
    assert world.slots()[-1]["via"] == "manifest"


def test_then_a_template_of_the_site(world: World, open_site: Open) -> None:
    world.fragment("reviews/list")
    world.services["reviews"].refuse()
    world.template("parts/none.html", "<p>No reviews of {{ ref }} now.</p>")
    world.page(
        '<micro-frontend src="reviews/list" fallback="parts/none.html"></micro-frontend>',
        routes=("<slug:ref>/",),
    )
    response = open_site().get("/h1001/")
    assert "<p>No reviews of h1001 now.</p>" in response.text
    assert world.slots()[0]["via"] == "template"


@pytest.mark.parametrize("fallback", ["missing.html", "parts/recursive.html", "parts/broken.html"])
def test_and_in_the_end_nothing(world: World, open_site: Open, fallback: str) -> None:
    world.template("parts/recursive.html", '{% fragment "reviews/list" %}')
    world.template("parts/broken.html", "{{ 1|divisibleby:0 }}")
    world.fragment("reviews/list")
    world.services["reviews"].refuse()
    world.page('<b>[{% fragment "reviews/list" fallback="' + fallback + '" %}]</b>')
    assert "<b>[]</b>" in open_site().get("/shop/").text
    assert world.slots()[0]["outcome"] == "degraded"


def test_on_error_degrade_shows_nothing_instead_of_a_fallback(
    world: World, open_site: Open
) -> None:
    content = world.fragment("reviews/list", fallback="<p>fallback</p>")
    world.services["reviews"].respond(content, Reply(status=500))
    world.page('<b>[{% fragment "reviews/list" on_error="degrade" required=True %}]</b>')
    response = open_site().get("/shop/")
    assert response.status_code == 200
    assert "<b>[]</b>" in response.text


def test_the_pages_budget_ends_what_a_slots_timeout_would_allow(
    world: World, open_site: Open
) -> None:
    content = world.fragment("reviews/list")
    answer = Reply(body="<p>x</p>", headers={"cache-control": "no-store"})
    world.services["reviews"].respond(content, answer, Hang())
    world.page(
        '<b>[{% fragment "reviews/list" timeout=60000 %}]</b>',
        extra="budget = 200" + other_page("patient", budget=30_000),
    )
    client = open_site()
    assert "<b>[<p>x</p>]</b>" in client.get("/patient/").text
    (request,) = world.services["reviews"].requests_for(content)
    assert 0 < int(request.headers["fragment-deadline-ms"]) <= 30_000
    assert "<b>[]</b>" in client.get("/shop/").text
    assert world.slots()[-1]["reason"] == "timeout"


def test_a_service_that_fails_often_is_left_alone(
    world: World, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = BreakerPolicy(open_seconds=PATIENCE, max_open_seconds=PATIENCE)
    monkeypatch.setattr("site_shell.composer.breaker.BreakerPolicy", lambda: policy)
    content = world.fragment("reviews/list", fallback="<p>fallback</p>")
    world.services["reviews"].respond(content, Reply(status=500))
    world.page('{% fragment "reviews/list" %}')
    client = open_site()
    client.get("/shop/")
    world.wait_for_fallback("reviews/list")
    for _ in range(8):
        assert "<p>fallback</p>" in client.get("/shop/").text
    assert world.slots()[-1]["reason"] == "circuit-open"
    assert len(world.services["reviews"].requests_for(content)) < 8


@pytest.mark.parametrize(
    "tag",
    [
        '{% fragment "reviews/list" timeout="soon" %}',
        '{% fragment "no name" %}',
        '<micro-frontend src="reviews/list" error-handling="Explode"></micro-frontend>',
        '<micro-frontend product="h1"></micro-frontend>',
    ],
)
def test_a_tag_with_wrong_attributes_is_an_empty_place_and_a_line_in_the_log(
    world: World, open_site: Open, tag: str
) -> None:
    world.fragment("reviews/list")
    world.page(f"<b>[{tag}]</b>")
    assert "<b>[]</b>" in open_site().get("/shop/").text
    (line,) = world.slots()
    assert line["reason"] == "bad-slot"
    assert line["detail"]


def test_a_fault_of_ours_in_one_slot_does_not_take_the_page(
    world: World, open_site: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.fragment("reviews/list")
    world.page('<b>[{% fragment "reviews/list" %}]</b>')
    client = open_site()

    async def fail(*args: object, **kwargs: object) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(conf.runtime().manifests.__class__, "get", fail)
    assert "<b>[]</b>" in client.get("/shop/").text
    assert world.slots()[0]["reason"] == "error"
