"""What the tests of the reviews service share."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.test import Client
from fragment_contract.testing import FakeFragmentServer, Reply


@pytest.fixture(autouse=True)
def _nothing_lasts(settings: LazySettings, tmp_path: Path, trusted_visitors: None) -> None:
    """Files lie in a folder of the test; whoever ``as_visitor`` makes up is believed."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


class Purges:
    """A shell's purge address, and what was sent there."""

    def __init__(self, server: FakeFragmentServer) -> None:
        self._server = server

    @property
    def messages(self) -> list[list[str]]:
        """The tags of each message, sorted."""
        return [sorted(json.loads(request.body)["tags"]) for request in self._server.requests]


@pytest.fixture
def purges(settings: LazySettings) -> Iterator[Purges]:
    """Receives the purges over a real socket."""
    with FakeFragmentServer() as server:
        server.respond("/_composer/purge", Reply(status=204))
        settings.FRAGMENT_PURGE_URL = f"{server.url}/_composer/purge"
        settings.FRAGMENT_PURGE_TOKEN = "a token"
        yield Purges(server)


@pytest.fixture
def moderator(client: Client, db: None) -> Client:
    """A client logged in as someone who may moderate and nothing else."""
    user = User.objects.create_user("mo", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="reviews"))
    client.force_login(user)
    return client
