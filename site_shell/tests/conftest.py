"""What all tests share."""

from collections.abc import Iterator
from unittest import mock

import pytest
from botocore.loaders import Loader, create_loader


@pytest.fixture(scope="session", autouse=True)
def _models_of_aws() -> Iterator[None]:
    """Read botocore's models once: every client of AWS reads megabytes of JSON otherwise."""
    loader = create_loader()

    def shared(search_path_string: str | None = None) -> Loader:
        return create_loader(search_path_string) if search_path_string else loader

    with mock.patch("botocore.session.create_loader", shared):
        yield
