"""The conformance suite as tests, for any URL.

``pytest --pyargs fragment_contract.conformance.suite --fragment-url http://127.0.0.1:9002/fragments/list
--fragment-parameter product=h1001``
"""

from collections.abc import Iterator

import pytest

from . import CHECKS, Check, Target, judge
from .arguments import read_pair, read_target


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    urls = metafunc.config.getoption("--fragment-url")
    metafunc.parametrize("fragment", urls, indirect=True, scope="module")
    metafunc.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])


@pytest.fixture(scope="module")
def fragment(request: pytest.FixtureRequest) -> Iterator[Target]:
    options = request.config.getoption
    name, url = read_target(request.param)
    parameters = dict(read_pair(text) for text in options("--fragment-parameter"))
    with Target(
        url,
        name=name,
        parameters=parameters,
        assets=options("--fragment-assets"),
        token=options("--fragment-token"),
    ) as target:
        yield target


def test_fragment_keeps_the_contract(fragment: Target, check: Check) -> None:
    result = judge(check, fragment)
    if result.verdict == "not applicable":
        pytest.skip(result.detail)
    assert result.verdict == "passed", f"{check.promise}: {result.detail}"
