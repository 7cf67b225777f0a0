"""``check``: whether what is registered keeps the contract."""

import argparse
from collections import Counter
from dataclasses import fields

from django.core.management.base import CommandError
from fragment_contract.conformance import Result
from fragment_contract.conformance.arguments import read_pair

from ...conf import runtime
from ...configuration import settings
from ...conformity import Budgets, Expectations, check_release
from ...csp import parse_allowed
from ...registry.schema import parse_fragments
from .action import Action, Job
from .axe import axe_check

_SIGNS = {"passed": "ok  ", "failed": "FAIL", "not applicable": "-   ", "skipped": "skip"}


def _check(job: Job) -> None:
    options = job.options
    found = parse_fragments(job.writer.read())
    chosen = options["fragments"] or sorted({*found.releases, *found.refused})
    unknown = set(chosen) - found.releases.keys() - found.refused
    if unknown:
        raise CommandError(f"not registered: {', '.join(sorted(unknown))}")
    expected = Expectations(
        parameters=dict(options["parameters"]),
        assets=options["assets"],
        files=options["files"],
        budgets=Budgets(options["max_html"], options["max_css"], options["max_js"]),
        browser=axe_check() if options["axe"] else None,
        csp_allowed=parse_allowed(settings.CSP_ALLOWED),
        token=_token,
    )
    failed = [name for name in chosen if name in found.refused]
    job.tell_problems(found)
    for release in (one for name in chosen for one in found.releases.get(name, ())):
        results = check_release(release, expected)
        job.stdout.write(f"{release.fragment} {release.version} at {release.url}")
        _tell_results(job, results)
        if any(result.verdict == "failed" for result in results):
            failed.append(release.fragment)
    if expected.browser is None:
        job.stdout.write("Nothing was looked at in a browser: contrast and focus are for --axe.")
    if failed:
        raise CommandError(f"not as promised: {', '.join(dict.fromkeys(failed))}")


def _token(service: str) -> str:
    """Of somebody who has nothing; none where nobody is anybody."""
    tokens = runtime().site.callers.tokens
    return tokens.token(service, "anon:conformance") if tokens is not None else ""


def _tell_results(job: Job, results: list[Result]) -> None:
    everything = job.options["verbosity"] > 1
    for result in results:
        if result.verdict == "failed" or everything:
            sign = _SIGNS[result.verdict]
            job.stdout.write(f"  {sign}  {result.check.name:20} {result.check.promise}")
            for line in result.detail.splitlines():
                job.stdout.write(f"        {'':20} {line}")
    counts = Counter(result.verdict for result in results)
    job.stdout.write("  " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items()))


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("fragments", nargs="*", metavar="FRAGMENT", help="all without any")
    parser.add_argument(
        "-p",
        "--parameter",
        dest="parameters",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="a value with which fragments that know the parameter answer 200; repeat for more",
    )
    parser.add_argument(
        "--files",
        action="append",
        default=[],
        metavar="FRAGMENT",
        help="a fragment of plain files behind a web server; repeat for more",
    )
    parser.add_argument(
        "--assets",
        default=settings.SITE_ORIGIN,
        metavar="ORIGIN",
        help="who serves site-relative assets; SITE_ORIGIN by default",
    )
    for field in fields(Budgets):
        parser.add_argument(
            f"--max-{field.name}",
            type=int,
            default=field.default,
            metavar="BYTES",
            help=f"budget for {field.name}, compressed with gzip; by default %(default)s",
        )
    parser.add_argument(
        "--axe",
        action="store_true",
        help="look with axe in Chromium, too; needs playwright and axe-playwright-python",
    )


def _pair(text: str) -> tuple[str, str]:
    try:
        return read_pair(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


CHECK = Action("check", "check that releases keep the contract", _add_arguments, _check)
