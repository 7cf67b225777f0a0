import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings

from site_shell.composer import conf
from site_shell.composer.staging import Staging, parse_named_fault, parse_override
from site_shell.tests.composing.conftest import face, open_site, world

__all__ = ["face", "open_site", "world"]

SESSION = "the-session-of-ada"


def cookie(*wishes: str, overlay: bool = False, seconds: float = 60.0) -> dict[str, str]:
    """The Cookie header of a member of staff: ``override reviews/list=...``, ``reviews=500``."""
    stagings = conf.runtime().stagings
    overrides = [w.removeprefix("override ") for w in wishes if w.startswith("override ")]
    faults = [w for w in wishes if not w.startswith("override ")]
    staging = Staging(
        "ada",
        stagings.now() + seconds,
        tuple([parse_override(wish) for wish in overrides]),
        tuple([parse_named_fault(wish) for wish in faults]),
        overlay,
    )
    value = stagings.write(staging, SESSION)
    return {"cookie": f"{django_settings.SESSION_COOKIE_NAME}={SESSION}; staging={value}"}


@pytest.fixture(autouse=True)
def _allowed(settings: LazySettings) -> None:
    settings.OVERRIDE_ORIGINS = ["http://127.0.0.1:*"]
