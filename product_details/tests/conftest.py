"""What the tests of the product_details service share."""

import json
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.test import Client
from fragment_contract.testing import FakeFragmentServer, Reply


class Purges:
    """A shell's purge address, and what was sent there."""

    def __init__(self, server: FakeFragmentServer) -> None:
        self._server = server

    @property
    def messages(self) -> list[set[str]]:
        """The tags of each message."""
        return [set(json.loads(request.body)["tags"]) for request in self._server.requests]


@pytest.fixture
def purges(settings: LazySettings) -> Iterator[Purges]:
    """Receives the purges over a real socket."""
    with FakeFragmentServer() as server:
        server.respond("/_composer/purge", Reply(status=204))
        settings.FRAGMENT_PURGE_URL = f"{server.url}/_composer/purge"
        settings.FRAGMENT_PURGE_TOKEN = "a token"
        yield Purges(server)


@pytest.fixture(autouse=True)
def files_in_memory(settings: LazySettings) -> None:
    """Keeps photographs off the disk, and each test's away from the others'."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


@pytest.fixture
def editor(client: Client, db: None) -> Client:
    """A client logged in as someone who may edit the catalogue and nothing else."""
    user = User.objects.create_user("ed", is_staff=True)
    ours = Permission.objects.filter(content_type__app_label="product_details")
    user.user_permissions.set(ours)
    client.force_login(user)
    return client
