"""The plugin in somebody else's test run."""

import pytest
from conforming import Service, on
from fragment_contract.conformance import CHECKS
from fragment_contract.testing import FakeFragmentServer

# By name and alone: the other plugins of this environment would only take time.
PLUGIN = ("-p", "fragment_contract.pytest_plugin")
SUITE = ("--pyargs", "fragment_contract.conformance.suite", *PLUGIN)


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester) -> None:
    # Or pytest would look for a configuration in the folders above.
    pytester.makeini("[pytest]")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def test_the_suite_runs_against_any_url(
    pytester: pytest.Pytester, fragment_server: FakeFragmentServer
) -> None:
    url = Service(fragment_server).url
    result = pytester.runpytest_subprocess(
        *SUITE, f"--fragment-url=greeting/hello={url}", "--fragment-parameter=name=ada"
    )
    result.assert_outcomes(passed=len(CHECKS) - 1, skipped=1)


def test_each_broken_promise_is_one_failed_test(
    pytester: pytest.Pytester, fragment_server: FakeFragmentServer
) -> None:
    url = Service(fragment_server, on("/readyz", status=503)).url
    result = pytester.runpytest_subprocess(
        *SUITE, f"--fragment-url={url}", "--fragment-parameter=name=ada"
    )
    result.assert_outcomes(passed=len(CHECKS) - 2, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*readyz answers 503, not 200*"])


def test_the_fake_server_is_a_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import httpx
        from fragment_contract.testing import Reply

        def test_it(fragment_server):
            fragment_server.respond("/", Reply(body="hello"))
            assert httpx.get(fragment_server.url, trust_env=False).text == "hello"
        """
    )
    pytester.runpytest_subprocess(*PLUGIN).assert_outcomes(passed=1)
