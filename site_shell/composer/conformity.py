"""Whether the services behind a registry keep the contract: the contract package's own checks."""

from collections.abc import Collection, Mapping

from fragment_contract.conformance import Result, Target, run

from .release import Release


def check_release(
    release: Release, *, parameters: Mapping[str, str], assets: str, files: Collection[str]
) -> list[Result]:
    """Ask the service of a release for everything it promises.

    ``files`` names the fragments that are plain files behind a web server.
    """
    with Target(release.url, name=release.fragment, parameters=parameters, assets=assets) as target:
        return run(target, files=release.fragment in files)
