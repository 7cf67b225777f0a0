"""``@fragment`` refuses at import what could only fail later."""

from typing import Annotated, Any

import pytest
from contract_example.fragments import hello
from django.http import HttpRequest, HttpResponse
from fragment_contract import (
    Cache,
    Integer,
    InvalidDeclaration,
    InvalidTag,
    Text,
    fragment,
    fragment_urls,
)
from fragment_contract.manifest import MAX_PROXIES


def view(request: HttpRequest, *, word: str = "", number: int = 1) -> HttpResponse:
    return HttpResponse(f"{word}{number}")


def declare(**changes: Any) -> Any:
    arguments: dict[str, Any] = {"name": "a/b", "version": "1", "cache": Cache(), **changes}
    return fragment(arguments.pop("name"), **arguments)(view)


def test_a_fragment_is_still_callable_as_the_view_it_was(requests: Any) -> None:
    assert declare()(requests.get("/"), word="x", number=2).content == b"x2"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "reviews"}, "name must match"),
        ({"name": "Reviews/List"}, "name must match"),
        ({"version": ""}, "version must match"),
        ({"version": "1.0 beta"}, "version must match"),
        ({"version": "1.0+abc"}, "version must match"),
        ({"events": ("submitted",)}, "events must match"),
        ({"varies": ("currency",)}, "varies must match"),
        ({"csp": {"default-src": ["https://a.example"]}}, "'default-src' is none of connect-src"),
        ({"csp": {"script-src": ["'unsafe-inline'"]}}, "must be an origin"),
        ({"csp": {"img-src": "https://a.example"}}, "needs a list of sources"),
        ({"csp": {"trusted-types": ["default"]}}, "and not default"),
        ({"csp": {"img-src": [f"https://a{n}.example" for n in range(51)]}}, "more than 50"),
        ({"identity": "maybe"}, "identity is one of none, optional, required, not 'maybe'"),
        ({"identity": "required"}, "shared cache"),
        ({"tags": ("x:{colour}",)}, "needs a parameter 'colour'"),
        ({"tags": ("x:{word}",)}, "needs a parameter 'word'"),
    ],
)
def test_a_wrong_declaration_is_refused_with_its_reason(changes: Any, said: str) -> None:
    with pytest.raises(InvalidDeclaration, match=said):
        declare(**changes)


def test_a_tag_that_cannot_travel_is_refused_at_once() -> None:
    with pytest.raises(InvalidTag):
        declare(tags=("Not A Tag",))


def test_a_tag_may_hold_a_number() -> None:
    assert declare(tags=("x:{number}", "all")).tags_for({"number": 7}) == ("x:7", "all")


def test_a_tag_may_hold_a_text_with_a_pattern() -> None:
    word = Annotated[str, Text(pattern="[a-z]+")]

    def by_word(request: HttpRequest, *, word: word) -> HttpResponse:
        return HttpResponse()

    declared = fragment("a/b", version="1", cache=Cache(), tags=("x:{word}",))(by_word)
    assert declared.tags_for({"word": "lamp"}) == ("x:lamp",)


def test_a_personal_fragment_may_be_private() -> None:
    assert declare(identity="required", cache=Cache.private()).identity == "required"


def test_one_action_name_is_declared_once() -> None:
    declared = declare()
    declared.action("submit")(view)
    with pytest.raises(InvalidDeclaration, match="be declared once, not 'submit'"):
        declared.action("submit")


@pytest.mark.parametrize(
    ("name", "methods"), [("Submit", ("POST",)), ("a/b", ("POST",)), ("a", ("GET",)), ("a", ())]
)
def test_a_wrong_action_is_refused(name: str, methods: tuple[str, ...]) -> None:
    with pytest.raises(InvalidDeclaration):
        declare().action(name, methods=methods)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"max_bytes": 0}, "max_bytes of action a is a number of bytes, not 0"),
        ({"accepts": ()}, "accepts of action a must match"),
        ({"accepts": ("image",)}, "not 'image'"),
        ({"accepts": ("multipart/form-data", "*/*")}, "not '\\*/\\*'"),
    ],
)
def test_what_an_action_takes_is_checked(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidDeclaration, match=said):
        declare().action("a", **options)


def test_two_fragments_cannot_share_one_url() -> None:
    other = fragment("other/hello", version="1", cache=Cache())(view)
    with pytest.raises(InvalidDeclaration, match="would both be served at /fragments/hello/"):
        fragment_urls(hello, other)
    with pytest.raises(InvalidDeclaration, match="would both be served"):
        fragment_urls(hello, hello)


def test_a_podium_layout_sees_no_more_proxies_than_it_accepts() -> None:
    declared = declare()
    for number in range(6):
        declared.action(f"act-{number}")(view)
    manifest = declared.manifest()
    assert len(manifest.proxy) == MAX_PROXIES
    assert len(manifest.fragment.actions) == 6


def test_the_version_changes_with_anything_in_the_manifest() -> None:
    declared = declare()
    before = declared.manifest().version
    declared.action("submit")(view)
    assert declared.manifest().version != before
    assert before.startswith("1+")


def test_bounds_are_part_of_the_declaration() -> None:
    assert Integer(1, 9).schema() == {"type": "integer", "minimum": 1, "maximum": 9}


def test_what_is_asked_of_the_csp_is_in_the_manifest() -> None:
    declared = declare(csp={"img-src": ["https://b.example", "https://a.example"]})
    own = declared.manifest().as_dict()["fragment"]
    assert own["csp"] == {"img-src": ["https://a.example", "https://b.example"]}
    assert "csp" not in declare().manifest().as_dict()["fragment"]
