from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.test import Client

from site_shell.composer import bridge, conf
from site_shell.tests.composing.conftest import face, open_site, world

__all__ = ["face", "open_site", "world"]

PASSWORD = "correct-horse-battery"


@pytest.fixture
def quick_passwords(settings: LazySettings) -> None:
    """A hash that is quick to make, for tests that sign in by form."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def operator(db: None, quick_passwords: None) -> User:
    """A member of the staff who may look, and do all that there is to be done."""
    user = User.objects.create_user("ada", password=PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="operations"))
    return user


@pytest.fixture
def desk(operator: User, client: Client) -> Iterator[Client]:
    """A browser of the operator, signed in, in front of a shell with parts of its own."""
    conf.forget_runtime()
    client.force_login(operator)
    yield client
    bridge.run(conf.runtime().aclose())
    bridge.stop()
    conf.forget_runtime()
