"""How manifest and fallback are served."""

from django.test import Client
from fragment_contract import parse_manifest


def test_the_manifest_describes_the_fragment(service: Client) -> None:
    response = service.get("/fragments/hello/manifest.json")
    assert response["content-type"] == "application/json; charset=utf-8"
    manifest = parse_manifest(response.content)
    assert manifest.name == "greeting-hello"
    assert manifest.content == "/"
    assert manifest.fallback == "/fallback"
    assert [asset.value for asset in manifest.css] == ["/static/greeting/hello.css"]
    assert manifest.js[0].type == "module"
    assert [(proxy.name, proxy.target) for proxy in manifest.proxy] == [("wave", "/actions/wave")]
    assert manifest.fragment
    assert manifest.fragment.name == "greeting/hello"
    assert manifest.fragment.events == ("greeting:waved",)
    assert manifest.fragment.parameters["required"] == ["name"]
    assert manifest.fragment.actions[0].methods == ("POST", "DELETE")


def test_a_fragment_without_extras_has_a_small_manifest(service: Client) -> None:
    manifest = parse_manifest(service.get("/fragments/bare/manifest.json").content)
    assert (manifest.fallback, manifest.css, manifest.js, manifest.proxy) == ("", (), (), ())
    assert service.get("/fragments/bare/fallback").status_code == 404


def test_the_manifest_can_be_revalidated(service: Client) -> None:
    first = service.get("/fragments/hello/manifest.json")
    assert first["cache-control"] == "public, max-age=60"
    again = service.get("/fragments/hello/manifest.json", headers={"if-none-match": first["etag"]})
    assert again.status_code == 304


def test_the_fallback_needs_no_parameters(service: Client) -> None:
    response = service.get("/fragments/hello/fallback")
    assert response.status_code == 200
    assert response.content == b'<p class="greeting-hello">Hello.</p>\n'
    assert response["podlet-version"].startswith("1.2.3+")


def test_manifest_and_fallback_are_read_only(service: Client) -> None:
    for name in ("manifest.json", "fallback"):
        assert service.post(f"/fragments/hello/{name}").status_code == 405
