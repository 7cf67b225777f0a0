import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_shell.composer.registry.schema import Registered, parse_registry
from site_shell.composer.release import ClientCertificate, Release

URL = "http://127.0.0.1:9002/fragments/list"


def parse(entries: Any, name: str = "reviews/list") -> Registered:
    return parse_registry(json.dumps({"microFrontends": {name: entries}}).encode())


def problem(entries: Any, name: str = "reviews/list") -> str:
    registered = parse(
        [{"url": URL, "metadata": {"version": "1"}}] if entries is None else entries, name
    )
    assert registered.releases == {}
    assert registered.refused == {name}
    (told,) = registered.problems
    return told


def release(**changes: Any) -> dict[str, Any]:
    return {
        "url": URL,
        "metadata": {"version": "1.0.0", "integrity": "sha384-x"},
        "deployment": {"traffic": 100, "default": True},
        **changes,
    }


def test_every_field_of_the_aws_schema_and_ours_is_read() -> None:
    registered = parse(
        [
            release(
                fallbackUrl="https://cdn.example/fallback.html",
                extras={"credentials": "ApiKey", "secret": "env:REVIEWS_KEY", "concurrency": 8},
            )
        ]
    )
    assert registered.problems == ()
    assert registered.releases["reviews/list"] == (
        Release(
            fragment="reviews/list",
            version="1.0.0",
            url=URL,
            fallback_url="https://cdn.example/fallback.html",
            traffic=100.0,
            default=True,
            credentials="ApiKey",
            secret="env:REVIEWS_KEY",
            concurrency=8,
        ),
    )


def test_a_sole_release_needs_no_deployment() -> None:
    registered = parse([{"url": URL, "metadata": {"version": "1"}}])
    assert registered.releases["reviews/list"] == (Release("reviews/list", "1", URL),)


def test_the_default_release_comes_first() -> None:
    new = release(metadata={"version": "2"}, deployment={"traffic": 10, "default": False})
    old = release(deployment={"traffic": 90, "default": True})
    versions = [one.version for one in parse([new, old]).releases["reviews/list"]]
    assert versions == ["1.0.0", "2"]


def test_one_release_tells_the_owner_of_all() -> None:
    other = release(metadata={"version": "2.0.0"}, extras={"owner": "team reviews"})
    other["deployment"] = {"traffic": 0, "default": False}
    registered = parse([release(), other])
    assert registered.problems == ()
    assert {found.owner for found in registered.releases["reviews/list"]} == {"team reviews"}


def test_unknown_extras_are_mentioned_but_harmless() -> None:
    registered = parse([release(extras={"credentail": "ApiKey"})])
    assert registered.releases["reviews/list"]
    assert registered.problems == (
        "reviews/list: [0].extras.credentail is not known and ignored; "
        "known: credentials, secret, certificate, key, authority, events, concurrency, replaced, "
        "strategy, start, group, canary, halted, history, owner, pages, news",
    )


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ([], "entry"),
        ({}, "entry"),
        (["http://x"], "[0]"),
        ([release(url=None)], "[0].url"),
        ([release(url="/relative")], "[0].url"),
        ([release(url="file:///etc/passwd")], "[0].url"),
        ([release(url="http://")], "[0].url"),
        ([release(url="http://a b/")], "[0].url"),
        ([release(url="http://a\nb/")], "[0].url"),
        ([release(url="http://a/?x=1")], "[0].url"),
        ([release(url="http://a/#x")], "[0].url"),
        ([release(url="http://a:99999/")], "[0].url"),
        ([release(url="http://[::1/")], "[0].url"),
        ([release(url="http://a/" + "x" * 3000)], "[0].url"),
        ([release(fallbackUrl="javascript:alert(1)")], "[0].fallbackUrl"),
        ([release(fallbackUrl=None)], "[0].fallbackUrl"),
        ([release(metadata=None)], "[0].metadata"),
        ([release(metadata={})], "[0].metadata.version"),
        ([release(metadata={"version": 1})], "[0].metadata.version"),
        ([release(metadata={"version": ""})], "[0].metadata.version"),
        ([release(metadata={"version": "1\n"})], "[0].metadata.version"),
        ([release(metadata={"version": "1" * 300})], "[0].metadata.version"),
        ([release(deployment=None)], "[0].deployment"),
        ([release(deployment={"traffic": 100})], "[0].deployment.default"),
        ([release(deployment={"traffic": 100, "default": 1})], "[0].deployment.default"),
        ([release(deployment={"traffic": 101, "default": True})], "[0].deployment.traffic"),
        ([release(deployment={"traffic": -1, "default": True})], "[0].deployment.traffic"),
        ([release(deployment={"traffic": True, "default": True})], "[0].deployment.traffic"),
        ([release(deployment={"traffic": "10", "default": True})], "[0].deployment.traffic"),
        ([release(deployment={"traffic": float("nan"), "default": True})], "traffic"),
        ([release(deployment={"traffic": 1, "default": False})], "deployment.default"),
        ([release(), release(metadata={"version": "2"})], "deployment.default"),
        ([{"url": URL, "metadata": {"version": "1"}}] * 2, "[0].deployment"),
        (
            [release(), release(deployment={"traffic": 0, "default": False})],
            "metadata.version",
        ),
        (
            [
                release(),
                release(metadata={"version": "2"}, deployment={"traffic": 1, "default": False}),
            ],
            "deployment.traffic",
        ),
        ([release(extras=[])], "[0].extras"),
        ([release(extras={"credentials": "Basic"})], "[0].extras.credentials"),
        ([release(extras={"credentials": ["ApiKey"]})], "[0].extras.credentials"),
        ([release(extras={"concurrency": 0})], "[0].extras.concurrency"),
        ([release(extras={"concurrency": 1.5})], "[0].extras.concurrency"),
        ([release(extras={"concurrency": True})], "[0].extras.concurrency"),
        ([release(extras={"replaced": 1})], "[0].extras.replaced"),
        ([release(extra={})], "[0].extra"),
    ],
)
def test_a_wrong_field_is_named_with_its_fragment(entries: Any, field: str) -> None:
    told = problem(entries)
    assert told.startswith("reviews/list: ")
    assert f"{field} is " in told
    assert "must be" in told
    assert len(told) < 400


