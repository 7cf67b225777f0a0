"""The manifest: what is accepted, what is refused and how, and that it comes back the same."""

import json
from typing import Any

import pytest
from fragment_contract.errors import InvalidManifest
from fragment_contract.manifest import (
    MAX_BYTES,
    Action,
    Asset,
    FragmentInfo,
    Manifest,
    Proxy,
    parse_manifest,
)
from hypothesis import given
from hypothesis import strategies as st

PODLET: dict[str, Any] = {"name": "podlet", "version": "1", "content": "/"}


def parse(**changes: Any) -> Manifest:
    return parse_manifest(json.dumps({**PODLET, **changes}).encode())


def parse_own(**changes: Any) -> FragmentInfo:
    own = parse(name="a-b", fragment={"name": "a/b", **changes}).fragment
    assert own
    return own


def test_a_podlet_needs_only_name_version_and_content() -> None:
    manifest = parse()
    assert manifest == Manifest(name="podlet", version="1", content="/")
    assert manifest.fragment is None


def test_a_full_manifest_comes_back_the_same() -> None:
    asset = Asset(
        value="/static/x.js",
        type="module",
        integrity="sha384-AAAA",
        crossorigin="anonymous",
        fetchpriority="high",
        strategy="lazy",
        hydrate="media",
        scope="content",
        media="print",
        referrerpolicy="no-referrer",
        async_=True,
        defer=True,
        nomodule=True,
    )
    manifest = Manifest(
        name="reviews-list",
        version="1.0.0",
        content="/",
        fallback="/fallback",
        css=(Asset(value="https://cdn.example/x.css", type="text/css"),),
        js=(asset,),
        proxy=(Proxy("submit", "/actions/submit"),),
        fragment=FragmentInfo(
            name="reviews/list",
            parameters={"type": "object", "required": ["p"], "properties": {"p": {}}},
            identity="optional",
            varies=("header:x-currency",),
            nested=True,
            events=("review:submitted",),
            actions=(Action("submit", "/actions/submit", ("POST", "PUT")),),
            csp=(("connect-src", "wss://live.example:8443"), ("trusted-types", "lit-html")),
        ),
    )
    assert parse_manifest(manifest.to_json()) == manifest
    assert manifest.action("submit") == Action("submit", "/actions/submit", ("POST", "PUT"))
    assert manifest.action("other") is None


def test_unknown_keys_are_ignored() -> None:
    assert parse(team="x", css=[{"value": "/x.css", "new": 1}]).css[0].value == "/x.css"


def test_assets_have_podiums_defaults() -> None:
    manifest = parse(css=[{"value": "/x.css"}], js=[{"value": "/x.js"}])
    assert manifest.css[0].type == "text/css"
    assert manifest.js[0].type == "default"


def test_podiums_older_words_are_understood() -> None:
    manifest = parse(
        js=[{"value": "x.js", "type": "esm", "crossorigin": True}],
        proxy={"api": "/api"},
    )
    assert manifest.js[0].type == "module"
    assert manifest.js[0].crossorigin == "anonymous"
    assert manifest.proxy == (Proxy("api", "/api"),)


def test_a_relative_content_path_gets_its_slash() -> None:
    assert parse(content="content.html").content == "/content.html"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "JSON"),
        (b"[]", "object"),
        (b'"text"', "object"),
        (b'{"name": NaN}', "NaN"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "JSON"),
        (b'{"name": ' + b"1" * 5_000 + b"}", "JSON"),
        (b" " * (MAX_BYTES + 1), "at most 262144 bytes"),
    ],
)
def test_what_is_not_a_json_object_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(InvalidManifest, match=said) as caught:
        parse_manifest(data)
    assert caught.value.field == "manifest"


@pytest.mark.parametrize("name", ["name", "version", "content"])
def test_a_missing_field_is_named(name: str) -> None:
    rest = {key: value for key, value in PODLET.items() if key != name}
    with pytest.raises(InvalidManifest, match=f"{name}: is required"):
        parse_manifest(json.dumps(rest).encode())


REFUSED = [
    ("name", "x"),
    ("name", "with space"),
    ("name", "x" * 101),
    ("name", 7),
    ("version", ""),
    ("version", "1\r\nset-cookie: a=b"),
    ("version", "\ud800"),
    ("content", ""),
    ("content", "https://elsewhere.example/"),
    ("content", "//elsewhere.example/"),
    ("content", "/../admin/"),
    ("content", "/%2e%2e/admin/"),
    ("content", "/?a=b"),
    ("content", "/#top"),
    ("content", "/a b"),
    ("fallback", "javascript:alert(1)"),
    ("css", {}),
    ("css", ["/x.css"]),
    ("css", [{"value": "/x.css"}] * 51),
    ("js", [{"value": "/x.js"}] * 10_000),
    ("js", [{}]),
    ("js", [{"value": "javascript:alert(1)"}]),
    ("js", [{"value": "data:text/javascript,alert(1)"}]),
    ("js", [{"value": "//cdn.example/x.js"}]),
    ("js", [{"value": '/x.js"onload="alert(1)'}]),
    ("js", [{"value": "http://[broken/x.js"}]),
    ("js", [{"value": "/" + "x" * 2_048}]),
    ("js", [{"value": "/x.js", "integrity": "md5-AAAA"}]),
    ("js", [{"value": "/x.js", "async": "yes"}]),
    ("js", [{"value": "/x.js", "scope": "page"}]),
    ("js", [{"value": "/x.js", "strategy": "eager"}]),
    ("js", [{"value": "/x.js", "type": "module", "hydrate": "eager"}]),
    ("js", [{"value": "/x.js", "hydrate": "idle"}]),
    ("js", [{"value": "/x.js", "type": "module", "hydrate": "media"}]),
    ("css", [{"value": "/x.css", "hydrate": "idle"}]),
    ("js", [{"value": "/x.js", "fetchpriority": "highest"}]),
    ("js", [{"value": "/x.js", "crossorigin": "everybody"}]),
    ("proxy", [{"name": "a", "target": "/a"}] * 5),
    ("proxy", "api"),
    ("fragment", []),
]


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_a_bad_value_is_refused_and_its_field_named(name: str, value: Any) -> None:
    with pytest.raises(InvalidManifest) as caught:
        parse(**{name: value})
    assert caught.value.field.startswith(name)
    assert len(str(caught.value)) < 400


