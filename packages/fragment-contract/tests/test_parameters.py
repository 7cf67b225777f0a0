"""Parameters: declared as arguments, described as JSON Schema, checked in each request."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import pytest
from fragment_contract import Integer, InvalidDeclaration, InvalidParameters, Text
from fragment_contract.parameters import Parameters
from hypothesis import given
from hypothesis import strategies as st


def view(
    request: object,
    *,
    product: Annotated[str, Text(pattern=r"[a-z0-9]+", min_length=1, max_length=5)],
    sort: Literal["newest", "oldest"] = "newest",
    page: Annotated[int, Integer(1, 1000)] = 1,
    size: Literal[10, 20] = 10,
    photos: bool = False,
    note: str = "",
) -> None: ...


PARAMETERS = Parameters.of(view)
DEFAULTS = {"sort": "newest", "page": 1, "size": 10, "photos": False, "note": ""}


def test_defaults_are_filled_in() -> None:
    assert PARAMETERS.read("product=h1") == {"product": "h1", **DEFAULTS}


def test_values_get_their_types() -> None:
    read = PARAMETERS.read("product=h1&sort=oldest&page=7&size=20&photos=true&note=a%20b%C3%BC")
    assert read == {
        "product": "h1",
        "sort": "oldest",
        "page": 7,
        "size": 20,
        "photos": True,
        "note": "a bü",
    }


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "parameter product is required"),
        ("product=", "parameter product must be 1 to 5 characters"),
        ("product=H1", r"all matching \[a-z0-9\]\+, not 'H1'"),
        ("product=h1%0A", "product must be"),
        ("product=h12345", "product must be"),
        ("product=h1&product=h1", "parameter product is given more than once"),
        ("product=h1&sort=best", "sort must be one of newest, oldest, not 'best'"),
        ("product=h1&page=0", "page must be a whole number from 1 to 1000, not '0'"),
        ("product=h1&page=1001", "page must be"),
        ("product=h1&page=%2B1", "page must be"),
        ("product=h1&page=01", "page must be"),
        ("product=h1&page=1_0", "page must be"),
        ("product=h1&page=%D9%A1", "page must be"),
        ("product=h1&page=" + "9" * 5_000, "page must be"),
        ("product=h1&page", "page must be"),
        ("product=h1&size=15", "size must be one of 10, 20, not '15'"),
        ("product=h1&photos=1", "photos must be true or false, not '1'"),
        ("product=h1&note=%00", "note must be"),
        ("product=h1&note=%FF", r"note must be 0 to 200 characters of UTF-8"),
        ("product=h1&%FF=x", "unknown parameter"),
        ("product=h1&note=\xff", "percent-encoded UTF-8"),
        ("product=h1&note=" + "x" * 201, "note must be"),
        ("product=h1&colour=red", "unknown parameter 'colour'; legal: product, sort, page"),
        ("product=h1&=x", "unknown parameter ''"),
        ("x" * 8_193, "at most 8192 characters"),
        ("&".join(["product=h1"] * 101), "more than 100 parameters"),
    ],
)
def test_what_is_not_legal_is_refused_with_a_sentence(query: str, said: str) -> None:
    with pytest.raises(InvalidParameters, match=said):
        PARAMETERS.read(query)


def test_a_refusal_does_not_repeat_a_long_value() -> None:
    with pytest.raises(InvalidParameters) as caught:
        PARAMETERS.read("product=h1&note=" + "x" * 5_000)
    assert len(str(caught.value)) < 250


@given(st.text(max_size=300))
def test_any_query_is_read_or_refused(query: str) -> None:
    try:
        PARAMETERS.read(query)
    except InvalidParameters as error:
        assert str(error)  # noqa: PT017  # the point is that nothing else is raised


@given(
    page=st.integers(1, 1000),
    sort=st.sampled_from(["newest", "oldest"]),
    note=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200),
)
def test_legal_values_survive_the_query_string(page: int, sort: str, note: str) -> None:
    query = urlencode({"product": "h1", "page": page, "sort": sort, "note": note})
    read = PARAMETERS.read(query)
    assert (read["page"], read["sort"], read["note"]) == (page, sort, note)


def test_the_schema_says_what_is_checked() -> None:
    assert PARAMETERS.schema() == {
        "type": "object",
        "additionalProperties": False,
        "required": ["product"],
        "properties": {
            "product": {
                "type": "string",
                "minLength": 1,
                "maxLength": 5,
                "pattern": "^(?:[a-z0-9]+)$",
            },
            "sort": {"type": "string", "enum": ["newest", "oldest"], "default": "newest"},
            "page": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1},
            "size": {"type": "integer", "enum": [10, 20], "default": 10},
            "photos": {"type": "boolean", "default": False},
            "note": {"type": "string", "maxLength": 200, "default": ""},
        },
    }


def positional(request: object, product: str) -> None: ...
def anything(request: object, **parameters: str) -> None: ...
def decimal(request: object, *, price: float) -> None: ...
def optional(request: object, *, product: str | None = None) -> None: ...
def mixed(request: object, *, size: Literal[1, "all"]) -> None: ...
def mismatched(request: object, *, page: Annotated[str, Integer(1, 2)]) -> None: ...
def bad_default(request: object, *, page: Annotated[int, Integer(1, 9)] = 0) -> None: ...
def bad_default_type(request: object, *, page: int = "1") -> None: ...  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (positional, "keyword-only"),
        (anything, "keyword-only"),
        (decimal, "parameter price must be str, int, bool"),
        (optional, "parameter product must be"),
        (mixed, "parameter size must be"),
        (mismatched, "parameter page must be"),
        (bad_default, "the default of page must be a whole number from 1 to 9, not 0"),
        (bad_default_type, "the default of page must be"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused_at_once(broken: Any, said: str) -> None:
    with pytest.raises(InvalidDeclaration, match=said):
        Parameters.of(broken)
