"""The staging cookie: what is written is read again, and nothing else counts."""

import logging
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer import staging_cookie
from site_shell.composer.errors import StagingError
from site_shell.composer.measures import Measures
from site_shell.composer.staging import (
    FAULT_NAMES,
    MAX_SLOW_MS,
    Fault,
    Staging,
    parse_fault,
    parse_named_fault,
    parse_override,
)
from site_shell.composer.staging_cookie import MAX_BYTES, StagingCookies

NOW = 1_800_000_000.0
SESSION = "the-key-of-a-session"
STAGING = Staging(
    "ada",
    NOW + 60,
    (("reviews/list", "http://localhost:9100/fragments/list"),),
    (("cart", Fault("slow", 800)),),
    overlay=True,
)

names = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}/[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)
targets = st.from_regex(r"[!-~]{1,60}", fullmatch=True)
faults = st.sampled_from(
    [name.replace("MS", str(ms)) for name in FAULT_NAMES for ms in (1, 800, MAX_SLOW_MS)]
).map(parse_fault)
stagings = st.builds(
    Staging,
    user=st.text(max_size=40),
    expires=st.integers(int(NOW) + 1, int(NOW) + 3600).map(float),
    overrides=st.lists(st.tuples(names, targets), max_size=5).map(tuple),
    faults=st.lists(st.tuples(names, faults), max_size=5).map(tuple),
    overlay=st.booleans(),
)


def cookies(now: Callable[[], float] = lambda: NOW) -> tuple[StagingCookies, Measures]:
    measures = Measures()
    return StagingCookies(session_cookie="sessionid", counter=measures, clock=now), measures


def header(value: str, session: str = SESSION) -> str:
    return f"a=b; sessionid={session}; staging={value}"


def refusals(measures: Measures) -> dict[str, float]:
    counts = measures.counts()
    return {key[2]: count for key, count in counts.items() if key[0] == "staging_refused"}


@given(staging=stagings)
def test_what_is_written_is_read_again(staging: Staging) -> None:
    made, measures = cookies()
    assert made.read(header(made.write(staging, SESSION))) == staging
    assert not measures.counts()


@given(value=st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=200))
def test_whatever_is_not_ours_is_nothing(value: str) -> None:
    made, _ = cookies()
    assert made.read(header(value)) is None


@given(at=st.integers(0, 10_000), character=st.sampled_from("aZ0:-_."))
def test_one_changed_character_is_a_forgery(at: int, character: str) -> None:
    made, _ = cookies()
    value = made.write(STAGING, SESSION)
    at %= len(value)
    forged = value[:at] + character + value[at + 1 :]
    if forged == value:
        return
    read = made.read(header(forged))
    # The last character of Base64 has bits that nobody reads.
    assert read is None or (at == len(value) - 1 and read == STAGING)


@given(payload=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_a_signed_payload_of_another_shape_is_refused(payload: Any) -> None:
    made, measures = cookies()
    value = signing.dumps(payload, salt="site_shell.composer.staging")
    if len(value) <= MAX_BYTES:
        assert made.read(header(value)) is None
        assert refusals(measures) == {"malformed": 1}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("v", 2, "unknown-version"),
        ("v", None, "unknown-version"),
        ("e", "later", "malformed"),
        ("o", ["reviews/list"], "malformed"),
        ("o", [7], "malformed"),
        ("f", ["reviews/list=explode"], "malformed"),
        ("f", ["cart=404"] * 21, "malformed"),
        ("u", "x" * 151, "malformed"),
        ("s", None, "foreign-session"),
        ("e", int(NOW), "expired"),
    ],
)
def test_each_field_is_looked_at(field: str, value: object, reason: str) -> None:
    made, measures = cookies()
    payload = signing.loads(made.write(STAGING, SESSION), salt="site_shell.composer.staging")
    payload[field] = value
    forged = signing.dumps(payload, salt="site_shell.composer.staging", compress=True)
    assert made.read(header(forged)) is None
    assert refusals(measures) == {reason: 1}


def test_another_session_cannot_use_it() -> None:
    made, measures = cookies()
    value = made.write(STAGING, SESSION)
    assert made.read(header(value, "somebody-elses")) is None
    assert made.read(f"staging={value}") is None
    assert refusals(measures) == {"foreign-session": 2}