REFUSED_OWN = [
    ("name", "a-b"),
    ("name", "A/B"),
    ("identity", "sometimes"),
    ("nested", 1),
    ("csp", []),
    ("csp", {"img-src": "https://a.example"}),
    ("csp", {"img-src": [1]}),
    ("csp", {"img-src": ["*"]}),
    ("csp", {"img-src": ["data:"]}),
    ("csp", {"img-src": ["https://*.example"]}),
    ("csp", {"img-src": ["https://a.example/path"]}),
    ("csp", {"img-src": ["https://a.example; script-src *"]}),
    ("csp", {"img-src": ["https://a.example\n"]}),
    ("csp", {"script-src": ["'unsafe-eval'"]}),
    ("csp", {"frame-ancestors": ["https://a.example"]}),
    ("csp", {"trusted-types": ["'allow-duplicates'"]}),
    ("varies", ["x-currency"]),
    ("events", ["submitted"]),
    ("events", ["a:b"] * 51),
    ("actions", [{"name": "a", "target": "/a", "methods": ["POST"]}] * 51),
    ("actions", [{"name": "a/b", "target": "/a", "methods": ["POST"]}]),
    ("actions", [{"name": "a", "target": "http://elsewhere/", "methods": ["POST"]}]),
    ("actions", [{"name": "a", "target": "/a", "methods": []}]),
    ("actions", [{"name": "a", "target": "/a", "methods": ["GET"]}]),
    ("actions", [{"name": "a", "target": "/a", "methods": ["POST"], "max_bytes": 0}]),
    ("actions", [{"name": "a", "target": "/a", "methods": ["POST"], "max_bytes": "1"}]),
    ("actions", [{"name": "a", "target": "/a", "methods": ["POST"], "max_bytes": True}]),
    ("actions", [{"name": "a", "target": "/a", "methods": ["POST"], "accepts": []}]),
    ("actions", [{"name": "a", "target": "/a", "methods": ["POST"], "accepts": ["image"]}]),
    ("actions", [{"name": "a", "target": "/a", "methods": ["POST"], "accepts": "image/*"}]),
    ("parameters", {"type": "array"}),
    ("parameters", {"properties": {"a b": {}}}),
    ("parameters", {"properties": {"a": 1}}),
    ("parameters", {"required": ["a"]}),
]


@pytest.mark.parametrize(("name", "value"), REFUSED_OWN)
def test_a_bad_value_of_our_own_is_refused_and_its_field_named(name: str, value: Any) -> None:
    with pytest.raises(InvalidManifest) as caught:
        parse_own(**{name: value})
    assert caught.value.field.startswith(f"fragment.{name}")


def test_podiums_name_must_go_with_the_fragments_own() -> None:
    with pytest.raises(InvalidManifest, match="'a-b'"):
        parse(name="other", fragment={"name": "a/b"})


def test_what_a_fragment_leaves_out_has_a_default() -> None:
    assert parse_own() == FragmentInfo(name="a/b")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "name", "target", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = ["name", "version", "content", "fallback", "css", "js", "proxy", "fragment"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_json_is_read_or_refused_and_never_breaks_the_parser(changes: dict[str, Any]) -> None:
    try:
        manifest = parse(**changes)
    except InvalidManifest:
        return
    assert parse_manifest(manifest.to_json()) == manifest


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse_manifest(data)
    except InvalidManifest as error:
        assert error.field  # noqa: PT017  # the point is that nothing else is raised


def test_what_an_action_takes_travels_with_it() -> None:
    photo = Action("photo", "/actions/photo", max_bytes=10_000_000, accepts=("image/*",))
    form = Action("form", "/actions/form")
    sent = Manifest(
        name="a-b", version="1", fragment=FragmentInfo(name="a/b", actions=(photo, form))
    )
    read = parse_manifest(sent.to_json())
    assert read == sent
    assert [photo.takes(kind) for kind in ("image/webp", "IMAGE/PNG; q=1", "text/html", "")] == [
        *(True, True),
        *(False, False),
    ]
    # A manifest that asks for nothing unusual is what it was before there was anything to ask for.
    assert json.loads(sent.to_json())["fragment"]["actions"][1].keys() == {
        "name",
        "target",
        "methods",
    }
