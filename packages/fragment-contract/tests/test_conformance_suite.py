"""Each check passes on a good fragment, and fails on one that is broken in just that respect."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Protocol

import pytest
from breakages import BROKEN, asking_manifest, asking_the_right_way, html, named
from conforming import (
    BASE,
    CONTENT,
    MANIFEST,
    Breakage,
    Service,
    on,
    with_header,
)
from fragment_contract.conformance import CHECKS, Target, judge, run
from fragment_contract.manifest import Asset, FragmentInfo, Manifest
from fragment_contract.testing import FakeFragmentServer, Reply

BY_NAME = {check.name: check for check in CHECKS}


class Aim(Protocol):
    def __call__(self, service: Service, **options: Any) -> Target: ...


@pytest.fixture
def aim() -> Iterator[Aim]:
    """Makes targets that are closed after the test."""
    with ExitStack() as stack:

        def make(service: Service, **options: Any) -> Target:
            known: dict[str, Any] = {
                "url": service.url,
                "name": "greeting/hello",
                "parameters": {"name": "ada"},
                **options,
            }
            return stack.enter_context(Target(**known))

        yield make


def test_a_good_fragment_passes_every_check(fragment_server: FakeFragmentServer, aim: Aim) -> None:
    results = run(aim(Service(fragment_server)))
    done = [result for result in results if result.check.name != "identity"]
    assert [(result.check.name, result.verdict, result.detail) for result in done] == [
        (check.name, "passed", "") for check in CHECKS if check.name != "identity"
    ]


def test_a_good_fragment_that_asks_who_is_asking_passes(
    fragment_server: FakeFragmentServer, aim: Aim
) -> None:
    service = Service(fragment_server, asking_the_right_way, manifest=asking_manifest())
    assert {result.verdict for result in run(aim(service))} == {"passed"}


@pytest.mark.parametrize(
    ("name", "said", "breakage"), BROKEN, ids=[f"{name}-{said}" for name, said, _ in BROKEN]
)
def test_a_broken_fragment_fails_the_check(
    fragment_server: FakeFragmentServer, name: str, said: str, breakage: Breakage, aim: Aim
) -> None:
    result = judge(BY_NAME[name], aim(Service(fragment_server, breakage)))
    assert result.verdict == "failed"
    assert said in result.detail


def test_every_check_is_shown_to_fail_on_something() -> None:
    assert {name for name, _, _ in BROKEN} == set(BY_NAME)


def test_what_the_manifest_asks_for_may_be_loaded(
    fragment_server: FakeFragmentServer, aim: Aim
) -> None:
    asking = FragmentInfo(
        name="greeting/hello",
        parameters=MANIFEST.fragment.parameters if MANIFEST.fragment else {},
        csp=(("img-src", "https://a.example"),),
    )
    service = Service(
        fragment_server,
        html("<img src='https://a.example/x.png'><img src='/own.png'><a href='//b.example'>b</a>"),
        manifest=replace(MANIFEST, fragment=asking),
    )
    assert judge(BY_NAME["csp"], aim(service)).verdict == "passed"


def test_a_service_that_is_down_fails_and_breaks_nothing(
    fragment_server: FakeFragmentServer, aim: Aim
) -> None:
    service = Service(fragment_server)
    fragment_server.refuse()
    assert {result.verdict for result in run(aim(service))} == {"failed"}


def test_missing_parameters_are_asked_for(fragment_server: FakeFragmentServer, aim: Aim) -> None:
    service = Service(fragment_server)
    result = judge(BY_NAME["content"], aim(service, parameters={}))
    assert result.verdict == "failed"
    assert result.detail.endswith("give --parameter name=VALUE")


def test_parameters_of_other_fragments_are_left_out(
    fragment_server: FakeFragmentServer, aim: Aim
) -> None:
    service = Service(fragment_server)
    both = aim(service, parameters={"name": "ada", "product": "h1"})
    assert judge(BY_NAME["content"], both).verdict == "passed"


def test_a_fragment_without_extras_has_less_to_check(
    fragment_server: FakeFragmentServer, aim: Aim
) -> None:
    bare = Manifest(
        name="greeting-hello", version="1.0.0", fragment=FragmentInfo(name="greeting/hello")
    )
    service = Service(
        fragment_server,
        with_header("cache-control", "no-store"),
        manifest=bare,
    )
    plain = aim(service, parameters={})
    for name in (
        "parameter-missing",
        "parameter-malformed",
        "parameter-duplicate",
        "fallback",
        "assets",
        "actions",
    ):
        assert judge(BY_NAME[name], plain).verdict == "not applicable"


def test_nothing_to_keep_is_nothing_to_revalidate(
    fragment_server: FakeFragmentServer, aim: Aim
) -> None:
    service = Service(fragment_server, with_header("cache-control", "no-store"))
    assert judge(BY_NAME["etag"], aim(service)).verdict == "not applicable"


def test_a_fragment_may_have_nothing_to_show(fragment_server: FakeFragmentServer, aim: Aim) -> None:
    service = Service(fragment_server, on(CONTENT, status=204))
    assert judge(BY_NAME["content"], aim(service)).verdict == "passed"
    assert judge(BY_NAME["head-block"], aim(service)).verdict == "not applicable"


def test_a_podlet_is_judged_by_podiums_rules(fragment_server: FakeFragmentServer, aim: Aim) -> None:
    podlet = Manifest(
        name="greeting-hello",
        version="1.0.0",
        css=(Asset(value="hello.css", type="text/css"),),
    )
    service = Service(fragment_server, manifest=podlet)
    fragment_server.respond(f"{BASE}/hello.css", Reply(body="p {}", content_type="text/css"))
    foreign = aim(service)
    for name in ("manifest-valid", "manifest-name", "content", "assets"):
        assert judge(BY_NAME[name], foreign).verdict == "passed"
    other = aim(service, name="greeting/other")
    assert judge(BY_NAME["manifest-name"], other).verdict == "failed"
    unnamed = aim(service, name=None)
    assert judge(BY_NAME["manifest-name"], unnamed).verdict == "not applicable"


def test_without_a_name_the_url_must_end_like_the_fragments(
    fragment_server: FakeFragmentServer, aim: Aim
) -> None:
    service = Service(fragment_server, named("greeting/other"))
    result = judge(BY_NAME["manifest-name"], aim(service, name=None))
    assert result.detail == "fragment.name ends in 'other', but the URL in 'hello'"


def test_the_manifests_url_is_as_good_as_the_base_url(
    fragment_server: FakeFragmentServer, aim: Aim
) -> None:
    service = Service(fragment_server)
    assert aim(service, url=f"{service.url}/manifest.json").base == service.url
    assert aim(service, url=f"{service.url}/").base == service.url


def test_assets_may_be_served_by_another_origin(
    fragment_server: FakeFragmentServer, aim: Aim
) -> None:
    service = Service(fragment_server)
    with FakeFragmentServer() as cdn:
        cdn.respond("*", Reply(status=404))
        elsewhere = aim(service, assets=cdn.url)
        assert "name that with --assets" in judge(BY_NAME["assets"], elsewhere).detail


def test_plain_files_are_spared_what_only_a_program_can_do(
    fragment_server: FakeFragmentServer, aim: Aim
) -> None:
    results = run(aim(Service(fragment_server)), files=True)
    skipped = {result.check.name for result in results if result.verdict == "skipped"}
    assert skipped == {
        "version",
        "methods",
        "identity",
        "inputs",
        "parameter-unknown",
        "parameter-duplicate",
        "parameter-missing",
        "parameter-malformed",
        "actions",
        "healthz",
        "readyz",
    }


def test_a_check_can_be_left_out_by_name(fragment_server: FakeFragmentServer, aim: Aim) -> None:
    broken = Service(fragment_server, on("/readyz", status=503))
    results = {result.check.name: result for result in run(aim(broken), skip=["readyz"])}
    assert results["readyz"].verdict == "skipped"
    with pytest.raises(ValueError, match="no such check: readiness; legal: manifest-valid"):
        run(aim(broken), skip=["readiness"])


def test_check_names_are_unique() -> None:
    assert len(BY_NAME) == len(CHECKS)