def test_it_ends_on_time() -> None:
    clock = [NOW]
    made, measures = cookies(lambda: clock[0])
    value = made.write(STAGING, SESSION)
    clock[0] = STAGING.expires - 0.01
    assert made.read(header(value)) == STAGING
    clock[0] = STAGING.expires
    assert made.read(header(value)) is None
    assert refusals(measures) == {"expired": 1}


def test_what_was_signed_for_something_else_is_a_forgery() -> None:
    made, measures = cookies()
    payload = signing.loads(made.write(STAGING, SESSION), salt="site_shell.composer.staging")
    for value in (signing.dumps(payload, salt="django.contrib.messages"), signing.dumps(payload)):
        assert made.read(header(value)) is None
    assert refusals(measures) == {"forged": 2}


def test_keys_can_be_rotated(settings: LazySettings) -> None:
    made, measures = cookies()
    value = made.write(STAGING, SESSION)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-0123456789-abcdefghijklmnopqrstuvwxyz"
    assert made.read(header(value)) == STAGING
    settings.SECRET_KEY_FALLBACKS = []
    assert made.read(header(value)) is None
    assert refusals(measures) == {"forged": 1}


def test_a_refusal_is_logged_once_and_counted_each_time(caplog: pytest.LogCaptureFixture) -> None:
    made, measures = cookies()
    with caplog.at_level(logging.WARNING, logger=staging_cookie.__name__):
        for _ in range(3):
            made.read(header("forged"))
    assert caplog.messages == ["staging cookie refused: forged"]
    assert refusals(measures) == {"forged": 3}


def test_a_cookie_that_no_browser_would_keep_is_neither_written_nor_read() -> None:
    made, measures = cookies()
    many = tuple([(f"reviews/list{n}", str(n)) for n in range(21)])
    with pytest.raises(StagingError, match="at most 20 overrides"):
        made.write(Staging("ada", NOW + 60, many), SESSION)
    assert made.read(header("x" * (MAX_BYTES + 1))) is None
    assert refusals(measures) == {"too-large": 1}


def test_compressed_nonsense_under_our_signature_is_malformed() -> None:
    made, measures = cookies()
    bomb = "." + signing.b64_encode(zlib.compress(b"[" * 1_000_000)).decode()
    value = signing.TimestampSigner(salt="site_shell.composer.staging").sign(bomb)
    assert made.read(header(value)) is None
    assert refusals(measures) == {"malformed": 1}


def test_a_header_without_the_cookie_costs_no_more_than_a_look() -> None:
    made, measures = cookies()
    assert made.read("a=b; other=staging") is None
    assert made.read("staging=; a=b") is None
    assert not measures.counts()


@given(text=st.text(max_size=40))
def test_a_fault_is_one_of_the_legal_ones_or_names_them(text: str) -> None:
    try:
        fault: Fault | str = parse_fault(text)
    except StagingError as error:
        fault = str(error)
    told = isinstance(fault, str) and ", ".join(FAULT_NAMES) in fault
    assert told or parse_fault(str(fault)) == fault


@pytest.mark.parametrize("text", ["slow", "slow:0", "slow:60001", "slow:-1", "status", "200", ""])
def test_what_is_nearly_a_fault_is_none(text: str) -> None:
    with pytest.raises(StagingError, match="slow:MS"):
        parse_fault(text)


@pytest.mark.parametrize(
    "text", ["", "reviews=1", "Reviews/list=1", "reviews/list", "reviews/list=", "r/l=a b"]
)
def test_what_is_nearly_an_override_is_none(text: str) -> None:
    with pytest.raises(StagingError):
        parse_override(text)


def test_a_fault_of_a_service_is_one_of_all_its_fragments() -> None:
    staging = Staging(
        "ada", NOW, faults=(parse_named_fault("reviews=500"), parse_named_fault("reviews/a=stale"))
    )
    of_the_service, own = staging.of("reviews/b"), staging.of("reviews/a")
    assert of_the_service and str(of_the_service.fault) == "500"
    assert own and str(own.fault) == "stale"
    assert staging.of("reviewsx/b") is None


def test_the_summary_can_be_a_header() -> None:
    assert STAGING.summary == (
        "overlay; reviews/list=http://localhost:9100/fragments/list; cart=slow:800"
    )
