"""What all tests share: time limits that none of them reaches by accident, and models of AWS.

What a page, a slot or an action may take by default is for shoppers, who do not wait. Tests of
these limits name small ones of their own.
"""

from collections.abc import Iterator
from typing import Final
from unittest import mock

import pytest
from botocore.loaders import Loader, create_loader
from hypothesis import HealthCheck
from hypothesis import settings as of_hypothesis

from .composing.kit import PATIENCE

_MILLISECONDS: Final = int(PATIENCE * 1000)
_LIMITS: Final = {
    "composer.slot.DEFAULT_TIMEOUT_MS": _MILLISECONDS,
    "composer.slot_token.DEFAULT_TIMEOUT_MS": _MILLISECONDS,
    "composer.page_templates.config.DEFAULT_BUDGET_MS": _MILLISECONDS,
    "composer.lazy.DEFAULT_BUDGET_MS": _MILLISECONDS,
    "composer.filler.FALLBACK_SECONDS": PATIENCE,
    "composer.lazy.FALLBACK_SECONDS": PATIENCE,
    "composer.stand_ins.FALLBACK_SECONDS": PATIENCE,
    "composer.whole.BUDGET_SECONDS": PATIENCE,
    "composer.manifest.FETCH_TIMEOUT": PATIENCE,
    "composer.identity.PATIENCE_SECONDS": PATIENCE,
    "accounts.adopting.PATIENCE": PATIENCE,
    "accounts.oidc.TIMEOUT_SECONDS": PATIENCE,
    "gateway.views.SECONDS": PATIENCE,
    "gateway.handling.DOUBLE_CLICK": int(PATIENCE),
}
# How fast a machine is, or how busy, says nothing about the code.
of_hypothesis.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
of_hypothesis.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    """Generous limits wherever a test gives none."""
    with pytest.MonkeyPatch.context() as patch:
        for name, limit in _LIMITS.items():
            patch.setattr(f"site_shell.{name}", limit)
        yield


@pytest.fixture(scope="session", autouse=True)
def _models_of_aws() -> Iterator[None]:
    """Read botocore's models once: every client of AWS reads megabytes of JSON otherwise."""
    loader = create_loader()

    def shared(search_path_string: str | None = None) -> Loader:
        return create_loader(search_path_string) if search_path_string else loader

    with mock.patch("botocore.session.create_loader", shared):
        yield
