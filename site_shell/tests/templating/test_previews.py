"""A version of the page templates before the switch: for who has the link, and nobody else."""

import re
from html import unescape

import pytest
from django.conf import LazySettings

from site_shell.composer.page_templates import previews
from site_shell.tests.composing.kit import Face, World

from .publishing import opened, pages, publish


@pytest.mark.parametrize("face", ["lane", "view"])
def test_a_version_is_seen_before_the_switch_by_who_has_the_link_alone(
    world: World, in_s3: LazySettings, face: Face
) -> None:
    world.fragment("reviews/list", headers={"cache-control": "max-age=600"})
    world.page('one {% fragment "reviews/list" required=True %}')
    publish(world)
    with opened(world, face) as client:
        client.get("/shop/")
        world.page('two {% fragment "reviews/list" required=True %}', routes=("shop/", "more/"))
        out = pages("publish", str(world.folder / "pages"), "--preview")
        link = next(line for line in out.splitlines() if "/_composer/preview/" in line)
        path = link.removeprefix(in_s3.SITE_ORIGIN)
        begun = client.get(path)
        assert (begun.status_code, begun.headers["location"]) == (302, "/")
        assert begun.headers["cache-control"] == "no-store"
        cookie = begun.headers["set-cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Secure"))
        held = {"cookie": cookie.partition(";")[0]}
        for _ in range(2):
            seen = client.get("/shop/", headers=held)
            assert "two " in seen.text
            assert seen.headers["cache-control"] == "no-store"
            assert "Z-" in seen.headers["x-templates-preview"]
            assert "etag" not in seen.headers
            others = client.get("/shop/", headers={"cookie": ""})
            assert "one " in others.text
            assert "x-templates-preview" not in others.headers
        assert client.get("/more/", headers=held).status_code == 200
        assert client.get("/more/", headers={"cookie": ""}).status_code == 404
        assert "Max-Age=0" in client.get("/_composer/preview/off").headers["set-cookie"]


def test_nothing_of_a_previewed_version_reaches_anybody_else(
    world: World, in_s3: LazySettings
) -> None:
    world.fragment("reviews/list", headers={"cache-control": "max-age=600"})
    lazy = '{% fragment "reviews/list" delivery="lazy" label="Reviews" %}'
    world.page(lazy)
    world.template(
        "fragment.html", '{% extends "base.html" %}{% block main %}one {{ answer }}{% endblock %}'
    )
    publish(world)
    with opened(world) as client:
        found = re.search(r'fragment-slot__link" href="([^"]+)"', client.get("/shop/").text)
        assert found is not None
        part = unescape(found[1])
        world.page(lazy, routes=("shop/", "more/"))
        world.template(
            "fragment.html",
            '{% extends "base.html" %}{% block main %}two {{ answer }}{% endblock %}',
        )
        held = {"cookie": f"templates_preview={previews.sign(publish(world, '--preview'))}"}
        for path, status in ((part, 200), ("/more", 301)):
            seen = client.get(path, headers=held)
            assert (seen.status_code, seen.headers["cache-control"]) == (status, "no-store")
        assert "two <p>" in client.get(part, headers=held).text
        assert "one <p>" in client.get(part).text
        assert "two <p>" in client.get(part, headers=held).text
        assert client.get("/more").status_code == 404


def test_a_preview_is_seen_with_a_staging_cookie_that_has_expired(
    world: World, in_s3: LazySettings
) -> None:
    world.page("one")
    publish(world)
    with opened(world) as client:
        world.page("two")
        held = f"staging=expired; templates_preview={previews.sign(publish(world, '--preview'))}"
        assert "one" in client.get("/shop/").text
        assert "two" in client.get("/shop/", headers={"cookie": held}).text


@pytest.mark.parametrize("token", ["x", "x:1:2", "20261121T140512Z-1f9a03c2:1tZ:forged"])
def test_a_forged_link_or_cookie_shows_nothing(
    world: World, in_s3: LazySettings, token: str
) -> None:
    world.page("one")
    publish(world)
    with opened(world) as client:
        refused = client.get(f"/_composer/preview/{token}")
        assert refused.status_code == 403
        assert "set-cookie" not in refused.headers
        response = client.get("/shop/", headers={"cookie": f"templates_preview={token}"})
        assert "one" in response.text
        assert "x-templates-preview" not in response.headers


def test_a_preview_expires(
    world: World, in_s3: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.page("one")
    one = publish(world)
    cookie = {"cookie": f"templates_preview={previews.sign(one)}"}
    with opened(world) as client:
        assert "x-templates-preview" in client.get("/shop/", headers=cookie).headers
        monkeypatch.setattr(previews, "MAX_SECONDS", -1)
        assert "x-templates-preview" not in client.get("/shop/", headers=cookie).headers
