"""Assets and head blocks of fragments in the page's head."""

from typing import Any

from fragment_contract.manifest import Asset
from fragment_contract.testing import Reply

from .conftest import Open
from .kit import World

HASH = "sha384-" + "A" * 64


def css(value: str, **fields: Any) -> Asset:
    return Asset(value=value, type="text/css", **fields)


def js(value: str, **fields: Any) -> Asset:
    return Asset(value=value, type=fields.pop("type", "module"), **fields)


def test_assets_stand_once_before_the_end_of_the_head(world: World, open_site: Open) -> None:
    shared = css("/static/shared.css", integrity=HASH)
    world.fragment("reviews/list", css=(shared, css("/static/list.css")), js=(js("/static/a.js"),))
    world.fragment(
        "reviews/form",
        css=(shared,),
        js=(js("/static/b.js", type="default", integrity=HASH), js("/static/a.js")),
    )
    world.page(
        '{% fragment "reviews/list" required=True %}{% fragment "reviews/form" required=True %}'
    )
    response = open_site().get("/shop/")
    head, _, body = response.text.partition("</head>")
    assert head.endswith(
        f'<link rel="stylesheet" href="/static/shared.css" integrity="{HASH}">'
        '<link rel="stylesheet" href="/static/list.css">'
        '<script src="/static/a.js" type="module"></script>'
        f'<script src="/static/b.js" integrity="{HASH}" defer></script>'
    )
    assert "/static/" not in body
    assert response.headers["link"] == (
        f'</static/shared.css>; rel=preload; as=style; integrity="{HASH}", '
        "</static/list.css>; rel=preload; as=style, "
        "</static/a.js>; rel=modulepreload, "
        f'</static/b.js>; rel=preload; as=script; integrity="{HASH}"'
    )


def test_assets_come_from_allowed_origins_only(
    world: World, open_site: Open, settings: Any
) -> None:
    settings.ASSET_ORIGINS = ["https://cdn.example"]
    world.fragment(
        "reviews/list", css=(css("https://cdn.example/a.css"), css("https://evil.example/b.css"))
    )
    world.page('{% fragment "reviews/list" required=True %}')
    response = open_site().get("/shop/")
    assert "https://cdn.example/a.css" in response.text
    assert "evil.example" not in response.text
    assert "style-src 'self' https://cdn.example;" in response.headers["content-security-policy"]
    notes = [line["what"] for line in world.records() if line["event"] == "note"]
    assert any("https://evil.example/b.css is not of an allowed origin" in note for note in notes)


def test_a_foreign_podlets_assets_are_relative_to_its_own_address(
    world: World, open_site: Open, settings: Any
) -> None:
    settings.ASSET_ORIGINS = [world.services["podlet"].url]
    world.fragment("podlet/app", fragment=None, js=(js("/app.js", type="default"),))
    # Podium's layouts ask without the last slash.
    world.services["podlet"].respond("/fragments/app", Reply(body="<p>from Node</p>"))
    world.page('{% fragment "podlet/app" required=True %}')
    expected = f'<script src="{world.services["podlet"].url}/fragments/app/app.js" defer></script>'
    assert expected in open_site().get("/shop/").text


def test_what_a_fragment_says_about_the_page_replaces_what_the_template_says(
    world: World, open_site: Open
) -> None:
    world.template(
        "base.html",
        "<html><head><title>Shop</title><meta name='description' content='All'>"
        "<meta property='og:title' content='Shop'></head><body>{% block main %}{% endblock %}",
    )
    world.fragment(
        "product/page",
        ' <head><title>A &lt;vase&gt;</title><meta content="One vase" name="description">'
        '<link rel="canonical" href="https://shop.example/v/"><link rel=stylesheet href=/late.css>'
        '<script type="application/ld+json">{"@type": "Product"}</script>'
        "<script>alert(1)</script><style>b{}</style><base href=/x></head><h1>Vase</h1>",
    )
    world.page('{% fragment "product/page" required=True %}')
    text = open_site().get("/shop/").text
    assert text == (
        "<html><head><meta property='og:title' content='Shop'>"
        '<title>A &lt;vase&gt;</title><meta content="One vase" name="description">'
        '<link rel="canonical" href="https://shop.example/v/">'
        '<script type="application/ld+json">{"@type": "Product"}</script>'
        '<link rel="stylesheet" href="/late.css"></head><body><h1>Vase</h1>'
    )
    notes = [line["what"] for line in world.records() if line["event"] == "note"]
    assert [note.split(" may not")[0] for note in notes] == [
        "product/page: <script>",
        "product/page: <style>",
        "product/page: <base>",
    ]


def test_of_two_fragments_that_disagree_the_required_one_counts(
    world: World, open_site: Open
) -> None:
    world.fragment("reviews/list", "<head><title>Reviews</title></head>")
    world.fragment("product/page", "<head><title>Vase</title></head>")
    world.page(
        '{% fragment "reviews/list" on_error="fail" %}{% fragment "product/page" required=True %}'
    )
    text = open_site().get("/shop/").text
    assert "<title>Vase</title>" in text
    assert "Reviews" not in text
    (note,) = [line for line in world.records() if line["event"] == "note"]
    assert note["what"] == "two fragments set title: <title>Vase</title> counts"
    assert note["level"] == "warning"


def test_a_template_without_a_head_gets_assets_beside_their_fragments(
    world: World, open_site: Open
) -> None:
    world.template("base.html", "<main>{% block main %}{% endblock %}</main>")
    world.fragment("reviews/list", css=(css("/static/a.css"),))
    world.page('{% fragment "reviews/list" required=True %}')
    expected = '<main><link rel="stylesheet" href="/static/a.css"><p>reviews/list</p></main>'
    assert open_site().get("/shop/").text == expected


def test_a_fragment_inside_the_head_is_a_fault_of_the_template(
    world: World, open_site: Open
) -> None:
    world.template("base.html", '<html><head>{% fragment "a/b" %}</head><body>')
    world.page("")
    assert open_site().get("/shop/").status_code == 500
