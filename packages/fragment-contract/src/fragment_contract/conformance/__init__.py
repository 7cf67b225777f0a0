"""Does a fragment keep the contract? For any URL, in any language. No Django.

``python -m fragment_contract.conformance http://127.0.0.1:9002/fragments/list -p product=h1001``
"""

from collections.abc import Iterable
from typing import Final

import httpx

from ..errors import ContractError, NotApplicable, Violation
from . import content_checks, manifest_checks, page_checks, parameter_checks
from .check import Check, Result
from .target import Target

__all__ = ["CHECKS", "Check", "NotApplicable", "Result", "Target", "Violation", "judge", "run"]

CHECKS: Final[tuple[Check, ...]] = (
    manifest_checks.manifest_valid,
    manifest_checks.manifest_name,
    content_checks.content,
    content_checks.version,
    content_checks.cache_control,
    content_checks.etag,
    content_checks.head,
    content_checks.methods,
    content_checks.independence,
    content_checks.keys,
    content_checks.identity,
    content_checks.cookies,
    content_checks.inputs,
    content_checks.locale,
    content_checks.surrogate_keys,
    content_checks.head_block,
    content_checks.no_inline_code,
    page_checks.csp,
    page_checks.integrity,
    page_checks.ids,
    parameter_checks.parameter_unknown,
    parameter_checks.parameter_duplicate,
    parameter_checks.parameter_missing,
    parameter_checks.parameter_malformed,
    manifest_checks.fallback,
    manifest_checks.assets,
    manifest_checks.actions,
    manifest_checks.healthz,
    manifest_checks.readyz,
)


def judge(check: Check, target: Target) -> Result:
    """Carry out one check."""
    try:
        check.probe(target)
    except NotApplicable as reason:
        return Result(check, "not applicable", str(reason))
    except (ContractError, httpx.HTTPError, httpx.InvalidURL) as error:
        return Result(check, "failed", str(error) or type(error).__name__)
    return Result(check, "passed")


def run(target: Target, *, skip: Iterable[str] = (), files: bool = False) -> list[Result]:
    """Carry out all checks.

    ``skip`` names checks to leave out. ``files`` is for a fragment made of plain files behind a
    web server: what only a program can do is left out.
    """
    skipped = set(skip)
    unknown = skipped - {check.name for check in CHECKS}
    if unknown:
        legal = ", ".join(check.name for check in CHECKS)
        raise ValueError(f"no such check: {', '.join(sorted(unknown))}; legal: {legal}")
    return [
        Result(check, "skipped")
        if check.name in skipped or (files and not check.files)
        else judge(check, target)
        for check in CHECKS
    ]
