"""What a slot may ask for; the wrong is named and so is the right (see test_checks.py)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.allowances import Passthrough
from site_shell.composer.errors import SlotError
from site_shell.composer.slot import MAX_PARAMETER, make_slot, slot_from_tag


def test_both_tags_make_the_same_slot() -> None:
    from_template = make_slot(
        "reviews/list",
        {
            "product": "h1",
            "page": 2,
            "timeout": 400,
            "on_error": "degrade",
            "required": True,
            "fallback": "parts/none.html",
            "passthrough": "query:q header:X-Country",
            "strategy": "canary",
            "options": "SignatureV4",
        },
    )
    from_html = slot_from_tag(
        {
            "src": "reviews/list",
            "product": "h1",
            "page": "2",
            "timeout": "400",
            "error-handling": "Degrade",
            "required": "",
            "fallback": "parts/none.html",
            "passthrough": "header:X-Country, query:q",
            "strategy": "Canary",
            "options": "SignatureV4",
        }
    )
    assert set(from_html.passthrough) == set(from_template.passthrough)
    assert from_template.passthrough == (
        Passthrough("query", "q"),
        Passthrough("header", "x-country"),
    )
    assert from_template.parameters == (("page", "2"), ("product", "h1"))
    for name in (
        "fragment",
        "parameters",
        "timeout_ms",
        "on_error",
        "required",
        "fallback",
        "strategy",
        "options",
    ):
        assert getattr(from_html, name) == getattr(from_template, name), name


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("a", "a"),
        (3, "3"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        ("", None),
        (None, None),
    ],
)
def test_values_go_on_the_wire_as_text_and_nothing_is_not_sent(
    value: object, sent: str | None
) -> None:
    expected = () if sent is None else (("p", sent),)
    assert make_slot("a/b", {"p": value}).parameters == expected


@pytest.mark.parametrize("value", [[], {}, object(), b"x", "x" * (MAX_PARAMETER + 1)])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(SlotError, match=r"^p "):
        make_slot("a/b", {"p": value})


@pytest.mark.parametrize(
    "header",
    ["Cookie", "Host", "Connection", "Podium-Locale", "Sec-Fetch-Site", "X-Request-Id", "a b", ""],
)
def test_some_headers_are_never_passed(header: str) -> None:
    with pytest.raises(SlotError):
        make_slot("a/b", {"passthrough": f"header:{header}"})


@given(st.text())
def test_no_name_of_a_fragment_or_fallback_leaves_its_folder(text: str) -> None:
    for attributes in ({"fallback": text}, {"fallback": f"a/{text}"}):
        try:
            slot = make_slot("a/b", attributes)
        except SlotError:
            continue
        assert ".." not in slot.fallback.split("/")
        assert not slot.fallback.startswith("/")


@given(st.dictionaries(st.text(), st.text()))
def test_any_attributes_make_a_slot_or_a_slot_error(attributes: dict[str, str]) -> None:
    try:
        slot = slot_from_tag({"src": "a/b", **attributes})
    except SlotError:
        return
    assert list(slot.parameters) == sorted(slot.parameters)
