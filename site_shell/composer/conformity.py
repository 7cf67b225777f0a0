"""Whether the services behind a registry keep the contract: the contract package's own checks, and
what a site asks for beyond it: budgets for size, and that everybody can use the fragment.
"""

import gzip
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from fragment_contract.conformance import (
    Check,
    NotApplicable,
    Result,
    Target,
    Violation,
    judge,
    run,
)

from .accessibility import problems
from .csp import NO_SOURCES, Sources
from .release import Release

_GZIP_LEVEL: Final = 6  # what servers use


@dataclass(frozen=True, slots=True)
class Budgets:
    """Bytes of one fragment on the wire, compressed with gzip."""

    html: int = 30_000
    css: int = 20_000
    js: int = 40_000


@dataclass(frozen=True, slots=True)
class Expectations:
    """What is asked of every release.

    ``files`` names the fragments that are plain files behind a web server. ``browser`` is one
    more check, which needs a browser. ``csp_allowed`` is what fragments may ask of the policy.
    """

    parameters: Mapping[str, str]
    assets: str
    files: Collection[str] = ()
    budgets: Budgets = Budgets()
    browser: Check | None = None
    csp_allowed: Sources = NO_SOURCES
    # Makes a context token for a service, for fragments that answer nobody without one.
    token: Callable[[str], str] = lambda service: ""


def check_release(release: Release, expected: Expectations) -> list[Result]:
    """Ask the service of a release for everything it promises."""
    with Target(
        release.url,
        name=release.fragment,
        parameters=expected.parameters,
        assets=expected.assets,
        token=expected.token(release.fragment.partition("/")[0]),
    ) as target:
        results = run(target, files=release.fragment in expected.files)
        more = [*_budget_checks(expected.budgets), _ACCESSIBILITY, _csp(expected.csp_allowed)]
        if expected.browser is not None:
            more.append(expected.browser)
        return [*results, *(judge(check, target) for check in more)]


def content_html(target: Target) -> str:
    """The fragment's HTML. Raises NotApplicable where there is none."""
    response = target.content()
    if response.status_code != 200:
        raise NotApplicable(f"the content answers {response.status_code}")
    return response.text


def _budget_checks(budgets: Budgets) -> list[Check]:
    def html(target: Target) -> None:
        _demand(len(_compressed(content_html(target).encode())), budgets.html, "html")

    def css(target: Target) -> None:
        _demand(_sizes(target, [asset.value for asset in target.manifest.css]), budgets.css, "css")

    def js(target: Target) -> None:
        _demand(_sizes(target, [asset.value for asset in target.manifest.js]), budgets.js, "js")

    return [
        Check(f"budget-{name}", f"All {name} of the fragment has at most {limit} bytes", probe)
        for name, limit, probe in (
            ("html", budgets.html, html),
            ("css", budgets.css, css),
            ("js", budgets.js, js),
        )
    ]


def _demand(size: int, limit: int, what: str) -> None:
    if size > limit:
        raise Violation(
            f"{size} bytes of {what}, compressed with gzip; at most {limit} are allowed"
        )


def _sizes(target: Target, assets: list[str]) -> int:
    if not assets:
        raise NotApplicable("there is none")
    total = 0
    for asset in assets:
        response = target.request(target.asset_url(asset))
        response.raise_for_status()
        total += len(_compressed(response.content))
    return total


def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, _GZIP_LEVEL)


def _csp(allowed: Sources) -> Check:
    def csp(target: Target) -> None:
        own = target.manifest.fragment
        if own is None or not own.csp:
            raise NotApplicable("the manifest asks for nothing")
        if refused := sorted({*own.csp} - allowed):
            words = ", ".join(f"{directive}={source}" for directive, source in refused)
            raise Violation(f"not in CSP_ALLOWED: {words}")

    return Check("csp-allowed", "What the fragment asks of the page's policy is allowed", csp)


def _accessibility(target: Target) -> None:
    if found := problems(content_html(target)):
        raise Violation("\n".join(found[:20]))


_ACCESSIBILITY: Final = Check(
    "accessibility",
    "What is there for the eye and the mouse is there for everybody, as far as HTML tells",
    _accessibility,
)
