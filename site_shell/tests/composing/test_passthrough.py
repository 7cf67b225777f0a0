"""What of a browser's request a fragment sees, and that it is cached by exactly that."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.allowances import read_passthrough
from site_shell.composer.errors import SlotError
from site_shell.composer.key import fragment_key
from site_shell.composer.passthrough import MAX_VALUES, device_type, inputs_of
from site_shell.composer.request import BadRequest, PageRequest
from site_shell.composer.slot import Slot, make_slot

NAMES = ("a", "b", "page", "x-c")
NAMED = "query:a query:page header:x-c cookie:b"


def slot(passthrough: str, **parameters: object) -> Slot:
    return make_slot("reviews/list", {"passthrough": passthrough, **parameters})


def request(query: str = "", headers: Mapping[str, str] | None = None) -> PageRequest:
    return PageRequest("GET", "/", query, dict(headers or {}))


def key(asking: Slot, asked: PageRequest) -> str:
    seen = inputs_of(asking, asked)
    return fragment_key("f", "1", dict(seen.parameters), dict(seen.headers), "en")


values = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=6)
pairs = st.dictionaries(st.sampled_from(NAMES), values, max_size=4)


def browser(query: Mapping[str, str], headers: Mapping[str, str], cookies: Any) -> PageRequest:
    jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
    raw = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    return request(raw, {**headers, "cookie": jar})


sane = st.text("abcXYZ09._-", max_size=4)


visitors = st.builds(
    lambda query, headers, cookies: (query, headers, cookies),
    pairs,
    st.dictionaries(st.sampled_from(("x-c", "x-other", "user-agent")), sane, max_size=3),
    st.dictionaries(st.sampled_from(("b", "session")), sane, max_size=2),
)


def passed(visitor: tuple[Any, Any, Any]) -> object:
    """What NAMED lets pass of a visitor's request, written down a second time."""
    query, headers, cookies = visitor
    return (
        query.get("a", ""),
        query.get("page", ""),
        headers.get("x-c", ""),
        cookies.get("b", ""),
    )


@given(visitors, visitors)
def test_two_requests_share_an_entry_if_and_only_if_they_agree_in_what_passes(
    one: tuple[Any, Any, Any], other: tuple[Any, Any, Any]
) -> None:
    keys = key(slot(NAMED), browser(*one)), key(slot(NAMED), browser(*other))
    assert (keys[0] == keys[1]) == (passed(one) == passed(other))


@given(visitors)
def test_without_passthrough_nothing_of_a_request_is_seen(visitor: tuple[Any, Any, Any]) -> None:
    seen = inputs_of(slot(""), browser(*visitor))
    assert (seen.parameters, seen.headers) == ((), ())


@given(visitors, visitors)
def test_all_that_differs_in_anything_seen_is_another_entry_with_all_too(
    one: tuple[Any, Any, Any], other: tuple[Any, Any, Any]
) -> None:
    asking = slot("all")
    first, second = inputs_of(asking, browser(*one)), inputs_of(asking, browser(*other))
    same_key = key(asking, browser(*one)) == key(asking, browser(*other))
    assert same_key == (first == second)


@given(st.permutations(["a=1", "b=2", "page=3", "a=0"]))
def test_all_is_in_order_and_of_duplicates_the_last_counts(parts: list[str]) -> None:
    last = [part for part in parts if part.startswith("a=")][-1].removeprefix("a=")
    seen = inputs_of(slot("query:all"), request("&".join(parts)))
    assert seen.parameters == (("a", last), ("b", "2"), ("page", "3"))


@pytest.mark.parametrize("raw", ["a=%C3%A9+b", "%61=%c3%a9%20b", "a=1&a=%C3%A9%20b"])
def test_one_value_has_one_spelling_however_it_is_encoded(raw: str) -> None:
    for words in ("query:a", "query:all"):
        assert inputs_of(slot(words), request(raw)).parameters == (("a", "é b"),)


@pytest.mark.parametrize("raw", ["a=", "a", "", "b=1", "A=1"])
def test_what_is_empty_or_named_otherwise_does_not_pass(raw: str) -> None:
    assert inputs_of(slot("query:a"), request(raw)).parameters == ()


