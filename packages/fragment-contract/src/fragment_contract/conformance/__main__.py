"""``python -m fragment_contract.conformance [NAME=]URL ...``: 0 if all is well, 1 if not."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from . import CHECKS, Result, Target, run
from .arguments import read_pair, read_target

_Read = TypeVar("_Read")

_SIGNS = {"passed": "ok  ", "failed": "FAIL", "not applicable": "-   ", "skipped": "skip"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Check every URL, print what was found, and return the exit status."""
    options = _parser().parse_args(arguments)
    failed = False
    report = {}
    for name, url in options.targets:
        with Target(
            url,
            name=name,
            parameters=dict(options.parameters),
            assets=options.assets,
            token=options.token,
            timeout=options.timeout,
        ) as target:
            results = run(target, skip=options.skip, files=options.files)
        failed |= any(result.verdict == "failed" for result in results)
        report[url] = results
        if not options.json:
            _print(name, url, results)
    if options.json:
        print(json.dumps({url: _as_json(results) for url, results in report.items()}, indent=2))
    return int(failed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fragment_contract.conformance",
        description="Check that fragments keep the contract.",
        epilog="Checks: " + ", ".join(check.name for check in CHECKS),
    )
    parser.add_argument(
        "targets",
        nargs="+",
        type=_argument(read_target),
        metavar="[NAME=]URL",
        help="base URL of a fragment; with a name the manifest must be that fragment's",
    )
    parser.add_argument(
        "-p",
        "--parameter",
        dest="parameters",
        action="append",
        default=[],
        type=_argument(read_pair),
        metavar="NAME=VALUE",
        help="a value with which the content answers 200; repeat for more",
    )
    parser.add_argument("--assets", metavar="ORIGIN", help="who serves site-relative assets")
    parser.add_argument(
        "--token",
        default="",
        metavar="TOKEN",
        help="a context token, for a fragment that answers nobody without one",
    )
    parser.add_argument(
        "--skip",
        action="append",
        default=[],
        choices=[check.name for check in CHECKS],
        metavar="CHECK",
        help="leave a check out",
    )
    parser.add_argument(
        "--files", action="store_true", help="the fragment is plain files behind a web server"
    )
    parser.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    return parser


def _argument(read: Callable[[str], _Read]) -> Callable[[str], _Read]:
    """argparse shows the message of its own exception alone."""

    def convert(text: str) -> _Read:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return convert


def _print(name: str | None, url: str, results: list[Result]) -> None:
    print(f"{name} at {url}" if name else url)
    for result in results:
        print(f"  {_SIGNS[result.verdict]}  {result.check.name:20} {result.check.promise}")
        if result.detail:
            print(f"        {'':20} {result.detail}")
    counts = Counter(result.verdict for result in results)
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()), end="\n\n")


def _as_json(results: list[Result]) -> list[dict[str, str]]:
    return [
        {"check": result.check.name, "verdict": result.verdict, "detail": result.detail}
        for result in results
    ]


if __name__ == "__main__":
    sys.exit(main())