@pytest.mark.parametrize("name", ["", "reviews", "Reviews/list", "a/b/c", "../x", "a/b\n", "a b/c"])
def test_a_wrong_name_is_refused(name: str) -> None:
    assert "name is" in problem(None, name)


def test_legal_credentials_are_told() -> None:
    told = problem([release(extras={"credentials": "Basic"})])
    assert "'Basic'" in told and "None, ApiKey, Authorization, mTLS, SignatureV4" in told


@pytest.mark.parametrize("secret", ["hunter2", "env:", "env:1X", "env:A B", 7, None])
def test_a_secret_in_the_registry_is_refused_and_not_repeated(secret: Any) -> None:
    told = problem([release(extras={"credentials": "ApiKey", "secret": secret})])
    assert "[0].extras.secret" in told
    assert "hunter2" not in told


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    told = problem([release(url="http://user:hunter2@127.0.0.1/")])
    assert "[0].url" in told and "hunter2" not in told


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["url", "metadata", "version", "deployment", "traffic", "extras"])
                | st.text(max_size=5),
                inner,
                max_size=4,
            )
        ),
        max_leaves=15,
    )
)
def test_whatever_stands_in_an_entry_is_read_or_refused(entries: Any) -> None:
    registered = parse(entries)
    assert bool(registered.releases) != bool(registered.refused)


MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:reviews"


@pytest.mark.parametrize(
    "url",
    [
        "lambda:reviews-list",
        "lambda:reviews-list:live",
        "lambda:reviews-list:$LATEST/fragments/list",
        "lambda:arn:aws:lambda:eu-central-1:123456789012:function:reviews:7/fragments/list",
        "lambda:arn:aws-cn:lambda:cn-north-1:123456789012:function:reviews",
        f"states:{MACHINE}",
        f"states:{MACHINE}:live/fragments/list",
    ],
)
def test_functions_and_workflows_are_legal_addresses(url: str) -> None:
    registered = parse([release(url=url, fallbackUrl=url, extras={"events": "1.0"})])
    assert registered.problems == ()
    (read,) = registered.releases["reviews/list"]
    assert (read.url, read.fallback_url, read.events) == (url, url, "1.0")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("lambda:", "lambda:NAME[:ALIAS][/PATH]"),
        ("lambda:re views", "lambda:NAME[:ALIAS][/PATH]"),
        ("lambda:reviews?x=1", "lambda:NAME[:ALIAS][/PATH]"),
        ("states:reviews", "ARN of an Express state machine"),
        ("gopher://reviews", "http or https URL"),
    ],
)
def test_an_address_that_is_none_is_told_with_the_form_it_should_have(url: str, says: str) -> None:
    told = problem([release(url=url)])
    assert "[0].url" in told and says in told


def test_what_mtls_needs_is_read() -> None:
    references = {"certificate": "file:/run/tls.crt", "key": "ssm:/shop/tls/key"}
    (read,) = parse([release(extras={"credentials": "mTLS", **references})]).releases[
        "reviews/list"
    ]
    assert read.client == ClientCertificate("file:/run/tls.crt", "ssm:/shop/tls/key", None)


@pytest.mark.parametrize(
    ("extras", "field"),
    [
        ({"certificate": "env:CERT"}, "extras.key"),
        ({"key": "env:KEY"}, "extras.certificate"),
        ({"certificate": "env:CERT", "key": "hunter2"}, "extras.key"),
        ({"certificate": "env:CERT", "key": "env:KEY", "authority": 1}, "extras.authority"),
        ({"secret": "file:relative"}, "extras.secret"),
        ({"secret": "ssm:relative"}, "extras.secret"),
        ({"events": "3.0"}, "extras.events"),
    ],
    ids=str,
)
def test_what_cannot_be_a_reference_is_refused_and_not_repeated(
    extras: dict[str, Any], field: str
) -> None:
    told = problem([release(extras=extras)])
    assert field in told and "hunter2" not in told