@pytest.mark.parametrize("raw", [f"a={'x' * 2049}", "a=%00", "a=%FF", "a=%0d%0aX:1", "a=%zz"])
def test_a_named_value_that_is_huge_or_malformed_is_the_visitors_mistake(raw: str) -> None:
    with pytest.raises(BadRequest):
        inputs_of(slot("query:a"), request(raw))


def test_of_all_the_malformed_stays_behind_and_too_many_are_refused() -> None:
    assert inputs_of(slot("query:all"), request("a=%FF&%00=1&b=2")).parameters == (("b", "2"),)
    many = "&".join(f"n{number}=1" for number in range(MAX_VALUES + 1))
    with pytest.raises(BadRequest, match="more than 50 values"):
        inputs_of(slot("query:all"), request(many))


def test_the_templates_word_counts_not_the_visitors() -> None:
    asking = slot("query:all", product="h1")
    assert inputs_of(asking, request("product=evil&q=1")).parameters == (("q", "1"),)


@pytest.mark.parametrize("value", ["x" * 2049, "a\r\nx: 1", "a\x00", "é", "\xff", " "])
def test_headers_and_cookies_of_strange_characters_or_size_do_not_pass(value: str) -> None:
    asking = slot("header:x-c cookie:b")
    assert inputs_of(asking, request("", {"x-c": value, "cookie": f"b={value}"})).headers == ()


def test_a_cookie_passes_alone_and_the_first_of_two_counts() -> None:
    seen = inputs_of(slot("cookie:b cookie:c"), request("", {"cookie": "z=9; c=3;b=1; b=2; =x;c"}))
    assert seen.headers == (("cookie", "b=1; c=3"),)


def test_cookies_of_the_shell_never_pass_by_name_or_with_all() -> None:
    asked = request("", {"cookie": "staff=secret; theme=dark"})
    for words in ("cookie:staff cookie:theme", "cookie:all", "all"):
        seen = dict(inputs_of(slot(words), asked, frozenset({"staff"})).headers)
        assert seen["cookie"] == "theme=dark"


def test_all_headers_are_not_those_of_the_connection_nor_who_the_visitor_is() -> None:
    given_headers = {
        "x-c": "1",
        "host": "shop.example",
        "authorization": "Bearer x",
        "cookie": "a=b",
        "connection": "x-c",
        "transfer-encoding": "chunked",
        "podium-locale": "xx",
        "podium-device-type": "toaster",
        "sec-fetch-site": "none",
        "proxy-authorization": "x",
        "x-request-id": "x",
    }
    assert inputs_of(slot("header:all"), request("", given_headers)).headers == (("x-c", "1"),)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, "desktop"),
        ({"podium-device-type": "toaster"}, "desktop"),
        ({"sec-ch-ua-mobile": "?1"}, "mobile"),
        ({"user-agent": "Mozilla/5.0 (iPhone) Mobile/15E148"}, "mobile"),
        ({"user-agent": "Mozilla/5.0 (iPad; CPU OS 17) Mobile/15E"}, "tablet"),
        ({"user-agent": "Mozilla/5.0 (Linux; Android 14) Safari"}, "tablet"),
        ({"user-agent": "Mozilla/5.0 (X11; Linux x86_64)"}, "desktop"),
    ],
)
def test_the_kind_of_device_is_one_of_three(headers: dict[str, str], kind: str) -> None:
    asked = request("", headers)
    assert device_type(asked) == kind
    seen = inputs_of(slot("header:podium-device-type"), asked)
    assert seen.headers == (("podium-device-type", kind),)


@pytest.mark.parametrize("words", ["every", "query", "query:", "body:a", "query:a b", "header:te"])
def test_other_words_are_refused(words: str) -> None:
    with pytest.raises(SlotError, match="passthrough="):
        read_passthrough(words)


def test_more_names_than_anybody_needs_are_refused() -> None:
    with pytest.raises(SlotError, match="more than 50"):
        read_passthrough(" ".join(f"query:n{number}" for number in range(51)))
